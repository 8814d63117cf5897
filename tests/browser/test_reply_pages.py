"""The published page set by which askers get their reply, in a real Chromium from a plain file server."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from audience_server.carry import carry_cases
from audience_server.domain.rundown_file import read_rundown
from audience_server.exports import HASH_MODULES, HASHES
from audience_server.forgetting import forget_questions
from audience_server.reports.register_tables import RegisterTables
from audience_server.reports.reply_pages import reply_pages
from audience_server.session_directory import SessionDirectory
from tests.browser.conftest import SMALL_PHONE, is_complaint
from tests.browser.test_elders import check_screen
from tests.show_rig import SMALL_SESSION
from tests.test_carry import asked, merged, old_session, register_of, step, written

pytestmark = pytest.mark.browser

ORIGIN = "pingyi.example/tv-2027"
REPLY = "路灯已于今日修好 <img src=x onerror=alert(1)>"


async def carried_over(folder: Path) -> Path:
    """A session with cases of the one before, replied to there or here: of a question, one merged with it, a caller."""
    old, new = await old_session(folder / "old"), folder / "new"
    await written(old, "questions.sqlite", [asked("Q0013"), merged("Q0013", "Q0012")])
    await written(old, "register.sqlite", [step("J0002", "reply", state="replied", reply="窗口已增加")])
    SessionDirectory.create_or_open(new, ORIGIN, rehearsal=False)
    await carry_cases(old, new)
    replied = step("tv-2026/J0001", "reply", state="replied", reply=REPLY)
    waiting = step("J0001", "make", source="hotline", content="还没有答复", at=1, code="222222")
    await written(new, "register.sqlite", [replied, waiting])
    return new


async def published(session: Path, folder: Path) -> None:
    rundown = read_rundown(SMALL_SESSION.encode(), "small.toml")
    tables = RegisterTables(rundown, (await register_of(session)).cases.values(), ())
    hashes = {name: (HASHES / name).read_bytes() for name in HASH_MODULES}
    for name, data in reply_pages(ORIGIN, "2027年电视问政", "zh-Hans", "", tables.answered(), hashes).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


async def look_up(page: Page, number: str, code: str, answer: str) -> None:
    await page.fill("#number", number)
    await page.fill("#code", code)
    await page.get_by_role("button", name="查询").click()
    await page.get_by_text(answer).wait_for()


async def test_an_asker_gets_the_reply_with_number_and_code(chromium: Browser, tmp_path: Path) -> None:
    """Of the session before too, by its name or without it, however it is typed; so does who was merged, and a caller.

    Another code finds nothing; a reply is text; all of it again after the questions were forgotten.
    """
    session = await carried_over(tmp_path)
    page = await chromium.new_page(viewport=SMALL_PHONE)
    complaints, missing = list[str](), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text, line.type) else None)
    # a code that leads nowhere is a file that is not there, which the browser tells too
    page.on("response", lambda answer: missing.append(answer.url) if answer.status == 404 else None)
    for kind in ("known", "forgotten"):
        await published(session, tmp_path / kind)
        with file_server(tmp_path / kind) as site:
            await page.goto(site)
            await page.get_by_text("2027年电视问政 查询答复").wait_for()
            await check_screen(page, "empty")
            for number in ("tv-2026/Q0012", "TV-2026/q0012", "q0012", " Ｑ００１２ "):
                await look_up(page, number, "123456", REPLY)
                await look_up(page, number, "654321", "没有查到")
            await look_up(page, "tv-2026/Q0013", "654321", REPLY)
            await look_up(page, "J0002", "２２２２２２", "窗口已增加")
            await check_screen(page, "found")
            assert 0 == await page.locator("img").count()
            await look_up(page, "J0001", "222222", "没有查到")
        await forget_questions(session)
    assert [] == [each for each in complaints if "404" not in each]
    assert all("/replies/" in url for url in missing)
    await page.close()
