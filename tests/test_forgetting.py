"""`touchstone forget questions`: no byte of a question is left in any file, and the evidence verifies as before."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from pathlib import Path

import pytest

from audience_server.carry import carry_cases
from audience_server.forgetting import forget_questions
from audience_server.reports.reply_askers import Asker, askers, reply_name
from audience_server.session_directory import SessionDirectory
from console.cli import main
from tests.processes import Served, audience, must, served, touchstone
from tests.show_rig import SMALL_SESSION
from tests.test_carry import asked, merged, old_session, register_of, written
from tests.test_whole_shows import cards_for

pytestmark = pytest.mark.slow

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
    """Also what was left in the WAL by a killed server, what the desk had bound to a cue, and what the register had
    made of questions, promised and merged ones too: their replies are found as before, and numbers go on.
    """
    session = tmp_path / "small.toml"
    session.write_text(SMALL_SESSION, "utf-8")
    present, data = cards_for(session, tmp_path), tmp_path / "data"
    with served(session, data) as server:
        words = ["--links", present, "--questions", QUESTIONS, "--question-seconds", 1]
        with audience(server, *words):
            server.wait_until(lambda status: sum(status["queue"]["by_state"].values()) == QUESTIONS)
            server.ctl("zero")
            numbers = at_the_desk(server)
            server.ctl("open", "r01", "--seconds", 4, "--despite-cue")
            server.wait_until(lambda status: status["rounds"][0]["state"] == "closed")
            server.ctl("lock", "r01")
            server.ctl("not-held", "r02", "--reason", "彩排")
            rows = server.ctl("questions")["questions"]
        assert 1 == touchstone("forget", "questions", "--data", data, "--yes").returncode
        server.end(signal.SIGKILL)
    texts = [*texts_of(rows), *codes_in(data)]
    assert {"questions.sqlite", "questions.sqlite-wal"} & files_with(data, texts)
    assert {"register.sqlite", "register.sqlite-wal"} & files_with(data, texts)
    before = published(data, tmp_path / "before")
    refused = touchstone("forget", "questions", "--data", data, stdin="no\n")
    assert (1, "") == (refused.returncode, refused.stdout)
    assert files_with(data, texts)
    forgotten = touchstone("forget", "questions", "--data", data, stdin="yes\n")
    assert (0, {"forgotten": len(rows), "register_cases": 2}) == (
        forgotten.returncode,
        json.loads(forgotten.stdout),
    )
    assert set() == files_with(data, texts)
    desk = (data / "desk.json").read_text("utf-8")
    assert not [number for number in numbers if number in desk]
    assert before == published(data, tmp_path / "after")
    assert 4 == len(before), "the asker of a promise, two merged with it, and a caller"
    with served(session, data) as server:
        assert {"questions": [], "total": 0} == server.ctl("questions")
        again_at_the_desk(server, present, {row["number"] for row in rows})
        server.ctl("seal")
    assert [] == verified(data, tmp_path / "evidence")["failures"]


def at_the_desk(server: Served) -> list[str]:
    """Approved, bound to a cue, answered, edited, withdrawn, merged; cases by hand, by a promise and by telephone."""
    numbers = [row["number"] for row in server.ctl("questions")["questions"]]
    server.ctl("question", ",".join(numbers), "approve")
    server.ctl("question", numbers[0], "assign", "--cue", "edu-questions")
    server.ctl("question", numbers[0], "answered", "--text", "已经安排交警在上下学时段值守")
    server.ctl("question", numbers[1], "edit", "--text", "改过以后的问题仍然是一个问题")
    server.ctl("case", "make", "--field", f"question={numbers[1]}")
    server.ctl("question", numbers[2], "withdraw", "--reason", "涉及他人隐私不宜公开播出")
    server.ctl("question", numbers[3], "promise", "--text", "月底前整改", "--due", "2026-12-31")
    server.ctl("question", f"{numbers[4]},{numbers[5]}", "merge", "--into", numbers[3])
    server.ctl("case", "make", "--field", "source=hotline", "--field", "content=来电反映排队", "--field", "unit=edu")
    for case in ("J0002", "J0003"):
        server.ctl("case", "assign", case, "--field", "person=王科长", "--field", "unit=edu")
        server.ctl("case", "reply", case, "--field", f"reply=答复{case}")
    return numbers


def again_at_the_desk(server: Served, links: Path, former: set[str]) -> None:
    """What is asked from now on has a number of its own, and a promise makes a case of its own."""
    with audience(server, "--links", links, "--questions", 3, "--question-seconds", 1):
        server.wait_until(lambda status: sum(status["queue"]["by_state"].values()) >= 1)
        new = server.ctl("questions")["questions"][0]["number"]
        assert new not in former
        server.ctl("question", new, "approve")
        server.ctl("question", new, "promise", "--text", "明年解决", "--due", "2027-03-01")
    cases = {case["number"]: case for case in server.ctl("cases")["cases"]}
    assert ("月底前整改", "", True) == tuple(cases["J0002"][name] for name in ("promise", "content", "erased"))
    assert "来电反映排队" == cases["J0003"]["content"]
    assert ("明年解决", new) == (cases["J0004"]["promise"], cases["J0004"]["origin_number"])


def codes_in(data: Path) -> list[bytes]:
    """Every query code of a question as it stands in the journal."""
    with sqlite3.connect(data / "questions.sqlite") as connection:
        events = [json.loads(row) for (row,) in connection.execute("SELECT bytes FROM row")]
    connection.close()
    return [f'"{event["code"]}"'.encode() for event in events if "code" in event]


def published(data: Path, out: Path) -> dict[str, object]:
    """Name -> content of every reply of the static page set."""
    must("export", "--data", data, "--out", out, "--only", "public")
    return {file.name: json.loads(file.read_text("utf-8")) for file in out.rglob("replies/*.json")}


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


REPORT = {"e": "reported", "code": "445566", "at": 1, "box": "c2VhbGVk" * 20}


async def test_a_report_that_never_reached_its_office_is_not_forgotten_by_accident(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named and nothing is erased, until it was carried, or is given up by name."""
    data = tmp_path / "data"
    SessionDirectory.create_or_open(data, "pingyi.example/tv-2026", rehearsal=False)
    await written(data, "questions.sqlite", [REPORT | {"number": "R0001"}])
    command = ["forget", "questions", "--data", str(data), "--yes"]
    assert 1 == await asyncio.to_thread(main, command)
    assert "R0001" in capsys.readouterr().err
    assert {"questions.sqlite"} == files_with(data, [b"c2VhbGVk"])
    carry = ["reports", "carry", "--data", str(data), "--out", str(tmp_path / "office.json")]
    assert 0 == await asyncio.to_thread(main, carry)
    await written(data, "questions.sqlite", [REPORT | {"number": "R0002"}])
    assert 1 == await asyncio.to_thread(main, command)
    assert "R0001" not in capsys.readouterr().err
    assert 0 == await asyncio.to_thread(main, [*command, "--lose-reports"])
    assert "R0002" in capsys.readouterr().err
    assert set() == files_with(data, [b"c2VhbGVk"])


