"""The published page set by which askers get their reply, in a real Chromium from a plain file server."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from audience_server.domain.cases import Case
from audience_server.exports import HASH_MODULES, HASHES
from audience_server.reports.reply_pages import reply_pages
from tests.browser.conftest import is_complaint

pytestmark = pytest.mark.browser

ORIGIN = "pingyi.example/tv-2026"
REPLY = "路灯已于今日修好 <img src=x onerror=alert(1)>"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    case = Case("J0001", 0, "question", "路灯不亮", state="closed", reply=REPLY, origin_number="Q0012", code="123456")
    waiting = Case("J0002", 0, "hotline", "还没有答复", code="222222")
    hashes = {name: (HASHES / name).read_bytes() for name in HASH_MODULES}
    answered = [(case, "Q0012", "123456"), (waiting, "J0002", "222222")]
    for name, data in reply_pages(ORIGIN, "2026年电视问政", "zh-Hans", "", answered, hashes).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


async def test_an_asker_gets_the_reply_with_number_and_code(chromium: Browser, site: str) -> None:
    """Typed small or large; another code finds nothing; a reply is text."""
    page = await chromium.new_page(viewport={"width": 360, "height": 640})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text, line.type) else None)
    await page.goto(site)
    await page.get_by_text("2026年电视问政 查询答复").wait_for()
    await page.fill("#number", "q0012")
    await page.fill("#code", "123456")
    await page.get_by_role("button", name="查询").click()
    await page.get_by_text(REPLY).wait_for()
    assert 0 == await page.locator("img").count()
    assert [] == complaints
    for number, code in (("Q0012", "654321"), ("J0002", "222222")):
        await page.fill("#number", number)
        await page.fill("#code", code)
        await page.get_by_role("button", name="查询").click()
        await page.get_by_text("没有查到").wait_for()
    await page.close()
