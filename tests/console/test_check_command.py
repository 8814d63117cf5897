"""`touchstone check`: the rules page, or every error of the session file."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from console.commands import check
from tests.reports.card_session import SESSION


def run_check(file: Path, *more: str) -> int:
    parser = argparse.ArgumentParser()
    check.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["check", str(file), *more])
    status: int = arguments.run(arguments)
    return status


@pytest.fixture
def session(tmp_path: Path) -> Path:
    (tmp_path / "session.toml").write_text(SESSION, "utf-8")
    return tmp_path / "session.toml"


def test_a_good_file_shows_its_rules_with_the_score_bounds(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_check(session) == 0
    said = capsys.readouterr()
    assert "2012年政风行风电视专项评议" in said.out
    assert "100.00" in said.out
    assert said.err == ""


def test_the_flag_then_the_environment_choose_the_language(
    session: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_check(session, "--lang", "en") == 0
    english = capsys.readouterr().out
    monkeypatch.setenv("TOUCHSTONE_LANG", "en_US.UTF-8")
    assert run_check(session) == 0
    assert english == capsys.readouterr().out
    assert run_check(session, "--lang", "zh-Hant") == 0
    assert english != capsys.readouterr().out


def test_every_error_is_named_with_its_file_and_line(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session.write_text(SESSION.replace("seats = 4", "seats = -4").replace("score = 100", "skore = 100"), "utf-8")
    assert run_check(session) == 2
    said = capsys.readouterr()
    assert said.out == ""
    lines = [line for line in said.err.splitlines() if line.startswith(f"{session}:")]
    assert len(lines) >= 2


def test_a_file_that_is_not_there_is_said_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHSTONE_LANG", "zh-Hans")
    assert run_check(tmp_path / "nothing.toml") == 2
    assert f"读不了 {tmp_path / 'nothing.toml'}" in capsys.readouterr().err
