"""The life of a case: one table of steps, four closing tests and a reply, and numbers that add up."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.case_statistics import numbers_of
from audience_server.domain.case_steps import DEEDS, Moment, draft_from_question, draft_step
from audience_server.domain.cases import CLOSING_TESTS, Case, CaseEvent, Register
from audience_server.domain.questions import Question
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown_file import read_rundown
from tests.show_rig import SMALL_SESSION

RUNDOWN = read_rundown(SMALL_SESSION.encode(), "small.toml")
TODAY = datetime.date(2026, 11, 23)
MOMENT = Moment(RUNDOWN, 1_795_000_000, TODAY, "李登记")
YES = dict.fromkeys(CLOSING_TESTS, "yes")


def step(register: Register, number: str, do: str, **fields: str) -> Case:
    event = draft_step(register, number, do, fields, MOMENT)
    assert isinstance(event, CaseEvent), event
    return register.apply(event)


def refused(register: Register, number: str, do: str, **fields: str) -> RefusalCode:
    event = draft_step(register, number, do, fields, MOMENT)
    assert isinstance(event, Refusal), event
    return event.code


def registered() -> tuple[Register, str]:
    register = Register()
    return register, step(register, "", "make", content="路灯不亮", unit="edu", source="hotline").number


def test_a_case_goes_from_registration_to_its_end() -> None:
    """登记 → 交办 → 办理 → 答复 → 办结, with a deadline in working days."""
    register, number = registered()
    assert ("J0001", "registered") == (number, register.cases[number].state)
    assigned = step(register, number, "assign", person="王科长")
    assert ("assigned", "2026-12-14") == (assigned.state, assigned.deadline)
    assert "handling" == step(register, number, "handle", measures="已派人检修").state
    assert "replied" == step(register, number, "reply", reply="路灯已修好").state
    step(register, number, "test", **YES)
    closed = step(register, number, "close")
    assert ("closed", MOMENT.at) == (closed.state, closed.closed_at)
    assert ["make", "assign", "handle", "reply", "test", "close"] == [each.do for each in closed.steps]


@pytest.mark.parametrize("left_out", [*CLOSING_TESTS])
def test_no_case_is_closed_before_every_test_is_met(left_out: str) -> None:
    """四不放过."""
    register, number = registered()
    step(register, number, "assign", person="王")
    step(register, number, "reply", reply="好")
    step(register, number, "test", **{**YES, left_out: "no"})
    event = draft_step(register, number, "close", {}, MOMENT)
    assert Refusal(RefusalCode.CASE_TESTS, left_out) == event


def test_a_reopened_case_must_be_confirmed_anew() -> None:
    """With a reason; the history keeps everything."""
    register, number = registered()
    step(register, number, "assign", person="王")
    step(register, number, "reply", reply="好")
    step(register, number, "test", **YES)
    step(register, number, "close")
    assert RefusalCode.REASON_NEEDED == refused(register, number, "reopen")
    again = step(register, number, "reopen", text="群众反映又坏了")
    assert ("handling", (), 1, None) == (again.state, again.tests, again.reopened, again.closed_at)


@pytest.mark.parametrize(
    ("do", "fields", "code"),
    [
        ("handle", {"measures": "x"}, RefusalCode.CASE_STATE),
        ("reply", {"reply": "x"}, RefusalCode.CASE_STATE),
        ("close", {}, RefusalCode.CASE_STATE),
        ("assign", {}, RefusalCode.BAD_ARGUMENT),
        ("assign", {"person": "王", "unit": "nowhere"}, RefusalCode.UNKNOWN_UNIT),
        ("assign", {"person": "王", "deadline": "soon"}, RefusalCode.BAD_ARGUMENT),
        ("assign", {"person": "王", "problem": "zz"}, RefusalCode.BAD_ARGUMENT),
        ("change", {"content": "改"}, RefusalCode.REASON_NEEDED),
        ("dance", {}, RefusalCode.BAD_ARGUMENT),
        ("assign", {"colour": "red"}, RefusalCode.BAD_ARGUMENT),
    ],
)
def test_what_does_not_fit_is_refused(do: str, fields: dict[str, str], code: RefusalCode) -> None:
    """Each with a code of its own, and nothing changes."""
    register, number = registered()
    assert code == refused(register, number, do, **fields)
    assert RefusalCode.UNKNOWN_CASE == refused(register, "J0999", "assign", person="王")
    assert RefusalCode.BAD_ARGUMENT == refused(register, "", "make", source="hotline")


def test_one_question_makes_one_case() -> None:
    """Its asker reads what becomes of it by the question's own number and code."""
    register = Register()
    question = Question("Q0012", "question", 1, "edu", "何时通车", "zh-Hans", "123456", state="approved")
    event = draft_from_question(register, question, {}, MOMENT)
    assert isinstance(event, CaseEvent)
    case = register.apply(event)
    assert ("Q0012", "question") == (case.origin_number, case.source)
    assert isinstance(draft_from_question(register, question, {"content": "x"}, MOMENT), Refusal)


def test_the_rate_has_its_two_numbers_and_of_nothing_there_is_none() -> None:
    """办结率 = closed of assigned; overdue are those past their day without a reply."""
    register = Register()
    for name in "abc":
        step(register, "", "make", content=name, unit="edu")
    assert "" == numbers_of(register.cases.values(), TODAY).closing_percent
    for number in ("J0001", "J0002", "J0003"):
        step(register, number, "assign", person="王", deadline="2026-11-20")
    step(register, "J0001", "reply", reply="好")
    step(register, "J0001", "test", **YES)
    step(register, "J0001", "close")
    numbers = numbers_of(register.cases.values(), TODAY)
    assert (3, 1, 2, "33.3%") == (numbers.assigned, numbers.closed, numbers.overdue, numbers.closing_percent)


STEPS = st.tuples(
    st.sampled_from([*DEEDS, "make"]),
    st.sampled_from(["J0001", "J0002"]),
    st.dictionaries(
        st.sampled_from(["person", "measures", "reply", "text", "satisfaction", "content", *CLOSING_TESTS]),
        st.sampled_from(["yes", "no", "satisfied", "内容"]),
        max_size=6,
    ),
)


@given(st.lists(STEPS, max_size=40))
def test_whatever_is_done_a_closed_case_has_met_its_tests(steps: list[tuple[str, str, dict[str, Any]]]) -> None:
    """And the fold of what was kept is the same register."""
    register, rows = Register(), []
    for do, number, fields in steps:
        event = draft_step(register, number, do, fields, MOMENT)
        if isinstance(event, CaseEvent):
            rows.append(event.as_row())
            register.apply(event)
    again = Register()
    for row in rows:
        again.apply(CaseEvent.from_row(row))
    assert register.cases == again.cases
    for case in register.cases.values():
        assert case.state != "closed" or not case.tests_missing
        assert (case.state == "closed") == (case.closed_at is not None)
