"""What the register owes to a promise on the air: a case, its correction, or its end when the promise is taken back.

Pure, and the same at any time: it compares what the question says now with what the register last heard of it.
"""

from __future__ import annotations

from typing import Any

from audience_server.domain.case_steps import Moment, draft_from_question
from audience_server.domain.cases import Case, CaseEvent, CaseStep, Register
from audience_server.domain.questions import Question
from audience_server.domain.refusals import Refusal

STEP = "promise"


def draft_promise(register: Register, question: Question, moment: Moment) -> CaseEvent | Refusal | None:
    """The step by which the register agrees with the question; None where it does already."""
    case = register.of_question(question.number)
    said = (question.promise, question.due) if question.promise else ("", "")
    if said == (("", "") if case is None else case.on_air):
        return None
    if case is None or (case.state == "withdrawn" and question.promise):
        return draft_from_question(register, question, {}, moment)
    changes = _promised(case, said) if question.promise else _taken_back(case)
    step = CaseStep(moment.at, moment.by, STEP, question.number)
    return CaseEvent(case.number, step, changes | {"on_air": list(said)})


def _promised(case: Case, said: tuple[str, str]) -> dict[str, Any]:
    """Of a closed case the new promise is still to be kept: it is taken up again."""
    changes: dict[str, Any] = {"promise": said[0], "deadline": said[1]}
    if case.state == "closed":
        changes |= {"state": "handling", "closed_at": None, "tests": [], "reopened": case.reopened + 1}
    return changes


def _taken_back(case: Case) -> dict[str, Any]:
    """A case that only the promise made ends with it; what somebody works on goes on without the promise."""
    changes: dict[str, Any] = {"promise": ""} if case.promise == case.on_air[0] else {}
    if case.state == "registered" and case.deadline == case.on_air[1]:
        changes["deadline"] = ""
    if case.source == "promise" and all(step.do in ("make", STEP) for step in case.steps):
        changes["state"] = "withdrawn"
    return changes
