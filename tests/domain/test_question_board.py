"""The board: deeds one by one, merging, two screeners, undo; and that the same events give the same board."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.question_board import Board, Judged
from audience_server.domain.question_deeds import Deed, read_deed
from audience_server.domain.questions import DEEDS, PUBLIC_STATES
from audience_server.domain.refusals import Refusal, RefusalCode


class Desk:
    """A board with its journal; deeds are judged, written down and folded as the live desk does."""

    def __init__(self) -> None:
        self.board = Board(("词",), 60)
        self.rows: list[str] = []

    def write(self, **event: Any) -> set[str]:
        self.rows.append(json.dumps(event))
        return self.board.apply(json.loads(self.rows[-1]))

    def ask(self, text: str = "问", kind: str = "question", asker: str = "", ref: str = "", at: int = 1) -> str:
        number = self.board.next_number("Q" if kind == "question" else "S")
        facts = {"unit": "edu", "language": "zh-Hans", "code": "123456", "problem": "", "picture": False}
        self.write(e="asked", number=number, kind=kind, at=at, text=text, asker=asker, ref=ref, **facts)
        return number

    def support(self, number: str, card: str = "") -> None:
        """By one card more, or by this one."""
        self.write(e="support", number=number, card=card or f"card {len(self.rows)}")

    def deed(
        self, do: str, *numbers: str, by: str = "甲", versions: dict[str, int] | None = None, **fields: str
    ) -> Any:
        """The numbers it was done to, and what was refused."""
        deed = read_deed(do, fields, by, 5, 200)
        assert isinstance(deed, Deed), deed
        judged = self.board.judge(deed, numbers, versions or {})
        if judged.possible:
            fields_of = {name: getattr(deed, name) for name in ("do", "by", "at", "text", "into", "cue", "due")}
            self.write(e="deed", numbers=list(judged.possible), more=False, **fields_of)
        return judged

    def undo(self, by: str = "甲") -> Judged | Refusal:
        judged = self.board.undoable(by)
        if isinstance(judged, Judged):
            self.write(e="undo", by=by, at=6, numbers=list(judged.possible), last=True)
        return judged

    def states(self) -> dict[str, str]:
        return {number: question.state for number, question in self.board.questions.items()}


def test_questions_and_suggestions_are_numbered_apart() -> None:
    """Q0001, S0001, Q0002."""
    desk = Desk()
    assert ["Q0001", "S0001", "Q0002"] == [desk.ask(), desk.ask(kind="suggestion"), desk.ask()]


def test_the_way_of_a_question_to_the_air_and_to_its_answer() -> None:
    """Received, approved, cued, on air, answered, promised: each deed says who."""
    desk = Desk()
    number = desk.ask()
    desk.deed("approve", number)
    desk.deed("assign", number, cue="edu-questions")
    assert ("cued", "edu-questions") == (desk.states()[number], desk.board.questions[number].cue)
    desk.deed("air", number, by="乙")
    desk.deed("answered", number, text="月底前增加交警")
    desk.deed("promise", number, text="十二月一日前通车", due="2026-12-01")
    question = desk.board.questions[number]
    assert ("answered", "月底前增加交警", "2026-12-01", 6) == (
        question.state,
        question.answer,
        question.due,
        question.version,
    )


def test_what_was_edited_keeps_what_was_asked() -> None:
    """The first text, however often it is edited."""
    desk = Desk()
    number = desk.ask("原话")
    desk.deed("edit", number, text="第一次改")
    desk.deed("edit", number, text="第二次改")
    question = desk.board.questions[number]
    assert ("第二次改", "原话", "received") == (question.text, question.original, question.state)


@pytest.mark.parametrize(
    ("do", "fields", "code"),
    [
        ("refuse", {}, RefusalCode.REASON_NEEDED),
        ("refuse", {"text": " \u200b"}, RefusalCode.REASON_NEEDED),
        ("edit", {"text": "…"}, RefusalCode.QUESTION_EMPTY),
        ("edit", {"text": "字" * 201}, RefusalCode.QUESTION_TOO_LONG),
        ("promise", {"text": "改"}, RefusalCode.BAD_ARGUMENT),
        ("promise", {"text": "改", "due": "明天"}, RefusalCode.BAD_ARGUMENT),
        ("merge", {}, RefusalCode.BAD_ARGUMENT),
        ("assign", {}, RefusalCode.BAD_ARGUMENT),
        ("explode", {}, RefusalCode.BAD_ARGUMENT),
        ("refuse", {"text": "字" * 501}, RefusalCode.QUESTION_TOO_LONG),
    ],
)
def test_a_deed_without_what_it_needs_is_none(do: str, fields: dict[str, str], code: RefusalCode) -> None:
    """Before any question is looked at."""
    refused = read_deed(do, fields, "甲", 5, 200)
    assert isinstance(refused, Refusal)
    assert code == refused.code


def test_a_deed_is_done_where_it_can_and_refused_by_number_where_not() -> None:
    """Bulk: one stubborn question holds up no other."""
    desk = Desk()
    first, second = desk.ask(), desk.ask()
    desk.deed("refuse", second, text="重复")
    judged = desk.deed("withdraw", first, second, "Q0099")
    assert {first: "question_state", second: "question_state", "Q0099": "unknown_question"} == judged.refused
    assert (first, second) == desk.deed("approve", first, second).possible


def test_the_second_screener_does_not_step_on_the_first() -> None:
    """Who saw an older version is told so, and nothing is done."""
    desk = Desk()
    number = desk.ask()
    seen = {number: desk.board.questions[number].version}
    assert (number,) == desk.deed("approve", number, by="甲", versions=seen).possible
    assert {number: "question_changed"} == desk.deed("refuse", number, by="乙", text="无关", versions=seen).refused
    assert "approved" == desk.states()[number]


def test_a_support_does_not_make_a_screener_late() -> None:
    """Versions count deeds; a popular question could never be approved otherwise."""
    desk = Desk()
    number = desk.ask()
    seen = {number: desk.board.questions[number].version}
    desk.support(number)
    assert (number,) == desk.deed("approve", number, versions=seen).possible


def test_merging_keeps_every_asker_and_every_supporter() -> None:
    """Also of those merged before into what is merged now."""
    desk = Desk()
    one, two, three = desk.ask(), desk.ask(), desk.ask()
    for number in (one, two, two, three):
        desk.support(number)
    desk.deed("merge", three, into=two)
    desk.deed("merge", two, into=one)
    board = desk.board
    assert (two, three) == board.questions[one].merged
    assert {two: one, three: one} == {number: board.questions[number].into for number in (two, three)}
    assert 4 == board.supporters(board.questions[one])
    desk.support(one)
    desk.deed("unmerge", two)
    assert ("received", "", (three,)) == (desk.states()[two], board.questions[two].into, board.questions[one].merged)
    assert [3, 2] == [board.supporters(board.questions[number]) for number in (one, two)]


def test_a_card_that_stood_behind_both_is_one_supporter_of_what_they_became() -> None:
    """And of each again, when the merge is taken back."""
    desk = Desk()
    one, two = desk.ask(), desk.ask()
    for number, card in ((one, "a"), (one, "b"), (two, "b"), (two, "c")):
        desk.support(number, card)
    desk.deed("merge", two, into=one)
    assert 3 == desk.board.supporters(desk.board.questions[one])
    desk.undo()
    assert [2, 2] == [desk.board.supporters(desk.board.questions[number]) for number in (one, two)]


def test_nothing_is_merged_into_itself_or_into_what_is_gone() -> None:
    """Or two questions would swallow each other."""
    desk = Desk()
    one, two = desk.ask(), desk.ask()
    assert {one: "question_state"} == desk.deed("merge", one, into=one).refused
    desk.deed("merge", two, into=one)
    assert {one: "question_state"} == desk.deed("merge", one, into=two).refused
    assert {one: "unknown_question"} == desk.deed("merge", one, into="Q0099").refused


def test_undo_takes_back_ones_own_last_deed() -> None:
    """One by one, backwards; others' deeds stay."""
    desk = Desk()
    one, two = desk.ask(), desk.ask()
    desk.deed("approve", one, two, by="甲")
    desk.deed("refuse", two, by="乙", text="重复")
    judged = desk.undo("甲")
    assert isinstance(judged, Judged)
    assert ((one,), {two: "question_changed"}) == (judged.possible, judged.refused)
    assert {one: "received", two: "refused"} == desk.states()
    assert RefusalCode.NOTHING_TO_UNDO == getattr(desk.undo("甲"), "code", None)
    desk.undo("乙")
    assert {one: "received", two: "approved"} == desk.states()


