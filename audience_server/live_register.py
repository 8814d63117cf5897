"""The register of a running session: steps into the journal first, then into the fold, then to whoever waits.

It holds order, never a rule (domain.case_steps), and nothing of it is in the record.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.case_statistics import is_overdue, numbers_of
from audience_server.domain.case_steps import Moment, draft_from_question, draft_step
from audience_server.domain.cases import Case, CaseEvent, Register
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.rundown import Rundown
from audience_server.stores.journal import Journal
from audience_server.stores.port import StoreFailed

Outcome = dict[str, Any] | Refusal
Answered = Callable[[str, str, bool], None]


class LiveRegister:
    """`question_of(number)`: fields of a question for a new case, or a refusal; `answered` tells its asker."""

    def __init__(
        self,
        rundown: Rundown,
        journal: Journal,
        clock: Clock,
        draw_code: Callable[[], str],
        question_of: Callable[[str], dict[str, str] | Refusal],
        answered: Answered,
        changed: Callable[[], None],
    ) -> None:
        self._rundown = rundown
        self._journal = journal
        self._clock = clock
        self._draw_code = draw_code
        self._question_of = question_of
        self._answered = answered
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
            known = self._question_of(question)
            if isinstance(known, Refusal):
                return known
            kind = known.pop("kind")
            event = draft_from_question(self.register, question, kind, known | fields, moment)
        else:
            event = draft_step(self.register, str(arguments.get("number", "")), do, fields, moment)
            if do == "make" and isinstance(event, CaseEvent):
                event = CaseEvent(event.number, event.step, {**event.changes, "code": self._draw_code()})
        return event if isinstance(event, Refusal) else await self._take(event)

    async def promised(self, number: str, by: Person) -> Outcome:
        """A promise on the air becomes a case at once."""
        return await self._case({"do": "make", "fields": {"question": number}}, by)

    async def _take(self, event: CaseEvent) -> Outcome:
        try:
            await self._journal.append([json.dumps(event.as_row(), ensure_ascii=False).encode()])
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        # a crash here leaves a step that the next start folds in; the asker then reads it on the next `follow`
        case = self.register.apply(event)
        if case.origin_number and event.step.do in ("reply", "close", "reopen"):
            self._answered(case.origin_number, case.reply, case.state == "closed")
        self._changed()
        return {"case": self._shown(case)}

    def _shown(self, case: Case) -> dict[str, Any]:
        shown = {name: getattr(case, name) for name in case.__dataclass_fields__ if name != "steps"}
        shown["tests"] = list(case.tests)
        shown["overdue"] = is_overdue(case, self.today)
        shown["missing"] = list(case.tests_missing)
        shown["steps"] = [{"at": step.at, "by": step.by, "do": step.do, "text": step.text} for step in case.steps]
        return shown
