"""How smooth the air is: frame intervals in a real Chromium while scenes come and go, at 1080p and 4K.

Run on a quiet machine: `python -m tests.load.air_smoothness`.  Software rendering here is slower than any studio's
graphics card; what counts is that no transition drops frames that the page itself could have drawn.
"""

from __future__ import annotations

import asyncio
import statistics

from playwright.async_api import Page, async_playwright

from audience_server.endpoints.listen import PublicDoor
from audience_server.main import join_code
from audience_server.pages.page_set import studio_page_set
from tests.browser.conftest import chromium_path
from tests.show_rig import Show
from tests.test_live_air import air, ask, deed, voted

SIZES = ((1920, 1080), (3840, 2160))
MEASURE = """() => new Promise((resolve) => {
  const times = [];
  const step = (now) => {
    times.push(now);
    if (times.length < 70) requestAnimationFrame(step);
    else resolve(times.slice(1).map((time, place) => time - times[place]));
  };
  requestAnimationFrame(step);
})"""


async def frames(page: Page, show: Show, scene: str, target: str) -> list[float]:
    """Milliseconds between frames from the moment a scene is asked for."""
    measured = asyncio.ensure_future(page.evaluate(MEASURE))
    await air(show, scene, target)
    intervals: list[float] = await measured
    return intervals


async def main() -> None:
    show = await Show().start()
    show.session.air.maker.join = join_code("http://192.168.8.2:8080/")
    number = await ask(show, "学校门口的路灯什么时候能修好?" * 8)
    await deed(show, number, "approve")
    await voted(show)
    await show.do("reveal", round="r01")
    door = await PublicDoor.start(show.session, "127.0.0.1", 0, studio_page_set())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        for width, height in SIZES:
            page = await browser.new_page(viewport={"width": width, "height": height})
            await page.goto(f"http://127.0.0.1:{door.port}/air?full")
            await air(show, "title", "")
            await page.locator("section.title").wait_for()
            await page.evaluate("document.fonts.ready.then(() => true)")
            for scene, target in (("question", number), ("result", "r01"), ("join", ""), ("unit", "edu")):
                intervals = await frames(page, show, scene, target)
                late = sum(interval > 40 for interval in intervals)
                middle = statistics.median(intervals)
                worst = max(intervals)
                print(f"{width}x{height} {scene:9} median {middle:5.1f} ms  worst {worst:6.1f} ms  >40 ms: {late}")
            await page.close()
        await browser.close()
    await door.close()


if __name__ == "__main__":
    asyncio.run(main())
