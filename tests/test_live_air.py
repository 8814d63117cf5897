"""The air in a whole show: preview and programme apart, and nothing on either that is not public."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.scene_names import SCENE_KINDS
from audience_server.live_air_scenes import JoinCode
from audience_server.live_questions_asking import Asked, AskReceipt
from audience_server.notary.verify import verify
from audience_server.wire.air import Air
from audience_server.wire.commands import VerifierReport
from tests.show_rig import SMALL_SESSION, Show, check_show, settle

WITH_SURVEY = SMALL_SESSION.replace(
    'channels = [ { id = "vote", name = "现场测评", weight = 100 } ]',
    'channels = [ { id = "vote", name = "现场测评", weight = 60 }, { id = "sms", name = "短信", weight = 40 } ]',
)
TRIAL_AND_MOOD = """
[[round]]
id = "t01"
kind = "trial"
title = "试投:您能听清主持人说话吗"
options = [ { id = "hear", name = "能听清" }, { id = "faint", name = "听不清" } ]

[[round]]
id = "r01"
units = ["edu"]

[[round]]
id = "r02"
units = ["env"]

[[round]]
id = "r03"
kind = "mood"
title = "您对刚才的答复满意吗"
units = ["edu"]

"""
GRAPHICS = Person("字幕", frozenset({"graphics"}))
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


async def voted(show: Show, round_id: str = "r01", choices: Sequence[str] = ("1", "1", "2", "3", "2")) -> None:
    phones = await show.phones(5)
    if show.session.state.zero_index is None:
        await show.do("zero")
    opened = await show.do("open", round=round_id, despite_cue=True)
    await show.cast_all(phones, opened["window"], choices)
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


@pytest.mark.parametrize(
    "kept",
    [
        {"kind": "ranking", "target": "nowhere", "rows": 2},
        {"kind": "unit", "target": "gone", "rows": 0},
        {"kind": "result", "target": 7, "rows": 0},
        {"kind": "title", "target": "x", "rows": "many"},
        ["ranking"],
    ],
)
async def test_a_spoiled_picture_of_before_is_a_clear_output(kept: Any) -> None:
    """desk.json of another session, or written by hand."""
    show = await started()
    show.session.memory.keep_part("air", {"programme": kept, "preview": kept})
    await show.restart()
    assert [None, None] == [shown(show, output) for output in ("programme", "preview")]


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
    await show.restart()
    again = shown(show)
    assert again is not None
    assert group["bars"] == again["groups"][0]["bars"], "a restart changes no order of options"


async def test_a_board_comes_row_by_row_from_the_last() -> None:
    """Rows that have not been revealed are not in the message; too early it is refused with what is missing."""
    show = await started()
    await voted(show)
    assert "results_incomplete" == await no_air(show, "ranking", "gov")
    await voted(show, "r02")
    await show.do("reveal", round="gov")
    await air(show, "ranking", "gov")
    on_air = shown(show)
    assert on_air is not None
    assert ((), 2) == (tuple(on_air["rows"]), on_air["of"])
    picture = await air(show, "next")
    on_air = shown(show)
    assert on_air is not None
    last = show.session.boards.rows("gov")
    assert not isinstance(last, Refusal)
    assert last[-1:] == on_air["rows"]
    assert picture["programme"]["more"]
    picture = await air(show, "next")
    assert not picture["programme"]["more"]
    assert "nothing_to_show" == await no_air(show, "next")


async def test_a_board_of_the_vote_alone_waits_for_no_other_channel_and_says_what_it_is() -> None:
    """The composite one is refused while a channel is missing; the vote's own says its part of the score."""
    show = await Show(WITH_SURVEY).start()
    await voted(show)
    assert "results_incomplete" == await no_air(show, "ranking", "gov/vote")
    await voted(show, "r02")
    assert "results_incomplete" == await no_air(show, "ranking", "gov")
    await show.do("reveal", round="gov/vote")
    await air(show, "ranking", "gov/vote")
    await air(show, "next")
    on_air = shown(show)
    assert on_air is not None
    assert (True, 1, 2) == (on_air["of_vote"], len(on_air["rows"]), on_air["of"])
    assert ("vote", "60") == show.session.air.message("programme")["vote"]