async def test_a_carried_case_is_forgotten_where_it_went_too(tmp_path: Path) -> None:
    """Words and codes go there as well, pictures went with the questions; both receipts still lead to the reply."""
    old, new = await old_session(tmp_path / "old"), tmp_path / "new"
    await written(old, "questions.sqlite", [asked("Q0013", image="/9j/picture"), merged("Q0013", "Q0012")])
    SessionDirectory.create_or_open(new, "pingyi.example/tv-2027", rehearsal=False)
    await carry_cases(old, new)
    words = [text.encode() for text in ("路灯不亮", "路灯", '"123456"', '"654321"', "/9j/picture")]
    assert {"register.sqlite"} == files_with(new, words)
    before = [(asker.number, asker.name(NEW)) for asker in await askers_in(new)]
    for path in (old, new):
        await forget_questions(path)
        assert set() == files_with(path, words)
        await forget_questions(path)  # once more changes nothing
    after = await askers_in(new)
    assert before == [(asker.number, asker.name(NEW)) for asker in after]
    assert {"tv-2026/Q0012", "tv-2026/Q0013", "tv-2026/J0002"} == {asker.number for asker in after}
    codes = {"tv-2026/J0002": "222222"}
    assert codes == {asker.number: asker.code for asker in after if asker.code}, "a caller's is none of a question"
    for case in (await register_of(new)).cases.values():
        assert ("" if case.origin_number else "排队太长") == case.content
        assert bool(case.origin_number) == case.erased


async def test_what_was_forgotten_before_it_was_carried_is_looked_up_as_well(tmp_path: Path) -> None:
    """By names that were made of the codes while they were known."""
    old, new = await old_session(tmp_path / "old"), tmp_path / "new"
    SessionDirectory.create_or_open(new, "pingyi.example/tv-2027", rehearsal=False)
    await forget_questions(old)
    await carry_cases(old, new)
    [asker] = [asker for asker in await askers_in(new) if asker.number == "tv-2026/Q0012"]
    assert reply_name("pingyi.example/tv-2026", "Q0012", "123456") == asker.name(NEW)


NEW = "pingyi.example/tv-2027"


async def askers_in(path: Path) -> list[Asker]:
    return askers((await register_of(path)).cases.values(), {})
