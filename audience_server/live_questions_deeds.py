"""What screeners do to questions: judged, written and folded under one lock, so that no two act on the same picture.

Bulk deeds go in slices.  `show_on_air`, `assigned` and `promised` tell air, running order and register; they are set by
whoever wires the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.question_board import Judged
from audience_server.domain.question_deeds import LEAVES_ITS_CUE, Deed, read_deed
from audience_server.domain.questions import Question
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.rundown import QuestionRules
from audience_server.live_questions_book import Event, QuestionBook
from audience_server.live_questions_holds import Holds
from audience_server.live_questions_views import QuestionViews
from audience_server.stores.port import StoreFailed

SLICE = 200
ON_PROGRAMME = ("on_air", "answered")

Outcome = dict[str, Any] | Refusal
Arguments = Mapping[str, Any]


async def _nobody_waits(question: Question, by: Person) -> None:
    """Until the register is wired."""


class QuestionDeeds:
    """The deeds of one session's screeners."""

    def __init__(self, book: QuestionBook, views: QuestionViews, rules: QuestionRules, clock: Clock) -> None:
        self._book = book
        self._board = book.board
        self._views = views
        self._rules = rules
        self._clock = clock
        self._holds = Holds(clock, views.held_by, views.touch)
        self._programme: str | None = None
        self.show_on_air: Callable[[str | None], None] = lambda number: None
        self.assigned: Callable[[str, str | None], Refusal | None] = lambda number, cue: None
        self.promised: Callable[[Question, Person], Awaitable[None]] = _nobody_waits

    def taken_off(self, number: str) -> None:
        """The programme no longer shows it; it stays on_air until it is answered."""
        if self._programme == number:
            self._programme = None

    async def write(self, event: Event) -> Refusal | None:
        """One event of its own, durable and folded when this returns None."""
        async with self._book.writing:
            return await self._write(event)

    async def _write(self, event: Event) -> Refusal | None:
        try:
            await self._book.write([event])
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        return None

    async def question(self, arguments: Arguments, by: Person) -> Outcome:
        """One deed on one or many: `done` and `refused` by number, or a refusal when nothing at all was done."""
        numbers = tuple(dict.fromkeys(arguments["numbers"]))
        do = str(arguments["do"])
        if not numbers or (do == "air" and len(numbers) > 1):
            return Refusal(RefusalCode.BAD_ARGUMENT, "numbers")
        if do in ("hold", "release"):
            return self._hold(do, numbers, by.name)
        deed = read_deed(do, arguments, by.name, self._clock.unix(), self._rules.longest)
        if isinstance(deed, Refusal):
            return deed
        async with self._book.writing:
            outcome = await self._carry_out(deed, numbers, arguments.get("versions") or {})
        if isinstance(outcome, dict) and do == "promise":
            for number in outcome["done"]:
                await self.promised(self._board.questions[number], by)
        return outcome

    async def _carry_out(self, deed: Deed, numbers: Sequence[str], versions: Mapping[str, int]) -> Outcome:
        """In slices, so that five thousand at once hold up nobody; the slices are one deed for `question-undo`."""
        done: list[str] = []
        refused: dict[str, str] = {}
        failure: Refusal | None = None
        for first in range(0, len(numbers), SLICE):
            judged = self._board.judge(deed, numbers[first : first + SLICE], versions)
            refused |= {number: code.value for number, code in judged.refused.items()}
            possible = self._bound(deed, judged, refused)
            failure = await self._do(deed, possible, more=bool(done)) if possible else None
            if failure is not None:
                rest = [number for number in numbers[first:] if number not in refused]
                refused |= dict.fromkeys(rest, failure.code.value)
                break
            done += possible
            await asyncio.sleep(0)
        if not done:
            return failure or _nothing_done(refused)
        self._holds.free(done)
        return {"done": done, "refused": refused}

    def _bound(self, deed: Deed, judged: Judged, refused: dict[str, str]) -> list[str]:
        """The numbers that the running order takes too, for a deed that needs it."""
        if deed.do != "assign":
            return list(judged.possible)
        possible = []
        for number in judged.possible:
            refusal = self.assigned(number, deed.cue)
            if refusal is None:
                possible.append(number)
            else:
                refused[number] = refusal.code.value
        return possible

    async def _do(self, deed: Deed, numbers: list[str], more: bool) -> Refusal | None:
        before = {number: self._board.questions[number] for number in numbers}
        failure = await self._write({"e": "deed", "numbers": numbers, "more": more, **asdict(deed)})
        if failure is not None:
            if deed.do == "assign":
                self._bind_again(before.values())
            return failure
        if deed.do in LEAVES_ITS_CUE:
            for number in numbers:
                if before[number].cue:
                    self.assigned(number, None)
        if deed.do == "air":
            self._programme = numbers[0]
            self.show_on_air(numbers[0])
        self._clear_air()
        return None

    def _bind_again(self, questions: Iterable[Question]) -> None:
        for question in questions:
            self.assigned(question.number, question.cue or None)

    def _clear_air(self) -> None:
        """What the programme shows has been put on air, and not been taken back since."""
        if self._programme is not None and self._board.questions[self._programme].state not in ON_PROGRAMME:
            self._programme = None
            self.show_on_air(None)

    async def undo(self, arguments: Arguments, by: Person) -> Outcome:
        """Takes back the last deed of whoever asks, where nobody has changed those questions since."""
        async with self._book.writing:
            judged = self._board.undoable(by.name)
            if isinstance(judged, Refusal):
                return judged
            before = {number: self._board.questions[number] for number in judged.possible}
            for first in range(0, len(judged.possible), SLICE):
                numbers = judged.possible[first : first + SLICE]
                last = first + SLICE >= len(judged.possible)
                event = {"e": "undo", "by": by.name, "at": self._clock.unix(), "numbers": numbers, "last": last}
                failure = await self._write(event)
                if failure is not None:
                    return failure
                await asyncio.sleep(0)
            after = {number: self._board.questions[number] for number in before}
            for number, former in before.items():
                now = after[number]
                if now.cue != former.cue:
                    self.assigned(number, now.cue or None)
            self._clear_air()
        for number, former in before.items():
            if (after[number].promise, after[number].due) != (former.promise, former.due):
                await self.promised(after[number], by)
        refused = {number: code.value for number, code in judged.refused.items()}
        return {"done": list(judged.possible), "refused": refused}

    def _hold(self, do: str, numbers: Sequence[str], person: str) -> Outcome:
        if do == "release":
            return {"done": self._holds.release(numbers, person), "refused": {}}
        refused = {
            number: RefusalCode.UNKNOWN_QUESTION.value for number in numbers if number not in self._board.questions
        }
        refused |= dict.fromkeys(self._holds.others(numbers, person), RefusalCode.QUESTION_STATE.value)
        held = [number for number in numbers if number not in refused]
        if not held:
            return _nothing_done(refused)
        self._holds.take(held, person)
        return {"done": held, "refused": refused}


def _nothing_done(refused: Mapping[str, str]) -> Refusal:
    """The first reason, for all of them."""
    code = next(iter(refused.values()))
    numbers = [number for number, each in refused.items() if each == code]
    shown = ", ".join(number[:12] for number in numbers[:5])
    return Refusal(RefusalCode(code), shown + (" …" if len(numbers) > 5 else ""))
