"""A ballot that is not recorded when it should be: shown as a code, scanned at the notary's desk, recorded."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from audience_server.lan_address import lan_address
from audience_server.notary.mirror import Mirror
from tests.browser.conftest import SMALL_PHONE, Arrive
from tests.browser.hall import Hall, Json
from tests.browser.hall_witnessed import WitnessedHall, witnessed_hall
from tests.browser.lan_cable import cable_to
from tests.browser.sample import CODE, sheet_window, window
from tests.browser.test_ballot import recorded, vote
from tests.browser.test_elders import LANGUAGES, check_screen
from tests.browser.test_trouble import keep_all, lose_casts, refuse_casts
from tests.browser.test_witnessed import anchored, notary_facts
from tests.pages.test_page_set import later_of
from tests.show_rig import SMALL_SESSION

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOW = "给公证席看(二维码)"
FETCHED = "(path) => performance.getEntriesByType('resource').some((each) => each.name.endsWith(path))"
AFTER_TEN_SECONDS = 20_000


async def ready_to_show(page: Page) -> None:
    """What draws the code has come, as it does on every phone soon after its check-in."""
    for path in later_of("demand"):
        await page.wait_for_function(FETCHED, arg=path)


async def scanned(page: Page) -> str:
    """What a scanner reads from the phone's screen."""
    code = page.get_by_role("img", name="给公证席扫的二维码")
    await code.scroll_into_view_if_needed()
    with Image.open(io.BytesIO(await page.screenshot())) as picture:
        [found] = zxingcpp.read_barcodes(picture.convert("L"))
    return found.text


def mirrored(hall: WitnessedHall) -> list[bytes]:
    """Every entry of the notary's own copy."""
    [path] = hall.notary.directory.rglob("sessions/*.sqlite")
    mirror = Mirror.open(path)
    try:
        return list(mirror.entries())
    finally:
        mirror.close()


def places_of(entries: list[bytes], tag: str) -> list[int]:
    return [place for place, entry in enumerate(entries) if entry.startswith(f"c1/{tag}\n".encode())]


async def test_a_ballot_that_the_server_does_not_take_is_recorded_through_the_notary(
    chromium: Browser, tmp_path: Path
) -> None:
    """The phones' door is gone, the code goes to the notary's program, and the record holds ballot and incident."""
    async with witnessed_hall(chromium, tmp_path, SMALL_SESSION) as hall:
        async with cable_to(hall.server.ready["url"], lan_address()) as cable:
            hall.address = cable.url
            hall.watch()
            await hall.zero()
            page = await hall.voter(0)
            await ready_to_show(page)
            await hall.open()
            await page.get_by_role("radio", name="不满意").wait_for()
            await cable.pull_out()
            await vote(page, "不满意")
            await page.get_by_role("button", name=SHOW).tap(timeout=AFTER_TEN_SECONDS)
            shown = await scanned(page)
            await expect(page.get_by_text("不满意")).to_have_count(0)
            await hall.say(f"demand {shown}")
            await hall.told(lambda told: any(each["about"] == "demand" for each in told.get("answers", ())))
            await cable.put_in()
            await recorded(page)
            await expect(page.get_by_role("button", name=SHOW)).to_have_count(0)
        locked = await hall.ctl("lock", "r01")
        assert {"overall": {"yes": 0, "fair": 0, "no": 1, "dk": 0}} == locked["by"]["deputies"]["counts"]
        await hall.told(lambda told: told.get("cosigned", 0) >= locked["size"])
        await hall.leave()
        entries = mirrored(hall)
    entry = json.loads(shown)["entry"].encode()
    [close] = places_of(entries, "close")
    incidents = [json.loads(entries[place].split(b"\n")[2]) for place in places_of(entries, "incident")]
    assert entries.index(entry) < close
    assert ["demand"] == [each["kind"] for each in incidents]
    assert "公证员甲: recorded" == incidents[0]["text"]


@pytest.mark.parametrize("code", ["bad_commitment", "bad_signature", "bad_choice", "bad_counter", "wrong_session"])
async def test_a_no_that_this_page_has_not_earned_goes_to_the_notary_at_once(
    arrive: Arrive, hall: Hall, code: str
) -> None:
    page = await arrive(anchored(notary_facts(hall)))
    await hall.open(window("r01"))
    hall.fault = refuse_casts(code)  # type: ignore[assignment]
    await vote(page, "满意")
    await page.get_by_role("button", name=SHOW).tap()
    shown = json.loads(await scanned(page))
    [cast] = hall.of("cast")
    assert {name: cast[name] for name in ("entry", "nonce", "choice")} | {
        "present": hall.of("present")[0]["entry"]
    } == shown


@pytest.mark.parametrize("code", ["card_void", "not_present", "not_on_roll"])
async def test_a_no_that_is_the_cards_own_offers_nothing(arrive: Arrive, hall: Hall, code: str) -> None:
    page = await arrive(anchored(notary_facts(hall)))
    await hall.open(window("r01"))
    hall.fault = refuse_casts(code)  # type: ignore[assignment]
    await vote(page, "满意")
    await page.get_by_text("没有被接受").first.wait_for()
    await expect(page.get_by_role("button", name=SHOW)).to_have_count(0)