@pytest.mark.parametrize("cue", ["edu-promise", "closing"])
async def test_a_cue_that_brings_the_board_never_stops_the_show(cue: str) -> None:
    """Before the results are there, and after; on a cue of a unit and on one that has none."""
    show = await started()
    await show.do("cue-edit", do="insert", kind="closing", after="env-promise")
    for scene in SCENE_KINDS:
        await show.do("cue-edit", do="change", cue=cue, scene=scene)
    assert "bad_argument" == await show.refused("cue-edit", do="change", cue=cue, scene="ranking nowhere")
    await show.do("cue-edit", do="change", cue=cue, scene="ranking")
    await voted(show)
    await voted(show, "r02")
    await show.do("cue", cue=cue)
    assert None is shown(show, "preview"), "nobody has revealed the board"
    await show.do("reveal", round="gov")
    await show.do("cue", cue=cue)
    ready = shown(show, "preview")
    assert ready is not None
    assert ("ranking", "政府部门") == (ready["kind"], ready["category"])


async def test_graphics_alone_publish_no_board() -> None:
    """Nothing was revealed: neither preview nor programme gets a score or a rank before the operator's own act."""
    show = await started()
    await voted(show)
    await voted(show, "r02")
    for board in ("gov", "gov/vote"):
        refused = await show.session.command(
            "air", {"scene": "ranking", "target": board, "to": "preview"}, None, GRAPHICS
        )
        assert isinstance(refused, Refusal)
        assert RefusalCode.NOT_REVEALED == refused.code
        assert "政府部门" == refused.detail
    assert {"revealed": "gov", "units": 2} == await show.do("reveal", round="gov")
    assert None is show.session.phone_picture().revealed
    await air(show, "ranking", "gov", to="preview")
    assert "not_revealed" == await no_air(show, "ranking", "gov/vote")
    await show.restart()
    await air(show, "take")
    await air(show, "next")
    on_air = shown(show)
    assert on_air is not None
    assert 1 == len(on_air["rows"])


async def test_rounds_announced_one_by_one_make_their_board_public() -> None:
    """Whoever has heard every round knows the board; of a channel collected elsewhere nobody has."""
    for text, code in ((SMALL_SESSION, None), (WITH_SURVEY, "results_incomplete")):
        show = await Show(text).start()
        await voted(show)
        await voted(show, "r02")
        await show.do("reveal", round="r01")
        assert "not_revealed" == await no_air(show, "ranking", "gov/vote")
        await show.do("reveal", round="r02")
        await air(show, "ranking", "gov/vote")
        if code is None:
            await air(show, "ranking", "gov")
            continue
        assert code == await no_air(show, "ranking", "gov")
        await show.do("channel", channel="sms", source="sms.csv", data=b"unit,score\nedu,90\nenv,80\n")
        assert "not_revealed" == await no_air(show, "ranking", "gov")
        await show.do("reveal", round="gov")
        await air(show, "ranking", "gov")
        await air(show, "next")
        await show.do("channel", channel="sms", source="sms.csv", data=b"unit,score\nedu,10\nenv,80\n")
        show.session.air.check()
        assert None is shown(show), "other numbers than those that were revealed"


async def test_a_session_that_announces_each_round_has_no_board_before_every_one_of_them() -> None:
    """`announce = "each"`: the board is no way around a round that was kept back."""
    show = await Show(SMALL_SESSION.replace("small_cell = 3", 'small_cell = 3\nannounce = "each"')).start()
    await voted(show)
    await voted(show, "r02")
    await show.do("reveal", round="r01")
    assert "not_revealed" == await show.refused("reveal", round="gov")
    await show.do("reveal", round="r02")
    await air(show, "ranking", "gov")


