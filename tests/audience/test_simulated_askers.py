"""Simulated askers at a real door: what they say was received is what the desk has, once each."""

from __future__ import annotations

import asyncio
import contextlib
from random import Random

from audience_server.audience.asking import QuestionPlan
from audience_server.audience.crowd import Plan
from audience_server.audience.question_model import HOSTILE, wishes
from tests.audience.running_hall import QUICK, running_hall
from tests.audience.test_crowd import crowd_of

FORTY = QUICK.replace("seats = 6\nspare = 1", "seats = 40") + "\n[questions]\nper_card = 5\n"


async def test_what_was_received_is_on_the_desk_and_some_of_it_asks_the_same() -> None:
    """Hostile and empty texts are refused or harmless; near duplicates and other scripts are among them."""
    async with running_hall(FORTY) as hall:
        desk = hall.show.session.questions
        crowd = crowd_of(hall, Plan(seed=5, rounds=1, questions=QuestionPlan(120, 1.5)), 40)
        running = asyncio.ensure_future(crowd.run())
        seen = 0
        while len(desk.views()) < 60:
            seen = await desk.changed.wait(seen)
        await hall.show.do("question", numbers=tuple(view["number"] for view in desk.views()), do="approve")
        while crowd.summary()["asked"] + sum(crowd.summary()["refused"].values()) < 120:
            # a refusal changes nothing at the desk
            with contextlib.suppress(TimeoutError):
                seen = await asyncio.wait_for(desk.changed.wait(seen), 0.1)
        crowd.stop()
        await running
        summary = crowd.summary()
        views = desk.views()
    assert summary["asked"] == len(views) > 100
    assert set(summary["refused"]) <= {"question_too_long", "question_empty"}
    assert {"question", "suggestion"} == {view["kind"] for view in views}
    assert {"zh-Hans", "zh-Hant"} <= {view["language"] for view in views}
    assert any(view["similar"] for view in views)
    assert not any("\x1b" in view["text"] or "\u202e" in view["text"] for view in views)


def test_a_seed_asks_the_same_again() -> None:
    """A rehearsal can be repeated; all sorts are among many."""
    first = wishes(400, ["edu"], ["a1"], Random(1))
    assert first == wishes(400, ["edu"], ["a1"], Random(1))
    texts = {wish.text for wish in first}
    assert 2 <= len(texts & set(HOSTILE))
    assert {"question", "suggestion"} == {wish.kind for wish in first}
    assert all(wish.text and wish.unit in ("", "edu") for wish in first)
