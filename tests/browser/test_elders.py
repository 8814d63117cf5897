"""The page for old eyes and unsure fingers, on every screen: sizes, contrast, names, no jumps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import Arrive
from tests.browser.hall import Hall
from tests.browser.sample import CODE, OTHER_CODE, options, session_facts, sheet_window, window

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")

SMALLEST_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const shown = walker.currentNode.textContent.trim() !== "" && element.getClientRects().length > 0;
    if (shown && parseFloat(getComputedStyle(element).fontSize) < 18) small.push(walker.currentNode.textContent);
  }
  return small;
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, input, select, textarea, a")]
  .filter((each) => each.getClientRects().length > 0)
  .map((each) => [each.textContent || each.ariaLabel, each.getBoundingClientRect()])
  .filter(([, box]) => box.width < 60 || box.height < 60)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
TALLEST_BUTTON = """() => Math.max(...[...document.querySelectorAll("button")].map((each) => each.offsetHeight))"""
CUT_OFF = """() => [...document.querySelectorAll("button, h1, h2, p")]
  .filter((each) => each.getClientRects().length > 0 && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.textContent)"""


async def check_screen(page: Page, where: str, sizes: Sequence[ViewportSize] = ()) -> None:
    """As it stands, then at each of these sizes; axe looks once, at the last of them."""
    await check_layout(page, where)
    for size in sizes:
        await page.set_viewport_size(size)
        await check_layout(page, f"{where}, {size['width']} px")
    await page.evaluate(f"() => {{ if (!window.axe) {{ {AXE} }} }}")
    found: dict[str, Any] = await page.evaluate("axe.run()")
    assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]], where


async def check_layout(page: Page, where: str) -> None:
    assert [] == await page.evaluate(SMALLEST_TEXT), where
    assert [] == await page.evaluate(SMALL_TARGETS), where
    assert [] == await page.evaluate(CUT_OFF), where
    assert 200 > await page.evaluate(TALLEST_BUTTON), where
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_screen_is_readable_named_and_big_enough(arrive: Arrive, hall: Hall, language: str) -> None:
    """Text of 18 px, targets of 60 px, axe's rules (contrast, names, roles), nothing cut off at 360 px."""
    hall.facts = session_facts("rehearsal")
    page = await arrive("", wait_for="请输入评议卡里的编码")
    await page.get_by_role("button", name="求助 / 语言").tap()
    await check_screen(page, "menu")
    await page.locator(f"button[lang={language}]").tap()
    await page.wait_for_function("language => document.documentElement.lang === language", arg=language)
    await check_screen(page, "code")
    await page.get_by_role("textbox").first.fill(CODE)
    await page.locator("button.primary").tap()
    await page.get_by_text("✓").wait_for()
    await check_screen(page, "wait")
    await check_ballots(page, hall)


async def check_ballots(page: Page, hall: Hall) -> None:
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="基本满意").tap()
    await check_screen(page, "ballot")
    await page.locator("button.primary").tap()
    await page.locator(".mark-big", has_text="✓").wait_for()
    await check_screen(page, "sent")
    await hall.close()
    await page.locator(".outcome").wait_for()
    await check_screen(page, "outcome")
    await hall.open(sheet_window("r02"))
    await page.locator(".progress").wait_for()
    await check_screen(page, "sheet")
    await page.locator(".steps .primary.step").tap()
    await check_screen(page, "review")
    await hall.open(window("r03", "0-100", criteria=["total"]))
    await page.locator(".marks").wait_for()
    await check_screen(page, "marks")
    units = [f"u{number}" for number in range(1, 13)]
    await hall.open(window("r04", "3/12", kind="select", units=units, criteria=[], choose=3))
    await page.get_by_role("button", name="县政务大厅").tap()
    await check_screen(page, "select")


async def test_the_screens_off_the_straight_way_too(arrive: Arrive, hall: Hall) -> None:
    first = await arrive()
    await first.close()
    page = await arrive(f"#c1.{OTHER_CODE}", wait_for="这部手机上有几张评议卡")
    await check_screen(page, "choose")
    hall.panel_of = lambda key: None
    await page.get_by_role("button", name="第1张").tap()
    await page.get_by_text("这张卡不是本场的").wait_for()
    await check_screen(page, "refused")
    second = await arrive("", wait_for="没有签到成功")
    await page.get_by_text("评议页已在另一个标签页打开").wait_for()
    await check_screen(page, "background")
    await second.close()


async def test_options_look_alike_whatever_they_say(arrive: Arrive, hall: Hall) -> None:
    """Cameras film over shoulders: no colour, size or place in the row tells which option was tapped."""
    page = await arrive()
    await hall.open(window("r01"))
    look = """each => { const s = getComputedStyle(each), box = each.getBoundingClientRect();
      const { color, backgroundColor, borderColor, borderWidth, fontWeight } = s;
      return [color, backgroundColor, borderColor, borderWidth, fontWeight, box.width, box.height].join(); }"""
    await page.get_by_role("radio").first.wait_for()
    looks = [await each.evaluate(look) for each in await page.get_by_role("radio").all()]
    assert 1 == len(set(looks))
    chosen = []
    for name in ("满意", "不满意"):
        await page.get_by_role("radio", name=name, exact=True).tap()
        chosen.append(await page.get_by_role("radio", name=name, exact=True).evaluate(look))
    assert 1 == len(set(chosen))


async def test_nothing_moves_when_an_option_is_tapped_or_the_page_speaks(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01", closes_in_ms=30_000))
    places = "() => [...document.querySelectorAll('main button, h1')].map((each) => each.getBoundingClientRect().top)"
    before = await page.evaluate(places)
    await page.get_by_role("radio", name="不了解").tap()
    assert before == await page.evaluate(places)
    await hall.push(window=window("r01", closes_in_ms=9_000))
    await expect(page.get_by_role("alert").filter(has_text="时间快到了")).to_be_visible()
    assert before == await page.evaluate(places)


async def test_a_ballot_of_four_options_fits_a_small_screen_without_scrolling(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio").first.wait_for()
    bar = await page.locator(".bar").bounding_box()
    abstain = await page.get_by_role("button", name="弃权").bounding_box()
    assert bar is not None
    assert abstain is not None
    assert abstain["y"] + abstain["height"] <= bar["y"]


async def test_no_button_comes_to_lie_where_submit_was_tapped(arrive: Arrive, hall: Hall) -> None:
    """A second tap of an unsure finger must not start something else."""
    page = await arrive()
    await hall.open(window("r01"))
    await page.get_by_role("radio", name="满意", exact=True).tap()
    box = await page.get_by_role("button", name="提交").bounding_box()
    assert box is not None
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_text("已收到,已计入记录").wait_for()
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    under = "([x, y]) => document.elementFromPoint(x, y).closest('button')?.textContent ?? null"
    assert await page.evaluate(under, middle) is None


async def test_a_keyboard_reaches_every_choice(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    own = options("甲", "乙")
    await hall.open(window("t01", "1-2", kind="trial", units=[], criteria=[], options=own, title="试一试"))
    await page.get_by_role("radio", name="乙").focus()
    await page.keyboard.press("Space")
    await page.get_by_role("button", name="提交").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("已收到,已计入记录").wait_for()
    assert "2" == hall.of("cast")[0]["choice"]
