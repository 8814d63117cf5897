"""Asking against the real server: from the phone to the desk and back, and a report that only its office can read."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from nacl.public import PrivateKey, SealedBox
from playwright.async_api import Browser, Page, expect

from tests.browser.test_asking import WORDS, send, write
from tests.browser.test_ballot import recorded, vote
from tests.browser.test_desk import thanked
from tests.browser.test_real_show import RealHall, real_hall
from tests.show_rig import SMALL_SESSION

pytestmark = pytest.mark.browser

OFFICE = PrivateKey(bytes(range(1, 33)))
ASKING = f"""
[questions]
per_card = 2
longest = 60
report_key = "{b64encode(bytes(OFFICE.public_key)).decode()}"
report_office = "市纪委监委驻局纪检监察组"
"""


@pytest_asyncio.fixture(loop_scope="session")
async def hall(chromium: Browser) -> AsyncIterator[RealHall]:
    async with real_hall(chromium, SMALL_SESSION.replace("[[panel]]", f"{ASKING}\n[[panel]]", 1)) as opened:
        yield opened


async def ask(page: Page, words: str = WORDS) -> None:
    await write(page, words)
    await send(page)
    await page.get_by_text("提问回执").wait_for()


async def deed(hall: RealHall, do: str, number: str = "Q0001", **arguments: Any) -> None:
    await hall.show.do("question", numbers=[number], do=do, **arguments)


async def test_the_asker_hears_what_becomes_of_a_question(hall: RealHall) -> None:
    """Approved, on air, answered, promised: each step without a reload, and all of it again after one."""
    page = await hall.voter(0)
    await ask(page)
    await page.get_by_role("button", name="我的提问").tap()
    card = page.locator(".question-card").first
    await expect(card).to_contain_text("已收到，等待筛选")
    await expect(card).to_contain_text(WORDS)
    await deed(hall, "approve")
    await expect(card).to_contain_text("已通过筛选")
    await deed(hall, "answered", text="下周起一次性告知")
    await expect(card).to_contain_text("现场答复：下周起一次性告知")
    await deed(hall, "promise", text="清单上墙", due="2026-12-31")
    await expect(card).to_contain_text("现场承诺：清单上墙（期限 2026-12-31）")
    await page.reload()
    await page.get_by_role("button", name="我的提问").tap()
    await expect(page.locator(".question-card").first).to_contain_text("清单上墙")


async def test_a_refusal_brings_its_reason_while_somebody_waits(hall: RealHall) -> None:
    page = await hall.voter(0)
    await ask(page)
    await page.get_by_role("button", name="返回评议").tap()
    await deed(hall, "refuse", text="不属于本单位职责")
    await page.get_by_role("button", name="我的提问有新进展").tap()
    await expect(page.locator(".question-card").first).to_contain_text("原因：不属于本单位职责")


async def test_a_question_can_be_looked_up_from_another_phone_by_its_receipt(hall: RealHall) -> None:
    page = await hall.voter(0)
    await ask(page)
    number, code = await page.locator(".numbers dd").all_text_contents()
    other = await (await hall.phone()).new_page()
    await other.goto(hall.url)
    await other.get_by_text("请输入评议卡里的编码").wait_for()
    await other.get_by_role("button", name="求助 / 语言").tap()
    await other.get_by_role("button", name="我的提问").tap()
    await other.get_by_label("编号").fill(number.lower())
    await other.get_by_label("查询码（6位数字）").fill("000001" if code != "000 001" else "000002")
    await other.get_by_role("button", name="查询", exact=True).tap()
    await other.get_by_text("没有查到").wait_for()
    await other.get_by_label("查询码（6位数字）").fill(code)
    await other.get_by_role("button", name="查询", exact=True).tap()
    await expect(other.locator(".question-card")).to_contain_text(WORDS)


async def test_others_support_an_approved_question_once_and_a_withdrawn_one_vanishes(hall: RealHall) -> None:
    asker, other = await hall.voter(0), await hall.voter(1)
    await ask(asker)
    await other.get_by_role("button", name="大家的提问").tap()
    await other.get_by_text("还没有通过筛选的提问").wait_for()
    await deed(hall, "approve")
    await other.get_by_role("button", name="附议 Q0001").tap()
    await expect(other.locator(".supporters")).to_have_text("1 人附议")
    await expect(other.get_by_role("button", name="已附议 Q0001")).to_be_disabled()
    await other.reload()
    await other.get_by_role("button", name="大家的提问").tap()
    await expect(other.get_by_role("button", name="已附议 Q0001")).to_be_disabled()
    await deed(hall, "withdraw")
    await expect(other.locator(".question-card")).to_have_count(0)


async def test_a_lost_answer_asks_once(hall: RealHall) -> None:
    page = await hall.voter(0)
    await write(page)
    await page.evaluate("WebSocket.prototype.send = () => {}")
    await send(page)
    await page.get_by_text("正在发送").wait_for()
    await page.reload()
    await page.get_by_role("button", name="我的提问有新进展").wait_for()
    port = hall.door.port
    await hall.restart()
    assert port == hall.door.port
    await page.get_by_role("button", name="我的提问").tap()
    await expect(page.locator(".question-card")).to_contain_text("Q0001")
    assert hall.show.session.questions.find("Q0002") is None


async def test_limits_and_pauses_say_what_to_do_and_keep_the_words(hall: RealHall) -> None:
    page = await hall.voter(0)
    await ask(page)
    await page.get_by_role("button", name="再提一个").tap()
    await hall.show.do("intake", mode="paused")
    await page.get_by_text("现在暂停征集").wait_for()
    await page.get_by_label("您要说的话").fill(WORDS)
    await send(page)
    await page.get_by_role("alert").filter(has_text="请等恢复后再按“发送”").wait_for()
    await hall.show.do("intake", mode="open")
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    await page.get_by_role("button", name="再提一个").tap()
    await page.get_by_label("您要说的话").fill(WORDS)
    await send(page)
    await page.get_by_role("alert").filter(has_text="提问条数已经用完").wait_for()
    await expect(page.get_by_label("您要说的话")).to_have_value(WORDS)


async def test_a_window_comes_in_front_of_a_question_and_both_arrive(hall: RealHall) -> None:
    page = await hall.voter(0)
    await write(page)
    await hall.show.do("zero")
    await hall.show.do("open", round="r01")
    await vote(page, "满意")
    await recorded(page)
    await page.get_by_role("button", name="接着写提问").tap()
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    await hall.show.do("lock", round="r01")


async def test_a_report_can_be_read_by_its_office_and_by_nobody_else(hall: RealHall) -> None:
    page = await hall.voter(0)
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    await page.reload()
    await page.get_by_role("button", name="我要提问").tap()
    await page.get_by_role("button", name="举报").tap()
    await expect(page.get_by_text("只有“市纪委监委驻局纪检监察组”能看到")).to_be_visible()
    words = "2026年3月在窗口收了我五千元👍"
    await page.get_by_label("举报内容").fill(words)
    assert words not in await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    await page.get_by_role("button", name="加密发送").tap()
    await page.get_by_text("举报回执").wait_for()
    (frame,) = [json.loads(frame) for frame in sent if '"ask"' in frame]
    assert {"type", "id", "kind", "text"} == set(frame)
    assert words == SealedBox(OFFICE).decrypt(b64decode(frame["text"])).decode()
    number, code = await page.locator(".numbers dd").all_text_contents()
    await page.get_by_role("button", name="返回评议").tap()
    kept = await page.evaluate("JSON.stringify([{...localStorage}, document.body.outerHTML])")
    assert [] == [trace for trace in (words, frame["text"], number, code, "outbox", "asker") if trace in kept]
    await page.get_by_role("button", name="我要提问").tap()
    await page.get_by_role("button", name="举报").tap()
    await expect(page.get_by_label("举报内容")).to_have_value("")


async def test_somebody_calls_for_help(hall: RealHall) -> None:
    page = await hall.voter(0)
    await page.get_by_role("button", name="请工作人员来").tap()
    await page.get_by_label("您坐在哪里").fill("3排8座")
    await page.locator(".help").get_by_role("button", name="请工作人员来").tap()
    await page.get_by_text("已通知工作人员").wait_for()


async def test_two_cards_vote_on_a_lent_phone_and_the_count_has_both(hall: RealHall) -> None:
    page = await (await hall.phone()).new_page()
    await page.goto(f"{hall.url}desk")
    await page.get_by_text("请扫评议卡").wait_for()
    for number in range(2):
        await page.keyboard.type(f"#c1.{hall.show.issue.cards[number].code}\n")
        await page.get_by_text("签到成功").wait_for()
        await page.get_by_role("button", name="下一位", exact=True).tap()
        await page.get_by_text("请扫评议卡").wait_for()
    await hall.show.do("zero")
    await hall.show.do("open", round="r01")
    for number, choice in enumerate(("满意", "不满意")):
        await page.keyboard.type(f"#c1.{hall.show.issue.cards[number].code}\n")
        await page.get_by_text("您正在评议").wait_for()
        await vote(page, choice)
        await thanked(page)
        await page.get_by_role("button", name="下一位", exact=True).tap()
        await page.get_by_text("请扫评议卡").wait_for()
    locked = await hall.show.do("lock", round="r01")
    assert {"overall": {"yes": 1, "fair": 0, "no": 1, "dk": 0}} == locked["by"]["deputies"]["counts"]
