"""What may be asked, and what a report must look like."""

from __future__ import annotations

import base64

import pytest

from audience_server.domain.questions import (
    DEEDS,
    STATES,
    Draft,
    bounded,
    is_date,
    may_ask,
    may_report,
    number_of,
)
from audience_server.domain.refusals import Refusal
from audience_server.domain.rundown_file import read_rundown
from tests.show_rig import SMALL_SESSION

RUNDOWN = read_rundown((SMALL_SESSION + "\n[questions]\nlongest = 20\n").encode(), "rig.toml")


def refusal(outcome: object) -> str:
    assert isinstance(outcome, Refusal)
    return outcome.code.value


def test_a_question_is_kept_clean_with_unit_and_problem_code() -> None:
    """The text as it will be shown."""
    assert Draft("question", "为什么?", "edu", "a1") == may_ask("question", " 为什么?\n", "edu", "a1", RUNDOWN)


def test_a_question_to_nobody_in_particular_is_one() -> None:
    """Unit and problem code are the asker's choice."""
    assert isinstance(may_ask("suggestion", "多开窗口", "", "", RUNDOWN), Draft)


@pytest.mark.parametrize(
    ("kind", "text", "unit", "problem", "code"),
    [
        ("question", "为什么", "nobody", "", "unknown_unit"),
        ("question", "为什么", "edu", "z9", "bad_message"),
        ("report", "为什么", "edu", "", "bad_message"),
        ("question", "  \u200b ", "edu", "", "question_empty"),
        ("question", "字" * 21, "edu", "", "question_too_long"),
    ],
)
def test_what_may_not_be_asked_is_refused(kind: str, text: str, unit: str, problem: str, code: str) -> None:
    """Each with its own code."""
    assert code == refusal(may_ask(kind, text, unit, problem, RUNDOWN))


def test_length_is_counted_after_cleaning() -> None:
    """Invisible characters cost nothing and help nobody over the limit."""
    assert "字" * 20 == bounded("\u200b".join("字" * 20), 20)
    assert "question_too_long" == refusal(bounded("字" * 21, 20))


def test_a_report_is_ciphertext_or_refused() -> None:
    """Words that a broken page forgot to encrypt must not reach the disk."""
    box = bytes(range(200, 256)) + b"\x80" * 20
    assert box == may_report(base64.b64encode(box).decode())
    for text in (
        "他收了钱",
        base64.b64encode("他收了钱,请查一查这件事,时间地点如下所述".encode()).decode(),
        "",
        "AAAA",
    ):
        assert "bad_message" == refusal(may_report(text))
    assert "bad_message" == refusal(may_report(base64.b64encode(box * 200).decode()))


def test_numbers_have_four_digits_or_more() -> None:
    """They are read out and typed."""
    assert ["Q0001", "S0120", "Q10000"] == [number_of("Q", 1), number_of("S", 120), number_of("Q", 10000)]


@pytest.mark.parametrize(("text", "right"), [("2026-12-01", True), ("2026-2-1", False), ("2026-02-30", False)])
def test_a_promise_has_a_day_that_there_is(text: str, right: bool) -> None:
    """ISO, so that it can be sorted and counted with."""
    assert right is is_date(text)


def test_the_table_of_deeds_names_states_only() -> None:
    """Every state can be reached, and every state but received can be left or is shown why not."""
    for possible_in, leads_to in DEEDS.values():
        assert possible_in <= set(STATES)
        assert leads_to is None or leads_to in STATES
    assert set(STATES) == {"received", *(leads_to for _, leads_to in DEEDS.values() if leads_to)}
