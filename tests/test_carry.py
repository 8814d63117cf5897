"""回头看: cases go over into the next session with their history, once, and keep their name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audience_server.carry import carry_cases
from audience_server.domain.cases import CaseEvent, CaseStep, Register
from audience_server.evidence import EvidenceRefused
from audience_server.session_directory import SessionDirectory
from audience_server.stores.journal_sqlite import SqliteJournal


async def written(path: Path, name: str, rows: list[dict[str, object]]) -> None:
    journal = await SqliteJournal.open(path / name)
    await journal.append([json.dumps(row, ensure_ascii=False).encode() for row in rows])
    await journal.close()


async def register_of(path: Path) -> Register:
    journal = await SqliteJournal.open(path / "register.sqlite")
    register = Register()
    async for row in journal.read():
        register.apply(CaseEvent.from_row(json.loads(row)))
    await journal.close()
    return register


def step(number: str, do: str, **changes: object) -> dict[str, object]:
    return CaseEvent(number, CaseStep(1, "李", do), changes).as_row()


def asked(number: str, **more: object) -> dict[str, object]:
    code = "123456" if number == "Q0012" else "654321"
    row = {"e": "asked", "number": number, "code": code, "at": 1, "kind": "question", "text": "路灯", "unit": "edu"}
    row |= {"language": "zh-Hans", "problem": "", "asker": "", "ref": "", "picture": "image" in more}
    return row | more


def merged(number: str, into: str) -> dict[str, object]:
    deed = {"do": "merge", "by": "李", "at": 2, "text": "", "into": into, "cue": "", "due": ""}
    return {"e": "deed", "numbers": [number], "more": False, **deed}


async def old_session(path: Path) -> Path:
    SessionDirectory.create_or_open(path, "pingyi.example/tv-2026", rehearsal=False)
    made = {"source": "question", "content": "路灯不亮", "origin_number": "Q0012", "at": 1, "unit": "edu"}
    rows = [
        step("J0001", "make", **made),
        step("J0001", "assign", state="assigned", person="王", deadline="2026-12-01"),
    ]
    rows.append(step("J0002", "make", source="hotline", content="排队太长", at=1, code="222222"))
    await written(path, "register.sqlite", rows)
    await written(path, "questions.sqlite", [asked("Q0012")])
    return path


async def test_cases_go_over_with_history_and_code(tmp_path: Path) -> None:
    """Under the name of the session they come from; the asker's old code still looks them up."""
    old, new = await old_session(tmp_path / "old"), tmp_path / "new"
    SessionDirectory.create_or_open(new, "pingyi.example/tv-2027", rehearsal=False)
    assert 2 == await carry_cases(old, new)
    register = await register_of(new)
    case = register.cases["tv-2026/J0001"]
    assert ("assigned", "王", "tv-2026/Q0012") == (case.state, case.person, case.origin_number)
    assert {"tv-2026/Q0012": "123456"} == case.codes
    assert ["make", "assign", "carry"] == [each.do for each in case.steps]
    assert "J0001" == register.next_number(), "the new session counts its own"
    assert None is register.of_question("Q0012")


async def test_carrying_twice_changes_nothing(tmp_path: Path) -> None:
    """And what was carried once keeps its name when it is carried on."""
    old, new, third = await old_session(tmp_path / "old"), tmp_path / "new", tmp_path / "third"
    SessionDirectory.create_or_open(new, "pingyi.example/tv-2027", rehearsal=False)
    SessionDirectory.create_or_open(third, "pingyi.example/tv-2028", rehearsal=False)
    assert 2 == await carry_cases(old, new)
    assert 0 == await carry_cases(old, new)
    assert 2 == await carry_cases(new, third)
    assert {"tv-2026/J0001", "tv-2026/J0002"} == set((await register_of(third)).cases)


async def test_a_session_that_is_served_takes_nothing_over(tmp_path: Path) -> None:
    """Its journal has one writer."""
    old, new = await old_session(tmp_path / "old"), tmp_path / "new"
    served = SessionDirectory.create_or_open(new, "pingyi.example/tv-2027", rehearsal=False)
    served.lock()
    with pytest.raises(EvidenceRefused, match="another server"):
        await carry_cases(old, new)
    served.unlock()


async def test_a_rehearsal_s_cases_never_enter_a_live_session(tmp_path: Path) -> None:
    """Nobody asked them."""
    old, new = await old_session(tmp_path / "old"), tmp_path / "new"
    SessionDirectory.create_or_open(new, "pingyi.example/tv-2027", rehearsal=True)
    with pytest.raises(EvidenceRefused, match="rehearsal"):
        await carry_cases(old, new)
