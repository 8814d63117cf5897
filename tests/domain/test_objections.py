"""Objections on the air: an incident, and a decision that names it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.objections import DECISION, OBJECTION, OF_THE_SERVER, Objections, decided
from audience_server.domain.refusals import Refusal, RefusalCode


def made(*bodies: tuple[int, str, str]) -> Objections:
    objections = Objections()
    for index, kind, text in bodies:
        objections.apply(index, {"at": 1, "kind": kind, "text": text})
    return objections


def body(answer: dict[str, Any] | Refusal) -> dict[str, Any]:
    assert isinstance(answer, dict), answer
    return answer


def test_an_objection_is_open_until_its_own_decision() -> None:
    """Of two, the decision closes the one that it names; what is said twice changes nothing."""
    objections = made((7, OBJECTION, "票数不对"), (9, OBJECTION, "计时不对"), (11, "network", "断线"))
    decision = body(objections.incident(DECISION, "维持原结果", 7, at=5))
    assert {"at": 5, "kind": "decision", "text": "7: 维持原结果"} == decision
    objections.apply(12, decision)
    assert [9] == list(objections.open)
    objections.apply(13, decision)
    assert [9] == list(objections.open)


def test_the_only_open_objection_need_not_be_named() -> None:
    objections = made((7, OBJECTION, "票数不对"))
    assert "7: 重测" == body(objections.incident(DECISION, "重测", None, at=5))["text"]


@pytest.mark.parametrize(("about", "told"), [(None, "7, 9"), (8, "7, 9")])
def test_a_decision_about_nothing_says_what_is_open(about: int | None, told: str) -> None:
    refused = made((7, OBJECTION, "a"), (9, OBJECTION, "b")).incident(DECISION, "x", about, at=5)
    assert Refusal(RefusalCode.UNKNOWN_OBJECTION, told) == refused
    assert Refusal(RefusalCode.UNKNOWN_OBJECTION, "-") == made().incident(DECISION, "x", about, at=5)


@pytest.mark.parametrize("kind", OF_THE_SERVER)
def test_nobody_writes_what_the_server_did(kind: str) -> None:
    """An override stands in the record because it happened."""
    assert isinstance(made().incident(kind, "x", None, at=5), Refusal)


@given(st.text(max_size=30))
def test_any_text_is_a_decision_or_none(text: str) -> None:
    """A record written by other hands stops no replay."""
    found = decided(text)
    assert found is None or text == f"{text.split(':', 1)[0]}: {found[1]}"
    objections = made((7, OBJECTION, "a"), (8, DECISION, text))
    assert set(objections.open) <= {7}