async def test_scores_and_ranks_wait_for_the_last_round_of_the_session() -> None:
    """`announce = "end"`, as the rules page says: a count may follow its vote, a board never before all is voted."""
    service = '[[category]]\nid = "service"\nname = "公共服务"\n\n'
    service += '[[unit]]\nid = "bus"\nname = "市公交公司"\ncategory = "service"\n\n'
    show = await Show(SMALL_SESSION.replace("[result]", service + "[result]")).start()
    await voted(show)
    await voted(show, "r02")
    assert "r01" == (await show.do("reveal", round="r01"))["revealed"]
    await show.do("reveal", round="r02")
    early = await show.session.command("reveal", {"round": "gov/vote"}, None)
    assert isinstance(early, Refusal)
    assert (RefusalCode.ANNOUNCED_AT_END, "r03") == (early.code, early.detail)
    assert "announced_at_end" == await no_air(show, "ranking", "gov/vote")
    await show.do("not-held", round="r03", reason="时间不够")
    await air(show, "ranking", "gov/vote")


async def test_a_board_waits_for_the_nods_of_every_round_under_it() -> None:
    """The operator asks once; with the last nod it may be shown, and phones are shown no round by it."""
    text = SMALL_SESSION.replace("small_cell = 3", 'small_cell = 3\nconfirm = { reveal = ["operator", "scrutineer"] }')
    show = await Show(text).start()
    await voted(show)
    await voted(show, "r02")
    scrutineer = Person("监票人", frozenset({"scrutineer"}))
    assert {"pending": ["scrutineer"]} == await show.do("reveal", round="gov")
    assert ["r01", "r02"] == [each["round"] for each in show.session.picture()["pending"]]
    for round_id in ("r01", "r02"):
        assert "not_revealed" == await no_air(show, "ranking", "gov")
        await show.restart()
        await show.session.command("nod", {"do": "reveal", "round": round_id}, None, scrutineer)
    await air(show, "ranking", "gov")
    assert None is show.session.phone_picture().revealed
    assert [] == show.session.picture()["pending"]


async def test_a_board_can_be_revealed_without_a_nod_by_a_reason_in_the_record() -> None:
    """One override for the board, not one for each round of it."""
    text = SMALL_SESSION.replace("small_cell = 3", 'small_cell = 3\nconfirm = { reveal = ["operator", "scrutineer"] }')
    show = await Show(text).start()
    await voted(show)
    await voted(show, "r02")
    assert "reason_needed" == await show.refused("override", do="reveal", round="gov", reason="")
    done = await show.do("override", do="reveal", round="gov", reason="监票人离场")
    assert {"revealed": "gov", "units": 2} == done["done"]
    await air(show, "ranking", "gov")


async def test_a_round_that_is_voted_again_takes_its_board_off_the_air() -> None:
    """What was revealed were the numbers of before; the new ones wait for an act of their own."""
    show = await Show(SMALL_SESSION.replace("small_cell = 3", "small_cell = 3\nvoid_after_reveal = true")).start()
    await voted(show)
    await voted(show, "r02")
    await show.do("reveal", round="gov")
    await air(show, "ranking", "gov")
    await show.do("void-round", round="r02", reason="设备故障")
    show.session.air.check()
    assert None is shown(show)
    await voted(show, "r02")
    assert "not_revealed" == await no_air(show, "ranking", "gov")


async def test_a_board_that_was_revealed_keeps_its_rounds_from_being_voided() -> None:
    """As a reveal of the round itself does, where the session file does not allow it."""
    show = await started()
    await voted(show)
    await voted(show, "r02")
    await show.do("reveal", round="gov")
    assert "revealed" == await show.refused("void-round", round="r02", reason="x")


async def test_a_fingerprint_comes_after_the_lock() -> None:
    """As it is read out: groups."""
    show = await started()
    assert "not_locked" == await no_air(show, "fingerprint", "r01")
    await voted(show)
    await air(show, "fingerprint", "r01")
    on_air = shown(show)
    assert on_air is not None
    assert len(on_air["groups"]) > 3


