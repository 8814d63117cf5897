"""What a notary's own statements leave in the record, and what the notary's copy gives afterwards without a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audience_server.notary import verify as v
from audience_server.notary.orders import obey
from tests.notary.hall import Hall, Program, hall, keys_named, session_naming
from tests.processes import touchstone

NOTARY = keys_named("公证员甲", "gongzheng.example/n1")
PAPER = """round = "r01"
panel = "deputies"
present = 1
issued = 1
returned = 1
valid = 1
invalid = 0
abstained = 0

[counts.edu.overall]
yes = 1
"""


def acts(program: Program) -> list[str]:
    follower = program.witness.follower
    return [] if follower is None else [str(act["kind"]) for act in follower.report.acts]


async def closed_round(held: Hall) -> None:
    """Four voters of r01, and its window is closed."""
    phones = await held.show.phones(4)
    opened = await held.show.do("open", round="r01")
    await held.show.cast_all(phones, "r01", ["1", "1", "2", "3"])
    await held.show.clock.advance(opened["seconds"] + 10)


async def ended(held: Hall, program: Program) -> None:
    """Sealed, and the manifest is signed by both."""
    await held.show.do("not-held", round="r02", reason="没有时间")
    await held.cosigned(program)
    await held.show.do("seal")
    await held.agree(program, "manifest")
    await held.until(lambda: held.show.session.final.signed and program.now.get("evidence"))


async def test_paper_counts_and_a_void_round_are_signed_as_they_were_asked_for(tmp_path: Path) -> None:
    """By orders alone: nothing is asked twice, and the verifier agrees with what stands there."""
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await held.begun(NOTARY)
        await closed_round(held)
        await held.until(lambda: "close" in acts(program))
        obey(program.witness, "void-round r01 停电")
        await held.until(lambda: "void-round" in acts(program))
        await closed_round_again(held)
        (tmp_path / "paper.toml").write_text(PAPER, "utf-8")
        await held.until(lambda: acts(program).count("close") == 2)
        obey(program.witness, f"hand {tmp_path / 'paper.toml'}")
        await held.until(lambda: "hand" in acts(program))
        locked = await held.show.do("lock", round="r01")
        assert locked["by"]["deputies"]["returned"] == 2
        await ended(held, program)
        assert (program.alarms(), (await held.evidence()).of_kind("E")) == (set(), [])


async def closed_round_again(held: Hall) -> None:
    phone = held.show.phone(0)
    await phone.present()
    opened = await held.show.do("open", round="r01")
    await held.show.cast_all([phone], opened["window"], ["1"])
    await held.show.clock.advance(opened["seconds"] + 10)


@pytest.fixture
async def kept(tmp_path: Path) -> tuple[Path, bytes]:
    """A notary's directory after a session, and the server's evidence of it."""
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await held.begun(NOTARY)
        await held.show.hold("r01", await held.show.phones(4), ["1", "1", "2", "3"])
        await held.until(lambda: program.witness.follower and program.witness.follower.row_of("r01"))
        await ended(held, program)
        _, evidence = await held.show.session.evidence()
        return program.witness.directory, evidence


def test_the_copy_tells_what_it_holds_and_gives_the_evidence(kept: tuple[Path, bytes], tmp_path: Path) -> None:
    """`notary state` and `notary bundle`, without a server; the bytes are the server's."""
    directory, evidence = kept
    told = json.loads(touchstone("notary", "state", directory).stdout)
    report = v.verify(evidence)
    assert told["origin"] == "rig.example/small-1"
    assert (told["sealed"], told["evidence"], told["failures"]) == (True, True, [])
    assert told["fingerprint"] == report.as_json()["fingerprint"]
    out = tmp_path / "mine.c1.tar"
    assert touchstone("notary", "bundle", directory, "--out", out).returncode == 0
    assert out.read_bytes() == evidence
    other = touchstone("notary", "bundle", directory, "--session", "rig.example/other", "--out", tmp_path / "none")
    assert (other.returncode, (tmp_path / "none").exists()) == (1, False)


def test_a_copy_that_is_none_gives_no_evidence(tmp_path: Path) -> None:
    """Said in one sentence, and nothing is written."""
    (tmp_path / "sessions").mkdir()
    for data in (None, b"x" * 4096):
        if data is not None:
            (tmp_path / "sessions" / "1.sqlite").write_bytes(data)
        done = touchstone("notary", "bundle", tmp_path, "--out", tmp_path / "mine.c1.tar")
        assert (done.returncode, (tmp_path / "mine.c1.tar").exists()) == (1, False)
        assert "Traceback" not in done.stderr
        assert done.stderr.strip()
