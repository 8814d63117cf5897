"""回头看: takes the cases of one session's register over into the next session's, with their whole history.

A carried case is called `<session id>/<number>` for ever, so that nobody takes it for one of the new session; its
askers, those of merged questions too, look it up by `<session id>/<question number>` and the old code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from audience_server.clock import LoopClock
from audience_server.domain.cases import Case, CaseEvent, CaseStep, Register
from audience_server.domain.question_board import Board
from audience_server.domain.questions import Question
from audience_server.evidence import EvidenceRefused
from audience_server.reports.reply_askers import askers_of
from audience_server.session_directory import DirectoryRefused, SessionDirectory
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.stores.port import StoreFailed

LONGEST_NUMBER = 64


async def carry_cases(old: Path, new: Path) -> int:
    """How many cases were taken over; those that are there already are left alone.  Raises EvidenceRefused."""
    try:
        source, target = SessionDirectory.open(old), SessionDirectory.open(new)
        if source.kind != target.kind:
            raise EvidenceRefused(f"{old} is a {source.kind} session and {new} a {target.kind} one; carry like to like")
        target.lock()
    except DirectoryRefused as refused:
        raise EvidenceRefused(str(refused)) from None
    try:
        rows = await _read(source.journal_path("register"))
        questions = await _questions(source.journal_path("questions"))
        renamed = carried_rows(rows, questions, source.origin, LoopClock().unix())
        return await _write(target.journal_path("register"), renamed)
    except StoreFailed as failure:
        raise EvidenceRefused(str(failure)) from failure
    finally:
        target.unlock()


def carried_rows(
    rows: Sequence[dict[str, Any]], questions: Mapping[str, Question], origin: str, at: int
) -> dict[str, list[dict[str, Any]]]:
    """New number -> its rows: everything that was done, and the step that carried it."""
    session = origin.rpartition("/")[2]
    register = Register()
    renamed: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        register.apply(CaseEvent.from_row(row))
        name = _new_name(str(row["number"]), session)
        renamed.setdefault(name, []).append({**row, "number": name})
    for case in register.cases.values():
        name = _new_name(case.number, session)
        changes = {} if case.origin else _for_ever(case, questions, origin)
        renamed[name].append(CaseEvent(name, CaseStep(at, session, "carry"), changes).as_row())
    return renamed


def _for_ever(case: Case, questions: Mapping[str, Question], origin: str) -> dict[str, Any]:
    """What only the session of a case knows: whose it is, and by what its askers look it up."""
    session = origin.rpartition("/")[2]
    asked = [asker for asker in askers_of(case, questions) if asker.number != case.number]
    changes: dict[str, Any] = {"origin": origin}
    changes["codes"] = {_new_name(asker.number, session): asker.code for asker in asked if asker.code}
    changes["lookups"] = {_new_name(asker.number, session): asker.lookup for asker in asked if asker.lookup}
    if case.origin_number:
        changes["origin_number"] = _new_name(case.origin_number, session)
    return changes


def _new_name(number: str, session: str) -> str:
    """A case carried before keeps the name of the session it comes from."""
    return number if "/" in number else f"{session[: LONGEST_NUMBER - 20]}/{number}"


async def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    journal = await SqliteJournal.open(path)
    try:
        return [json.loads(row) async for row in journal.read()]
    finally:
        await journal.close()


async def _questions(path: Path) -> Mapping[str, Question]:
    board = Board((), 0)
    for event in await _read(path):
        board.apply(event)
    return board.questions


async def _write(path: Path, renamed: dict[str, list[dict[str, Any]]]) -> int:
    journal = await SqliteJournal.open(path)
    try:
        known = {str(json.loads(row)["number"]) async for row in journal.read()}
        fresh = [name for name in renamed if name not in known]
        rows = [json.dumps(row, ensure_ascii=False).encode() for name in fresh for row in renamed[name]]
        if rows:
            # one append: a crash leaves all of them or none
            await journal.append(rows)
        return len(fresh)
    finally:
        await journal.close()
