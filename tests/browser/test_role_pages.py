"""Host and usher in a real Chromium, on the control port of a real session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from audience_server.domain.refusals import Refusal
from audience_server.endpoints.control_door import ControlDoor
from audience_server.live_questions_asking import Asked, AskReceipt
from audience_server.pages.page_set import role_page_set
from tests.browser.conftest import is_complaint
from tests.browser.lan_cable import cable_to
from tests.show_rig import Show, settle

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
HOSTILE = "<img src=x onerror=alert(1)>[b]何时通车[/b]"

pytestmark = pytest.mark.browser


@asynccontextmanager
async def opened(
    chromium: Browser, role: str, rehearsal: bool = False
) -> AsyncIterator[tuple[Page, Show, ControlDoor]]:
    """A show, its control port, and the role's page as opened by its link."""
    show = await Show(rehearsal=rehearsal).start()
    door = await ControlDoor.start(show.session, "127.0.0.1", 0, join_url="http://x/", pages=role_page_set())
    token = show.session.people.admit("某人", [role])
    assert isinstance(token, str)
    context = await chromium.new_context(viewport={"width": 1024, "height": 768}, locale="zh-CN", bypass_csp=True)
    context.set_default_timeout(15_000)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text, line.type) else None)
    try:
        await page.goto(f"http://127.0.0.1:{door.port}/{role}?token={token}")
        yield page, show, door
        assert complaints == []
    finally:
        await context.close()
        await door.close()


async def ask(show: Show, text: str) -> str:
    [phone] = await show.phones(1)
    answers: list[AskReceipt | Refusal] = []
    show.session.questions.asking.ask(phone.seat, Asked("question", text, unit="edu"), answers.append)
    await settle()
    [receipt] = answers
    assert isinstance(receipt, AskReceipt)
    return receipt.number


async def deed(show: Show, number: str, do: str, cue: str = "") -> None:
    await show.do("question", numbers=[number], do=do, text="", into="", cue=cue, due="", versions={})


async def flawless(page: Page) -> None:
    """No finding of axe-core."""
    await page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = await page.evaluate("axe.run()")
    assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


async def test_the_host_sees_cue_clock_questions_and_that_voting_has_begun(chromium: Browser) -> None:
    """Next cue, question texts, clocks, 已开始: all that a host needs, and no count."""
    async with opened(chromium, "host", rehearsal=True) as (page, show, _):
        await page.get_by_text("流程尚未开始").wait_for()
        number = await ask(show, HOSTILE)
        await deed(show, number, "approve")
        await show.do("cue", cue="edu-questions")
        await show.do("cue-edit", do="change", cue="edu-questions", note="先念第一条")
        await deed(show, number, "assign", "edu-questions")
        await page.get_by_text("<img src=x onerror=alert(1)>").wait_for()
        await page.get_by_text("先念第一条").wait_for()
        await page.get_by_text("彩排 非正式结果").wait_for()
        assert page.url.endswith("/host"), "the token has left the address bar"
        await show.do("zero")
        await show.do("open", round="r01")
        await page.get_by_text("测评已开始").wait_for()
        await page.get_by_text("已收回 0/1").wait_for()
        await flawless(page)


async def test_a_withdrawn_question_leaves_the_host_at_once(chromium: Browser) -> None:
    """撤下 is for everybody's eyes."""
    async with opened(chromium, "host") as (page, show, _):
        number = await ask(show, "不合适的提问")
        await deed(show, number, "approve")
        await show.do("cue", cue="edu-questions")
        await deed(show, number, "assign", "edu-questions")
        await page.get_by_text("不合适的提问").wait_for()
        await deed(show, number, "withdraw")
        await page.get_by_text("不合适的提问").wait_for(state="detached")


async def test_the_usher_sees_who_is_missing_and_goes_to_whom_asked(chromium: Browser) -> None:
    """应到、已签到、在线、掉线, the forecast, and help that is ticked off."""
    async with opened(chromium, "usher") as (page, show, _):
        phones = await show.phones(3)
        show.session.leave(phones[0].seat)
        key = phones[1].seat.check_in_key
        assert key is not None
        show.session.help.call(key, "deputies", "5排12座<b>")
        await page.get_by_text("5排12座<b>").wait_for()
        cells = page.locator("tbody tr").first.locator("td")
        assert ["6", "3", "3", "2", "1", "3"] == await cells.all_inner_texts()
        await page.get_by_text("按现在的速度").wait_for()
        await flawless(page)
        await page.get_by_role("button", name="已去过").click()
        await page.get_by_text("没有人请求帮助").wait_for()
        assert [] == show.session.picture()["arrivals"]["help"]


async def test_a_lost_line_is_loud_and_comes_back(chromium: Browser) -> None:
    """The page says how old its picture is, and is true again by itself."""
    async with opened(chromium, "host") as (page, show, door):
        await page.get_by_text("流程尚未开始").wait_for()
        port = door.port
        await door.close()
        await page.get_by_text("连接中断").wait_for()
        again = await ControlDoor.start(show.session, "127.0.0.1", port, join_url="http://x/", pages=role_page_set())
        try:
            await page.get_by_text("连接中断").wait_for(state="hidden")
        finally:
            await again.close()


async def test_a_revoked_link_says_so_and_gives_up(chromium: Browser) -> None:
    """No knocking for ever with a dead token."""
    async with opened(chromium, "usher") as (page, show, _):
        await page.get_by_text("到场情况").first.wait_for()
        show.session.people.revoke("某人")
        await page.get_by_text("此链接已失效").wait_for()


async def test_a_pulled_cable_is_noticed_though_nobody_says_so(chromium: Browser) -> None:
    """The host must not read from a picture that stands still: the page says so, and comes back with the cable."""
    async with (
        opened(chromium, "host") as (page, show, door),
        cable_to(f"http://127.0.0.1:{door.port}", "127.0.0.1") as cable,
    ):
        await page.get_by_text("流程尚未开始").wait_for()
        token = show.session.people.admit("别人", ["host"])
        await page.goto(f"{cable.url}/host?token={token}")
        await page.get_by_text("流程尚未开始").wait_for()
        assert not await page.locator("#trouble").is_visible()
        cable.fall_silent()
        await page.locator("#trouble").wait_for()
        await show.do("cue", cue="edu-report")
        cable.flow_again()
        await page.locator("#trouble").wait_for(state="hidden")
        await page.get_by_text("市教育局").first.wait_for()