def report_of(report: dict[str, Any], **changes: Any) -> VerifierReport:
    """What console and `ctl` send of a verifier's report, with changes made by hand."""
    [row] = [each for each in report["rounds"] if each["round"] == "r01" and each["state"] == "locked"]
    told = {name: row[name] for name in ("window", "fingerprint", "by")}
    told |= {"origin": report["origin"], "failures": [(each["code"], each["index"]) for each in report["failures"]]}
    return msgspec.convert(told | changes, VerifierReport)


async def test_the_recount_is_the_verifiers_and_about_the_round_alone() -> None:
    """Verified in the middle of the show, where no seal is there yet; kept across a restart; gone with the window."""
    show = await Show(SMALL_SESSION.replace("small_cell = 3", "small_cell = 3\nvoid_after_reveal = true")).start()
    await voted(show)
    _, bundle = await show.session.evidence()
    report = verify(bundle).as_json()
    assert "fail" == report["verdict"], "a record without a seal"
    good = report_of(report)
    assert "agree" == (await show.do("recount", round="r01", report=good))["finding"]
    assert "not_revealed" == await no_air(show, "recount", "r01")
    await show.do("reveal", round="r01")
    await show.restart()
    await air(show, "recount", "r01")
    on_air = shown(show)
    assert on_air is not None
    assert {"kind", "title", "finding", "fingerprint"} == set(on_air)
    assert "agree" == on_air["finding"]
    other = copy.deepcopy(good.by)
    assert other is not None
    other["deputies"]["counts"]["overall"] |= {"yes": 1, "no": 2}
    assert "differ" == (await show.do("recount", round="r01", report=report_of(report, by=other)))["finding"]
    await show.do("void-round", round="r01", reason="设备故障")
    show.session.air.check()
    assert None is shown(show)
    await voted(show)
    assert "report_outdated" == await show.refused("recount", round="r01", report=good)
    await show.do("reveal", round="r01")
    assert "nothing_to_show" == await no_air(show, "recount", "r01")


async def test_a_recount_is_handed_in_by_whoever_counts() -> None:
    """The public fingerprint is no evidence: graphics, screener and teller hand in nothing."""
    show = await started()
    await voted(show)
    _, bundle = await show.session.evidence()
    given = {"round": "r01", "report": report_of(verify(bundle).as_json())}
    for role, may in (
        ("graphics", False),
        ("screener", False),
        ("teller", False),
        ("scrutineer", True),
        ("notary", True),
    ):
        outcome = await show.session.command("recount", given, None, Person(role, frozenset({role})))
        assert may == (not isinstance(outcome, Refusal)), role
    assert "unknown_round" == await show.refused("recount", round="r77", report=given["report"])
    assert "not_locked" == await show.refused("recount", round="r02", report=given["report"])
    logged = (await show.do("show-log", text="recount", before=None, limit=10))["lines"]
    assert {"r01"} == {line["detail"] for line in logged}, "the log copies no report"


async def test_an_objection_and_its_decision_stand_in_the_record() -> None:
    """A restart knows what is still undecided; the evidence verifies with both."""
    show = await started(rehearsal=True)
    await voted(show)
    objection = await show.do("incident", kind="objection", text="票数有异议")
    await show.restart()
    [waiting] = show.session.picture()["objections"]
    assert (objection["index"], "票数有异议") == (waiting["index"], waiting["text"])
    await show.do("incident", kind="decision", text="复核一致,维持原结果", about=waiting["index"])
    assert [] == show.session.picture()["objections"]
    await show.do("not-held", round="r02", reason="不评")
    await show.do("seal")
    report = await check_show(show)
    told = [act["body"]["text"] for act in report["acts"] if act["kind"] == "incident"]
    assert ["票数有异议", f"{objection['index']}: 复核一致,维持原结果"] == told


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


