"""The air in a whole show: preview and programme apart, and nothing on either that is not public."""

from __future__ import annotations

import json
import random
from typing import Any

import msgspec
import pytest

from audience_server.domain.refusals import Refusal
from audience_server.live_air_scenes import JoinCode
from audience_server.live_questions_asking import Asked, AskReceipt
from audience_server.wire.air import Air
from tests.show_rig import SMALL_SESSION, Show, settle

SECRET = "谁也不该看到的提问"


async def started(rehearsal: bool = False) -> Show:
    show = await Show(rehearsal=rehearsal).start()
    show.session.air.maker.join = JoinCode("http://x/", 3, ((0, 0, 3),))
    return show


async def ask(show: Show, text: str, number: int = 0) -> str:
    phone = show.phone(number)
    await phone.present()
    answers: list[AskReceipt | Refusal] = []
    show.session.questions.asking.ask(phone.seat, Asked("question", text, unit="edu"), answers.append)
    await settle()
    [receipt] = answers
    assert isinstance(receipt, AskReceipt), receipt
    return receipt.number


async def deed(show: Show, number: str, do: str, **more: Any) -> None:
    fields = {"text": "", "into": "", "cue": "", "due": "", "versions": {}} | more
    await show.do("question", numbers=[number], do=do, **fields)


async def air(show: Show, scene: str, target: str = "", to: str = "programme") -> dict[str, Any]:
    return await show.do("air", scene=scene, target=target, to=to)


async def no_air(show: Show, scene: str, target: str = "") -> str:
    return await show.refused("air", scene=scene, target=target, to="programme")


def shown(show: Show, output: str = "programme") -> dict[str, Any] | None:
    """The scene as an output gets it; whatever is sent has the wire's shape."""
    message = show.session.air.wall() if output == "wall" else show.session.air.message(output)
    msgspec.convert(message, Air)
    scene: dict[str, Any] | None = message["scene"]
    return scene


async def voted(show: Show, round_id: str = "r01") -> None:
    phones = await show.phones(5)
    if show.session.state.zero_index is None:
        await show.do("zero")
    opened = await show.do("open", round=round_id, despite_cue=True)
    await show.cast_all(phones, opened["window"], ["1", "1", "2", "3", "2"])
    await show.clock.advance(opened["seconds"] + 10)
    await show.do("lock", round=round_id)


async def test_a_cue_prepares_the_preview_and_take_puts_it_on_the_air() -> None:
    """The programme changes only when somebody says so; a restart shows the same picture."""
    show = await started()
    await show.do("cue", cue="edu-report")
    assert None is shown(show)
    preview = shown(show, "preview")
    assert preview is not None
    assert "countdown" == preview["kind"]
    await air(show, "take")
    await show.restart()
    on_air = shown(show)
    assert on_air is not None
    assert ("countdown", "市教育局") == (on_air["kind"], on_air["unit"])
    assert None is shown(show, "preview")
    await air(show, "clear")
    assert None is shown(show)


async def test_an_unapproved_question_cannot_reach_the_air() -> None:
    """Not by its number, not by a cue, not through a merge."""
    show = await started()
    number = await ask(show, SECRET)
    assert "not_approved" == await no_air(show, "question", number)
    assert "unknown_question" == await no_air(show, "question", "Q0999")
    await deed(show, number, "approve")
    await air(show, "question", number)
    on_air = shown(show)
    assert on_air is not None
    assert SECRET == on_air["text"]
    question = show.session.questions.find(number)
    assert question is not None
    assert "on_air" == question.state


async def test_a_withdrawn_question_leaves_every_output_at_once() -> None:
    """撤下: programme, preview and wall."""
    show = await started()
    number = await ask(show, SECRET)
    await deed(show, number, "approve")
    await air(show, "question", number)
    await air(show, "question", number, to="preview")
    assert SECRET in json.dumps(show.session.air.wall(), ensure_ascii=False)
    await deed(show, number, "withdraw")
    for output in ("programme", "preview", "wall"):
        assert SECRET not in json.dumps(shown(show, output), ensure_ascii=False)


async def test_what_is_withdrawn_takes_nothing_else_with_it() -> None:
    """The next question stays ready in the preview."""
    show = await started()
    first, second = await ask(show, "第一个提问", 0), await ask(show, "第二个提问", 1)
    for number in (first, second):
        await deed(show, number, "approve")
    await air(show, "question", first)
    await air(show, "question", second, to="preview")
    await deed(show, first, "withdraw")
    assert None is shown(show)
    ready = shown(show, "preview")
    assert ready is not None
    assert second == ready["number"]


async def test_no_number_is_shown_before_its_reveal() -> None:
    """Turnout yes, counts no; after the reveal bars, until the round is void."""
    show = await started()
    await voted(show)
    assert "not_revealed" == await no_air(show, "result", "r01")
    turnout = await air(show, "turnout", "r01")
    assert "turnout" == turnout["programme"]["scene"]
    await show.do("reveal", round="r01")
    await air(show, "result", "r01")
    on_air = shown(show)
    assert on_air is not None
    [group] = on_air["groups"]
    assert [("满意", 2, "40.0"), ("基本满意", 2, "40.0"), ("不满意", 1, "20.0"), ("不了解", 0, "0.0")] == [
        (bar["label"], bar["count"], bar["percent"]) for bar in group["bars"]
    ]
    wall = shown(show, "wall")
    assert wall is not None
    assert "result" == wall["kind"]


