"""`kill -9` while a hall asks: every question that got its receipt is there, once."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.processes import audience, served, summary_of
from tests.show_rig import SMALL_SESSION
from tests.test_whole_shows import cards_for

SESSION = SMALL_SESSION.replace("seats = 6", "seats = 30") + "\n[questions]\nper_card = 20\n"


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_no_acknowledged_question_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    """Phones repeat what was not answered; asker and ref make it one question."""
    session = tmp_path / "session.toml"
    session.write_text(SESSION, "utf-8")
    present = cards_for(session, tmp_path)
    with served(session, tmp_path / "data") as server:
        words = ["--links", present, "--questions", 150, "--question-seconds", 8]
        with audience(server, *words) as process:
            for enough in (30, 80):
                server.wait_until(lambda status, enough=enough: total(status) >= enough)  # type: ignore[misc]
                assert -signal.SIGKILL == server.end(signal.SIGKILL)
                server.restart()
            server.wait_until(lambda status: total(status) > 130)
            process.send_signal(signal.SIGTERM)
            summary = summary_of(process)
            answer = server.ctl("questions")
    assert summary["asked"] == answer["total"] == len({row["number"] for row in answer["questions"]})
    assert set(summary["refused"]) <= {"question_too_long", "question_empty", "no_answer"}


def total(status: dict[str, dict[str, dict[str, int]]]) -> int:
    return sum(status["queue"]["by_state"].values())
