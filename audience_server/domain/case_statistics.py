"""The register in numbers: received, assigned, replied, closed, overdue, 办结率, by unit and in all.

Withdrawn cases are none.  A rate is never shown without the two numbers it is made of; of nothing there is no rate.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from audience_server.domain.cases import Case


@dataclass(frozen=True, slots=True)
class CaseNumbers:
    """`assigned` counts every case that was ever assigned; `overdue` those past their deadline and not replied to."""

    registered: int
    assigned: int
    replied: int
    closed: int
    overdue: int
    reopened: int
    satisfied: int
    rated: int

    @property
    def closing_rate(self) -> Fraction | None:
        """办结率: closed of assigned."""
        return Fraction(self.closed, self.assigned) if self.assigned else None

    @property
    def closing_percent(self) -> str:
        """One place, half up; "" of nothing."""
        rate = self.closing_rate
        if rate is None:
            return ""
        tenths = (rate * 1000 + Fraction(1, 2)).__floor__()
        return f"{tenths // 10}.{tenths % 10}%"


def is_overdue(case: Case, today: datetime.date) -> bool:
    """Past the deadline without a reply."""
    return case.state in ("assigned", "handling") and bool(case.deadline) and case.deadline < today.isoformat()


def numbers_of(cases: Iterable[Case], today: datetime.date) -> CaseNumbers:
    found = [case for case in cases if case.state != "withdrawn"]
    return CaseNumbers(
        registered=len(found),
        assigned=sum(any(step.do == "assign" for step in case.steps) for case in found),
        replied=sum(bool(case.reply) for case in found),
        closed=sum(case.state == "closed" for case in found),
        overdue=sum(is_overdue(case, today) for case in found),
        reopened=sum(bool(case.reopened) for case in found),
        satisfied=sum(case.satisfaction == "satisfied" for case in found),
        rated=sum(bool(case.satisfaction) for case in found),
    )
