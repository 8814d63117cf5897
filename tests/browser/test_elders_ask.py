"""Asking and the lent phone for old eyes and unsure fingers: every screen, in three languages, on small and large."""

from __future__ import annotations

from base64 import b64encode

import pytest
from nacl.public import PrivateKey
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import Arrive
from tests.browser.hall import Hall
from tests.browser.hall_questions import own, public
from tests.browser.sample import CODE, asking_facts, session_facts, window
from tests.browser.test_asking import WORDS, lose_asks, open_form, send, write
from tests.browser.test_elders import LANGUAGES, check_screen
from tests.browser.test_trouble import keep_all, lose_casts

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALLEST: ViewportSize = {"width": 320, "height": 568}
PHONE: ViewportSize = {"width": 360, "height": 640}
TABLET: ViewportSize = {"width": 800, "height": 1100}
SIZES = (SMALLEST, TABLET, PHONE)
STATES = ("received", "approved", "refused", "merged", "cued", "on_air", "answered", "withdrawn", "done")
HOSTILE = "[red]<img src=x onerror=alert(1)>\u202e👨\u200d👩\u200d👧\u200b" + "长" * 80 + "W" * 90
KEY = b64encode(bytes(PrivateKey.generate().public_key)).decode()


async def speak(page: Page, language: str) -> None:
    await page.locator(".menu-button").tap()
    await page.locator(f"button[lang={language}]").tap()
    await page.wait_for_function("language => document.documentElement.lang === language", arg=language)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_of_asking(arrive: Arrive, hall: Hall, language: str) -> None:
    hall.facts = session_facts("rehearsal")
    hall.facts["asking"] = asking_facts(report_key=KEY, report_office="市纪委监委驻局纪检监察组", picture_bytes=500_000)
    page = await arrive()
    await speak(page, language)
    await page.locator(".ways button").nth(3).tap()
    await page.locator(".help button").tap()
    await page.locator(".help .notice", has_text="✓").wait_for()
    await check_screen(page, "menu", SIZES)
    await page.locator(".menu-button").tap()
    await page.locator(".ways button").first.tap()
    await page.locator("#ask-text").fill(HOSTILE * 3)
    await page.locator("button.primary").tap()
    await check_screen(page, "ask", SIZES)
    await page.locator("#ask-text").fill(WORDS)
    hall.fault = lose_asks
    await page.locator("button.primary").tap()
    await page.locator(".mark-big").wait_for()
    await check_screen(page, "sending", SIZES)
    hall.fault = keep_all
    await hall.cut()
    await page.locator(".numbers").wait_for()
    await page.locator("button.primary").wait_for()
    await check_screen(page, "receipt", SIZES)
    await page.locator("button.primary").tap()
    for at, state in enumerate(STATES, 2):
        words = {"reason": HOSTILE, "answer": HOSTILE, "promise": HOSTILE, "due": "2026-12-31", "reply": HOSTILE}
        question = own(f"Q{at:04d}", state=state, at=at, unit="u1", text=HOSTILE, into="Q0001", supporters=9, **words)
        await hall.send({"type": "question", "question": question})
    await page.locator(".ways [data-news]").wait_for()
    await check_screen(page, "news", SIZES)
    await page.locator(".ways [data-news]").tap()
    await expect(page.locator(".question-card")).to_have_count(10)
    await check_screen(page, "mine", SIZES)
    await page.locator(".asking > button").first.tap()
    hall.questions.public = [public("Q0007", text=HOSTILE, supporters=23), public("Q0009", unit="u6")]
    await page.locator(".ways button").nth(1).tap()
    await page.locator(".support").last.tap()
    await page.locator(".support[disabled]").wait_for()
    await check_screen(page, "others", SIZES)
    await page.locator(".asking > button").first.tap()
    await page.locator(".ways button").first.tap()
    await page.locator(".asking > button").last.tap()
    await page.locator("#report-text").fill(WORDS)
    await check_screen(page, "report", SIZES)
    await page.locator("button.primary").tap()
    await page.locator("button.primary.later, .receipt button.primary").wait_for()
    await check_screen(page, "report receipt", SIZES)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_of_the_lent_phone(chromium: Browser, hall: Hall, language: str) -> None:
    hall.facts = session_facts("rehearsal")
    context = await chromium.new_context(viewport=PHONE, has_touch=True, locale="zh-CN")
    page = await context.new_page()
    await page.clock.install()
    await page.goto(f"{hall.url}desk")
    await page.get_by_role("textbox").first.wait_for()
    await speak(page, language)
    await check_screen(page, "scan", SIZES)
    await page.locator(".menu-button").tap()
    await check_screen(page, "menu", SIZES)
    await page.locator(".menu-button").tap()
    await page.keyboard.type(f"#c1.{CODE}\n")
    await page.get_by_text("✓").wait_for()
    await check_screen(page, "wait", SIZES)
    await hall.open(window("r01", closes_in_ms=600_000))
    await page.get_by_role("radio").first.tap()
    await page.clock.fast_forward(45_000)
    await page.get_by_role("alertdialog").wait_for()
    await check_screen(page, "warning", SIZES)
    assert await page.get_by_text("彩排" if language != "en" else "ehearsal").first.is_visible()
    hall.fault = lose_casts
    await page.get_by_role("alertdialog").locator(".primary").tap()
    await page.locator(".sent").wait_for()
    await page.clock.fast_forward(2000)
    await check_screen(page, "sending", SIZES)
    hall.fault = keep_all
    await hall.cut()
    await page.clock.fast_forward(3000)
    await page.locator(".thanks").wait_for()
    await page.clock.fast_forward(2000)
    await check_screen(page, "thanks", SIZES)
    await context.close()


async def test_hostile_texts_are_words_and_nothing_else(arrive: Arrive, hall: Hall) -> None:
    """From others, from the server, from oneself: no element, no handler, no change of direction around them."""
    page = await arrive()
    hall.questions.public = [public("Q0007", text=HOSTILE)]
    await page.get_by_role("button", name="大家的提问").tap()
    await expect(page.locator(".asked")).to_have_text(HOSTILE)
    assert 0 == await page.locator("img").count()
    await expect(page.locator(".question-card h2")).to_have_text("Q0007 · 县住建局")


async def test_no_button_comes_to_lie_where_a_question_was_sent(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await write(page)
    box = await page.get_by_role("button", name="发送", exact=True).bounding_box()
    assert box is not None
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    under = "([x, y]) => document.elementFromPoint(x, y)?.closest('button')?.textContent ?? null"
    assert await page.evaluate(under, middle) is None


async def test_nothing_moves_while_somebody_writes(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await open_form(page)
    places = """() => [...document.querySelectorAll('main button, select, h1')]
      .map((each) => [each.offsetTop, each.offsetLeft, each.offsetWidth].join())"""
    before = await page.evaluate(places)
    await page.get_by_role("radio", name="意见建议").tap()
    await page.get_by_label("您要说的话").fill(WORDS)
    await hall.push(size=3)
    assert before == await page.evaluate(places)
