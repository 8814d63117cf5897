"""One ballot: choose, send, see it recorded, change it, and what the page keeps and forgets."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.hall import Hall, Json
from tests.browser.sample import options, window

pytestmark = pytest.mark.browser


async def vote(page: Page, choice: str) -> None:
    await page.get_by_role("radio", name=choice, exact=True).tap()
    await page.get_by_role("button", name="提交").tap()


async def recorded(page: Page) -> None:
    await page.get_by_text("已收到,已计入记录").wait_for()


async def test_one_sentence_on_top_says_what_is_evaluated(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("您正在评议“县住建局”的“服务态度”。")
    await expect(page.locator("h1 .piece")).to_have_text(["您正在评议“县住建局”的", "“服务态度”。"])


async def test_nothing_is_sent_before_the_tap_on_submit_and_then_the_choice_is_hidden(
    arrive: Arrive, hall: Hall
) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="基本满意").tap()
    await expect(page.get_by_role("radio", name="基本满意")).to_have_attribute("aria-checked", "true")
    assert [] == hall.of("cast")
    await page.get_by_role("button", name="提交").tap()
    await recorded(page)
    assert ["2"] == [cast["choice"] for cast in hall.of("cast")]
    await expect(page.get_by_text("基本满意")).to_have_count(0)


async def test_the_choice_is_shown_on_a_tap_and_never_beside_the_record_number(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    shown = page.locator(".private")
    await page.get_by_role("button", name="看我选的").tap()
    await expect(shown).to_have_text("满意")
    await page.get_by_role("button", name="看记录编号").tap()
    await expect(shown).to_have_text("记录编号：1")
    await expect(shown).to_have_text("", timeout=10_000)


async def test_abstaining_stands_apart_from_not_knowing(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="不了解").tap()
    await page.get_by_role("button", name="弃权").tap()
    await expect(page.get_by_role("radio", name="不了解")).to_have_attribute("aria-checked", "false")
    await page.get_by_role("button", name="提交").tap()
    await recorded(page)
    assert ["-"] == [cast["choice"] for cast in hall.of("cast")]


async def test_submitting_without_a_choice_sends_nothing_and_says_what_to_do(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("button", name="提交").tap()
    await expect(page.get_by_role("alert").filter(has_text="请先选一项")).to_be_visible()
    assert [] == hall.of("cast")


async def test_a_vote_can_be_changed_until_the_close_each_time_with_the_next_counter(
    arrive: Arrive, hall: Hall
) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await page.get_by_role("button", name="改选").tap()
    await expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    await vote(page, "不满意")
    await recorded(page)
    assert [("1", "0"), ("3", "1")] == [(cast["choice"], cast["entry"].split("\n")[4]) for cast in hall.of("cast")]


async def test_a_change_can_be_given_up(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await page.get_by_role("button", name="改选").tap()
    await page.get_by_role("button", name="不改了").tap()
    await recorded(page)
    assert 1 == len(hall.of("cast"))


async def test_pushes_leave_a_form_alone(arrive: Arrive, hall: Hall) -> None:
    """The very elements stay: only words change under a finger."""
    page = await arrive()
    opened = window("r01", closes_in_ms=50_000)
    await hall.open(opened)
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await page.evaluate("document.querySelectorAll('main *').forEach(each => { each.marked = true; })")
    cue = {"id": "vote-u1", "kind": "vote", "unit": "u1", "seconds": 60}
    turnout = {"deputies": {"issued": 44, "returned": 9}}
    await hall.push(cue=cue, unit="u1", window=opened | {"closes_in_ms": 20_000, "turnout": turnout})
    await page.get_by_text("还剩 20 秒").wait_for()
    assert 0 == await page.evaluate("[...document.querySelectorAll('main *')].filter(each => !each.marked).length")
    await expect(page.get_by_role("radio", name="满意", exact=True)).to_have_attribute("aria-checked", "true")


async def test_at_ten_seconds_an_unsent_form_asks_and_still_sends_nothing_by_itself(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01", closes_in_ms=11_000))
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await expect(page.get_by_role("alert").filter(has_text="时间快到了")).to_be_visible()
    await hall.push(window=window("r01", closes_in_ms=0))
    await page.get_by_text("时间到，不能再提交了").wait_for()
    await expect(page.get_by_role("button", name="提交")).to_be_disabled()
    await hall.close()
    await page.get_by_text("您没有提交评议票，未计入").wait_for()
    assert [] == hall.of("cast")


async def test_an_extension_opens_the_form_again(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="满意", exact=True).wait_for()
    await hall.push(window=window("r01", closes_in_ms=0))
    await expect(page.get_by_role("button", name="提交")).to_be_disabled()
    await hall.push(window=window("r01", closes_in_ms=30_000))
    await vote(page, "满意")
    await recorded(page)


async def test_the_lock_makes_the_phone_forget_choice_nonce_and_number(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    (cast,) = hall.of("cast")
    await hall.close()
    await page.get_by_text("上一轮（县住建局）：已收到,已计入记录").wait_for()
    assert cast["nonce"] in await page.evaluate("JSON.stringify(localStorage)")
    await hall.push(windows={"r01": "locked"})
    await page.wait_for_function("nonce => !JSON.stringify(localStorage).includes(nonce)", arg=cast["nonce"])
    slot = json.loads(await page.evaluate("Object.entries(localStorage).find(([key]) => key.includes('slot'))[1]"))
    assert {"status": "recorded", "witnessed": False, "hadEarlier": False, "forgotten": True} == slot
    await page.reload()
    await page.get_by_text("上一轮（县住建局）：已收到,已计入记录").wait_for()


async def test_a_server_that_needs_the_opening_gets_the_same_bytes_again_until_the_lock(
    arrive: Arrive, hall: Hall
) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await hall.close()
    await hall.send({"type": "need_opening", "window": "r01", "index": 1})
    first, second = await hall.heard_of("cast", 2)
    assert without_id(first) == without_id(second)


def without_id(message: Json) -> Json:
    return {key: value for key, value in message.items() if key != "id"}


async def test_a_trial_vote_asks_its_own_question_and_says_that_it_does_not_count(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    own = options("苹果", "梨")
    trial = window("t01", "1-2", kind="trial", units=[], criteria=[], options=own, title="您更爱吃哪一种？")
    await hall.open(trial)
    await expect(page.get_by_role("heading", level=1)).to_have_text("试投（不计入结果）：您更爱吃哪一种？")
    await vote(page, "梨")
    await recorded(page)
    assert "2" == hall.of("cast")[0]["choice"]


async def test_marks_are_whole_numbers_from_0_to_100(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01", "0-100", criteria=["total"]))
    mark = page.get_by_role("textbox")
    await mark.fill("101")
    await page.get_by_role("button", name="提交").tap()
    await expect(page.get_by_role("alert").filter(has_text="请先选一项")).to_be_visible()
    await mark.fill("099")
    await page.get_by_role("button", name="+1 分").tap()
    await expect(mark).to_have_value("100")
    await page.get_by_role("button", name="提交").tap()
    await recorded(page)
    assert ["100"] == [cast["choice"] for cast in hall.of("cast")]


async def test_a_selection_stops_at_the_most_that_may_be_chosen(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    units = [f"u{number}" for number in range(1, 6)]
    await hall.open(window("r01", "2/5", kind="select", units=units, criteria=[], choose=2))
    await page.get_by_role("button", name="县消防大队").tap()
    await page.get_by_role("button", name="县住建局").tap()
    await page.get_by_role("button", name="县环保局").tap()
    await expect(page.get_by_role("alert").filter(has_text="最多选2个")).to_be_visible()
    await page.get_by_role("button", name="提交").tap()
    await recorded(page)
    assert ["1,4"] == [cast["choice"] for cast in hall.of("cast")]


async def test_a_card_of_another_panel_is_told_who_votes(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01", panels=["offsite"]))
    await page.get_by_text("这一轮只请场外群众评议").wait_for()
    await expect(page.get_by_role("radio")).to_have_count(0)


async def test_who_comes_when_the_time_is_up_gets_no_ballot_to_fill_in(arrive: Arrive, hall: Hall) -> None:
    """Unless the window is extended; and what stands before somebody's eyes at the end stays there till the close."""
    cue = {"id": "u1-vote", "kind": "vote", "unit": "u1", "seconds": 60, "round": "r01"}
    hall.state |= {"phase": "open", "cue": cue, "window": window("r01", closes_in_ms=0), "windows": {"r01": "open"}}
    page = await arrive(wait_for="这一轮测评已经截止")
    await expect(page.get_by_role("radio")).to_have_count(0)
    await hall.push(window=window("r01", closes_in_ms=30_000))
    await page.get_by_role("radio", name="满意", exact=True).wait_for()
    await hall.push(window=window("r01", closes_in_ms=0))
    await page.get_by_text("时间到，不能再提交了").wait_for()
    await expect(page.get_by_role("radio", name="满意", exact=True)).to_be_visible()
    await hall.close()
    await page.get_by_text("这一轮测评已经截止").wait_for()
    await hall.push(cue=cue | {"kind": "announce"})
    await page.get_by_text("正在进行：公布 县住建局").wait_for()
    await expect(page.get_by_text("测评开始时，这里会自动出现评议票")).to_be_visible()


