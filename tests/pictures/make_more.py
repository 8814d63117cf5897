"""Makes the README's picture of what comes more rarely: title, trial, mood, and the page that answers an asker.

Run by hand: `python -m tests.pictures.make_more`; look at what comes out before it is committed.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, ViewportSize, async_playwright

from audience_server.endpoints.listen import PublicDoor
from audience_server.main import join_code
from audience_server.pages.page_set import studio_page_set
from tests.browser.conftest import chromium_path
from tests.browser.test_reply_pages import carried_over, file_server, look_up, published
from tests.pictures.make_pages import montage, scene, session, shoot
from tests.show_rig import Show
from tests.test_live_air import TRIAL_AND_MOOD

HERE = Path(__file__).parent
SIZE = ViewportSize(width=1280, height=720)


async def rare_scenes(browser: Browser) -> list[Image.Image]:
    show = await Show(session().replace("[result]", TRIAL_AND_MOOD + "[result]")).start()
    show.session.air.maker.join = join_code("http://192.168.8.2:8080/")
    public = await PublicDoor.start(show.session, "127.0.0.1", 0, studio_page_set())
    context = await browser.new_context(viewport=SIZE, locale="zh-CN")
    air_page, wall = await context.new_page(), await context.new_page()
    await air_page.goto(f"http://127.0.0.1:{public.port}/air?full")
    await wall.goto(f"http://127.0.0.1:{public.port}/wall")
    shots = [await scene(show, air_page, "title", "2026年电视问政 民生专场")]
    phones = await show.phones(30)
    await show.do("cue", cue="t01-trial")
    await wall.locator("section.turnout").wait_for()
    shots.append(await shoot(wall))
    await show.hold("t01", phones, ["1"] * 29 + ["2"])
    await show.do("zero")
    await show.do("cue", cue="edu-mood")
    await show.hold("r03", phones, ["1"] * 21 + ["2"] * 9)
    await show.do("reveal", round="r03")
    shots.append(await scene(show, air_page, "mood", "r03"))
    await context.close()
    await public.close()
    return shots


async def reply(browser: Browser) -> Image.Image:
    """The page set of an export, from a plain file server."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        await published(await carried_over(place), place / "site")
        with file_server(place / "site") as address:
            page = await browser.new_page(viewport=SIZE)
            await page.goto(address)
            await look_up(page, "J0002", "222222", "窗口已增加")
            return await shoot(page)


async def main() -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        montage([*await rare_scenes(browser), await reply(browser)], 2, 640).save(HERE / "air-more.png", optimize=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
