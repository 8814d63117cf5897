"""Drill: a server put back to an older copy without asking anybody goes on, and the phones that remember notice it."""

from __future__ import annotations

import asyncio
import csv
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser

from audience_server.lan_address import lan_address
from tests.browser.conftest import SMALL_PHONE
from tests.browser.test_ballot import recorded, vote
from tests.browser.test_fork import ALARM, SHOWS, in_time
from tests.processes import Served, must
from tests.show_rig import SMALL_SESSION

pytestmark = pytest.mark.browser


async def test_a_server_put_back_to_an_older_copy_is_alarmed_by_a_phone_that_voted(
    chromium: Browser, tmp_path: Path
) -> None:
    """Real processes and files; no notary, so nobody but the phone has seen the lost ballot."""
    session, links, data = tmp_path / "session.toml", tmp_path / "links.csv", tmp_path / "data"
    session.write_text(SMALL_SESSION, "utf-8")
    base = ("--rehearsal", "--base-url", "http://127.0.0.1:8080")
    await asyncio.to_thread(must, "cards", session, "--data", data, "--links", links, *base)
    link = next(csv.DictReader(links.read_text("utf-8").splitlines()))["link"]
    server = Served(session, data, rehearsal=True)
    await asyncio.to_thread(server.start, f"{lan_address()}:0")
    phone = await chromium.new_context(viewport=SMALL_PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    try:
        await phone.clock.install()
        page = await phone.new_page()
        await page.goto(f"{server.ready['url']}/#{link.partition('#')[2]}")
        await page.get_by_text("签到成功").wait_for()
        await asyncio.to_thread(server.ctl, "zero")
        await asyncio.to_thread(server.end)
        shutil.copytree(data, tmp_path / "yesterday")
        await asyncio.to_thread(server.restart)
        await asyncio.to_thread(server.ctl, "open", "r01", "--seconds", 300, "--despite-cue")
        await vote(page, "满意")
        await recorded(page)
        await asyncio.to_thread(server.end)
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "yesterday", data)
        await asyncio.to_thread(server.restart)
        for words in ("甲", "乙", "丙"):
            await asyncio.to_thread(server.ctl, "incident", "--kind", "note", words)
        await in_time(page, SHOWS, ALARM)
        await page.reload()
        await page.get_by_role("alert").filter(has_text=ALARM).wait_for()
    finally:
        await phone.close()
        await asyncio.to_thread(server.end)
