"""Phones that follow their questions, and telling them what became of these: in slices, and only what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from audience_server.domain.question_board import Board
from audience_server.domain.questions import Question

Line = Callable[[dict[str, Any]], None]
Own = Callable[[Question], dict[str, Any]]

TOLD_A_TURN = 50
MOST_FOLLOWED = 20


class QuestionLines:
    """Who listens to which asker's questions, or to one number."""

    def __init__(self, board: Board, own: Own) -> None:
        self._board = board
        self._own = own
        self._lines: dict[str, set[Line]] = {}  # asker or number -> lines
        self._keys: dict[Line, list[str]] = {}
        self._told: dict[str, dict[str, Any]] = {}
        self._waiting: dict[str, None] = {}
        self._teller: asyncio.Task[None] | None = None

    @property
    def listening(self) -> int:
        return len(self._keys)

    def follow(self, line: Line, key: str) -> None:
        """`key`: an asker, or the number of a question that nobody's secret is known of."""
        keys = self._keys.setdefault(line, [])
        if key not in keys:
            keys.append(key)
            self._lines.setdefault(key, set()).add(line)
        if len(keys) > MOST_FOLLOWED:
            self._unfollow(line, keys.pop(0))

    def forget(self, line: Line) -> None:
        for key in self._keys.pop(line, ()):
            self._unfollow(line, key)

    def _unfollow(self, line: Line, key: str) -> None:
        self._lines[key].discard(line)
        if not self._lines[key]:
            del self._lines[key]

    def touch(self, numbers: Iterable[str]) -> None:
        """Something became of these, and of what was merged into them."""
        for number in numbers:
            question = self._board.questions[number]
            for each in (number, *question.merged):
                if self._listeners(self._board.questions[each]):
                    self._waiting[each] = None
        if self._waiting and self._teller is None:
            self._teller = asyncio.ensure_future(self._tell())

    def _listeners(self, question: Question) -> tuple[Line, ...]:
        askers = self._lines.get(question.asker, ()) if question.asker else ()
        return (*askers, *self._lines.get(question.number, ()))

    async def _tell(self) -> None:
        try:
            while self._waiting:
                for number in list(self._waiting)[:TOLD_A_TURN]:
                    del self._waiting[number]
                    self._tell_one(self._board.questions[number])
                await asyncio.sleep(0)
        finally:
            self._teller = None

    def _tell_one(self, question: Question) -> None:
        own = self._own(question)
        if self.remember(question.number, own):
            for line in set(self._listeners(question)):
                line(own)

    def remember(self, number: str, own: dict[str, Any]) -> bool:
        """What the asker knows now; whether it is news.  One supporter more is none."""
        news = {name: value for name, value in own.items() if name != "supporters"}
        former = self._told.get(number)
        self._told[number] = news
        return news != former