async def test_a_ballot_whose_form_and_grammar_differ_is_not_shown(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01", "1-5"))
    await page.get_by_text("这张评议票打不开").wait_for()


async def test_an_announced_count_shows_the_whole_identity_and_withholds_small_cells(
    arrive: Arrive, hall: Hall
) -> None:
    page = await arrive()
    names = ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")
    identity: Json = dict(zip(names, (60, 58, 58, 57, 56, 0, 1, 1), strict=True))
    counts = {"c1": {"o1": 40, "o2": 10, "o3": 4, "o4": 2}}
    by = {"deputies": identity | {"counts": counts}, "offsite": identity | {"counts": None}}
    report = {"round": "r01", "window": "r01", "state": "locked", "index": 812, "size": 813, "by": by}
    await hall.push(revealed=report | {"fingerprint": "48213 90576 11111 22222 33333"})
    announced = page.locator(".revealed")
    await expect(announced).to_contain_text("公布：县住建局")
    await expect(announced).to_contain_text("应到60 实到58 发出58 收回57 有效56 无效0 弃权1 未投1")
    await expect(announced).to_contain_text("服务态度：满意 40票 基本满意 10票 不满意 4票 不了解 2票")
    await expect(announced).to_contain_text("票数不公布")
    await expect(announced).to_contain_text("场外参与者身份未经核验")
    await expect(announced).to_contain_text("校验码：48213 90576 11111 22222 33333")


async def test_names_of_a_session_are_text_and_never_markup(arrive: Arrive, hall: Hall) -> None:
    hall.facts["units"][0]["name"] = "<img src=x onerror=alert(1)>"
    page = await arrive()
    await hall.open(window("r01"))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x")
    assert 0 == await page.locator("img").count()