async def test_the_wall_announces_a_trial_vote_and_shows_a_mood_as_one() -> None:
    """The trial cue is taken: the hall reads what comes, before it is open; a mood is never called a result."""
    show = await Show(SMALL_SESSION.replace("[result]", TRIAL_AND_MOOD + "[result]"), rehearsal=True).start()
    show.session.air.maker.join = JoinCode("http://x/", 3, ((0, 0, 3),))
    await show.do("cue", cue="t01-trial")
    planned = shown(show, "wall")
    assert planned is not None
    assert ("turnout", "planned", True) == (planned["kind"], planned["state"], planned["trial"])
    phones = await show.phones(5)
    await show.hold("t01", phones, ["1", "1", "1", "1", "2"])
    await show.do("cue", cue="edu-mood")
    await show.hold("r03", phones, ["1", "1", "1", "2", "2"])
    await show.do("reveal", round="r03")
    mood = shown(show, "wall")
    assert mood is not None
    assert "mood" == mood["kind"]


async def test_a_countdown_runs_below_zero() -> None:
    """The speaker sees that the time is over."""
    show = await started()
    await show.do("cue", cue="edu-report")
    await air(show, "countdown")
    await show.clock.advance(200)
    scene = shown(show)
    assert scene is not None
    assert (-20_000, 180) == (scene["ends_in_ms"], scene["seconds"])


NUMBERS = {"count", "percent", "total", "score", "rank", "counted", "read_out"}


def numbers_in(sent: Any) -> set[str]:
    """The names of everything in a message that a vote decides."""
    if isinstance(sent, dict):
        return (NUMBERS & set(sent)).union(*map(numbers_in, sent.values()))
    return set().union(*map(numbers_in, sent)) if isinstance(sent, list | tuple) else set()


def public_now(show: Show, opened: set[str], sent: dict[str, Any]) -> bool:
    """Whether what an output got rests on what the operator has revealed."""
    revealed = {"市教育局": "r01", "市生态环境局": "r02"}
    if sent["kind"] == "ranking":
        return ("gov/vote" if sent["of_vote"] else "gov") in opened or {"r01", "r02"} <= opened
    return revealed[sent["title"]] in opened


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_is_pressed_nothing_secret_is_ever_sent(seed: int) -> None:
    """Every command in any order, by the graphics alone: no unapproved text, and no number of a round or a board that
    the operator has not revealed, in no scene, on no output, across restarts.
    """
    chance = random.Random(seed)
    show = await started()
    approved, secret = await ask(show, "可以播出的提问", 0), await ask(show, SECRET, 1)
    await deed(show, approved, "approve")
    await voted(show)
    await voted(show, "r02")
    opened: set[str] = set()
    kinds: set[str] = set()
    for _ in range(150):
        scene = chance.choice(["take", "clear", "next", *SCENE_KINDS, "ranking", "ranking", "next"])
        target = chance.choice(["", approved, secret, "r01", "r02", "gov", "gov/vote", "edu"])
        to = chance.choice(["programme", "preview"])
        await show.session.command("air", {"scene": scene, "target": target, "to": to}, None, GRAPHICS)
        step = chance.random()
        if step < 0.03:
            board_or_round = chance.choice(["r01", "r02", "gov", "gov/vote"])
            assert isinstance(await show.session.command("reveal", {"round": board_or_round}, None, GRAPHICS), Refusal)
            await show.do("reveal", round=board_or_round)
            opened.add(board_or_round)
        if 0.03 < step < 0.05:
            await show.session.command("cue", {"cue": chance.choice(["edu-questions", "env-announce"])}, None)
        if 0.05 < step < 0.06:
            await show.restart()
        for output in ("programme", "preview", "wall"):
            sent = shown(show, output)
            assert SECRET not in json.dumps(sent, ensure_ascii=False)
            if sent is not None and numbers_in(sent):
                kinds.add(sent["kind"])
                assert public_now(show, opened, sent), (sent, opened)
    assert kinds <= {"result", "mood", "ranking"}
