"""Forgetting what people asked: afterwards no file of the directory holds a word of it, and the evidence is untouched.

The register's cases are copies that an office works on; they are counted here and kept, and so is the show log, which
knows numbers and no words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audience_server.domain.cases import CaseEvent, Register
from audience_server.session_directory import DirectoryRefused, SessionDirectory
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.stores.port import StoreFailed

ASKED = (b'{"e": "asked"', b'{"e": "reported"')


class ForgetRefused(Exception):
    """Nothing was forgotten, or not all; the text says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many questions and reports went, and how many cases of the register were made from questions."""

    questions: int
    register_cases: int


async def forget_questions(path: Path) -> Forgotten:
    """Erases them.  Raises ForgetRefused, for instance while a server runs on the directory."""
    try:
        directory = SessionDirectory.open(path)
        directory.lock()
    except DirectoryRefused as refused:
        raise ForgetRefused(str(refused)) from None
    try:
        count = await _erase(directory.journal_path("questions"))
        # a crash here leaves numbers in the desk's file and no question; the command can be given again
        _forget_at_the_desk(directory)
        return Forgotten(count, await _copies(directory.journal_path("register")))
    except StoreFailed as failure:
        raise ForgetRefused(str(failure)) from failure
    finally:
        directory.unlock()


async def _erase(path: Path) -> int:
    if not path.exists():
        return 0
    journal = await SqliteJournal.open(path)
    try:
        count = sum([row.startswith(ASKED) async for row in journal.read()])
        await journal.erase()
    finally:
        await journal.close()
    return count


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


async def _copies(path: Path) -> int:
    if not path.exists():
        return 0
    register = Register()
    journal = await SqliteJournal.open(path)
    try:
        async for row in journal.read():
            register.apply(CaseEvent.from_row(json.loads(row)))
    finally:
        await journal.close()
    return sum(bool(case.origin_number) for case in register.cases.values())