async def test_a_board_comes_row_by_row_from_the_last() -> None:
    """Rows that have not been revealed are not in the message; too early it is refused with what is missing."""
    show = await started()
    await voted(show)
    assert "results_incomplete" == await no_air(show, "ranking", "gov")
    await voted(show, "r02")
    await air(show, "ranking", "gov")
    on_air = shown(show)
    assert on_air is not None
    assert ((), 2) == (tuple(on_air["rows"]), on_air["of"])
    picture = await air(show, "next")
    on_air = shown(show)
    assert on_air is not None
    last = show.session.air.maker.board("gov")
    assert not isinstance(last, Refusal)
    assert last[-1:] == on_air["rows"]
    assert picture["programme"]["more"]
    picture = await air(show, "next")
    assert not picture["programme"]["more"]
    assert "nothing_to_show" == await no_air(show, "next")


async def test_a_board_of_the_vote_alone_waits_for_no_other_channel_and_says_what_it_is() -> None:
    """The composite one is refused while a channel is missing; the vote's own says its part of the score."""
    text = SMALL_SESSION.replace(
        'channels = [ { id = "vote", name = "现场测评", weight = 100 } ]',
        'channels = [ { id = "vote", name = "现场测评", weight = 60 }, { id = "sms", name = "短信", weight = 40 } ]',
    )
    show = await Show(text).start()
    await voted(show)
    assert "results_incomplete" == await no_air(show, "ranking", "gov/vote")
    await voted(show, "r02")
    assert "results_incomplete" == await no_air(show, "ranking", "gov")
    await air(show, "ranking", "gov/vote")
    await air(show, "next")
    on_air = shown(show)
    assert on_air is not None
    assert (True, 1, 2) == (on_air["of_vote"], len(on_air["rows"]), on_air["of"])
    assert ("vote", "60") == show.session.air.message("programme")["vote"]


async def test_a_fingerprint_comes_after_the_lock() -> None:
    """As it is read out: groups."""
    show = await started()
    assert "not_locked" == await no_air(show, "fingerprint", "r01")
    await voted(show)
    await air(show, "fingerprint", "r01")
    on_air = shown(show)
    assert on_air is not None
    assert len(on_air["groups"]) > 3


async def test_the_promise_of_a_unit_comes_from_its_question() -> None:
    """With its date."""
    show = await started()
    number = await ask(show, "什么时候修好?")
    await deed(show, number, "approve")
    assert "nothing_to_show" == await no_air(show, "promise", "edu")
    await deed(show, number, "promise", text="一周内修好", due="2026-12-01")
    await air(show, "promise", "edu")
    on_air = shown(show)
    assert on_air is not None
    assert ("一周内修好", "2026-12-01") == (on_air["text"], on_air["due"])


async def test_the_wall_looks_after_itself() -> None:
    """How to join, then the vote, then what was revealed."""
    show = await started(rehearsal=True)
    kinds = []
    for step in ("join", "open", "reveal"):
        if step == "open":
            await show.phones(5)
            await show.do("zero")
            await show.do("open", round="r01", despite_cue=True)
        if step == "reveal":
            await show.do("close", round="r01", reason="提前")
            await show.do("lock", round="r01")
            await show.do("reveal", round="r01")
        scene = shown(show, "wall")
        assert scene is not None
        kinds.append(scene["kind"])
    assert ["join", "turnout", "result"] == kinds
    assert show.session.air.wall()["rehearsal"]


async def test_a_countdown_runs_below_zero() -> None:
    """The speaker sees that the time is over."""
    show = await started()
    await show.do("cue", cue="edu-report")
    await air(show, "countdown")
    await show.clock.advance(200)
    scene = shown(show)
    assert scene is not None
    assert (-20_000, 180) == (scene["ends_in_ms"], scene["seconds"])


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_pressed_nothing_secret_is_ever_sent(seed: int) -> None:
    """Every command in any order: no unapproved text, no count of a round that was not revealed, on no output."""
    chance = random.Random(seed)
    show = await started()
    approved, secret = await ask(show, "可以播出的提问", 0), await ask(show, SECRET, 1)
    await deed(show, approved, "approve")
    await voted(show)
    await voted(show, "r02")
    revealed: set[str] = set()
    for _ in range(150):
        scene = chance.choice(["take", "clear", "next", "question", "result", "ranking", "turnout", "mood", "promise"])
        target = chance.choice(["", approved, secret, "r01", "r02", "gov", "edu"])
        to = chance.choice(["programme", "preview"])
        await show.session.command("air", {"scene": scene, "target": target, "to": to}, None)
        step = chance.random()
        if step < 0.02:
            await show.session.command("reveal", {"round": "r01"}, None)
            revealed.add("r01")
        if 0.02 < step < 0.05:
            await show.session.command("cue", {"cue": chance.choice(["edu-questions", "env-announce"])}, None)
        for output in ("programme", "preview", "wall"):
            sent = shown(show, output)
            text = json.dumps(sent, ensure_ascii=False)
            assert SECRET not in text
            if sent is not None and sent["kind"] == "result":
                assert "市教育局" == sent["title"]
                assert "r01" in revealed
