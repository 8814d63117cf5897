"""Who may look a reply up: the names of published replies, and every asker of what was merged."""

from __future__ import annotations

from audience_server.domain.cases import Case
from audience_server.domain.questions import Question
from audience_server.reports.reply_askers import askers, reply_name


def test_a_reply_s_name_tells_neither_number_nor_code() -> None:
    """And differs for every one of them, and for every session."""
    names = {
        reply_name(origin, "Q0012", code)
        for origin in ("pingyi.example/tv-2026", "other")
        for code in ("123456", "123457")
    }
    assert 4 == len(names)
    assert {64} == {len(name) for name in names}


def question(number: str, into: str = "", merged: tuple[str, ...] = ()) -> Question:
    return Question(number, "question", 1, "", "路灯", "zh-Hans", number[1:] * 2, into=into, merged=merged)


QUESTIONS = {
    "Q001": question("Q001", merged=("Q002", "Q003")),
    "Q002": question("Q002", into="Q001"),
    "Q003": question("Q003", into="Q001"),
    "Q004": question("Q004"),
}


def case(number: str, origin_number: str, reply: str = "") -> Case:
    return Case(number, 1, "question", "路灯", state="replied", origin_number=origin_number, reply=reply)


def found(*cases: Case) -> dict[str, tuple[str, str]]:
    """Number -> code, and the case."""
    return {asker.number: (asker.code, asker.case.number) for asker in askers(cases, QUESTIONS)}


def test_every_asker_of_a_merged_question_has_the_reply() -> None:
    """Whichever of them the case was made of, before the merge or after it; nobody else has it."""
    for made_of in ("Q001", "Q002"):
        codes = {number: (number[1:] * 2, "J0001") for number in ("Q001", "Q002", "Q003")}
        assert codes == found(case("J0001", made_of, "好"))


def test_whoever_has_two_cases_is_told_the_nearest_reply() -> None:
    """Of the own question, else of the one it went into; a case without a reply stands behind one that has it."""
    root, own = case("J0001", "Q001", "总答复"), case("J0002", "Q003", "专门答复")
    assert ["J0001", "J0001", "J0002"] == [number for _, number in found(root, own).values()]
    assert ["J0001"] * 3 == [number for _, number in found(root, case("J0002", "Q003")).values()]


def test_a_withdrawn_case_is_told_to_nobody() -> None:
    """Its promise was taken back."""
    withdrawn = Case("J0001", 1, "promise", "路灯", state="withdrawn", origin_number="Q004")
    assert {} == found(withdrawn)