async def test_without_a_notary_there_is_no_desk_to_go_to_and_nothing_is_fetched(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = refuse_casts("bad_signature")  # type: ignore[assignment]
    await vote(page, "满意")
    await page.get_by_text("没有被接受").first.wait_for()
    await expect(page.get_by_role("button", name=SHOW)).to_have_count(0)
    assert [] == [path for path in later_of("demand") if await page.evaluate(FETCHED, path)]


async def test_a_receipt_that_does_not_hold_can_be_shown_and_put_away(arrive: Arrive, hall: Hall) -> None:
    """Put away, the picture is gone; recorded, the way to the desk is gone with it."""

    def forged(request: Json, answer: Json | None) -> Json | None:
        if request["type"] != "cast" or answer is None:
            return answer
        return answer | {"receipt": answer["receipt"].replace("index 1", "index 0")}

    page = await arrive(anchored(notary_facts(hall)))
    await hall.open(window("r01"))
    hall.fault = forged
    await vote(page, "满意")
    await page.get_by_role("button", name=SHOW).tap()
    assert "1" == json.loads(await scanned(page))["choice"]
    await page.get_by_role("button", name="收起二维码").tap()
    await expect(page.locator("canvas")).to_be_hidden()
    assert 0 == await page.locator("canvas").evaluate("each => each.width")
    await page.get_by_role("button", name=SHOW).tap()
    hall.fault = keep_all
    await hall.cut()
    await recorded(page)
    await expect(page.locator("canvas")).to_be_hidden()
    assert 0 == await page.locator("canvas").evaluate("each => each.width")


async def test_nothing_is_offered_before_ten_seconds(arrive: Arrive, hall: Hall) -> None:
    """The clock of the page is turned, not waited for."""
    page = await arrive(anchored(notary_facts(hall)))
    await hall.open(window("r01"))
    hall.fault = lose_casts
    await page.clock.install()
    await vote(page, "满意")
    await page.get_by_text("已送出").wait_for()
    await page.clock.run_for(9_000)
    await expect(page.get_by_role("button", name=SHOW)).to_have_count(0)
    await page.clock.run_for(1_500)
    await expect(page.get_by_role("button", name=SHOW)).to_be_visible()


async def test_a_sheet_of_60_answers_fits_a_small_phone(chromium: Browser, hall: Hall) -> None:
    """3 dots a module and the quiet zone, on a screen of the usual density."""
    facts = notary_facts(hall)
    phone = await chromium.new_context(viewport=SMALL_PHONE, device_scale_factor=2, has_touch=True, locale="zh-CN")
    try:
        shown = json.loads(await shown_sheet(phone, hall, facts))
    finally:
        await phone.close()
    assert 60 == len(shown["choice"].split(";"))


async def shown_sheet(phone: BrowserContext, hall: Hall, facts: dict[str, str]) -> str:
    page = await phone.new_page()
    await page.goto(hall.url + anchored(facts))
    await page.get_by_text("签到成功").first.wait_for()
    await hall.open(sheet_window("r01"))
    hall.fault = refuse_casts("bad_signature")  # type: ignore[assignment]
    for number in range(12):
        for place in range(5):
            await page.get_by_role("radiogroup").nth(place).get_by_role("radio").nth((number + place) % 4).tap()
        if number < 11:
            await page.get_by_role("button", name="下一个").tap()
    await page.get_by_role("button", name="检查提交").tap()
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_role("button", name=SHOW).tap()
    return await scanned(page)


@pytest.mark.parametrize("path", ["demand_code.js", "vendor/qr-0.7.0/index.js"])
async def test_a_changed_encoder_is_refused_however_often_one_tries(
    phone: BrowserContext, hall: Hall, path: str
) -> None:
    """A file that failed its digest is never fetched without one; the right file is taken when it is there."""
    facts, true = notary_facts(hall), hall.files[path]
    hall.files[path] += b"\n"
    page = await phone.new_page()
    await page.goto(hall.url + anchored(facts))
    await page.get_by_text("签到成功").wait_for()
    await hall.open(window("r01"))
    hall.fault = refuse_casts("bad_signature")  # type: ignore[assignment]
    await vote(page, "满意")
    for _ in range(2):
        await page.get_by_role("button", name=SHOW).tap()
        await page.get_by_text("这一部分没有打开").wait_for()
    hall.files[path] = true
    await page.reload()
    await page.get_by_role("button", name="再试一次").wait_for()
    await page.get_by_role("button", name=SHOW).tap()
    assert CODE not in await scanned(page)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_code_and_its_warning_are_readable(arrive: Arrive, hall: Hall, language: str) -> None:
    """18 px, 60 px, axe, nothing cut off; the choice stands nowhere in words."""
    page = await arrive(anchored(notary_facts(hall)))
    await page.get_by_role("button", name="求助 / 语言").tap()
    await page.locator(f"button[lang={language}]").tap()
    await page.wait_for_function("language => document.documentElement.lang === language", arg=language)
    await hall.open(window("r01"))
    hall.fault = refuse_casts("bad_signature")  # type: ignore[assignment]
    await page.get_by_role("radio", name="基本满意").tap()
    await page.locator("button.primary").tap()
    await page.locator(".demand button").wait_for()
    await check_screen(page, "offered")
    await page.locator(".demand button").tap()
    await page.locator("canvas.code-shown").wait_for()
    await check_screen(page, "shown")
    words: Any = await page.evaluate("document.body.innerText")
    assert "基本满意" not in words
