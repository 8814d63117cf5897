"""Asking from the phone: the form, what is kept, refusals, the receipt, and a ballot that comes first."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.hall import Hall, Json
from tests.browser.hall_questions import public
from tests.browser.sample import ORIGIN, asking_facts, window
from tests.browser.test_ballot import recorded, vote
from tests.browser.test_check_in import stored
from tests.browser.test_trouble import keep_all, lose_casts, refuse_casts

pytestmark = pytest.mark.browser

WORDS = "窗口排队两个小时，材料退了三次，到底要带哪些材料？"


async def open_form(page: Page) -> None:
    await page.get_by_role("button", name="我要提问").tap()
    await page.get_by_label("您要说的话").wait_for()


async def write(page: Page, words: str = WORDS) -> None:
    await open_form(page)
    await page.get_by_label("您要说的话").fill(words)


async def send(page: Page) -> None:
    await page.get_by_role("button", name="发送", exact=True).tap()


def lose_asks(request: Json, answer: Json | None) -> Json | None:
    return None if request["type"] == "ask" else answer


async def test_a_question_goes_to_the_unit_on_the_stage_and_its_receipt_is_shown(arrive: Arrive, hall: Hall) -> None:
    hall.state |= {"unit": "u3"}
    page = await arrive()
    await write(page)
    await expect(page.get_by_text("发送后由工作人员筛选，可能在现场宣读")).to_be_visible()
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    await expect(page.locator(".numbers")).to_contain_text("Q0001")
    await expect(page.locator(".numbers")).to_contain_text("482 913")
    await expect(page.get_by_text("请拍照，或抄在纸上")).to_be_visible()
    (asked,) = hall.of("ask")
    assert ("question", "u3", "", WORDS) == tuple(asked[name] for name in ("kind", "unit", "problem", "text"))


async def test_a_suggestion_to_another_unit_with_a_problem_code(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    await page.get_by_role("radio", name="意见建议").tap()
    await page.get_by_label("问哪个单位").select_option(label="县供水公司")
    await page.get_by_label("属于哪类问题").select_option(label="久拖不决")
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    (asked,) = hall.of("ask")
    assert ("suggestion", "u11", "b3") == tuple(asked[name] for name in ("kind", "unit", "problem"))


async def test_the_asker_is_a_secret_of_its_own_and_the_card_leaves_no_trace_in_it(arrive: Arrive, hall: Hall) -> None:
    """What follows the question is the digest of 32 random bytes that are kept apart from the card."""
    page = await arrive()
    await write(page)
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    kept = await stored(page)
    secret = b64decode(json.loads(kept[f"touchstone|asker|{ORIGIN}"])["secret"])
    assert 32 == len(secret)
    assert b64encode(hashlib.sha256(secret).digest()).decode() == hall.of("ask")[0]["asker"]
    (card,) = [json.loads(value) for key, value in kept.items() if "|card|" in key]
    assert "asker" not in json.dumps(card)


async def test_a_question_is_repeated_with_the_same_bytes_until_it_is_answered(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    hall.fault = lose_asks
    await send(page)
    await page.get_by_text("正在发送").wait_for()
    await hall.heard_of("ask", 1)
    hall.fault = keep_all
    await hall.cut()
    await page.get_by_text("提问回执").wait_for()
    first, second = hall.of("ask")
    assert {**first, "id": 0} == {**second, "id": 0}
    assert 1 == len(hall.questions.asked)
    assert "outbox" not in "".join(await stored(page))


async def test_a_reload_before_the_answer_asks_once_more_and_the_number_is_found(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    hall.fault = lose_asks
    await send(page)
    await hall.heard_of("ask", 1)
    hall.fault = keep_all
    await page.reload()
    await page.get_by_role("button", name="我的提问有新进展").tap()
    await expect(page.locator(".question-card")).to_contain_text("Q0001")
    assert 1 == len(hall.questions.asked)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("question_limit", "提问条数已经用完"),
        ("questions_paused", "暂停征集，没有发出"),
        ("question_slow", "请过一会儿再按“发送”"),
        ("muted", "请过一会儿再按“发送”"),
        ("question_too_long", "请删短一些再按“发送”"),
        ("question_empty", "请写下您要说的话"),
        ("unknown_unit", "请重新选择单位"),
        ("card_void", "请找工作人员换卡"),
        ("whatever", "没有被接受"),
    ],
)
async def test_a_refusal_says_what_to_do_and_loses_nothing(arrive: Arrive, hall: Hall, code: str, said: str) -> None:
    hall.questions.refuse_with = code
    page = await arrive()
    await write(page)
    await send(page)
    await expect(page.get_by_role("alert").filter(has_text=said)).to_be_in_viewport()
    await expect(page.get_by_label("您要说的话")).to_have_value(WORDS)
    hall.questions.refuse_with = ""
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    first, second = hall.of("ask")
    assert first["ref"] != second["ref"]


async def test_try_again_is_tried_again_with_the_same_bytes(arrive: Arrive, hall: Hall) -> None:
    hall.questions.refuse_with = "try_again"
    page = await arrive()
    await write(page)
    await send(page)
    await hall.heard_of("ask", 1)
    hall.questions.refuse_with = ""
    await page.get_by_text("提问回执").wait_for()
    assert 1 == len({each["ref"] for each in hall.of("ask")})


async def test_not_present_checks_in_once_more_and_then_gives_the_question_back(arrive: Arrive, hall: Hall) -> None:
    hall.questions.refuse_with = "not_present"
    page = await arrive()
    await write(page)
    await send(page)
    await page.get_by_role("alert").filter(has_text="请签到后再按“发送”").wait_for()
    assert (2, 2) == (len(hall.of("present")), len(hall.of("ask")))
    await expect(page.get_by_label("您要说的话")).to_have_value(WORDS)


async def test_characters_are_counted_as_the_server_counts_them(arrive: Arrive, hall: Hall) -> None:
    """Not UTF-16 units, and white space in a row is one."""
    hall.facts["asking"] = asking_facts(longest=20)
    page = await arrive()
    await write(page, "  𠮷野家   👍  ")
    await expect(page.get_by_text("已写 5 字，最多 20 字")).to_be_visible()
    await page.get_by_label("您要说的话").fill("问" * 23)
    await send(page)
    await page.get_by_role("alert").filter(has_text="超出 3 字，请删短").wait_for()
    assert [] == hall.of("ask")


async def test_an_empty_question_is_not_sent(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page, " 　 ")
    await send(page)
    await page.get_by_role("alert").filter(has_text="请先写下").wait_for()
    assert [] == hall.of("ask")


async def test_a_window_that_asks_this_card_comes_first_and_the_draft_waits(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    await hall.open(window("r01"))
    await page.get_by_text("您写的提问已存好，请先评议").wait_for()
    await vote(page, "满意")
    await recorded(page)
    await page.get_by_role("button", name="接着写提问").tap()
    await expect(page.get_by_label("您要说的话")).to_have_value(WORDS)
    await hall.close()
    await hall.push(cue={"id": "c2", "kind": "report", "unit": "u2", "seconds": 60})
    await expect(page.get_by_label("您要说的话")).to_have_value(WORDS)


async def test_a_window_of_others_does_not_disturb_who_writes(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    await page.evaluate("document.querySelector('textarea').marked = true")
    await hall.open(window("r01", panels=["offsite"]))
    await hall.push(size=1)
    await hall.cut()
    await hall.heard_of("present", 2)
    assert await page.evaluate("document.querySelector('textarea').marked")


async def test_a_receipt_that_a_ballot_came_in_front_of_is_shown_again(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await page.get_by_role("button", name="我要提问").tap()
    await page.get_by_text("提问回执").wait_for()
    await page.get_by_role("button", name="再提一个").tap()
    await expect(page.get_by_label("您要说的话")).to_have_value("")


async def test_a_draft_survives_a_reload_and_a_lost_network(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    await page.reload()
    await page.get_by_role("button", name="接着写提问").tap()
    await expect(page.get_by_label("您要说的话")).to_have_value(WORDS)


async def test_a_pause_is_said_before_somebody_writes(arrive: Arrive, hall: Hall) -> None:
    hall.state |= {"intake": "paused"}
    page = await arrive()
    await open_form(page)
    await expect(page.get_by_text("现在暂停征集。可以先写好")).to_be_visible()
    await hall.push(intake="open")
    await expect(page.get_by_text("现在暂停征集")).to_have_count(0)


async def test_a_session_without_questions_offers_only_help(arrive: Arrive, hall: Hall) -> None:
    hall.facts["asking"] = asking_facts(enabled=False)
    page = await arrive()
    await page.get_by_role("button", name="请工作人员来").wait_for()
    assert ["请工作人员来"] == await page.locator(".ways button:visible").all_text_contents()


async def test_somebody_is_called_to_a_seat_from_any_screen(arrive: Arrive, hall: Hall) -> None:
    """Also with a half-filled ballot, which stays as it is."""
    page = await arrive()
    await page.get_by_role("button", name="请工作人员来").tap()
    await page.get_by_label("您坐在哪里").fill("3排8座")
    await page.locator(".help").get_by_role("button", name="请工作人员来").tap()
    await page.get_by_text("已通知工作人员").wait_for()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await page.get_by_role("button", name="求助").tap()
    hall.fault = lambda request, answer: {"type": "refused", "code": "not_allowed", "message": ""}
    await page.locator(".help").get_by_role("button", name="请工作人员来").tap()
    await page.get_by_text("请举手找工作人员").wait_for()
    assert ["3排8座", ""] == [request["where"] for request in hall.of("help")]
    await expect(page.get_by_role("radio", name="满意", exact=True)).to_have_attribute("aria-checked", "true")


async def test_a_ballot_that_missed_the_close_comes_in_front_of_a_question(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = lose_casts
    await vote(page, "满意")
    await hall.heard_of("cast", 1)
    await write(page)
    hall.fault = refuse_casts("round_closed")  # type: ignore[assignment]
    await hall.cut()
    await page.get_by_text("没有送达,未计入", exact=True).wait_for()
    await expect(page.get_by_role("button", name="接着写提问")).to_be_visible()


async def test_nothing_is_opened_in_front_of_a_ballot_that_is_filled_in(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await page.get_by_role("button", name="求助 / 语言").tap()
    await expect(page.locator(".help")).to_be_visible()
    await expect(page.get_by_role("button", name="我的提问")).to_have_count(0)


async def test_a_card_that_is_put_away_takes_the_list_of_others_with_it(arrive: Arrive, hall: Hall) -> None:
    hall.questions.public = [public("Q0001")]
    page = await arrive()
    await page.get_by_role("button", name="大家的提问").tap()
    await page.locator(".question-card").wait_for()
    await page.get_by_role("button", name="求助 / 语言").tap()
    await page.get_by_role("button", name="换一张卡").tap()
    await page.get_by_text("请输入评议卡里的编码").wait_for()
