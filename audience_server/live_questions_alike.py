"""Finding near duplicates in the background, one question a turn: it costs milliseconds with thousands of questions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from audience_server.live_questions_book import Maker, QuestionBook
from audience_server.matching.near_duplicates import NearDuplicates


class AlikeFinder:
    """Keeps the texts, looks at what is new or reworded, and writes down what it finds."""

    def __init__(self, book: QuestionBook) -> None:
        self._book = book
        self._board = book.board
        self._texts = NearDuplicates()
        self._known: dict[str, tuple[str, bool]] = {}
        self._waiting: dict[str, None] = {}
        self._finder: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """After the replay: what a crash left unlooked at is looked at now."""
        self._take(self._board.questions, self._board.alike)

    def touch(self, numbers: Iterable[str]) -> None:
        self._take(numbers, {})

    def _take(self, numbers: Iterable[str], looked_at: Iterable[str]) -> None:
        for number in numbers:
            question = self._board.questions[number]
            facts = (question.text, bool(question.into))
            if self._known.get(number) == facts:
                continue
            self._known[number] = facts
            if question.into:
                self._texts.drop(number)
            else:
                self._texts.put(number, question.unit, question.text)
                if number not in looked_at:
                    self._waiting[number] = None
        if self._waiting and self._finder is None:
            self._finder = asyncio.ensure_future(self._look())

    async def stop(self) -> None:
        if self._finder is not None:
            self._finder.cancel()
            await asyncio.gather(self._finder, return_exceptions=True)

    async def _look(self) -> None:
        try:
            while self._waiting:
                number = next(iter(self._waiting))
                del self._waiting[number]
                found = self._texts.like(number)
                # also when nothing was found: a restart need not look again
                if found != self._board.alike.get(number):
                    self._book.later(self._event(number, found))
                await asyncio.sleep(0)
        finally:
            self._finder = None

    def _event(self, number: str, found: tuple[str, ...]) -> Maker:
        return lambda before: {"e": "alike", "number": number, "numbers": list(found)}
