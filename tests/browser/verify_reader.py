"""Somebody at the verifier's page in a real Chromium, and the evidence that is laid before it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page

from audience_server.lan_address import lan_address
from audience_server.pages.verify_page import verify_page
from tests.browser.conftest import is_complaint
from tests.notary.bundle_maker import Show
from tests.notary.defects.audit import audited
from tests.notary.show_rules import LIVE

PRACTICE = f"{LIVE}/rehearsal-20261122T010203Z"
DESKTOP = (1280, 900)


@cache
def bundle(kind: str) -> bytes:
    """Evidence by the verdict that it deserves."""
    shows: dict[str, Callable[[], bytes]] = {
        "agreed": lambda: Show(witnessed=True).play().bundle(),
        "self-asserted": lambda: Show().play().bundle(),
        "rehearsal": lambda: Show(origin=PRACTICE).play().bundle(),
        "public": lambda: Show(witnessed=True).play().bundle(public=True),
        "entry": lambda: Show(hooks={"before seal": lambda show: show.append(b"c1/what\n")}).play().bundle(),
        "audited": audited(),
        "flipped": lambda: Show().play().bundle().replace(b"'use strict';", b"'use STRICT';"),
    }
    return shows[kind]()


@cache
def partial_bundle() -> bytes:
    """Exported before the seal."""

    class Left(Exception):
        pass

    def leave(_: Show) -> None:
        raise Left

    show = Show(hooks={"before seal": leave})
    with pytest.raises(Left):
        show.play()
    return show.bundle()


@dataclass(slots=True)
class Reader:
    """Somebody at the page."""

    page: Page
    requests: list[str]

    async def choose(self, data: bytes, name: str = "show.c1.tar") -> None:
        await self.page.locator("#bundle").set_input_files(payload(name, data))

    async def check(self, data: bytes, given: str = "") -> None:
        """Choose the evidence, give an anchor, start, wait for the verdict."""
        await self.choose(data)
        await self.page.locator("#anchor").fill(given)
        await self.start()

    async def start(self) -> None:
        await self.page.locator("button.primary").click()
        await self.page.locator("#verdict").wait_for()

    async def text(self, selector: str = "#page") -> str:
        return await self.page.locator(selector).inner_text()

    async def saved(self, button: str) -> tuple[str, str]:
        """The name and the text of what a button saves."""
        async with self.page.expect_download() as started:
            await self.page.get_by_role("button", name=button).click()
        download = await started.value
        return download.suggested_filename, (await download.path()).read_text("utf-8")


def payload(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def on_disk(folder: Path) -> str:
    """Where the page lies on a disk."""
    path = folder / "verify.html"
    path.write_bytes(verify_page())
    return path.as_uri()


@asynccontextmanager
async def reading(chromium: Browser, address: str, size: tuple[int, int] = DESKTOP) -> AsyncIterator[Reader]:
    """The page opened at an address; any complaint of the browser fails the test."""
    context = await chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(20_000)
    page = await context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text, line.type) else None)
    page.on("request", lambda request: requests.append(request.url))
    try:
        await page.goto(address)
        yield Reader(page, requests)
        assert complaints == []
    finally:
        await context.close()


@contextmanager
def served(asked: list[str]) -> Iterator[str]:
    """The page from a plain server on an address that is not loopback where there is one."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(verify_page())

        def log_message(self, format: str, *values: object) -> None:
            """Nothing is written to the terminal of the tests."""

    server = ThreadingHTTPServer((lan_address(), 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{lan_address()}:{server.server_port}/verify"
    finally:
        server.shutdown()
        server.server_close()
