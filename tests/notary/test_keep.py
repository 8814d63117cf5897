"""What an office keeps and compares: the archive explains itself, the inspection sheet finds every change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from audience_server.locale.catalogue import catalogue
from audience_server.notary import verify as v
from audience_server.notary.archive import CONTENTS, ArchiveRefused, archive, public_beside
from audience_server.notary.inspect import compare, digests_of_bundle, take_sheet, write_sheet
from audience_server.reports.inspection_sheet import named
from tests.notary.bundle_maker import Show
from tests.processes import must, touchstone
from tests.reports.forms_reports import pages_of, solid
from tests.show_rig import SMALL_SESSION


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "s.c1.tar"
    path.write_bytes(Show().play().bundle())
    return path


def test_the_archive_holds_everything_and_its_digests_hold(bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert json.loads(must("notary", "archive", folder, "--bundle", bundle))["verdict"] == "warn"
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    wanted = {bundle.name, "verify.py", "verify.html", "FORMAT.md", "office.pyz", "result.txt", "SHA256SUMS"}
    assert wanted | {"00-先读我.txt", "index.html", "forms/count-sheet.pdf", "forms/statement.docx"} <= names
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0
    assert len((folder / "SHA256SUMS").read_text("utf-8").splitlines()) == len(names) - 1
    told = (folder / "00-先读我.txt").read_text("utf-8")
    assert [name for name in CONTENTS if f"  {name}  {CONTENTS[name]}\n" not in told] == []
    assert {name for name in names if name.startswith("forms/")} <= set(CONTENTS)
    assert {name for name, what in CONTENTS.items() if "公证词" in what} == {
        name for name in names if "statement" in name
    }
    assert not [name for name in names if "公证词" in name]
    alone = subprocess.run(
        [sys.executable, "-I", "verify.py", bundle.name], cwd=folder, capture_output=True, check=False
    )
    assert alone.returncode == 2
    assert "sha256sum" in (folder / "00-先读我.txt").read_text("utf-8")


def test_the_archive_keeps_the_public_bundle_apart_and_says_which_may_be_published(tmp_path: Path) -> None:
    """Found where `notary bundle` or `export` put it; the first page names both."""
    show = Show().play()
    (tmp_path / "s-public").mkdir()
    bundle, public = tmp_path / "s.c1.tar", show.bundle(public=True)
    bundle.write_bytes(show.bundle())
    assert public_beside(bundle) is None
    for beside in (tmp_path / "s-public" / "s.public.c1.tar", tmp_path / "s.public.c1.tar"):
        beside.write_bytes(public)
        assert beside == public_beside(bundle)
    archive(tmp_path / "kept", bundle, None, {}, public_beside(bundle))
    assert public == (tmp_path / "kept" / "public" / "s.public.c1.tar").read_bytes()
    told = (tmp_path / "kept" / "00-先读我.txt").read_text("utf-8")
    assert "s.c1.tar 含逐票开启值,留存备查,不得公开。" in told
    assert "public/s.public.c1.tar 是公开版" in told


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (lambda: Show().play().bundle(), "archive_no_public"),
        (lambda: Show(codes_exported=True).play().bundle(public=True), "archive_public_differs"),
        (lambda: Show().play().bundle(public=True).replace(b"'use strict'", b"'use STRICT'"), "archive_public_differs"),
        (lambda: b"no tar", "archive_no_public"),
    ],
    ids=["with openings", "another session", "changed", "no bundle"],
)
def test_nothing_is_kept_as_public_that_is_not_this_sessions_public_bundle(
    bundle: Path, tmp_path: Path, other: Callable[[], bytes], words: str
) -> None:
    """Somebody would publish it under the office's name."""
    (tmp_path / "p.tar").write_bytes(other())
    with pytest.raises(ArchiveRefused, match=words):
        archive(tmp_path / "kept", bundle, None, {}, tmp_path / "p.tar")
    assert not (tmp_path / "kept").exists()


