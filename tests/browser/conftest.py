"""A real Chromium, phones in it, and the scripted hall on an address that is not loopback where there is one."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from audience_server.lan_address import lan_address
from tests.browser.hall import Hall, open_hall
from tests.browser.sample import CODE

# the same engine without windows is half the work for the processor
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SMALL_PHONE: ViewportSize = {"width": 360, "height": 640}

Arrive = Callable[..., Awaitable[Page]]


def chromium_path() -> str:
    """A machine of the pipeline must have one; elsewhere these tests are left out with that reason."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("no Chromium: install it, or name it in CHROMIUM")
    if found is None:
        pytest.skip("no Chromium: install it, or name it in CHROMIUM")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests of this folder, so that they can share one browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """One person's browser: its tabs share what it keeps."""
    context = await chromium.new_context(viewport=SMALL_PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    context.set_default_timeout(20_000)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def hall() -> AsyncIterator[Hall]:
    async with open_hall(Hall(), lan_address()) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(phone: BrowserContext, hall: Hall) -> AsyncIterator[Arrive]:
    """Opens the page in a new tab, as from the card's link; any error or complaint of the page fails the test."""
    complaints: list[str] = []

    async def open_page(fragment: str = f"#c1.{CODE}", wait_for: str = "签到成功") -> Page:
        page = await phone.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text, line.type) else None)
        await page.goto(hall.url + fragment)
        await page.get_by_text(wait_for).first.wait_for()
        return page

    yield open_page
    assert complaints == []


def is_complaint(text: str, kind: str) -> bool:
    """A lost connection is written to the console by the browser itself, whatever the page does."""
    return kind == "error" and "WebSocket connection to" not in text
