"""A hall with a notary in it: server and notary's program as processes of their own, phones in a real Chromium."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page

from audience_server.lan_address import lan_address
from tests.browser.conftest import SMALL_PHONE
from tests.notary_rig import Holder, Watcher, holder, session_with, start_watcher
from tests.processes import Served, must

BASE = "http://127.0.0.1:8080"


@dataclass(slots=True, eq=False)
class WitnessedHall:
    """What a test needs; processes are waited for in threads, so that browsers stay alive.

    `address`: where phones go, if it is not the server's own.
    """

    server: Served
    notary: Holder
    chromium: Browser
    links: list[str]
    directory: Path
    address: str = ""
    watcher: Watcher | None = None
    browsers: list[BrowserContext] = field(default_factory=list)

    async def ctl(self, *words: object) -> dict[str, Any]:
        return await asyncio.to_thread(self.server.ctl, *words)

    async def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first status of the server for which `holds` is true."""
        return await asyncio.to_thread(self.server.wait_until, holds)

    async def told(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first thing that the notary's program says for which `holds` is true."""
        assert self.watcher is not None
        return await asyncio.to_thread(self.watcher.wait_until, holds)

    async def say(self, order: str) -> None:
        """One line to the notary's program."""
        assert self.watcher is not None
        await asyncio.to_thread(self.watcher.say, order)

    def watch(self) -> None:
        """The notary sits down: a process that follows, cosigns and agrees to what adds up."""
        self.watcher = start_watcher(self.notary, self.server.ready["control"], self.server.ready["token_file"])

    async def leave(self) -> None:
        """The notary's computer dies."""
        if self.watcher is not None:
            await asyncio.to_thread(self.watcher.kill)
            self.watcher = None
            await self.until(lambda status: status["record"]["witnesses"][0]["state"] == "absent")

    async def zero(self) -> None:
        """The notary has signed entry 0 and the zero confirmation."""
        await self.told(lambda told: told.get("cosigned", 0) >= 1)
        await self.ctl("zero")
        await self.until(lambda status: bool(status["zeroed"]))

    async def open(self) -> None:
        await self.ctl("open", "r01", "--seconds", 300, "--despite-cue")

    def link(self, number: int, anchor: str | None = None) -> str:
        """The address on a card; with `anchor`, what a card of another notary would say."""
        fragment = urlsplit(self.links[number]).fragment
        if anchor is not None:
            fragment = ".".join([*fragment.split(".")[:2], anchor])
        return f"{self.address or self.server.ready['url']}/#{fragment}"

    async def voter(self, number: int, anchor: str | None = None) -> Page:
        """One card in a phone of its own, checked in."""
        browser = await self.chromium.new_context(viewport=SMALL_PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
        self.browsers.append(browser)
        page = await browser.new_page()
        await page.goto(self.link(number, anchor))
        await page.get_by_text("签到成功").wait_for()
        return page


@asynccontextmanager
async def witnessed_hall(chromium: Browser, directory: Path, text: str) -> AsyncIterator[WitnessedHall]:
    """A rehearsal that names one notary; nobody watches it yet."""
    notary = await asyncio.to_thread(holder, directory / "notary", "公证员甲", "gongzheng.example/n1")
    session, links = directory / "session.toml", directory / "links.csv"
    session.write_text(session_with([notary], [], text), "utf-8")
    words = ("cards", session, "--data", directory / "data", "--links", links, "--rehearsal", "--base-url", BASE)
    await asyncio.to_thread(must, *words)
    rows = list(csv.DictReader(links.read_text("utf-8").splitlines()))
    server = Served(session, directory / "data", rehearsal=True)
    await asyncio.to_thread(server.start, f"{lan_address()}:0")
    hall = WitnessedHall(server, notary, chromium, [row["link"] for row in rows], directory)
    try:
        yield hall
    finally:
        for browser in hall.browsers:
            await browser.close()
        if hall.watcher is not None:
            await asyncio.to_thread(hall.watcher.kill)
        await asyncio.to_thread(server.end)