def test_an_archive_never_writes_over_another(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    done = touchstone("notary", "archive", tmp_path, "--bundle", bundle)
    assert (done.returncode, "不是空的" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_failing_bundle_is_kept_and_every_page_says_so(bundle: Path, tmp_path: Path) -> None:
    data = bytearray(bundle.read_bytes())
    data[data.index(b"c1/tally") + 120] ^= 1
    (tmp_path / "b.tar").write_bytes(data)
    done = touchstone("notary", "archive", tmp_path / "kept", "--bundle", tmp_path / "b.tar")
    assert done.returncode == 1
    for name in ("00-先读我.txt", "result.txt", "forms/statement.txt", "index.html"):
        assert "不一致" in (tmp_path / "kept" / name).read_text("utf-8"), name


def test_the_sheet_names_what_the_first_entry_binds_as_the_first_entry_does(bundle: Path) -> None:
    """Rules, page, policy and rolls: one name and one digest on the sheet, in the record and on the sealed list."""
    _, digests = digests_of_bundle(bundle.read_bytes())
    first = v.verify(bundle.read_bytes()).as_json()["acts"][0]["body"]
    bound = ("rules", "page", "policy", "rolls")
    assert {name: first[name] for name in bound} == {name: digests[name] for name in bound}
    assert {name.partition("/")[0] for name in set(digests) - set(bound)} == {"rolls"}
    words = catalogue("zh-Hans", "notary_tools")
    sealed = catalogue("zh-Hans", "forms")
    assert [named(words, name) for name in bound] == [f"{name}  {sealed.text(f'sealed_{name}')}" for name in bound]


def test_the_sheet_finds_a_changed_rule_roll_page_policy_and_program(tmp_path: Path) -> None:
    """Each by its own line; what is the same stays equal, what is gone or new is no agreement."""
    software = tmp_path / "package"
    software.mkdir()
    (software / "a.py").write_text("1")
    sheet = take_sheet(b"rules", {"rolls/a.r00": b"x"}, {"index.html": b"p"}, b"policy", {"server": software})
    (software / "a.py").write_text("2")
    (software / "__pycache__").mkdir()
    (software / "__pycache__" / "a.pyc").write_text("made while running")
    found = take_sheet(b"rules!", {"rolls/a.r00": b"y"}, {"index.html": b"q"}, b"policy!", {"server": software})
    assert {line.name: line.verdict for line in compare(sheet, found)} == dict.fromkeys(sheet, "differs")
    same = take_sheet(b"rules", {"rolls/a.r00": b"x"}, {"index.html": b"p"}, b"policy", {})
    told = {line.name: line.verdict for line in compare(sheet, same, with_software=False)}
    assert told == dict.fromkeys(sheet, "equal") | {"software server": "unknown"}
    assert not [line for line in compare(sheet, same, with_software=False) if not line.agrees]
    assert disagreements(sheet, same) == {"software server": "missing"}
    fewer = take_sheet(b"rules", {}, {"index.html": b"p"}, None, {"server": software})
    assert disagreements(sheet, fewer) == {"policy": "missing", "rolls/a.r00": "missing", "software server": "differs"}
    more = same | {"rolls/b.r00": "0" * 64, "software server": sheet["software server"]}
    assert disagreements(sheet, more) == {"rolls/b.r00": "extra"}


def disagreements(sheet: dict[str, str], found: dict[str, str]) -> dict[str, str]:
    return {line.name: line.verdict for line in compare(sheet, found) if not line.agrees}


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A directory with rolls, and the sheet that was taken of it before the session began."""
    (tmp_path / "s.toml").write_text(SMALL_SESSION, "utf-8")
    rest = ("--rehearsal", "--base-url", "http://a:1")
    must("cards", tmp_path / "s.toml", "--data", tmp_path / "data", "--links", tmp_path / "l.csv", *rest)
    words = ("--data", tmp_path / "data", "--rules", tmp_path / "s.toml", "--out", tmp_path / "sheet")
    must("notary", "inspect", "take", *words)
    return tmp_path


def compared(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return touchstone("notary", "inspect", "compare", folder / "sheet.json", *words)


def test_on_the_day_the_directory_is_compared_with_the_sheet(sealed: Path) -> None:
    """0 everything as it was; 1 a roll that is gone, or another session's directory; 2 nothing to compare."""
    printed = solid("".join(pages_of((sealed / "sheet.pdf").read_bytes(), sealed)))
    digests = json.loads((sealed / "sheet.json").read_text("utf-8"))["digests"]
    assert [name for name, digest in digests.items() if solid(name) not in printed or digest not in printed] == []
    unruly = compared(sealed, "--data", sealed / "data")
    assert (unruly.returncode, "--rules" in unruly.stderr) == (2, True)
    here = ("--data", sealed / "data", "--rules", sealed / "s.toml")
    done = compared(sealed, *here)
    assert (done.returncode, done.stderr) == (0, "")
    assert {line.split()[0] for line in done.stdout.splitlines()} == {"一致"}
    assert "一致    policy  核对方名单(policy.txt)\n" in done.stdout
    roll = next((sealed / "data" / "rolls").glob("*.r01"))
    kept = roll.read_bytes()
    roll.unlink()
    key = (sealed / "data" / "log.key").rename(sealed / "log.key")
    gone = compared(sealed, *here)
    assert (gone.returncode, (sealed / "data" / "log.key").exists()) == (1, False)
    assert f"缺失    rolls/{roll.name}\n" in gone.stdout
    assert "缺失    policy  核对方名单(policy.txt)\n" in gone.stdout
    roll.write_bytes(kept)
    key.rename(sealed / "data" / "log.key")
    body = json.loads((sealed / "sheet.json").read_text("utf-8"))
    (sealed / "sheet.json").write_text(json.dumps(body | {"origin": "rig.example/another"}), "utf-8")
    other = compared(sealed, *here)
    assert other.returncode == 1
    assert [line for line in other.stdout.splitlines() if not line.startswith("一致")] == ["不一致  origin  场次标识"]


def test_the_evidence_is_compared_with_the_sheet_taken_before_the_show(bundle: Path, tmp_path: Path) -> None:
    """Its software is not known from it; a roll, the page or the origin that is another one is."""
    origin, digests = digests_of_bundle(bundle.read_bytes())
    write_sheet(tmp_path / "sheet.json", origin, digests | {"software server": "0" * 64})
    done = compared(tmp_path, "--bundle", bundle)
    assert (done.returncode, "未比对  software server" in done.stdout) == (0, True)
    write_sheet(tmp_path / "sheet.json", origin, digests | {"page": "0" * 64, "rolls/x.r00": "1" * 64})
    done = compared(tmp_path, "--bundle", bundle)
    assert done.returncode == 1
    wrong = {line.split()[1] for line in done.stdout.splitlines() if not line.startswith("一致")}
    assert wrong == {"page", "rolls/x.r00"}
    assert compared(tmp_path, "--bundle", tmp_path / "none").returncode == 2
    (tmp_path / "no.tar").write_bytes(bytes(1024))
    assert compared(tmp_path, "--bundle", tmp_path / "no.tar").returncode == 2
