"""The desk of questions: what screeners do to them, what everybody may read, and what others of the session ask of it.

It holds order and waiting; what is allowed stands in `domain.question_*`.  A deed is judged, written and folded under
one lock, so that two screeners never act on the same picture; bulk deeds go in slices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.question_board import Judged
from audience_server.domain.question_deeds import LEAVES_ITS_CUE, Deed, read_deed
from audience_server.domain.question_text import clean_text
from audience_server.domain.questions import PUBLIC_STATES, Question
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.session import SessionState
from audience_server.fanout import Changes
from audience_server.live_questions_alike import AlikeFinder
from audience_server.live_questions_asking import Asking
from audience_server.live_questions_book import Event, QuestionBook
from audience_server.live_questions_holds import Holds
from audience_server.live_questions_lines import QuestionLines
from audience_server.live_questions_views import Public, QuestionViews
from audience_server.matching.word_list import WordList
from audience_server.stores.journal import Journal
from audience_server.stores.port import StoreFailed

SLICE = 200
ON_PROGRAMME = ("on_air", "answered")
MOST_LISTED_BYTES = 2_000_000

Outcome = dict[str, Any] | Refusal
Arguments = Mapping[str, Any]
Deeds = Mapping[str, Callable[[Arguments, Person], Awaitable[Outcome]]]


@dataclass(frozen=True, slots=True)
class AirQuestion:
    """A question as it may go to air."""

    number: str
    unit: str
    text: str
    supporters: int
    kind: str


async def _nobody_waits(question: Question, by: Person) -> None:
    """Until the register is wired."""


class QuestionDesk:
    """All questions of one session.  Hooks (`show_on_air`, `assigned`, `promised`) are set by whoever wires it."""

    def __init__(
        self,
        state: SessionState,
        journal: Journal,
        clock: Clock,
        ring: Callable[[str, str], None],
        bump: Callable[[], None],
    ) -> None:
        self._rules = state.rundown.questions
        self._clock = clock
        self._bump = bump
        self._book = QuestionBook(self._rules, journal, ring)
        self._board = self._book.board
        self._views = QuestionViews(self._board, clock, bump)
        self._alike = AlikeFinder(self._book)
        self.lines = QuestionLines(self._board, self._views.own)
        self.asking = Asking(self._book, state, clock)
        self._programme: str | None = None
        self._holds = Holds(clock, self._views.held_by, self._views.touch)
        self._tasks: set[asyncio.Task[None]] = set()
        self.show_on_air: Callable[[str | None], None] = lambda number: None
        self.assigned: Callable[[str, str | None], Refusal | None] = lambda number, cue: None
        self.promised: Callable[[Question, Person], Awaitable[None]] = _nobody_waits
        self.commands: Deeds = {
            "question": self._question,
            "questions": self._questions,
            "question-undo": self._undo,
            "intake": self._intake,
            "words": self._words,
        }

    async def start(self) -> None:
        """Replay the journal."""
        await self._book.start()
        self._views.begin()
        self._alike.begin()
        self._book.heard.append(self._hear)

    async def stop(self) -> None:
        await self._alike.stop()
        await self._book.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # what others see

    @property
    def changed(self) -> Changes:
        return self._views.changed

    @property
    def revision(self) -> int:
        return self._views.changed.revision

    @property
    def public_revision(self) -> int:
        return self._views.public_revision

    @property
    def withdrawn(self) -> int:
        """How often a question has left the public list; phones, wall and air hear of it at once."""
        return self._views.withdrawn

    @property
    def intake(self) -> str:
        return self._board.mode

    def views(self, since: int = 0) -> list[dict[str, Any]]:
        """As the wire's QuestionView fields, of questions changed after `since`."""
        return self._views.of(self._views.changed_after(since))

    def changed_after(self, since: int) -> list[str]:
        """The numbers of the same; with thousands of them their views are better made in parts, by `views_of`."""
        return self._views.changed_after(since)

    def views_of(self, numbers: Sequence[str]) -> list[dict[str, Any]]:
        return self._views.of(numbers)

    def counts(self) -> dict[str, Any]:
        return self._views.counts(self._rules.enabled)

    def find(self, number: str) -> Question | None:
        return self._board.questions.get(number)

    def public(self, unit: str = "") -> Sequence[Public]:
        return self._views.public(unit)

    def airable(self, number: str) -> AirQuestion | Refusal:
        """What may be shown of a question, if it may be shown at all."""
        question = self.find(number)
        if question is None:
            return Refusal(RefusalCode.UNKNOWN_QUESTION, number)
        if question.state not in PUBLIC_STATES:
            return Refusal(RefusalCode.NOT_APPROVED, number)
        supporters = self._board.supporters(question)
        return AirQuestion(number, question.unit, question.text, supporters, question.kind)

    def promise_of(self, unit: str) -> Question | None:
        """The newest promise on the air that concerns a unit, of a question that all may read."""
        promised = [each for each in self._board.questions.values() if each.promise and each.unit == unit]
        return next((each for each in reversed(promised) if each.state in PUBLIC_STATES), None)

    def taken_off(self, number: str) -> None:
        """The programme no longer shows it; it stays on_air until it is answered."""
        if self._programme == number:
            self._programme = None

    async def picture(self, number: str) -> bytes | Refusal:
        """A JPEG for screeners, and for nobody else."""
        try:
            picture = await self._book.image(number)
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        return Refusal(RefusalCode.UNKNOWN_QUESTION, number) if picture is None else picture

    def reply(self, number: str, text: str, closed: bool) -> None:
        """What the register tells the asker."""
        question = self.find(number)
        if question is not None and (question.reply, question.closed) != (text, closed):
            self._book.later(lambda before: {"e": "reply", "number": number, "text": text, "closed": closed})

    # the asker

    def own_of(self, asker: str) -> list[dict[str, Any]]:
        """Everything of one asker, newest first."""
        return [self.own(number) for number in reversed(self._board.by_asker.get(asker, ()))]

    def own(self, number: str) -> dict[str, Any]:
        """What may be said of it to whoever knows its code; of a report only that it is there."""
        question = self.find(number)
        if question is None:
            return {"number": number, "state": "received", "kind": "report", "text": ""}
        own = self._views.own(question)
        self.lines.remember(number, own)
        return own

    # after every event

    def _hear(self, event: Event, touched: set[str]) -> None:
        kind = event["e"]
        if kind == "words":
            self._spawn(self._reflag(self._views.use_words()))
        if kind == "undo" or event.get("do") in ("merge", "unmerge"):
            touched = touched.union(*(self._board.alike.get(number, ()) for number in touched))
        if kind == "intake":
            self._views.changed.bump()
            self._bump()
        if touched:
            self._views.touch(touched)
            self.lines.touch(touched)
            self._alike.touch(touched)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reflag(self, words: WordList) -> None:
        first: int | None = 0
        while first is not None:
            first = self._views.reflag(words, first)
            await asyncio.sleep(0)

    # commands

    async def _questions(self, arguments: Arguments, by: Person) -> Outcome:
        wanted = {name: str(arguments.get(name, "")) for name in ("state", "unit", "kind", "language", "text")}
        found = self._views.search(**wanted)
        listed: list[dict[str, Any]] = []
        size = 0
        for question in found:
            listed.append(self._views.view(question))
            size += 400 + 3 * (len(question.text) + len(question.original) + len(question.answer))
            if size > MOST_LISTED_BYTES:
                break
        return {"questions": listed, "total": len(found)}

    async def _intake(self, arguments: Arguments, by: Person) -> Outcome:
        seconds = int(arguments.get("seconds") or self._board.slow_seconds)
        event = {"e": "intake", "mode": arguments["mode"], "seconds": seconds, "by": by.name, "at": self._clock.unix()}
        refusal = await self._write([event])
        return refusal or {"intake": self._board.mode, "seconds": self._board.slow_seconds}

    async def _words(self, arguments: Arguments, by: Person) -> Outcome:
        if arguments.get("words") is not None:
            words = list(dict.fromkeys(filter(None, map(clean_text, arguments["words"]))))
            event = {"e": "words", "words": words, "by": by.name, "at": self._clock.unix()}
            refusal = await self._write([event])
            if refusal is not None:
                return refusal
        return {"words": list(self._board.words)}

    async def _write(self, events: list[Event]) -> Refusal | None:
        async with self._book.writing:
            return await self._write_locked(events)

    async def _write_locked(self, events: list[Event]) -> Refusal | None:
        try:
            await self._book.write(events)
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        return None

    async def _question(self, arguments: Arguments, by: Person) -> Outcome:
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
        failure = await self._write_locked([{"e": "deed", "numbers": numbers, "more": more, **asdict(deed)}])
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

    async def _undo(self, arguments: Arguments, by: Person) -> Outcome:
        async with self._book.writing:
            judged = self._board.undoable(by.name)
            if isinstance(judged, Refusal):
                return judged
            before = {number: self._board.questions[number] for number in judged.possible}
            for first in range(0, len(judged.possible), SLICE):
                numbers = judged.possible[first : first + SLICE]
                last = first + SLICE >= len(judged.possible)
                event = {"e": "undo", "by": by.name, "at": self._clock.unix(), "numbers": numbers, "last": last}
                failure = await self._write_locked([event])
                if failure is not None:
                    return failure
                await asyncio.sleep(0)
            for number, former in before.items():
                now = self._board.questions[number]
                if now.cue != former.cue:
                    self.assigned(number, now.cue or None)
            self._clear_air()
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
