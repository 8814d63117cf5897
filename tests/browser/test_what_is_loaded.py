"""What the browser loads: only this host, only files with the right digest, under the doors' own policy."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext

from audience_server.pages.page_set import phone_page_set
from tests.browser.hall import Hall
from tests.browser.sample import CODE

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


async def test_every_file_of_the_set_but_other_languages_is_loaded(phone: BrowserContext, hall: Hall) -> None:
    """What no phone loads has no place under the page's digest."""
    page = await phone.new_page()
    loaded: list[str] = []
    page.on("response", lambda response: loaded.append(response.url.removeprefix(hall.url) or "index.html"))
    await page.goto(hall.url)
    await page.get_by_text("请输入评议卡里的编码").wait_for()
    others = {"locale/zh-Hant.json", "locale/en.json"}
    assert set(phone_page_set()) - others == set(loaded)


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
