"""`touchstone export`: the evidence, and what may be published in a folder of its own beside it."""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest

from audience_server.notary.verify import verify
from audience_server.session_directory import SessionDirectory
from audience_server.stores.sqlite import SqliteStore
from console.commands import export
from tests.show_rig import PAGE, Show
from tests.test_public_bundle import NARROW, vote_and_seal


def command(*words: object) -> int:
    parser = argparse.ArgumentParser()
    export.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["export", *map(str, words)])
    status: int = arguments.run(arguments)
    return status


async def played(data: Path, seal: bool) -> tuple[bytes, bytes]:
    """A session's directory as a server leaves it; the evidence and the public bundle that its server gave."""
    directory = SessionDirectory.create_or_open(data, "rig.example/small-1", rehearsal=False)
    show = Show(NARROW, await SqliteStore.open(directory.record_path))
    directory.write_rolls(show.issue.rolls, codes_exported=False)
    directory.begin(show.rules, PAGE)
    (data / "log.key").write_bytes(base64.b64encode(show.files.log_seed))
    await show.start()
    await show.do("zero")
    await vote_and_seal(show)
    if seal:
        await show.do("seal")
    made = await show.session.evidence(), await show.session.public_bundle()
    await show.session.stop()
    return made[0][1], made[1][1] if made[1] else b""


def told_by(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_sealed_session_gives_its_evidence_and_the_public_bundle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What may be published never lies in one folder with what may not; the output names both."""
    evidence, public = asyncio.run(played(tmp_path / "data", seal=True))
    out = tmp_path / "out"
    assert 0 == command("--data", tmp_path / "data", "--out", out)
    told = told_by(capsys)
    assert (str(out / "small-1.c1.tar"), 2) == (told["written"], told["files"])
    assert str(out / "small-1-public" / "small-1.public.c1.tar") == told["public"]
    assert (evidence, public) == tuple(Path(told[name]).read_bytes() for name in ("written", "public"))
    assert verify(Path(told["public"]).read_bytes()).public


def test_one_kind_is_just_that_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`evidence` brings nothing public; `public` brings the public bundle among what is published, no evidence."""
    _, public = asyncio.run(played(tmp_path / "data", seal=True))
    assert 0 == command("--data", tmp_path / "data", "--out", tmp_path / "a", "--only", "evidence")
    assert {"small-1.c1.tar"} == files_in(tmp_path / "a")
    assert "public" not in told_by(capsys)
    assert 0 == command("--data", tmp_path / "data", "--out", tmp_path / "b", "--only", "public")
    told = told_by(capsys)
    assert {"small-1-public"} == {name.split("/")[0] for name in files_in(tmp_path / "b")}
    assert public == Path(told["public"]).read_bytes()
    assert str(tmp_path / "b" / "small-1-public") == told["written"]
    assert "small-1-public/published.json" in files_in(tmp_path / "b")


def test_before_the_seal_there_is_nothing_to_publish_of_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither beside the partial evidence nor among the public files."""
    asyncio.run(played(tmp_path / "data", seal=False))
    for words in ((), ("--only", "public")):
        assert 0 == command("--data", tmp_path / "data", "--out", tmp_path / "out", *words)
        assert "public" not in told_by(capsys)
    assert {"small-1.partial.c1.tar"} == {path.name for path in (tmp_path / "out").rglob("*.tar")}
