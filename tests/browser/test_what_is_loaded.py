"""What the browser loads: only this host, only files with the right digest, under the doors' own policy."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext

from audience_server.pages.page_set import phone_page_set
from tests.browser.hall import Hall
from tests.browser.sample import CODE, asking_facts
from tests.pages.test_page_set import at_once, later_of

pytestmark = pytest.mark.browser


async def test_no_other_host_is_asked_for_anything(phone: BrowserContext, hall: Hall) -> None:
    page = await phone.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    await page.goto(f"{hall.url}#c1.{CODE}")
    await page.get_by_text("签到成功").wait_for()
    assert f"ws://{hall.address}/phone" in asked
    assert set() == {url for url in asked if url.split("/")[2] != hall.address}
    assert [] == [url for url in asked if CODE in url.partition("#")[0]]


async def test_every_file_is_loaded_but_other_languages_and_what_few_phones_need(
    phone: BrowserContext, hall: Hall
) -> None:
    """What no phone loads has no place under the page's digest."""
    page = await phone.new_page()
    loaded: list[str] = []
    page.on("response", lambda response: loaded.append(response.url.removeprefix(hall.url) or "index.html"))
    await page.goto(hall.url)
    await page.get_by_text("请输入评议卡里的编码").wait_for()
    assert at_once(phone_page_set()) == set(loaded)


async def test_the_form_of_a_question_and_that_of_a_report_bring_the_rest(phone: BrowserContext, hall: Hall) -> None:
    """Voting phones do not pay for what only those who ask need."""
    hall.facts["asking"] = asking_facts(report_key="A" * 43 + "=", report_office="纪检组")
    page = await phone.new_page()
    loaded: list[str] = []
    page.on("response", lambda response: loaded.append(response.url.removeprefix(hall.url)))
    await page.goto(f"{hall.url}#c1.{CODE}")
    await page.get_by_text("签到成功").wait_for()
    loaded.clear()
    await page.get_by_role("button", name="我要提问").tap()
    await page.get_by_label("您要说的话").wait_for()
    assert later_of("ask") == set(loaded)
    loaded.clear()
    async with page.expect_response("**/blake2.js"):
        await page.get_by_role("button", name="举报").tap()
    assert set(loaded) <= later_of("report")


@pytest.mark.parametrize("path", ["asking.js", "question_words.js"])
async def test_a_changed_file_of_a_later_part_is_refused_too(phone: BrowserContext, hall: Hall, path: str) -> None:
    hall.files[path] += b"\n"
    page = await phone.new_page()
    await page.goto(f"{hall.url}#c1.{CODE}")
    await page.get_by_role("button", name="我要提问").tap()
    await page.get_by_role("alert").filter(has_text="这一部分没有打开").wait_for()


@pytest.mark.parametrize("path", ["voter.js", "app.js", "vendor/noble-hashes-2.4.0/sha2.js", "locale/zh-Hans.json"])
async def test_a_changed_file_is_refused_by_the_browser(phone: BrowserContext, hall: Hall, path: str) -> None:
    hall.files[path] += b"\n"
    page = await phone.new_page()
    async with page.expect_console_message(lambda line: "integrity" in line.text):
        await page.goto(f"{hall.url}#c1.{CODE}")
    assert [] == hall.heard


async def test_a_browser_that_cannot_run_the_page_says_what_to_do(phone: BrowserContext, hall: Hall) -> None:
    hall.files["app.js"] = b"syntax error"
    page = await phone.new_page()
    await page.goto(hall.url)
    await page.get_by_text("找工作人员").wait_for()
