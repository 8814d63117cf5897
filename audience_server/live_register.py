"""The register of a running session: steps into the journal first, then into the fold, then to whoever waits.

It holds order, never a rule (domain.case_steps, domain.case_promises), and nothing of it is in the record.  One step at
a time: a number is given and written before the next one is.  After a failed write the journal is read again before the
next one, for a row may be there although its answer was lost.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from audience_server.clock import Clock, Timer
from audience_server.domain.case_promises import draft_promise
from audience_server.domain.case_statistics import is_overdue, numbers_of
from audience_server.domain.case_steps import Moment, draft_from_question, draft_step
from audience_server.domain.cases import Case, CaseEvent, Register
from audience_server.domain.questions import PUBLIC_STATES, Question
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.rundown import Rundown
from audience_server.stores.journal import Journal
from audience_server.stores.port import StoreFailed

Outcome = dict[str, Any] | Refusal

RETRY_SECONDS = 5.0
NOTHING_OWED = Refusal(RefusalCode.CASE_STATE, "the register has this promise already")

log = logging.getLogger(__name__)


class Questions(Protocol):
    """What the register needs of the questions: to read them, and to tell an asker."""

    def find(self, number: str) -> Question | None: ...

    def promises(self) -> Sequence[Question]: ...

    def reply(self, number: str, text: str, closed: bool) -> None: ...


def draw_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


class LiveRegister:
    """`draw_code` makes the query code of a case that came by hotline or letter; `ring` an alarm at the desk."""

    def __init__(
        self,
        rundown: Rundown,
        journal: Journal,
        clock: Clock,
        draw_code: Callable[[], str],
        questions: Questions,
        ring: Callable[[str, str], None],
        changed: Callable[[], None],
    ) -> None:
        self._rundown = rundown
        self._journal = journal
        self._clock = clock
        self._draw_code = draw_code
        self._questions = questions
        self._ring = ring
        self._changed = changed
        self._writing = asyncio.Lock()
        self._size = 0
        self._unsure = False
        self._owed: dict[str, str] = {}  # questions whose promise the register has not taken, and who gave it
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self.register = Register()
        self.commands = {"case": self._case, "cases": self._cases}

    async def start(self) -> None:
        """Read back what is there; then what a crash or a full disk kept from register or asker is done."""
        await self._read_on()
        for case in self.register.cases.values():
            self._tell_asker(case)
        made = [self._questions.find(case.origin_number) for case in self.register.cases.values() if case.origin_number]
        for question in (*self._questions.promises(), *filter(None, made)):
            self._owed.setdefault(question.number, question.by)
        await self._catch_up()
        for number in self._owed:
            self._ring("register_failed", number)

    async def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def today(self) -> datetime.date:
        """In the server's time zone, where the studio is."""
        return datetime.date.fromtimestamp(self._clock.unix())

    def counts(self) -> dict[str, int]:
        """As `wire.control_view.RegisterView`."""
        cases = self.register.cases.values()
        return {
            "total": len(cases),
            "open": sum(case.state != "closed" for case in cases),
            "overdue": sum(is_overdue(case, self.today) for case in cases),
            "revision": sum(len(case.steps) for case in cases),
        }

    # commands

    async def _cases(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        cases = [
            case
            for case in self.register.cases.values()
            if arguments.get("state", "") in ("", case.state) and arguments.get("unit", "") in ("", case.unit)
        ]
        numbers = numbers_of(self.register.cases.values(), self.today)
        statistics = {name: getattr(numbers, name) for name in numbers.__dataclass_fields__}
        statistics["closing_rate"] = numbers.closing_percent
        return {"cases": [self._shown(case) for case in cases], "total": len(cases), "statistics": statistics}

    async def _case(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        do, fields = str(arguments["do"]), dict(arguments.get("fields", {}))
        number = str(arguments.get("number", ""))

        def draft() -> CaseEvent | Refusal:
            moment = self._moment(by.name)
            if do == "make" and fields.get("question"):
                rest = {name: text for name, text in fields.items() if name != "question"}
                return self._from_question(fields["question"], rest, moment)
            event = draft_step(self.register, number, do, fields, moment)
            if do == "make" and isinstance(event, CaseEvent):
                return CaseEvent(event.number, event.step, {**event.changes, "code": self._draw_code()})
            return event

        case = await self._step(draft)
        return case if isinstance(case, Refusal) else {"case": self._shown(case)}

    def _moment(self, by: str) -> Moment:
        return Moment(self._rundown, self._clock.unix(), self.today, by)

    def _from_question(self, number: str, fields: dict[str, str], moment: Moment) -> CaseEvent | Refusal:
        question = self._questions.find(number)
        if question is None:
            return Refusal(RefusalCode.UNKNOWN_QUESTION, number)
        if question.state not in PUBLIC_STATES:
            return Refusal(RefusalCode.NOT_APPROVED, number)
        return draft_from_question(self.register, question, fields, moment)

    # promises on the air

    async def promised(self, question: Question, by: Person) -> None:
        """A question's promise is another one now, or taken back: its case is made, corrected, or ends, at once."""
        self._owed[question.number] = by.name
        await self._catch_up()
        if question.number in self._owed:
            self._ring("register_failed", question.number)

    async def _catch_up(self) -> None:
        """Whatever the register owes to promises; while nothing can be written it is tried again and again."""
        for number, by in list(self._owed.items()):
            outcome = await self._step(partial(self._draft_promise, number, by))
            if isinstance(outcome, Refusal) and outcome.code == RefusalCode.TRY_AGAIN:
                self._try_again_later()
                return
            self._owed.pop(number, None)
            if isinstance(outcome, Refusal) and outcome is not NOTHING_OWED:
                log.error("the promise of %s is refused by the register: %s", number, outcome)
                self._ring("register_failed", number)

    def _draft_promise(self, number: str, by: str) -> CaseEvent | Refusal:
        question = self._questions.find(number)
        if question is None:
            return NOTHING_OWED
        return draft_promise(self.register, question, self._moment(by)) or NOTHING_OWED

    def _try_again_later(self) -> None:
        if self._timer is None:
            self._timer = self._clock.call_later(RETRY_SECONDS, self._try_again)

    def _try_again(self) -> None:
        self._timer = None
        self._task = asyncio.ensure_future(self._catch_up())

    # one step

    async def _step(self, draft: Callable[[], CaseEvent | Refusal]) -> Case | Refusal:
        """Drafted, durable and folded before anybody else drafts."""
        async with self._writing:
            try:
                if self._unsure:
                    await self._read_on()
                event = draft()
                if isinstance(event, Refusal):
                    return event
                await self._journal.append([json.dumps(event.as_row(), ensure_ascii=False).encode()])
            except StoreFailed as failure:
                self._unsure = True
                return Refusal(RefusalCode.TRY_AGAIN, str(failure))
            # a crash here leaves a step that the next start folds in, and then tells the asker
            self._size += 1
            case = self._fold(event)
        self._changed()
        return case

    async def _read_on(self) -> None:
        """Rows that are in the journal and not in the register yet."""
        async for row in self._journal.read(self._size):
            self._size += 1
            try:
                self._fold(CaseEvent.from_row(json.loads(row)))
            except (ValueError, KeyError, TypeError) as error:
                # one row that was tampered with must not keep a session from starting
                log.error("row %d of the register cannot be read: %s", self._size - 1, type(error).__name__)
                self._ring("register_damaged", str(self._size - 1))
        self._unsure = False

    def _fold(self, event: CaseEvent) -> Case:
        case = self.register.apply(event)
        if event.step.do in ("reply", "close", "reopen", "promise"):
            self._tell_asker(case)
        return case

    def _tell_asker(self, case: Case) -> None:
        if case.origin_number and case.reply:
            self._questions.reply(case.origin_number, case.reply, case.state == "closed")

    def _shown(self, case: Case) -> dict[str, Any]:
        shown = {name: getattr(case, name) for name in case.__dataclass_fields__ if name not in ("steps", "on_air")}
        shown["tests"] = list(case.tests)
        shown["overdue"] = is_overdue(case, self.today)
        shown["missing"] = list(case.tests_missing)
        shown["steps"] = [{"at": step.at, "by": step.by, "do": step.do, "text": step.text} for step in case.steps]
        return shown
