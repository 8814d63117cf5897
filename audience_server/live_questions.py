"""The desk of questions: everything that the rest of the session and its doors ask of questions.

It holds order and waiting; what is allowed stands in `domain.question_*`, what screeners do in `live_questions_deeds`,
what phones do in `live_questions_asking`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.question_text import clean_text
from audience_server.domain.questions import PUBLIC_STATES, Question
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.session import SessionState
from audience_server.fanout import Changes
from audience_server.live_questions_alike import AlikeFinder
from audience_server.live_questions_asking import Asking
from audience_server.live_questions_book import Event, QuestionBook
from audience_server.live_questions_deeds import Arguments, Outcome, QuestionDeeds
from audience_server.live_questions_lines import QuestionLines
from audience_server.live_questions_tickets import SECONDS as TICKET_SECONDS
from audience_server.live_questions_tickets import PictureTickets
from audience_server.live_questions_views import Public, QuestionViews
from audience_server.matching.word_list import WordList
from audience_server.stores.journal import Journal
from audience_server.stores.port import StoreFailed

MOST_LISTED_BYTES = 2_000_000

Deeds = Mapping[str, Callable[[Arguments, Person], Awaitable[Outcome]]]


@dataclass(frozen=True, slots=True)
class AirQuestion:
    """A question as it may go to air."""

    number: str
    unit: str
    text: str
    supporters: int
    kind: str


class QuestionDesk(QuestionDeeds):
    """All questions of one session.  Hooks (`show_on_air`, `assigned`, `promised`) are set by whoever wires it."""

    def __init__(
        self,
        state: SessionState,
        journal: Journal,
        clock: Clock,
        ring: Callable[[str, str], None],
        bump: Callable[[], None],
    ) -> None:
        rules = state.rundown.questions
        book = QuestionBook(rules, journal, ring)
        super().__init__(book, QuestionViews(book.board, clock, bump), rules, clock)
        self._bump = bump
        self._alike = AlikeFinder(book)
        self.lines = QuestionLines(book.board, self._views.own)
        self.asking = Asking(book, state, clock)
        self.tickets = PictureTickets(clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self.commands: Deeds = {
            "question": self.question,
            "questions": self._questions,
            "question-undo": self.undo,
            "intake": self._intake,
            "words": self._words,
            "question-picture": self._picture_ticket,
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

    def promises(self) -> list[Question]:
        """Every question with a promise on the air."""
        return [each for each in self._board.questions.values() if each.promise]

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
        refusal = await self.write(event)
        return refusal or {"intake": self._board.mode, "seconds": self._board.slow_seconds}

    async def _picture_ticket(self, arguments: Arguments, by: Person) -> Outcome:
        """The address of a picture on the control port, good for a browser and a short time."""
        number = str(arguments["number"])
        question = self.find(number)
        if question is None or not question.picture:
            return Refusal(RefusalCode.UNKNOWN_QUESTION, number)
        path = f"/questions/{number}.jpg?ticket={self.tickets.give(number)}"
        return {"path": path, "seconds": TICKET_SECONDS}

    async def _words(self, arguments: Arguments, by: Person) -> Outcome:
        if arguments.get("words") is not None:
            words = list(dict.fromkeys(filter(None, map(clean_text, arguments["words"]))))
            event = {"e": "words", "words": words, "by": by.name, "at": self._clock.unix()}
            refusal = await self.write(event)
            if refusal is not None:
                return refusal
        return {"words": list(self._board.words)}
