"""The register of a running session: steps into the journal first, then into the fold, then to whoever waits.

It holds order, never a rule (domain.case_steps), and nothing of it is in the record.
"""

from __future__ import annotations

import datetime
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from audience_server.clock import Clock
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

log = logging.getLogger(__name__)


class Questions(Protocol):
    """What the register needs of the questions: to read one, and to tell its asker."""

    def find(self, number: str) -> Question | None: ...

    def reply(self, number: str, text: str, closed: bool) -> None: ...


def draw_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


class LiveRegister:
    """`draw_code` makes the query code of a case that came by hotline or letter."""

    def __init__(
        self,
        rundown: Rundown,
        journal: Journal,
        clock: Clock,
        draw_code: Callable[[], str],
        questions: Questions,
        changed: Callable[[], None],
    ) -> None:
        self._rundown = rundown
        self._journal = journal
        self._clock = clock
        self._draw_code = draw_code
        self._questions = questions
        self._changed = changed
        self.register = Register()
        self.commands = {"case": self._case, "cases": self._cases}

    async def start(self) -> None:
        """Read back what is there."""
        async for row in self._journal.read():
            self.register.apply(CaseEvent.from_row(json.loads(row)))

    @property
    def today(self) -> datetime.date:
        """In the server's time zone, where the studio is."""
        return datetime.date.fromtimestamp(self._clock.unix())

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
        moment = Moment(self._rundown, self._clock.unix(), self.today, by.name)
        question = fields.pop("question", "")
        if do == "make" and question:
            event = self._from_question(question, fields, moment)
        else:
            event = draft_step(self.register, str(arguments.get("number", "")), do, fields, moment)
            if do == "make" and isinstance(event, CaseEvent):
                event = CaseEvent(event.number, event.step, {**event.changes, "code": self._draw_code()})
        return event if isinstance(event, Refusal) else await self._take(event)

    def _from_question(self, number: str, fields: dict[str, str], moment: Moment) -> CaseEvent | Refusal:
        question = self._questions.find(number)
        if question is None:
            return Refusal(RefusalCode.UNKNOWN_QUESTION, number)
        if question.state not in PUBLIC_STATES:
            return Refusal(RefusalCode.NOT_APPROVED, number)
        known = {"content": question.text, "unit": question.unit, "problem": question.problem}
        known |= {"promise": question.promise, "deadline": question.due}
        given = {name: text for name, text in known.items() if text} | fields
        return draft_from_question(self.register, number, question.kind, given, moment)

    async def promised(self, question: Question, by: Person) -> None:
        """A promise on the air becomes a case at once; promised again, its words and date are changed."""
        case = self.register.of_question(question.number)
        if case is None:
            outcome = await self._case({"do": "make", "fields": {"question": question.number}}, by)
        else:
            fields = {"promise": question.promise, "deadline": question.due, "text": question.number}
            outcome = await self._case({"do": "change", "number": case.number, "fields": fields}, by)
        if isinstance(outcome, Refusal):
            log.warning("the promise of %s is not in the register: %s", question.number, outcome.code.value)

    async def _take(self, event: CaseEvent) -> Outcome:
        try:
            await self._journal.append([json.dumps(event.as_row(), ensure_ascii=False).encode()])
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        # a crash here leaves a step that the next start folds in; the asker then reads it on the next `follow`
        case = self.register.apply(event)
        if case.origin_number and event.step.do in ("reply", "close", "reopen"):
            self._questions.reply(case.origin_number, case.reply, case.state == "closed")
        self._changed()
        return {"case": self._shown(case)}

    def _shown(self, case: Case) -> dict[str, Any]:
        shown = {name: getattr(case, name) for name in case.__dataclass_fields__ if name != "steps"}
        shown["tests"] = list(case.tests)
        shown["overdue"] = is_overdue(case, self.today)
        shown["missing"] = list(case.tests_missing)
        shown["steps"] = [{"at": step.at, "by": step.by, "do": step.do, "text": step.text} for step in case.steps]
        return shown
