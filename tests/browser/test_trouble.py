"""Lost answers, lost networks, reloads, second openings, closes that were missed, servers that lie."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import BrowserContext, Page, expect

from audience_server.record.ballots import build_ballot, commitment
from audience_server.record.codes import round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import b64
from tests.browser.conftest import Arrive
from tests.browser.hall import Hall, Json
from tests.browser.sample import CODE, ORIGIN, window
from tests.browser.test_ballot import recorded, vote, without_id

pytestmark = pytest.mark.browser


def lose_casts(request: Json, answer: Json | None) -> Json | None:
    return None if request["type"] == "cast" else answer


def refuse_casts(code: str) -> object:
    def fault(request: Json, answer: Json | None) -> Json | None:
        return {"type": "refused", "code": code, "message": code} if request["type"] == "cast" else answer

    return fault


def keep_all(request: Json, answer: Json | None) -> Json | None:
    return answer


async def test_an_unanswered_ballot_is_repeated_byte_for_byte_after_the_link_comes_back(
    arrive: Arrive, hall: Hall
) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = lose_casts
    await vote(page, "满意")
    await page.get_by_text("已送出").wait_for()
    await hall.heard_of("cast", 1)
    hall.fault = keep_all
    await hall.cut()
    await recorded(page)
    first, second = hall.of("cast")
    assert without_id(first) == without_id(second)


async def test_a_reload_before_the_answer_repeats_the_same_bytes_and_comes_back_to_the_same_place(
    arrive: Arrive, hall: Hall
) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = lose_casts
    await vote(page, "满意")
    await hall.heard_of("cast", 1)
    await page.reload()
    first, second = (await hall.heard_of("cast", 2))[:2]
    assert without_id(first) == without_id(second)
    await page.get_by_text("已送出").wait_for()


async def test_the_ballot_is_kept_before_it_is_sent(arrive: Arrive, hall: Hall) -> None:
    """Without a network nothing leaves the phone, and still a reload finds the signed bytes."""
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await page.evaluate("WebSocket.prototype.send = () => {}")
    await page.get_by_role("button", name="提交").tap()
    kept = json.loads(await page.evaluate("Object.entries(localStorage).find(([key]) => key.includes('slot'))[1]"))
    assert [] == hall.of("cast")
    await page.reload()
    await recorded(page)
    assert [kept["entry"]] == [cast["entry"] for cast in hall.of("cast")]


async def test_a_form_that_is_being_filled_in_survives_a_lost_network(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await page.evaluate("document.querySelectorAll('main *').forEach(each => { each.marked = true; })")
    await hall.cut()
    await hall.heard_of("hello", 2)
    await hall.heard_of("present", 2)
    await page.get_by_role("button", name="提交").tap()
    await recorded(page)


async def test_a_phone_with_a_recorded_ballot_comes_back_to_it_after_a_reload(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await page.reload()
    await recorded(page)
    assert 1 == len(hall.of("cast"))


async def test_a_ballot_that_missed_the_close_says_so_in_full(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="满意", exact=True).tap()
    hall.fault = refuse_casts("round_closed")  # type: ignore[assignment]
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_text("没有送达,未计入", exact=True).wait_for()
    await hall.close()
    await page.get_by_text("上一轮（县住建局）：没有送达,未计入").wait_for()


async def test_a_change_that_missed_the_close_leaves_the_earlier_ballot_standing(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    hall.fault = refuse_casts("round_closed")  # type: ignore[assignment]
    await page.get_by_role("button", name="改选").tap()
    await vote(page, "不满意")
    await page.get_by_text("修改没有送达,未计入。您先前提交的那一张有效。").wait_for()
    hall.fault = keep_all
    await hall.close()
    await hall.send({"type": "need_opening", "window": "r01", "index": 1})
    casts = await hall.heard_of("cast", 3)
    assert without_id(casts[0]) == without_id(casts[2])


async def test_try_again_is_tried_again_with_the_same_bytes(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = refuse_casts("try_again")  # type: ignore[assignment]
    await vote(page, "满意")
    await hall.heard_of("cast", 1)
    hall.fault = keep_all
    await recorded(page)
    first, second = hall.of("cast")[:2]
    assert without_id(first) == without_id(second)


async def test_not_present_checks_in_once_more_and_then_says_what_to_do(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = refuse_casts("not_present")  # type: ignore[assignment]
    await vote(page, "满意")
    await page.get_by_text("您在本轮开始以后才签到，请从下一轮起评议").wait_for()
    assert 2 == len(hall.of("present"))
    hall.fault = keep_all
    await page.get_by_role("button", name="再试一次").tap()
    await recorded(page)
    assert 1 == len({cast["entry"] for cast in hall.of("cast")})


@pytest.mark.parametrize("forged", ["index", "signature"])
async def test_a_receipt_that_proves_nothing_is_never_called_recorded(arrive: Arrive, hall: Hall, forged: str) -> None:
    def fault(request: Json, answer: Json | None) -> Json | None:
        if request["type"] != "cast" or answer is None:
            return answer
        receipt = answer["receipt"]
        changed = receipt.replace("index 1", "index 0") if forged == "index" else receipt[:-10] + "AAAAAAAA=\n"
        return answer | {"receipt": changed}

    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = fault
    await vote(page, "满意")
    await page.get_by_text("记录凭据核对不上").wait_for()
    await expect(page.get_by_text("已计入记录")).to_have_count(0)


async def test_a_second_browser_learns_where_the_card_stands_and_goes_on_from_there(arrive: Arrive, hall: Hall) -> None:
    seed = round_seed(seed_of(CODE), ORIGIN, "r01")
    key = public_key(seed)
    entry = build_ballot(ORIGIN, "r01", seed, 0, commitment(ORIGIN, "r01", key, 0, bytes(32), "1"))
    hall.state |= {"phase": "open", "window": window("r01"), "windows": {"r01": "open"}}
    cast = {"type": "cast", "entry": entry.decode(), "nonce": b64(bytes(32)), "choice": "1"}
    assert "recorded" == hall.cast(cast)["type"]
    page = await arrive(wait_for="这张卡已在另一个浏览器或另一部手机上提交过")
    await page.get_by_role("button", name="改选").tap()
    await vote(page, "不满意")
    await recorded(page)
    assert "1" == hall.of("cast")[0]["entry"].split("\n")[4]


async def test_a_counter_spent_elsewhere_is_never_signed_twice(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    hall.slots["r01", public_key(round_seed(seed_of(CODE), ORIGIN, "r01"))] = (2, 0)
    await vote(page, "满意")
    await page.get_by_text("这张卡已在另一个浏览器或另一部手机上提交过").wait_for()
    await page.get_by_role("button", name="改选").tap()
    await vote(page, "不满意")
    await recorded(page)
    assert ["0", "3"] == [cast["entry"].split("\n")[4] for cast in hall.of("cast")]


async def test_only_the_tab_in_front_is_used_and_the_other_can_take_over(
    arrive: Arrive, phone: BrowserContext, hall: Hall
) -> None:
    first = await arrive()
    await hall.open(window("r01"))
    await first.get_by_role("radio", name="满意", exact=True).tap()
    second = await arrive("", wait_for="您正在评议")
    await first.get_by_text("评议页已在另一个标签页打开").wait_for()
    await expect(second.get_by_role("radio", name="满意", exact=True)).to_have_attribute("aria-checked", "true")
    await vote(second, "满意")
    await recorded(second)
    await first.get_by_role("button", name="在这里继续").tap()
    await recorded(first)
    await second.get_by_text("评议页已在另一个标签页打开").wait_for()
    assert 1 == len(hall.of("cast"))


async def test_a_void_round_is_held_again_on_a_new_form_with_counter_0(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await hall.close("void")
    await page.get_by_text("本项测评作废重测").wait_for()
    await hall.open(window("r01.2"))
    await vote(page, "不满意")
    await recorded(page)
    entries = [cast["entry"].split("\n") for cast in hall.of("cast")]
    assert [("r01", "0"), ("r01.2", "0")] == [(lines[2], lines[4]) for lines in entries]
    assert entries[0][3] == entries[1][3]


async def test_the_end_of_the_session_is_said(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.push(phase="sealed")
    await page.get_by_text("本场已结束并封存记录").wait_for()


async def test_a_locked_phone_picks_up_where_it_was(arrive: Arrive, phone: BrowserContext, hall: Hall) -> None:
    """Hidden and shown again: the page comes back at once and shows the window that opened meanwhile."""
    page = await arrive()
    await phone.set_offline(True)
    await hall.cut()
    hall.state |= {"phase": "open", "window": window("r01"), "windows": {"r01": "open"}}
    await page.get_by_text("正在重新连接").wait_for()
    await phone.set_offline(False)
    await vote_when_shown(page)
    await recorded(page)


@pytest.mark.parametrize("kind", ["present", "slot"])
async def test_a_crowded_server_is_asked_again_until_the_ballot_is_there(arrive: Arrive, hall: Hall, kind: str) -> None:
    """Everybody comes in the same minute, and the window is open already."""
    hall.state |= {"phase": "open", "window": window("r01"), "windows": {"r01": "open"}}
    refused: list[Json] = []

    def fault(request: Json, answer: Json | None) -> Json | None:
        if request["type"] != kind or refused:
            return answer
        refused.append(request)
        return {"type": "refused", "code": "try_again", "message": "later"}

    hall.fault = fault
    page = await arrive(wait_for="您正在评议")
    await vote(page, "满意")
    await recorded(page)


async def test_a_draft_does_not_outlive_its_window(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="满意", exact=True).tap()
    assert "draft" in await page.evaluate("Object.keys(localStorage).join()")
    await hall.close()
    await page.get_by_text("您没有提交评议票").wait_for()
    assert "draft" not in await page.evaluate("Object.keys(localStorage).join()")


async def test_a_link_that_died_without_a_word_is_noticed_while_a_window_is_open(arrive: Arrive, hall: Hall) -> None:
    """A network that swallows everything: the page asks, gets no answer, and starts anew."""
    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = lambda request, answer: None
    await hall.heard_of("hello", 3)
    hall.fault = keep_all
    await vote_when_shown(page)
    await recorded(page)


async def vote_when_shown(page: Page) -> None:
    await page.get_by_role("radio", name="满意", exact=True).wait_for()
    await vote(page, "满意")
