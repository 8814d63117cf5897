"""The assisted terminal: one card after another on a lent phone, and nothing left of any of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from audience_server.record.codes import round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import b64
from tests.browser.conftest import is_complaint
from tests.browser.hall import Hall
from tests.browser.sample import CODE, ORIGIN, OTHER_CODE, sheet_window, window
from tests.browser.test_ballot import vote
from tests.browser.test_trouble import keep_all, lose_casts

pytestmark = pytest.mark.browser

TABLET: ViewportSize = {"width": 768, "height": 1024}
START = "请扫评议卡，或输入编码"
LEFT_BEHIND = """() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.body.outerHTML,
  [...document.querySelectorAll("input")].map((each) => each.value), location.href])"""

Lend = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def lend(chromium: Browser, hall: Hall) -> AsyncIterator[Lend]:
    """A tablet with a clock that tests turn; any complaint of the page fails the test."""
    context = await chromium.new_context(viewport=TABLET, has_touch=True, locale="zh-CN")
    context.set_default_timeout(20_000)
    complaints: list[str] = []

    async def open_desk(fragment: str = "", wait_for: str = START) -> Page:
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text, line.type) else None)
        await page.clock.install()
        await page.goto(f"{hall.url}desk{fragment}")
        await page.get_by_text(wait_for).first.wait_for()
        return page

    yield open_desk
    await context.close()
    assert complaints == []


async def scan(page: Page, code: str = CODE, anchor: str = "", said: str = "签到成功") -> None:
    """As a scanner types: every key at once, however busy the page is."""
    keys = await page.context.new_cdp_session(page)
    typed: list[dict[str, object]] = [
        {"key": each, "text": each} for each in f"http://192.168.8.2:8080/#c1.{code}{anchor}"
    ]
    pressed = [*typed, {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}]
    ways: list[dict[str, object]] = [{"type": way, **key} for key in pressed for way in ("keyDown", "keyUp")]
    await asyncio.gather(*(keys.send("Input.dispatchKeyEvent", each) for each in ways))
    await keys.detach()
    await page.get_by_text(said).first.wait_for()


async def pass_time(page: Page, seconds: int) -> None:
    await page.clock.fast_forward(seconds * 1000)


async def thanked(page: Page) -> None:
    await page.get_by_role("heading", name="谢谢您").wait_for()
    await page.get_by_text("已收到,已计入记录").wait_for()


async def nothing_is_left(page: Page, code: str = CODE) -> None:
    """No code, key, seed, draft, ballot or receipt: in no storage, no field, and nowhere on the page."""
    left = await page.evaluate(LEFT_BEHIND)
    seed = b64(seed_of(code))
    for trace in (code, code.lower(), seed, "slot", "draft", "nonce", "card|", "arrived", "last|", "deputies"):
        assert trace not in left, trace
    assert {"touchstone|log", "touchstone|heads", "touchstone|fork", "touchstone|front"} >= {
        "|".join(key.split("|")[:2]) for part in json.loads(left)[:2] for key in part
    }


def present_key(code: str) -> str:
    return b64(public_key(round_seed(seed_of(code), ORIGIN, "r00")))


async def test_one_card_after_another_votes_and_nothing_of_it_stays(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01"))
    for code, choice in ((CODE, "满意"), (OTHER_CODE, "不满意")):
        await scan(page, code, said="您正在评议")
        await vote(page, choice)
        await thanked(page)
        await page.get_by_role("button", name="下一位", exact=True).last.tap()
        await page.get_by_text(START).wait_for()
        await nothing_is_left(page, code)
    assert ["1", "3"] == [cast["choice"] for cast in hall.of("cast")]
    assert [present_key(CODE), present_key(OTHER_CODE)] == [each["entry"].split("\n")[2] for each in hall.of("present")]


async def test_every_voter_has_a_line_of_their_own(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await scan(page)
    hellos = len(hall.of("hello"))
    await page.get_by_role("button", name="下一位", exact=True).tap()
    await hall.heard_of("hello", hellos + 1)
    assert 1 == len(hall.peers)


@pytest.mark.parametrize("typed", [f"#c1.{CODE}", f"HTTP://HALL/#C1.{CODE}.{'a' * 22}", f"{CODE.lower()}"])
async def test_a_scanner_types_the_link_or_the_code_wherever_the_cursor_stands(
    lend: Lend, hall: Hall, typed: str
) -> None:
    page = await lend()
    await page.keyboard.type(typed)
    await page.keyboard.press("Enter")
    await page.get_by_text("签到成功").wait_for()
    assert present_key(CODE) in hall.of("present")[0]["entry"]


async def test_a_link_scanned_while_somebody_types_a_code_is_still_a_link(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await page.get_by_label("第1行").tap()
    await page.keyboard.type("4Y")
    await page.clock.fast_forward(1500)
    await scan(page)


async def test_a_code_typed_by_hand_and_a_link_that_was_tapped(lend: Lend, hall: Hall) -> None:
    page = await lend(f"#c1.{CODE}", wait_for="签到成功")
    assert f"{hall.url}desk" == page.url
    await page.get_by_role("button", name="下一位", exact=True).tap()
    await page.get_by_label("第1行").fill(OTHER_CODE)
    await page.get_by_role("button", name="签到").tap()
    await page.get_by_text("签到成功").wait_for()
    assert present_key(OTHER_CODE) in hall.of("present")[1]["entry"]


async def test_a_damaged_scan_asks_for_the_card_again(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await scan(page, "4YG6Y479AU7VL5CGBUN3", said="这个链接里的编码不完整")
    assert [] == hall.of("present")


async def test_thanks_clear_themselves_after_20_seconds(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01"))
    await scan(page, said="您正在评议")
    await vote(page, "满意")
    await thanked(page)
    await expect(page.get_by_text("秒后自动清除")).to_be_visible()
    await pass_time(page, 15)
    await expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    await pass_time(page, 6)
    await page.get_by_text(START).wait_for()
    await nothing_is_left(page)


async def test_thanks_stay_when_the_window_closes(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01"))
    await scan(page, said="您正在评议")
    await vote(page, "满意")
    await thanked(page)
    await hall.close()
    await expect(page.get_by_role("button", name="改选")).to_be_hidden()
    await thanked(page)


async def test_a_vote_can_be_changed_before_the_next_voter_comes(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01"))
    await scan(page, said="您正在评议")
    await vote(page, "满意")
    await thanked(page)
    await page.get_by_role("button", name="改选").tap()
    await vote(page, "不满意")
    await thanked(page)
    assert ["1", "3"] == [cast["choice"] for cast in hall.of("cast")]


async def test_a_chosen_ballot_is_not_cleared_without_a_warning(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01", closes_in_ms=600_000))
    await scan(page, said="您正在评议")
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await pass_time(page, 41)
    await page.get_by_role("alertdialog", name="您选了，还没有提交").wait_for()
    await page.get_by_role("button", name="继续填写").tap()
    await expect(page.get_by_role("radio", name="满意", exact=True)).to_have_attribute("aria-checked", "true")
    await pass_time(page, 41)
    await page.get_by_role("alertdialog").get_by_role("button", name="提交", exact=True).tap()
    await thanked(page)
    assert ["1"] == [cast["choice"] for cast in hall.of("cast")]


async def test_who_leaves_without_a_word_is_cleared_after_a_minute(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01", closes_in_ms=600_000))
    await scan(page, said="您正在评议")
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await pass_time(page, 45)
    await page.get_by_role("alertdialog").wait_for()
    await pass_time(page, 16)
    await page.get_by_text(START).wait_for()
    await nothing_is_left(page)
    assert [] == hall.of("cast")


async def test_who_waits_for_no_round_is_cleared_after_a_minute_too(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await scan(page)
    await pass_time(page, 61)
    await page.get_by_text(START).wait_for()
    await nothing_is_left(page)


async def test_a_code_half_typed_is_emptied_after_a_minute(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await page.get_by_label("第1行").fill("4YG6Y")
    await pass_time(page, 61)
    await expect(page.get_by_label("第1行")).to_have_value("")


async def test_the_next_voter_is_asked_about_what_was_chosen_and_not_sent(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01"))
    await scan(page, said="您正在评议")
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await page.get_by_role("button", name="下一位 / 语言").tap()
    await page.get_by_role("button", name="下一位", exact=True).tap()
    await page.get_by_role("button", name="不提交，换下一位").tap()
    await page.get_by_text(START).wait_for()
    await nothing_is_left(page)


async def test_an_unanswered_ballot_is_repeated_and_nobody_clears_it(lend: Lend, hall: Hall) -> None:
    """Neither the button nor the clock nor another card."""
    page = await lend()
    await hall.open(window("r01", closes_in_ms=600_000))
    await scan(page, said="您正在评议")
    hall.fault = lose_casts
    await vote(page, "满意")
    await hall.heard_of("cast", 1)
    await expect(page.get_by_role("button", name="正在确认，请稍候")).to_be_disabled()
    await pass_time(page, 70)
    await page.keyboard.type(f"#c1.{OTHER_CODE}\n")
    hall.fault = keep_all
    await hall.cut()
    await pass_time(page, 2)
    await thanked(page)
    casts = hall.of("cast")
    assert 1 == len({cast["entry"] for cast in casts})
    assert {present_key(CODE)} == {each["entry"].split("\n")[2] for each in hall.of("present")}


async def test_a_reload_repeats_an_unanswered_ballot_too(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01"))
    await scan(page, said="您正在评议")
    hall.fault = lose_casts
    await vote(page, "满意")
    await hall.heard_of("cast", 1)
    hall.fault = keep_all
    await page.reload()
    await thanked(page)
    assert 1 == len({cast["entry"] for cast in hall.of("cast")})


async def test_another_card_takes_the_place_of_one_that_is_done(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01"))
    await scan(page, said="您正在评议")
    await vote(page, "满意")
    await thanked(page)
    await scan(page, OTHER_CODE, said="您正在评议")
    await nothing_is_left_of_first(page)


async def nothing_is_left_of_first(page: Page) -> None:
    left = await page.evaluate(LEFT_BEHIND)
    assert CODE not in left
    assert b64(seed_of(CODE)) not in left


async def test_another_card_never_pushes_a_chosen_ballot_aside(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await hall.open(window("r01"))
    await scan(page, said="您正在评议")
    await page.get_by_role("radio", name="满意", exact=True).tap()
    await scan(page, OTHER_CODE, said="您选了，还没有提交")
    await page.get_by_role("alertdialog").get_by_role("button", name="提交", exact=True).tap()
    await thanked(page)
    assert {present_key(CODE)} == {each["entry"].split("\n")[2] for each in hall.of("present")}


async def test_a_refused_card_makes_room_for_the_next(lend: Lend, hall: Hall) -> None:
    hall.panel_of = lambda key: None if b64(key) == present_key(CODE) else "deputies"
    page = await lend()
    await scan(page, said="这张卡不是本场的")
    await scan(page, OTHER_CODE)


async def test_a_sheet_is_filled_and_no_question_is_asked_here(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await scan(page)
    await expect(page.get_by_role("button", name="我要提问")).to_have_count(0)
    await hall.open(sheet_window())
    await page.get_by_role("radio", name="满意", exact=True).first.tap()
    await page.get_by_role("button", name="检查提交").tap()
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_role("button", name="提交").tap()
    await thanked(page)


async def test_a_voter_s_language_goes_with_the_voter(lend: Lend, hall: Hall) -> None:
    page = await lend()
    await scan(page)
    await page.get_by_role("button", name="下一位 / 语言").tap()
    await page.get_by_role("button", name="English").tap()
    await page.get_by_text("You are checked in").wait_for()
    await page.get_by_role("button", name="Next voter", exact=True).tap()
    await page.get_by_text(START).wait_for()
