"""A sheet of 12 units and 5 criteria on a small screen."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.hall import Hall
from tests.browser.sample import CRITERIA, UNITS, sheet_window

pytestmark = pytest.mark.browser


async def fill_unit(page: Page, option: str, criteria: tuple[str, ...] = CRITERIA) -> None:
    for criterion in criteria:
        group = page.get_by_role("radiogroup", name=criterion)
        await group.get_by_role("radio", name=option, exact=True).tap()


async def test_a_whole_sheet_is_filled_reviewed_and_sent_as_one_ballot(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(sheet_window())
    for number, unit in enumerate(UNITS, 1):
        await expect(page.get_by_role("heading", level=2).first).to_have_text(unit)
        await expect(page.get_by_text(f"第 {number} 个，共 12 个")).to_be_visible()
        await fill_unit(page, "满意" if number % 2 else "不满意")
        if number < len(UNITS):
            await page.get_by_role("button", name="下一个").tap()
    await expect(page.get_by_role("button", name="下一个")).to_be_disabled()
    await page.get_by_role("button", name="检查提交").tap()
    await expect(page.get_by_text("全部填完了")).to_be_visible()
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_text("已收到,已计入记录").wait_for()
    choice = ";".join(f"{unit}.{item}={1 if unit % 2 else 3}" for unit in range(1, 13) for item in range(1, 6))
    assert [choice] == [cast["choice"] for cast in hall.of("cast")]


async def test_a_draft_survives_a_reload_and_goes_on_at_the_first_open_item(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(sheet_window())
    await fill_unit(page, "满意")
    await page.get_by_role("button", name="下一个").tap()
    await fill_unit(page, "基本满意", CRITERIA[:2])
    await page.reload()
    await expect(page.get_by_text("已填 7 / 60 项")).to_be_visible()
    await expect(page.get_by_role("heading", level=2).first).to_have_text(UNITS[1])
    group = page.get_by_role("radiogroup", name=CRITERIA[1])
    await expect(group.get_by_role("radio", name="基本满意")).to_have_attribute("aria-checked", "true")


async def test_the_review_leads_to_what_is_open_and_blanks_need_a_second_tap(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(sheet_window())
    await fill_unit(page, "满意")
    await page.get_by_role("button", name="检查提交").tap()
    await page.get_by_role("button", name="还有55项没填").tap()
    await expect(page.get_by_role("heading", level=2).first).to_have_text(UNITS[1])
    await page.get_by_role("button", name="检查提交").tap()
    await page.get_by_role("button", name="提交").tap()
    await expect(page.get_by_role("alert").filter(has_text="还有55项没填")).to_be_visible()
    assert [] == hall.of("cast")
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_text("已收到,已计入记录").wait_for()
    (cast,) = hall.of("cast")
    assert "1.1=1;1.2=1;1.3=1;1.4=1;1.5=1;2.1=-;2.2=-" == cast["choice"][:41]


async def test_a_sheet_left_blank_in_full_is_an_abstention_that_somebody_chose(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(sheet_window())
    await page.get_by_role("button", name="检查提交").tap()
    await page.get_by_role("button", name="提交").tap()
    assert [] == hall.of("cast")
    await page.get_by_role("button", name="弃权").tap()
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_text("已收到,已计入记录").wait_for()
    assert ["-"] == [cast["choice"] for cast in hall.of("cast")]


async def test_a_sheet_is_changed_from_what_was_sent_and_not_filled_in_once_more(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(sheet_window())
    await fill_unit(page, "满意")
    await page.get_by_role("button", name="检查提交").tap()
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_role("button", name="改选").tap()
    await expect(page.get_by_text("已填 5 / 60 项")).to_be_visible()


async def test_a_second_tap_on_check_does_not_fall_on_submit(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(sheet_window())
    check = await page.get_by_role("button", name="检查提交").bounding_box()
    await page.get_by_role("button", name="检查提交").tap()
    assert check is not None
    under = "([x, y]) => document.elementFromPoint(x, y).textContent"
    assert "返回修改" == await page.evaluate(under, [check["x"] + check["width"] / 2, check["y"] + check["height"] / 2])
