"""回头看: takes the cases of one session's register over into the next session's, with their whole history.

A carried case is called `<session id>/<number>` for ever, so that nobody takes it for one of the new session; its asker
looks it up by `<session id>/<question number>` and the old code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audience_server.clock import LoopClock
from audience_server.domain.cases import CaseEvent, CaseStep, Register
from audience_server.domain.question_board import Board
from audience_server.evidence import EvidenceRefused
from audience_server.session_directory import DirectoryRefused, SessionDirectory
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.stores.port import StoreFailed

LONGEST_NUMBER = 64


async def carry_cases(old: Path, new: Path) -> int:
    """How many cases were taken over; those that are there already are left alone.  Raises EvidenceRefused."""
    try:
        source, target = SessionDirectory.open(old), SessionDirectory.open(new)
        target.lock()
    except DirectoryRefused as refused:
        raise EvidenceRefused(str(refused)) from None
    try:
        session = source.origin.rpartition("/")[2]
        rows = await _read(source.journal_path("register"))
        codes = await _question_codes(source.journal_path("questions"))
        return await _write(target.journal_path("register"), carried_rows(rows, codes, session, LoopClock().unix()))
    except StoreFailed as failure:
        raise EvidenceRefused(str(failure)) from failure
    finally:
        target.unlock()


def carried_rows(
    rows: Sequence[dict[str, Any]], codes: dict[str, str], session: str, at: int
) -> dict[str, list[dict[str, Any]]]:
    """New number -> its rows: everything that was done, and the step that carried it."""
    register = Register()
    renamed: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        register.apply(CaseEvent.from_row(row))
        renamed.setdefault(_new_name(str(row["number"]), session), []).append(
            {**row, "number": _new_name(str(row["number"]), session)}
        )
    for case in register.cases.values():
        changes = {"code": codes.get(case.origin_number, case.code)}
        if case.origin_number:
            changes["origin_number"] = _new_name(case.origin_number, session)
        name = _new_name(case.number, session)
        renamed[name].append(CaseEvent(name, CaseStep(at, session, "carry"), changes).as_row())
    return renamed


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


async def _question_codes(path: Path) -> dict[str, str]:
    board = Board((), 0)
    for event in await _read(path):
        board.apply(event)
    return {number: question.code for number, question in board.questions.items()}


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
