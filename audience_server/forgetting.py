"""Forgetting what people asked: afterwards no file of the directory holds a word of it, and the evidence is untouched.

A case of the register that was made of a question stays with its number, unit, measures, promise and reply; of its
asker's words nothing stays but a note, and of the codes only the names under which replies are published.  What the
desk and the offices wrote themselves stays.  Numbers go on where they were.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audience_server.clock import LoopClock
from audience_server.domain.cases import Case, CaseEvent, CaseStep, Register
from audience_server.domain.question_board import Board
from audience_server.domain.questions import Question
from audience_server.reports.reply_askers import askers_of
from audience_server.session_directory import DirectoryRefused, SessionDirectory
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.stores.port import StoreFailed

ASKED = ("asked", "reported")
WORDS = ("content", "codes")


class ForgetRefused(Exception):
    """Nothing was forgotten, or not all; the text says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many questions and reports went, and from how many cases of the register their words."""

    questions: int
    register_cases: int


async def uncarried_reports(path: Path) -> list[str]:
    """The numbers of reports of misconduct that were never taken to their office.  Raises ForgetRefused."""
    try:
        directory = SessionDirectory.open(path)
        events = await _rows(directory.journal_path("questions"))
    except (DirectoryRefused, StoreFailed) as refused:
        raise ForgetRefused(str(refused)) from None
    carried = directory.carried_reports()
    numbers = [str(event["number"]) for event in events if event.get("e") == "reported"]
    return [number for number in numbers if number not in carried]


async def forget_questions(path: Path) -> Forgotten:
    """Erases them.  Raises ForgetRefused, for instance while a server runs on the directory."""
    try:
        directory = SessionDirectory.open(path)
        directory.lock()
    except DirectoryRefused as refused:
        raise ForgetRefused(str(refused)) from None
    try:
        events = await _rows(directory.journal_path("questions"))
        board = _board_of(events)
        cases = await _forget_in_the_register(directory, board.questions)
        # a crash here leaves the questions, and a register that has forgotten them; the command can be given again
        await _forget_questions(directory.journal_path("questions"), events, board)
        # a crash here leaves numbers in the desk's file and no question; the command can be given again
        _forget_at_the_desk(directory)
        return Forgotten(sum(event.get("e") in ASKED for event in events), cases)
    except StoreFailed as failure:
        raise ForgetRefused(str(failure)) from failure
    finally:
        directory.unlock()


async def _rows(path: Path) -> list[dict[str, Any]]:
    """Every row that can be read; one that cannot is not kept either."""
    if not path.exists():
        return []
    journal = await SqliteJournal.open(path)
    try:
        rows = [_read(row) async for row in journal.read()]
    finally:
        await journal.close()
    return [row for row in rows if isinstance(row, dict)]


def _read(row: bytes) -> Any:
    try:
        return json.loads(row)
    except ValueError:
        return None


def _board_of(events: Sequence[Mapping[str, Any]]) -> Board:
    board = Board((), 0)
    for event in events:
        try:
            board.apply(event)
        except (ValueError, KeyError, TypeError):
            # a row that was tampered with is erased like all others
            continue
    return board


async def _forget_questions(path: Path, events: Sequence[Mapping[str, Any]], board: Board) -> None:
    if not path.exists():
        return
    numbers = {"e": "forgotten", "numbers": board.numbers}
    journal = await SqliteJournal.open(path)
    try:
        await journal.erase([json.dumps(numbers).encode()] if events else ())
    finally:
        await journal.close()


async def _forget_in_the_register(directory: SessionDirectory, questions: Mapping[str, Question]) -> int:
    """How many cases hold words of questions no more."""
    path = directory.journal_path("register")
    rows = await _rows(path)
    if not rows:
        return 0
    kept, count = without_words(rows, questions, directory.origin, LoopClock().unix())
    journal = await SqliteJournal.open(path)
    try:
        await journal.erase([json.dumps(row, ensure_ascii=False).encode() for row in kept])
    finally:
        await journal.close()
    return count


def without_words(
    rows: Sequence[Mapping[str, Any]], questions: Mapping[str, Question], origin: str, at: int
) -> tuple[list[dict[str, Any]], int]:
    """The register's rows without what askers wrote and without their codes, and how many cases were made of questions.

    Only cases that came from questions are touched; what came by telephone or letter is no question.
    """
    register, sound = Register(), list[Mapping[str, Any]]()
    for row in rows:
        try:
            register.apply(CaseEvent.from_row(row))
        except (ValueError, KeyError, TypeError):
            # what cannot be read may hold words: it goes
            continue
        sound.append(row)
    asked = {case.number: case for case in register.cases.values() if case.origin_number}
    kept = [_wordless(row) if str(row["number"]) in asked else dict(row) for row in sound]
    for case in asked.values():
        lookups = {asker.number: asker.name(origin) for asker in askers_of(case, questions)}
        if not case.erased or lookups != case.lookups:
            kept.append(_forgotten(case, lookups, at).as_row())
    return kept, len(asked)


def _wordless(row: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: value for name, value in row["changes"].items() if name not in WORDS}
    return {**row, "changes": changes}


def _forgotten(case: Case, lookups: Mapping[str, str], at: int) -> CaseEvent:
    return CaseEvent(case.number, CaseStep(at, "", "forget"), {"erased": True, "lookups": lookups})


def _forget_at_the_desk(directory: SessionDirectory) -> None:
    (directory.path / "desk.json.new").unlink(missing_ok=True)
    desk = directory.load_desk()
    if desk:
        directory.save_desk(without_questions(desk))


def without_questions(desk: dict[str, Any]) -> dict[str, Any]:
    """Where the show was, without what the air showed and without the questions bound to its cues."""
    order = [{**cue, "questions": []} for cue in desk.get("order", ())]
    parts = {name: part for name, part in desk.get("parts", {}).items() if name != "air"}
    return {**desk, "order": order, "parts": parts}
