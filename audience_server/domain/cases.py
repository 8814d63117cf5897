"""The register 《行风问题处理登记表》: numbered cases, and the fold of what was done with them.

A case is made from a question, a suggestion, a report, a promise on the air, a call or a letter, and lives through 登记
→ 交办 → 办理 → 答复 → 办结, or is taken up again; made by a promise that was taken back, it is withdrawn.  Pure;
nothing of it is in the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

CaseState = Literal["registered", "assigned", "handling", "replied", "closed", "withdrawn"]
CaseSource = Literal["question", "suggestion", "report", "promise", "hotline", "letter"]
Satisfaction = Literal["", "satisfied", "fair", "dissatisfied"]
STATES: tuple[CaseState, ...] = get_args(CaseState)
SOURCES: tuple[CaseSource, ...] = get_args(CaseSource)
SATISFACTIONS: tuple[Satisfaction, ...] = get_args(Satisfaction)

# 四不放过: what must be confirmed before a case is closed; the reply to the asker is the fifth
CLOSING_TESTS = ("clarified", "corrected", "dealt_with", "carried_out")


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One thing that was done: unix seconds, whose token, which deed, the words that went with it."""

    at: int
    by: str
    do: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """`origin_number`: the question's number, or that of the session the case was carried from.  Dates are ISO.

    `code` looks a case up together with `number` where it came by hotline or letter; a question keeps its own.
    `on_air`: the promise and its date as the question last said them; `promise` and `deadline` may be corrected since.
    Of a carried case: `origin` of its session, and `codes` of its askers by their numbers.  Once the asker's words are
    erased, `lookups` are all that is left of the codes: the names under which replies are published, by number.
    """

    number: str
    at: int
    source: CaseSource
    content: str
    unit: str = ""
    problem: str = ""
    state: CaseState = "registered"
    origin_number: str = ""
    code: str = ""
    person: str = ""
    deadline: str = ""
    promise: str = ""
    measures: str = ""
    result: str = ""
    reply: str = ""
    satisfaction: Satisfaction = ""
    tests: tuple[str, ...] = ()
    closed_at: int | None = None
    reopened: int = 0
    on_air: tuple[str, str] = ("", "")
    origin: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    lookups: Mapping[str, str] = field(default_factory=dict)
    erased: bool = False
    steps: tuple[CaseStep, ...] = ()

    @property
    def tests_missing(self) -> tuple[str, ...]:
        """What stands between this case and its end."""
        missing = tuple(test for test in CLOSING_TESTS if test not in self.tests)
        return missing if self.reply else (*missing, "reply")


TEXTS = ("content", "unit", "problem", "person", "deadline", "promise", "measures", "result", "reply", "satisfaction")


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """What became durable: `changes` of a case's fields, and the step that made them."""

    number: str
    step: CaseStep
    changes: Mapping[str, Any]

    def as_row(self) -> dict[str, Any]:
        step = {"at": self.step.at, "by": self.step.by, "do": self.step.do, "text": self.step.text}
        return {"number": self.number, "step": step, "changes": dict(self.changes)}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> CaseEvent:
        return cls(str(row["number"]), CaseStep(**row["step"]), row["changes"])


@dataclass(slots=True)
class Register:
    """All cases by number, in the order in which they came."""

    cases: dict[str, Case] = field(default_factory=dict)

    def apply(self, event: CaseEvent) -> Case:
        """Fold one event in; the case as it is now."""
        changes: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in event.changes.items()
            if name not in ("number", "steps")
        }
        before = self.cases.get(event.number)
        if before is None:
            changes.setdefault("at", event.step.at)
            before = Case(number=event.number, at=changes["at"], source="question", content="")
        after = replace(before, **changes, steps=(*before.steps, event.step))
        self.cases[event.number] = after
        return after

    def of_question(self, number: str) -> Case | None:
        """The case that was made of a question."""
        return next(
            (case for case in self.cases.values() if case.origin_number == number and "/" not in case.number), None
        )

    def next_number(self) -> str:
        own = [int(number[1:]) for number in self.cases if "/" not in number]
        return f"J{max(own, default=0) + 1:04d}"
