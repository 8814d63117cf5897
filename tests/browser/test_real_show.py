"""The page against the real server: what phones were told is what the record holds and the verifier finds."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from audience_server.clock import LoopClock
from audience_server.endpoints.listen import PublicDoor
from audience_server.lan_address import lan_address
from audience_server.live_session import LiveSession
from audience_server.pages.page_set import phone_page_set
from audience_server.record.codes import round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import b64
from tests.browser.conftest import SMALL_PHONE
from tests.browser.test_ballot import recorded, vote
from tests.show_rig import SMALL_SESSION, Show, check_show

pytestmark = pytest.mark.browser

INVESTORS = Path(__file__).parents[1] / "sessions" / "investors-44.toml"
OFFSITE = """
[[panel]]
id = "offsite"
name = "场外群众"
admission = "open"
unverified = true
weight = 0
"""


@dataclass(slots=True, eq=False)
class RealHall:
    """A session with a clock that runs, its public door, and the browsers of those present."""

    show: Show
    door: PublicDoor
    chromium: Browser
    browsers: list[BrowserContext] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{lan_address()}:{self.door.port}/"

    async def phone(self) -> BrowserContext:
        browser = await self.chromium.new_context(viewport=SMALL_PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
        self.browsers.append(browser)
        return browser

    async def voter(self, number: int) -> Page:
        """One card in a phone of its own, checked in."""
        page = await (await self.phone()).new_page()
        await page.goto(f"{self.url}#c1.{self.show.issue.cards[number].code}")
        await page.get_by_text("签到成功").wait_for()
        return page

    async def restart(self) -> None:
        """A new process on the same store and port: every connection and everything in memory is lost."""
        port = self.door.port
        await self.door.close()
        await self.show.session.stop()
        await self.start(port)

    async def start(self, port: int) -> None:
        show = self.show
        show.session = LiveSession(show.rundown, show.files, show.store, LoopClock(), show.journals)
        await show.session.start()
        self.door = await PublicDoor.start(show.session, lan_address(), port)


@asynccontextmanager
async def real_hall(chromium: Browser, text: str, rehearsal: bool = False) -> AsyncIterator[RealHall]:
    show = Show(text, rehearsal=rehearsal)
    show.files = dataclasses.replace(show.files, page=phone_page_set())
    show.session = LiveSession(show.rundown, show.files, show.store, LoopClock(), show.journals)
    await show.session.start()
    hall = RealHall(show, await PublicDoor.start(show.session, lan_address(), 0), chromium)
    try:
        yield hall
    finally:
        for browser in hall.browsers:
            await browser.close()
        await hall.door.close()
        await hall.show.session.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def real(chromium: Browser) -> AsyncIterator[RealHall]:
    async with real_hall(chromium, SMALL_SESSION) as hall:
        yield hall


async def sealed_and_checked(show: Show) -> None:
    """What was not held is said so, the record is sealed and verified."""
    held = {window.round for window in show.session.state.windows.values()}
    for round_ in show.rundown.rounds:
        if round_.counts and round_.id not in held:
            await show.do("not-held", round=round_.id, reason="时间不够")
    await show.do("seal")
    await check_show(show)


def counts_of(locked: dict[str, Any], panel: str = "deputies") -> dict[str, Any]:
    counts: dict[str, Any] = locked["by"][panel]["counts"]
    return counts


async def test_a_round_from_check_in_to_the_announced_count(real: RealHall) -> None:
    """Five phones vote, one changes its mind, one abstains; lock, reveal and evidence agree with what they saw."""
    pages = [await real.voter(number) for number in range(5)]
    await real.show.do("zero")
    await real.show.do("open", round="r01")
    for page, choice in zip(pages, ("满意", "满意", "基本满意", "不了解"), strict=False):
        await vote(page, choice)
        await recorded(page)
    await pages[1].get_by_role("button", name="改选").tap()
    await vote(pages[1], "不满意")
    await pages[4].get_by_role("button", name="弃权").tap()
    await pages[4].get_by_role("button", name="提交").tap()
    for page in (pages[1], pages[4]):
        await recorded(page)
    locked = await real.show.do("lock", round="r01")
    assert {"overall": {"yes": 1, "fair": 1, "no": 1, "dk": 1}} == counts_of(locked)
    assert (5, 4, 1) == tuple(locked["by"]["deputies"][name] for name in ("returned", "valid", "abstained"))
    await pages[0].get_by_text("上一轮（市教育局）：已收到,已计入记录").wait_for()
    await real.show.do("reveal", round="r01")
    await expect(pages[0].locator(".revealed")).to_contain_text("满意 1票 基本满意 1票 不满意 1票 不了解 1票")
    await expect(pages[0].locator(".revealed")).to_contain_text(locked["fingerprint"])
    await sealed_and_checked(real.show)


async def test_a_server_that_dies_in_the_middle_of_a_vote_loses_nothing(real: RealHall) -> None:
    """The recorded ballot stands, the form keeps its marks, and both phones go on by themselves."""
    done, filling = await real.voter(0), await real.voter(1)
    await real.show.do("zero")
    await real.show.do("open", round="r01")
    await vote(done, "满意")
    await recorded(done)
    await filling.get_by_role("radio", name="不满意").tap()
    await real.restart()
    await filling.get_by_role("button", name="提交").tap()
    await recorded(filling)
    await done.reload()
    await recorded(done)
    locked = await real.show.do("lock", round="r01")
    assert {"overall": {"yes": 1, "fair": 0, "no": 1, "dk": 0}} == counts_of(locked)
    await sealed_and_checked(real.show)


async def test_a_card_in_a_second_browser_goes_on_where_the_first_one_stopped(real: RealHall) -> None:
    first = await real.voter(0)
    await real.show.do("zero")
    await real.show.do("open", round="r01")
    await vote(first, "满意")
    await recorded(first)
    page = await (await real.phone()).new_page()
    await page.goto(f"{real.url}#c1.{real.show.issue.cards[0].code}")
    await page.get_by_text("提交过评议票").wait_for()
    await page.get_by_role("button", name="改选").tap()
    await vote(page, "不满意")
    await recorded(page)
    await first.get_by_role("button", name="改选").tap()
    await vote(first, "基本满意")
    await first.get_by_text("提交过评议票").wait_for()
    locked = await real.show.do("lock", round="r01")
    assert {"overall": {"yes": 0, "fair": 0, "no": 1, "dk": 0}} == counts_of(locked)
    await sealed_and_checked(real.show)


async def test_who_comes_after_the_opening_is_told_at_once_to_vote_from_the_next_round(real: RealHall) -> None:
    """No ballot is filled in for nothing, after a reload neither."""
    await real.voter(0)
    await real.show.do("zero")
    await real.show.do("open", round="r01")
    late = await (await real.phone()).new_page()
    await late.goto(f"{real.url}#c1.{real.show.issue.cards[1].code}")
    for _ in range(2):
        await late.get_by_text("您从下一轮起评议").wait_for()
        await expect(late.get_by_role("radio")).to_have_count(0)
        await late.reload()
    await real.show.do("lock", round="r01")
    await expect(late.get_by_text("您没有提交评议票")).to_have_count(0)
    await real.show.do("open", round="r02")
    await vote(late, "满意")
    await recorded(late)


async def test_a_ballot_sent_while_the_network_was_gone_is_told_when_it_missed_the_close(real: RealHall) -> None:
    page = await real.voter(0)
    await real.show.do("zero")
    await real.show.do("open", round="r01")
    await page.get_by_role("radio", name="满意", exact=True).tap()
    port = real.door.port
    await real.door.close()
    await page.get_by_text("网络断了").wait_for()
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_text("还没有送到").wait_for()
    await real.show.do("lock", round="r01")
    real.door = await PublicDoor.start(real.show.session, lan_address(), port)
    await page.get_by_text("上一轮（市教育局）：没有送达,未计入").wait_for()


async def test_a_voided_card_is_told_to_see_the_staff(real: RealHall) -> None:
    page = await real.voter(0)
    await real.show.do("zero")
    await real.show.do("open", round="r01")
    await page.get_by_role("radio", name="满意", exact=True).tap()
    card, origin = real.show.issue.cards[0], real.show.origin
    rounds = real.show.rundown.roll_rounds()
    keys = {name: b64(public_key(round_seed(seed_of(card.code), origin, name))) for name in rounds}
    await real.show.do("void-card", serial=card.serial, keys=keys, reason="遗失")
    await page.get_by_role("button", name="提交").tap()
    await page.get_by_text("这张卡已经作废，请找工作人员换卡").wait_for()


async def test_a_phone_of_the_open_panel_joins_and_votes(chromium: Browser) -> None:
    async with real_hall(chromium, SMALL_SESSION.replace("[[scale]]", f"{OFFSITE}\n[[scale]]", 1)) as hall:
        page = await (await hall.phone()).new_page()
        await page.goto(f"{hall.url}#open.offsite")
        await page.get_by_text("签到成功").wait_for()
        await hall.show.do("zero")
        await hall.show.do("open", round="r01")
        await vote(page, "满意")
        await recorded(page)
        locked = await hall.show.do("lock", round="r01")
        assert {"overall": {"yes": 1, "fair": 0, "no": 0, "dk": 0}} == counts_of(locked, "offsite")
        await sealed_and_checked(hall.show)


async def test_the_sheet_of_the_investors_is_filled_on_a_phone(chromium: Browser) -> None:
    """12 units × 5 criteria in a rehearsal; every answer arrives where it was tapped."""
    async with real_hall(chromium, INVESTORS.read_text("utf-8"), rehearsal=True) as hall:
        page = await hall.voter(0)
        await expect(page.get_by_text("彩排 非正式结果")).to_be_visible()
        await hall.show.do("zero")
        await hall.show.do("open", round="r01")
        for number in range(12):
            for place in range(5):
                await page.get_by_role("radiogroup").nth(place).get_by_role("radio").nth((number + place) % 4).tap()
            if number < 11:
                await page.get_by_role("button", name="下一个").tap()
        await page.get_by_role("button", name="检查提交").tap()
        await page.get_by_role("button", name="提交").tap()
        await recorded(page)
        locked = await hall.show.do("lock", round="r01")
        counts = counts_of(locked, "investors")
        names = [list(counts["housing"][criterion]) for criterion in counts["housing"]]
        for number, unit in enumerate(counts):
            chosen = [next(option for option, n in cell.items() if n) for cell in counts[unit].values()]
            assert [names[place][(number + place) % 4] for place in range(5)] == chosen
