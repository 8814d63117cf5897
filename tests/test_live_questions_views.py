"""Whatever happens to questions, the views are what follows from the board: nothing unapproved is ever public."""

from __future__ import annotations

from collections import Counter

from hypothesis import given

from audience_server.domain.questions import PUBLIC_STATES
from audience_server.live_questions_views import QuestionViews
from tests.domain.test_question_board import STEPS, Desk, Step
from tests.show_rig import RigClock


def play(desk: Desk, step: Step) -> None:
    """One step of a story on a desk without doors."""
    do, first, second = step
    one, two = f"Q{first:04d}", f"Q{second:04d}"
    if do == "ask":
        desk.ask(f"第{len(desk.rows)}个问题")
    elif do == "undo":
        desk.undo()
    elif do != "support":
        desk.deed(do, one, two, text="改过的理由", into=two, cue="c", due="2026-12-01")
    elif one in desk.board.questions:
        desk.support(one)


@given(STEPS)
def test_the_public_list_is_what_was_approved_in_every_moment(steps: list[Step]) -> None:
    """With the text that would go to air; each leaving is counted; changes since any revision are complete."""
    desk = Desk()
    views = QuestionViews(desk.board, RigClock(), lambda: None)
    for step in steps:
        seen, public, withdrawn = views.changed.revision, {each.number for each in views.public("")}, views.withdrawn
        before = dict(desk.board.questions)
        play(desk, step)
        questions = desk.board.questions
        touched = {number for number, question in questions.items() if before.get(number) != question}
        if touched:
            views.touch(touched)
        assert touched == set(views.changed_after(seen))
        now = {number: each for number, each in questions.items() if each.state in PUBLIC_STATES}
        assert {number: each.text for number, each in now.items()} == {
            each.number: each.text for each in views.public("")
        }
        assert (views.withdrawn > withdrawn) is bool(public - set(now))
        assert dict(Counter(each.state for each in questions.values())) == views.counts(True)["by_state"]
    assert set(desk.board.questions) == set(views.changed_after(0))
