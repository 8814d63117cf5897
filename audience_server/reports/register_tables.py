"""The register, its statistics, the replies and the approved questions as tables, in the words of the trade."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from audience_server.domain.case_statistics import CaseNumbers, numbers_of
from audience_server.domain.cases import CLOSING_TESTS, Case
from audience_server.domain.questions import PUBLIC_STATES, Question
from audience_server.domain.rundown import Rundown
from audience_server.locale.catalogue import Catalogue, catalogue
from audience_server.reports.reply_askers import Asker, askers
from audience_server.reports.tables import Cell, Column, Table

AIRED = ("on_air", "answered")
REGISTER_WIDTHS = {
    "number": 14,
    "source": 14,
    "date": 17,
    "content": 40,
    "problem": 16,
    "unit": 20,
    "person": 16,
    "deadline": 17,
    "promise": 24,
    "measures": 28,
    "result": 24,
    "reply": 28,
    "satisfaction": 14,
    "tests": 30,
    "state": 14,
}
STATISTICS_WIDTHS = {"unit": 40} | dict.fromkeys(
    ("received", "aired", "answered", "registered", "assigned", "replied", "closed", "overdue", "rate"), 16
)


class RegisterTables:
    """Everything about cases and questions of one session."""

    def __init__(self, rundown: Rundown, cases: Iterable[Case], questions: Iterable[Question]) -> None:
        self._words: Catalogue = catalogue(rundown.session.language, "register")
        self._problems = catalogue(rundown.session.language, "problems")
        self._units: Mapping[str, str] = {unit.id: unit.name for unit in rundown.units}
        self._cases = sorted(cases, key=lambda case: (case.at, case.number))
        self._questions: Sequence[Question] = tuple(questions)
        self._by_number = {question.number: question for question in self._questions}

    def register(self) -> Table:
        """《行风问题处理登记表》."""
        columns = tuple(Column(self._words.text(f"col_{name}"), width) for name, width in REGISTER_WIDTHS.items())
        return Table("register", self._words.text("register_title"), columns, tuple(map(self._case_row, self._cases)))

    def _case_row(self, case: Case) -> tuple[Cell, ...]:
        text = self._words.text
        return (
            case.number,
            text(f"source_{case.source}"),
            day(case.at),
            case.content or (text("content_erased") if case.erased else ""),
            self._problems.text(f"problem_{case.problem}") if case.problem else "",
            self._unit(case.unit),
            case.person,
            case.deadline,
            case.promise,
            case.measures,
            case.result,
            case.reply,
            text(f"satisfaction_{case.satisfaction}") if case.satisfaction else "",
            " ".join(
                text("test_yes" if test in case.tests else "test_no", test=text(f"test_{test}"))
                for test in CLOSING_TESTS
            ),
            text(f"state_{case.state}"),
        )

    def statistics(self, today: datetime.date) -> Table:
        """By unit and in all: what was asked, what became of it, 办结率 with its two numbers beside it."""
        columns = tuple(Column(self._words.text(f"col_{name}"), width) for name, width in STATISTICS_WIDTHS.items())
        units = [*self._units, *([""] if self._nameless() else [])]
        rows = [self._statistics_row(self._unit(unit) or self._words.text("no_unit"), today, unit) for unit in units]
        rows.append(self._statistics_row(self._words.text("all_units"), today, None))
        return Table("statistics", self._words.text("statistics_title"), columns, tuple(rows))

    def _nameless(self) -> bool:
        return any(not case.unit for case in self._cases) or any(not each.unit for each in self._questions)

    def _statistics_row(self, name: str, today: datetime.date, unit: str | None) -> tuple[Cell, ...]:
        asked = [each for each in self._questions if unit in (None, each.unit)]
        cases: CaseNumbers = numbers_of((case for case in self._cases if unit in (None, case.unit)), today)
        return (
            name,
            len(asked),
            sum(each.state in AIRED for each in asked),
            sum(each.state == "answered" for each in asked),
            cases.registered,
            cases.assigned,
            cases.replied,
            cases.closed,
            cases.overdue,
            cases.closing_percent,
        )

    def replies(self) -> Table:
        """For whoever answers the telephone: the caller gives number and code, and is told the reply."""
        names = ("number", "code", "unit", "state", "reply", "deadline")
        columns = tuple(Column(self._words.text(f"col_{name}"), 80 if name == "reply" else 20) for name in names)
        rows = tuple(
            (
                asker.number,
                asker.code or self._words.text("code_erased"),
                self._unit(asker.case.unit),
                self._words.text(f"state_{asker.case.state}"),
                asker.case.reply,
                asker.case.deadline,
            )
            for asker in self.answered()
        )
        return Table("replies", self._words.text("replies_title"), columns, rows)

    def answered(self) -> list[Asker]:
        """Everybody who may look a case up."""
        return askers(self._cases, self._by_number)

    def questions(self) -> Table:
        """Approved ones only: what was not approved leaves the desk nowhere."""
        names = ("number", "kind", "date", "unit", "text", "supporters", "answer", "promise", "due")
        columns = tuple(Column(self._words.text(f"col_{name}"), 70 if name == "text" else 20) for name in names)
        rows = tuple(
            (
                each.number,
                self._words.text(f"kind_{each.kind}"),
                day(each.at),
                self._unit(each.unit),
                each.text,
                len(each.backers.union(*(self._by_number[number].backers for number in each.merged))),
                each.answer,
                each.promise,
                each.due,
            )
            for each in self._questions
            if each.state in PUBLIC_STATES
        )
        note = self._words.text("questions_note")
        return Table("questions", self._words.text("questions_title"), columns, rows, note)

    def _unit(self, unit: str) -> str:
        return self._units.get(unit, unit)


def day(at: int) -> str:
    """Unix seconds as an ISO date in the studio's time zone."""
    return datetime.date.fromtimestamp(at).isoformat()