def test_a_merge_is_undone_whole_or_not_at_all() -> None:
    """Half a merge would lose an asker."""
    desk = Desk()
    one, two, three = desk.ask(), desk.ask(), desk.ask()
    desk.deed("merge", two, three, into=one)
    desk.support(one)
    desk.undo()
    assert {one: "received", two: "received", three: "received"} == desk.states()
    assert (1, ()) == (len(desk.board.questions[one].backers), desk.board.questions[one].merged)
    desk.deed("merge", two, into=one)
    desk.deed("approve", one, by="乙")
    assert RefusalCode.QUESTION_CHANGED == getattr(desk.undo(), "code", None)
    assert "merged" == desk.states()[two]


def test_an_undone_withdrawal_does_not_go_back_on_air_by_itself() -> None:
    """The air has moved on: the question waits where it was cued."""
    desk = Desk()
    number = desk.ask()
    desk.deed("approve", number)
    desk.deed("assign", number, cue="c")
    desk.deed("air", number)
    desk.deed("withdraw", number)
    desk.undo()
    assert ("cued", "c") == (desk.states()[number], desk.board.questions[number].cue)


def test_near_duplicates_name_each_other() -> None:
    """The newest first; an edit can end it."""
    desk = Desk()
    one, two = desk.ask(), desk.ask()
    desk.write(e="alike", number=two, numbers=[one])
    assert {one: (two,), two: (one,)} == desk.board.alike
    desk.write(e="alike", number=two, numbers=[])
    assert {one: (), two: ()} == desk.board.alike


