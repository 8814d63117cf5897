"""`touchstone forget questions`: no byte of a question is left in any file, and the evidence verifies as before."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.processes import audience, must, served, summary_of, touchstone
from tests.show_rig import SMALL_SESSION
from tests.test_whole_shows import cards_for

QUESTIONS = 24


def texts_of(rows: list[dict[str, str]]) -> list[bytes]:
    """What must be gone: whole texts, and pieces of them long enough to tell."""
    found = []
    for row in rows:
        for text in (row["text"], row.get("original", ""), row.get("answer", ""), row.get("reason", "")):
            found += [text.encode(), text[:8].encode()] if len(text) >= 8 else []
    return found


def files_with(data: Path, texts: list[bytes]) -> set[str]:
    files = [path for path in data.rglob("*") if path.is_file()]
    return {path.name for path in files if any(text in path.read_bytes() for text in texts)}


@pytest.mark.timeout(180)
def test_after_forgetting_nothing_of_a_question_is_on_the_disk_and_the_evidence_verifies(tmp_path: Path) -> None:
    """Also what was left in the WAL by a killed server, and what the desk had bound to a cue and shown."""
    session = tmp_path / "small.toml"
    session.write_text(SMALL_SESSION, "utf-8")
    present, data = cards_for(session, tmp_path), tmp_path / "data"
    with served(session, data) as server:
        words = ["--links", present, "--questions", QUESTIONS, "--question-seconds", 1]
        with audience(server, *words) as process:
            server.wait_until(lambda status: sum(status["queue"]["by_state"].values()) > QUESTIONS / 2)
            server.ctl("zero")
            rows = server.ctl("questions")["questions"]
            numbers = [row["number"] for row in rows]
            server.ctl("question", ",".join(numbers), "approve")
            server.ctl("question", numbers[0], "assign", "--cue", "edu-questions")
            server.ctl("question", numbers[0], "answered", "--text", "已经安排交警在上下学时段值守")
            server.ctl("question", numbers[1], "edit", "--text", "改过以后的问题仍然是一个问题")
            server.ctl("question", numbers[2], "withdraw", "--reason", "涉及他人隐私不宜公开播出")
            server.ctl("open", "r01", "--seconds", 4, "--despite-cue")
            server.wait_until(lambda status: status["rounds"][0]["state"] == "closed")
            server.ctl("lock", "r01")
            server.ctl("not-held", "r02", "--reason", "彩排")
            server.ctl("seal")
            rows = server.ctl("questions")["questions"]
            assert summary_of(process)["asked"] > 0
        assert 1 == touchstone("forget", "questions", "--data", data, "--yes").returncode
        server.end(signal.SIGKILL)
    texts = texts_of(rows)
    assert {"questions.sqlite", "questions.sqlite-wal"} & files_with(data, texts)
    before = verified(data, tmp_path / "before")
    refused = touchstone("forget", "questions", "--data", data, stdin="no\n")
    assert (1, "") == (refused.returncode, refused.stdout)
    assert files_with(data, texts)
    forgotten = touchstone("forget", "questions", "--data", data, stdin="yes\n")
    assert (0, {"forgotten": len(rows), "register_cases": 0}) == (
        forgotten.returncode,
        json.loads(forgotten.stdout),
    )
    assert set() == files_with(data, texts)
    desk = (data / "desk.json").read_text("utf-8")
    assert not [number for number in numbers if number in desk]
    assert before == verified(data, tmp_path / "after")
    with served(session, data) as server:
        assert {"questions": [], "total": 0} == server.ctl("questions")


def verified(data: Path, out: Path) -> dict[str, object]:
    """What the verifier says of the directory's evidence, but for the time."""
    must("export", "--data", data, "--out", out)
    (bundle,) = out.glob("*.tar")
    report = out / "report.json"
    done = touchstone("notary", "verify", bundle, "--report", report)
    assert 2 == done.returncode, done  # a warning: no notary watched
    found: dict[str, object] = json.loads(report.read_text("utf-8"))
    assert [] == found["failures"]
    return found


def test_a_directory_without_a_session_is_refused(tmp_path: Path) -> None:
    """Nothing is made there."""
    refused = touchstone("forget", "questions", "--data", tmp_path, "--yes")
    assert (1, "") == (refused.returncode, refused.stdout)
    assert [] == list(tmp_path.iterdir())
