"""From the card to 签到成功: link, typing, two cards, cards that are refused, open panels."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from audience_server.record.codes import round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import b64
from tests.browser.conftest import Arrive
from tests.browser.hall import LOG_SEED, Hall
from tests.browser.sample import CODE, ORIGIN, OTHER_CODE, session_facts, window

pytestmark = pytest.mark.browser


def check_in_key(code: str) -> bytes:
    return public_key(round_seed(seed_of(code), ORIGIN, "r00"))


async def stored(page: Page) -> dict[str, str]:
    kept: dict[str, str] = json.loads(await page.evaluate("JSON.stringify(localStorage)"))
    return kept


async def test_a_card_checks_in_and_its_code_leaves_the_address_bar_and_never_the_phone(
    arrive: Arrive, hall: Hall
) -> None:
    page = await arrive()
    assert hall.url == page.url
    assert b64(check_in_key(CODE)) in hall.of("present")[0]["entry"]
    assert CODE not in json.dumps(hall.heard)
    await expect(page.get_by_text("您在：外来项目投资商")).to_be_visible()


async def test_the_code_is_kept_under_the_digest_of_its_seed_and_the_origin(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    digest = await page.evaluate(
        "async code => { const codes = await import('/codes.js'); return codes.cardId(codes.seedOf(code)); }", CODE
    )
    holding = [key for key, value in (await stored(page)).items() if CODE in value]
    assert [f"touchstone|card|{ORIGIN}|{digest}"] == holding


async def test_the_same_phone_checks_in_again_after_a_reload_with_the_same_bytes(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await page.reload()
    await page.get_by_text("签到成功").wait_for()
    first, second = hall.of("present")
    assert first["entry"] == second["entry"]


async def test_a_code_can_be_typed_in_small_letters_row_by_row_as_on_the_card(arrive: Arrive, hall: Hall) -> None:
    page = await arrive("", wait_for="请输入评议卡里的编码")
    await page.get_by_label("第1行").tap()
    await page.keyboard.type(CODE.lower(), delay=5)
    await page.get_by_role("button", name="签到").tap()
    await page.get_by_text("签到成功").wait_for()
    assert b64(check_in_key(CODE)) in hall.of("present")[0]["entry"]


async def test_a_pasted_code_fills_all_rows(arrive: Arrive, hall: Hall) -> None:
    page = await arrive("", wait_for="请输入评议卡里的编码")
    await page.get_by_label("第1行").fill("4yg6y-479au 7vl5c-gbun2")
    await page.get_by_role("button", name="签到").tap()
    await page.get_by_text("签到成功").wait_for()


async def test_what_is_typed_beyond_the_last_row_is_left_out(arrive: Arrive, hall: Hall) -> None:
    page = await arrive("", wait_for="请输入评议卡里的编码")
    await page.get_by_label("第1行").fill(CODE)
    await page.get_by_label("第4行").focus()
    await page.keyboard.press("End")
    await page.keyboard.type("AB")
    await expect(page.get_by_label("第4行")).to_have_value("GBUN2")
    await page.get_by_role("button", name="签到").tap()
    await page.get_by_text("签到成功").wait_for()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("4YG6Y479AU7VL5CGBUN3", "有一位不对"),
        ("4YG6Y479AU7VL5C", "还没有输完"),
        ("4YG6Y479AU7VL5CGBU0I", "没有 0、1、I、O"),
    ],
)
async def test_a_mistyped_code_says_what_to_look_at_and_keeps_what_was_typed(
    arrive: Arrive, hall: Hall, typed: str, said: str
) -> None:
    page = await arrive("", wait_for="请输入评议卡里的编码")
    await page.get_by_label("第1行").fill(typed)
    await page.get_by_role("button", name="签到").tap()
    await expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    await expect(page.get_by_label("第1行")).to_have_value("4YG6Y")
    assert [] == hall.of("present")


async def test_a_damaged_link_asks_for_the_code(arrive: Arrive, hall: Hall) -> None:
    page = await arrive("#c1.4YG6Y479AU7VL5CGBUN3", wait_for="这个链接里的编码不完整")
    assert hall.url == page.url


async def test_a_card_of_another_session_is_told_to_see_the_staff(arrive: Arrive, hall: Hall) -> None:
    hall.panel_of = lambda key: "deputies" if key == check_in_key(OTHER_CODE) else None
    page = await arrive(wait_for="这张卡不是本场的，请找工作人员换卡")
    await page.get_by_role("button", name="换一张卡").tap()
    await page.get_by_label("第1行").fill(OTHER_CODE)
    await page.get_by_role("button", name="签到").tap()
    await page.get_by_text("签到成功").wait_for()


async def test_two_cards_on_one_phone_are_asked_about_and_the_answer_survives_a_reload(
    arrive: Arrive, phone: BrowserContext, hall: Hall
) -> None:
    first = await arrive()
    await first.close()
    page = await arrive(f"#c1.{OTHER_CODE}", wait_for="这部手机上有几张评议卡")
    assert 1 == len(hall.of("present"))
    await page.get_by_role("button", name=re.compile("第2张")).tap()
    await page.get_by_text("签到成功").wait_for()
    await page.reload()
    await page.get_by_text("签到成功").wait_for()
    keys = [b64(check_in_key(code)) for code in (CODE, OTHER_CODE, OTHER_CODE)]
    assert keys == [present["entry"].split("\n")[2] for present in hall.of("present")]


async def test_a_phone_of_an_open_panel_makes_its_own_keys_and_says_that_nobody_verified_it(
    arrive: Arrive, hall: Hall
) -> None:
    hall.panel_of = lambda key: "offsite"
    hall.state["windows"] = {"r01": "locked"}
    page = await arrive("#open.offsite")
    (enrol,) = hall.of("enrol")
    assert ("offsite", {"r00", "r02", "r900"}) == (enrol["panel"], set(enrol["keys"]))
    await expect(page.get_by_text("场外参与者身份未经核验")).to_be_visible()
    await page.reload()
    await page.get_by_text("签到成功").wait_for()
    assert 1 == len(hall.of("enrol"))
    assert enrol["keys"]["r00"] == hall.of("present")[1]["entry"].split("\n")[2]


async def test_a_rehearsal_says_so_on_every_screen(arrive: Arrive, hall: Hall) -> None:
    hall.facts = session_facts("rehearsal")
    page = await arrive("", wait_for="请输入评议卡里的编码")
    banner = page.get_by_text("彩排 非正式结果")
    await expect(banner).to_be_visible()
    await page.get_by_label("第1行").fill(CODE)
    await page.get_by_role("button", name="签到").tap()
    await page.get_by_text("签到成功").wait_for()
    await expect(banner).to_be_visible()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="不了解").tap()
    await expect(banner).to_be_visible()
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_text("已收到,已计入记录").wait_for()
    await expect(banner).to_be_visible()


async def test_another_log_key_than_the_one_of_the_first_visit_raises_an_alarm(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    hall.log_seed = bytes(reversed(LOG_SEED))
    await hall.cut()
    await expect(page.get_by_role("alert").filter(has_text="签名钥匙")).to_be_visible()
    await expect(page.get_by_text("记录凭据核对不上")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "said"), [("繁體中文", "簽到成功"), ("English", "You are checked in"), ("简体中文", "签到成功")]
)
async def test_the_language_can_be_changed_and_is_remembered(arrive: Arrive, name: str, said: str) -> None:
    page = await arrive()
    await page.get_by_role("button", name="求助 / 语言").tap()
    await page.get_by_role("button", name=name).tap()
    await page.get_by_text(said).wait_for()
    await page.reload()
    await page.get_by_text(said).wait_for()
