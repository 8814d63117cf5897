"""The one table of a case's life: which deed is possible when, what it needs, what it changes.

Pure: the register, the deed, its fields and the day in, an event or a refusal out.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audience_server.domain.cases import (
    CLOSING_TESTS,
    SATISFACTIONS,
    SOURCES,
    TEXTS,
    Case,
    CaseEvent,
    CaseState,
    CaseStep,
    Register,
)
from audience_server.domain.problem_codes import PROBLEM_CODES
from audience_server.domain.question_text import clean_text
from audience_server.domain.questions import Question
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Rundown
from audience_server.domain.working_days import working_days_after

LONGEST = 4000
Fields = Mapping[str, str]
Changes = dict[str, Any] | Refusal


@dataclass(frozen=True, slots=True)
class Moment:
    """When, where and by whom a deed is done; `today` in the studio."""

    rundown: Rundown
    at: int
    today: datetime.date
    by: str


def draft_step(register: Register, number: str, do: str, fields: Fields, moment: Moment) -> CaseEvent | Refusal:
    """The event of one deed, or why it is not possible."""
    given = _cleaned(fields, moment.rundown)
    if isinstance(given, Refusal):
        return given
    if do == "make":
        return _made(register, given, moment)
    case = register.cases.get(number)
    if case is None:
        return Refusal(RefusalCode.UNKNOWN_CASE, number)
    if do not in DEEDS:
        return Refusal(RefusalCode.BAD_ARGUMENT, f"{do}; one of make, {', '.join(DEEDS)}")
    allowed, draft = DEEDS[do]
    if case.state not in allowed:
        return Refusal(RefusalCode.CASE_STATE, f"{number}: {case.state}")
    changes = draft(case, given, moment)
    if isinstance(changes, Refusal):
        return changes
    return CaseEvent(number, CaseStep(moment.at, moment.by, do, given.get("text", "")), changes)


def draft_from_question(register: Register, question: Question, fields: Fields, moment: Moment) -> CaseEvent | Refusal:
    """A case made of a question, `fields` before what it says itself; one question makes one case."""
    case = register.of_question(question.number)
    if case is not None and case.state != "withdrawn":
        return Refusal(RefusalCode.CASE_STATE, question.number)
    known = {"content": question.text, "unit": question.unit, "problem": question.problem}
    known |= {"promise": question.promise, "deadline": question.due}
    given = _cleaned({name: text for name, text in known.items() if text} | dict(fields), moment.rundown)
    if isinstance(given, Refusal):
        return given
    changes: dict[str, Any] = {name: given[name] for name in TEXTS if given.get(name)}
    changes |= {"source": "promise" if given.get("promise") else question.kind, "origin_number": question.number}
    changes |= {"at": moment.at, "state": "registered", "on_air": [question.promise, question.due]}
    number = register.next_number() if case is None else case.number
    return CaseEvent(number, CaseStep(moment.at, moment.by, "make", given.get("text", "")), changes)


def _cleaned(fields: Fields, rundown: Rundown) -> dict[str, str] | Refusal:
    unknown = sorted(set(fields) - {*TEXTS, *CLOSING_TESTS, "text", "source"})
    if unknown:
        return Refusal(RefusalCode.BAD_ARGUMENT, f"{', '.join(unknown)}; known: {', '.join(TEXTS)}")
    given = {name: clean_text(text[:LONGEST]) for name, text in fields.items()}
    return _check_fields(given, rundown) or given


def _made(register: Register, given: Fields, moment: Moment) -> CaseEvent | Refusal:
    source = given.get("source", "hotline")
    if source not in SOURCES:
        return Refusal(RefusalCode.BAD_ARGUMENT, f"source: one of {', '.join(SOURCES)}")
    if not given.get("content"):
        return Refusal(RefusalCode.BAD_ARGUMENT, "content: what it is about")
    changes: dict[str, Any] = {name: given[name] for name in TEXTS if given.get(name)}
    changes |= {"source": source, "at": moment.at, "state": "registered"}
    return CaseEvent(register.next_number(), CaseStep(moment.at, moment.by, "make", given.get("text", "")), changes)


def _check_fields(given: Fields, rundown: Rundown) -> Refusal | None:
    unit, problem, deadline = given.get("unit", ""), given.get("problem", ""), given.get("deadline", "")
    if unit and all(each.id != unit for each in rundown.units):
        return Refusal(RefusalCode.UNKNOWN_UNIT, unit)
    if problem and problem not in PROBLEM_CODES:
        return Refusal(RefusalCode.BAD_ARGUMENT, f"problem: one of {', '.join(PROBLEM_CODES)}")
    if deadline and not _is_date(deadline):
        return Refusal(RefusalCode.BAD_ARGUMENT, "deadline: a date like 2026-12-15")
    if given.get("satisfaction", "") not in SATISFACTIONS:
        return Refusal(RefusalCode.BAD_ARGUMENT, f"satisfaction: one of {', '.join(SATISFACTIONS[1:])}")
    return None


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# the deeds


def _assign(case: Case, given: Fields, moment: Moment) -> Changes:
    """交办: to a unit and a person, with a deadline in working days where none is given."""
    unit = given.get("unit") or case.unit
    person = given.get("person") or case.person
    if not unit or not person:
        return Refusal(RefusalCode.BAD_ARGUMENT, "unit and person: who is in charge")
    rules = moment.rundown.register
    due = given.get("deadline") or case.deadline
    if not due:
        due = working_days_after(moment.today, rules.reply_days, rules.holidays, rules.working_weekends).isoformat()
    return {"state": "assigned", "unit": unit, "person": person, "deadline": due}


def _handle(case: Case, given: Fields, moment: Moment) -> Changes:
    """办理: measures, then their result."""
    changes: dict[str, Any] = {name: given[name] for name in ("measures", "result") if given.get(name)}
    if not changes:
        return Refusal(RefusalCode.BAD_ARGUMENT, "measures or result: what was done")
    return changes | {"state": "handling"}


def _reply(case: Case, given: Fields, moment: Moment) -> Changes:
    """答复: what the asker reads."""
    if not given.get("reply"):
        return Refusal(RefusalCode.BAD_ARGUMENT, "reply: what the asker reads")
    return {"state": "replied", "reply": given["reply"]}


def _satisfied(case: Case, given: Fields, moment: Moment) -> Changes:
    if not given.get("satisfaction"):
        return Refusal(RefusalCode.BAD_ARGUMENT, f"satisfaction: one of {', '.join(SATISFACTIONS[1:])}")
    return {"satisfaction": given["satisfaction"]}


def _test(case: Case, given: Fields, moment: Moment) -> Changes:
    """四不放过: each is confirmed (yes) or taken back (no) by name."""
    named = {name: text for name, text in given.items() if name in CLOSING_TESTS}
    if not named or any(text not in ("yes", "no") for text in named.values()):
        return Refusal(RefusalCode.BAD_ARGUMENT, f"{', '.join(CLOSING_TESTS)}: yes or no")
    now = {test: "yes" if test in case.tests else "no" for test in CLOSING_TESTS} | named
    return {"tests": [test for test in CLOSING_TESTS if now[test] == "yes"]}


def _close(case: Case, given: Fields, moment: Moment) -> Changes:
    """办结: only when all four tests are confirmed and the asker has a reply."""
    if case.tests_missing:
        return Refusal(RefusalCode.CASE_TESTS, ", ".join(case.tests_missing))
    return {"state": "closed", "closed_at": moment.at}


def _reopen(case: Case, given: Fields, moment: Moment) -> Changes:
    """Taken up again, with a reason; what was confirmed must be confirmed anew."""
    if not given.get("text"):
        return Refusal(RefusalCode.REASON_NEEDED)
    return {"state": "handling", "closed_at": None, "tests": [], "reopened": case.reopened + 1}


def _change(case: Case, given: Fields, moment: Moment) -> Changes:
    """A correction of what stands there; the step keeps why."""
    changes = {name: given[name] for name in TEXTS if name in given and name not in ("reply", "satisfaction")}
    if not changes:
        return Refusal(RefusalCode.BAD_ARGUMENT, f"one of {', '.join(TEXTS)}")
    if not given.get("text"):
        return Refusal(RefusalCode.REASON_NEEDED)
    return changes


_OPEN: tuple[CaseState, ...] = ("registered", "assigned", "handling", "replied")
_IN_HAND: tuple[CaseState, ...] = ("assigned", "handling", "replied")
DEEDS: Mapping[str, tuple[tuple[CaseState, ...], Callable[[Case, Fields, Moment], Changes]]] = {
    "assign": (_OPEN, _assign),
    "handle": (_IN_HAND, _handle),
    "reply": (_IN_HAND, _reply),
    "satisfaction": (("replied", "closed"), _satisfied),
    "test": (_IN_HAND, _test),
    "close": (("replied",), _close),
    "reopen": (("replied", "closed"), _reopen),
    "change": (_OPEN, _change),
}