def test_words_and_intake_are_where_they_were_left() -> None:
    """They outlive a restart like everything else."""
    desk = Desk()
    assert ("open", 60, ("词",)) == (desk.board.mode, desk.board.slow_seconds, desk.board.words)
    desk.write(e="intake", mode="slow", seconds=30, by="甲", at=1)
    desk.write(e="words", words=["坏"], by="甲", at=1)
    assert ("slow", 30, ("坏",)) == (desk.board.mode, desk.board.slow_seconds, desk.board.words)


Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(st.sampled_from([*DEEDS, "ask", "support", "undo"]), st.integers(0, 5), st.integers(0, 5)), max_size=40
)


@given(STEPS)
def test_any_story_folds_to_the_same_board_and_loses_nobody(steps: list[Step]) -> None:
    """Replay equals what is live; every question is there once, every support is counted once, merges stay flat."""
    desk = Desk()
    supports = 0
    for do, first, second in steps:
        one, two = f"Q{first:04d}", f"Q{second:04d}"
        if do == "ask":
            desk.ask()
        elif do == "undo":
            desk.undo()
        elif do == "support":
            if one in desk.board.questions:
                supports += 1
                desk.support(one)
        else:
            desk.deed(do, one, two, text="理由", into=two, cue="c", due="2026-12-01")
    board, again = desk.board, Board(("词",), 60)
    for row in desk.rows:
        again.apply(json.loads(row))
    assert board.questions == again.questions
    roots = [question for question in board.questions.values() if not question.into]
    assert supports == sum(board.supporters(question) for question in roots)
    for question in board.questions.values():
        assert (question.state == "merged") is bool(question.into)
        assert all(board.questions[number].into == question.number for number in question.merged)
        assert not question.cue or question.state in PUBLIC_STATES
    assert len(board.questions) == len(roots) + sum(len(question.merged) for question in roots)
