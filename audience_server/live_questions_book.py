"""The book of questions: board and journal as one, written by one writer, and everything durable before it counts.

Events are folded when the journal has them, never before.  After a failed write the journal is read again before the
next one, for a row may be there although its answer was lost.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

from audience_server.domain.question_board import Board
from audience_server.domain.rundown import QuestionRules
from audience_server.stores.journal import Journal
from audience_server.stores.port import StoreFailed

MOST_AT_ONCE = 50

Event = dict[str, Any]
Heard = Callable[[Event, set[str]], None]
Maker = Callable[[Sequence[Event]], Event]
Written = Callable[[bool], None]

log = logging.getLogger(__name__)


class QuestionBook:
    """`heard` are told of every event after its fold, with the numbers it touched; not during the replay."""

    def __init__(self, rules: QuestionRules, journal: Journal, ring: Callable[[str, str], None]) -> None:
        self.board = Board(rules.words, rules.slow_seconds)
        self.writing = asyncio.Lock()
        self.heard: list[Heard] = []
        self._journal = journal
        self._ring = ring
        self._size = 0
        self._images: dict[str, int] = {}  # number -> its row
        self._unsure = False
        self._waiting: list[tuple[Maker, Written]] = []
        self._writer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Everything that the journal holds."""
        await self._read_on(tell=False)

    async def stop(self) -> None:
        """What waits is written, or refused, before the journal closes."""
        if self._writer is not None:
            await asyncio.gather(self._writer, return_exceptions=True)

    async def write(self, events: Sequence[Event]) -> None:
        """Durable and folded when it returns, else StoreFailed.  The caller holds `writing`."""
        try:
            if self._unsure:
                await self._read_on(tell=True)
            await self._journal.append([json.dumps(event, ensure_ascii=False).encode() for event in events])
        except StoreFailed as failure:
            self._unsure = True
            self._ring("questions_failed", str(failure))
            raise
        for event in events:
            self._size += 1
            self._fold(event, tell=True)

    def later(self, make: Maker, written: Written = lambda well: None) -> None:
        """An event for the next write, with others that wait.

        `make` is called at its turn, with the events of the same write before it; `written` hears if it is durable.
        """
        self._waiting.append((make, written))
        if self._writer is None:
            self._writer = asyncio.ensure_future(self._write_waiting())

    async def image(self, number: str) -> bytes | None:
        """The picture that came with a question.  Raises StoreFailed."""
        place = self._images.get(number)
        if place is None:
            return None
        async for row in self._journal.read(place):
            return base64.b64decode(json.loads(row)["image"])
        return None

    async def _write_waiting(self) -> None:
        while self._waiting:
            async with self.writing:
                taken, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                well = await self._write_taken([make for make, _ in taken])
            for _, written in taken:
                written(well)
        self._writer = None

    async def _write_taken(self, makers: Sequence[Maker]) -> bool:
        events: list[Event] = []
        try:
            if self._unsure:
                await self._read_on(tell=True)
            for make in makers:
                events.append(make(events))
            await self.write(events)
        except StoreFailed:
            return False
        except Exception:
            # phones that wait hear try_again instead of nothing, and the next write reads the journal again
            log.exception("questions could not be written")
            self._unsure = True
            return False
        return True

    async def _read_on(self, tell: bool) -> None:
        """Rows that are in the journal and not on the board yet."""
        async for row in self._journal.read(self._size):
            self._size += 1
            try:
                event = json.loads(row)
                self._fold(event, tell)
            except (ValueError, KeyError, TypeError) as error:
                # one row that was tampered with must not keep a session from starting
                log.error("row %d of the questions' journal cannot be read: %s", self._size - 1, type(error).__name__)
                self._ring("questions_damaged", str(self._size - 1))
        self._unsure = False

    def _fold(self, event: Event, tell: bool) -> None:
        touched = self.board.apply(event)
        if "image" in event:
            self._images[event["number"]] = self._size - 1
        if tell:
            for hear in self.heard:
                hear(event, touched)
