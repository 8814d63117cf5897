"""A phone remembers the heads it has seen, and notices a server with two records or an older copy."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import zxingcpp
from PIL import Image
from playwright.async_api import BrowserContext, Page, TimeoutError, expect

from audience_server.record.checkpoint import Checkpoint, sign_checkpoint
from audience_server.record.tree import leaf_hash
from tests.browser.conftest import Arrive
from tests.browser.hall import Hall, Json
from tests.browser.sample import CODE, OTHER_CODE, window
from tests.browser.test_ballot import recorded, vote
from tests.browser.test_desk import Lend, lend, nothing_is_left, scan, thanked
from tests.browser.test_elders import LANGUAGES, check_screen
from tests.browser.test_trouble import keep_all
from tests.pages.test_page_set import later_of

__all__ = ["lend"]
pytestmark = pytest.mark.browser

ALARM = "两份签名记录互相矛盾"
LATER = 140_000
FORK = "(() => JSON.parse(Object.entries(localStorage).find(([key]) => key.startsWith('touchstone|fork|'))[1]))"
SHOWS = "(words) => document.body.innerText.includes(words)"
HEADS = "() => JSON.parse(Object.entries(localStorage).find(([key]) => key.startsWith('touchstone|heads|'))[1])"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def turned(phone: BrowserContext) -> AsyncIterator[None]:
    """The pages' clocks are turned, not waited for."""
    await phone.clock.install()
    yield


async def in_time(page: Page, holds: str, arg: str | None = None) -> None:
    """Turns the clock until `holds`; a look that came while the link was away is made up for later."""
    while True:
        await page.clock.fast_forward(LATER)
        try:
            await page.wait_for_function(holds, arg=arg, timeout=1_000)
        except TimeoutError:
            continue
        return


async def linked(page: Page, hall: Hall) -> Json:
    """What the phone remembers once nothing waits to be linked any more."""
    everything = f"""(size) => {{
      const {{ linked, waiting }} = ({HEADS})();
      return waiting.length === 0 && linked.pop().size === size;
    }}"""
    await in_time(page, everything, str(hall.tree.size))
    kept: Json = await page.evaluate(HEADS)
    return kept


async def alarmed(page: Page) -> None:
    await page.get_by_role("alert").filter(has_text=ALARM).wait_for()


async def quiet(page: Page) -> None:
    await expect(page.get_by_role("alert").filter(has_text=ALARM)).to_have_count(0)


async def voted(page: Page, hall: Hall, name: str = "r01") -> None:
    await hall.open(window(name))
    await vote(page, "满意")
    await recorded(page)


async def test_another_root_of_the_same_size_is_alarmed_at_once(arrive: Arrive, hall: Hall) -> None:
    """The alarm survives a reload, voting goes on, and the ballot that was on its way is not lost."""
    page = await arrive()
    await voted(page, hall)
    hall.go_back(1)
    hall.note("another record")
    await hall.push(window=None, windows={"r01": "locked"})
    await quiet(page)
    hall.go_back(1)
    await voted(page, hall, "r02")
    await alarmed(page)
    await page.reload()
    await recorded(page)
    await alarmed(page)


async def test_what_the_log_signed_counts_even_beside_a_proof_that_does_not_hold(arrive: Arrive, hall: Hall) -> None:
    def elsewhere(request: Json, answer: Json | None) -> Json | None:
        """Another root of a size that this phone has seen, and no proof of anything."""
        if request["type"] != "cast" or answer is None:
            return answer
        note = sign_checkpoint(Checkpoint(hall.facts["origin"], 1, leaf_hash(b"another")), hall.log_seed).decode()
        head, _, _ = answer["receipt"].partition("\n\n")
        return answer | {"receipt": f"{head}\n\n{note}"}

    page = await arrive()
    await hall.open(window("r01"))
    hall.fault = elsewhere
    await vote(page, "满意")
    await alarmed(page)
    await expect(page.get_by_text("记录凭据核对不上").first).to_be_visible()
    hall.fault = keep_all
    await hall.cut()
    await recorded(page)
    await alarmed(page)


@pytest.mark.parametrize("size", [3, 300])
async def test_a_record_that_went_on_from_an_older_copy_is_found_by_its_tiles(
    arrive: Arrive, hall: Hall, size: int
) -> None:
    """At a later size than any that this phone has seen, across a reload; few tiles are fetched."""
    for number in range(size - 3):
        hall.note(f"before {number}")
    page = await arrive()
    await linked(page, hall)
    await voted(page, hall)
    hall.go_back(size - 2)
    for number in range(size):
        hall.note(f"another {number}")
    await page.reload()
    await recorded(page)
    await quiet(page)
    hall.looked_at.clear()
    await page.clock.fast_forward(LATER)
    await alarmed(page)
    assert 1 == hall.looked_at.count("checkpoint")
    assert 4 >= len(hall.looked_at)
    await page.reload()
    await alarmed(page)


async def test_a_record_that_only_grew_gives_no_alarm_and_what_a_ballot_brought_is_forgotten(
    arrive: Arrive, hall: Hall
) -> None:
    """Only the check-in's head and the newest one that the server shows to everybody stay; each tile comes once."""
    page = await arrive()
    for place, name in enumerate(("r01", "r02", "r03"), 1):
        await voted(page, hall, name)
        for number in range(100):
            hall.note(f"{name} {number}")
        kept = await linked(page, hall)
        assert [1, 1 + 101 * place] == [int(each["size"]) for each in kept["linked"]]
    await quiet(page)
    assert len(set(hall.looked_at) - {"checkpoint"}) == len(hall.looked_at) - hall.looked_at.count("checkpoint")


async def test_a_smaller_head_is_an_old_receipt_and_no_alarm(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    hall.note("more")
    receipt = hall.recorded(0)["receipt"]
    hall.note("and more")
    await hall.cut()
    await linked(page, hall)

    def old(request: Json, answer: Json | None) -> Json | None:
        return answer | {"receipt": receipt} if answer is not None and request["type"] == "present" else answer

    hall.fault = old
    await hall.cut()
    await hall.heard_of("present", 3)
    await linked(page, hall)
    await quiet(page)


async def test_a_server_that_is_not_reached_or_gives_nothing_of_the_kind_is_no_fork(
    phone: BrowserContext, hall: Hall
) -> None:
    """It is asked again later; then everything is linked."""
    page = await phone.new_page()
    await page.goto(f"{hall.url}#c1.{CODE}")
    await page.get_by_text("签到成功").wait_for()
    await voted(page, hall)
    for path in ("checkpoint", "tile/0/000.p/2"):
        for answer in (None, b"<html>", b"a\n1\n\n"):
            hall.tampered = lambda asked, body, of=path, to=answer: to if asked == of else body  # type: ignore[misc]
            await looked_at(page, path)
    hall.tampered = lambda path, body: body
    await linked(page, hall)
    await quiet(page)


async def looked_at(page: Page, path: str) -> None:
    """Turns the clock until the phone has asked for a part of the record."""
    while True:
        try:
            async with page.expect_response(f"**/record/{path}", timeout=1_000):
                await page.clock.fast_forward(8 * LATER)
        except TimeoutError:
            continue
        return


async def test_tiles_that_do_not_link_two_heads_are_alarmed(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await voted(page, hall)
    hall.tampered = lambda path, body: bytes(len(body or b"")) if path.startswith("tile/") else body
    await page.clock.fast_forward(LATER)
    await alarmed(page)


async def test_two_sessions_at_one_address_do_not_mix(arrive: Arrive, hall: Hall) -> None:
    """The next session begins its own record; the alarm of the first one is back with it."""
    first = hall.facts["origin"]
    page = await arrive()
    await voted(page, hall)
    present = hall.entries[0]
    await next_session(hall, "county.example/next")
    page = await arrive()
    await voted(page, hall, "r02")
    await linked(page, hall)
    await quiet(page)
    await next_session(hall, first)
    hall.append(present)
    hall.note("another record")
    page = await arrive()
    await in_time(page, SHOWS, ALARM)
    await next_session(hall, "county.example/next")
    page = await arrive()
    await quiet(page)


async def next_session(hall: Hall, origin: str) -> None:
    hall.facts["origin"] = origin
    hall.go_back(0)
    await hall.push(phase="before", window=None, windows={})


async def forked(arrive: Arrive, hall: Hall) -> Page:
    page = await arrive()
    await voted(page, hall)
    hall.go_back(1)
    await hall.push(window=None, windows={"r01": "locked"})
    hall.note("another record")
    await in_time(page, SHOWS, ALARM)
    return page


async def test_both_signed_heads_can_be_shown_scanned_and_copied(arrive: Arrive, hall: Hall) -> None:
    """They hold nothing of the voter; put away they are gone."""
    page = await forked(arrive, hall)
    await page.get_by_role("button", name="出示两份签名记录").tap()
    heads: list[Json] = await page.evaluate(FORK)
    assert ["2", "2"] == [each["size"] for each in heads]
    text = "\n".join(each["note"] for each in heads)
    notes = page.get_by_label("两份签名记录", exact=True)
    assert text == await notes.input_value()
    code = page.get_by_role("img", name="两份签名记录的二维码")
    await code.scroll_into_view_if_needed()
    with Image.open(io.BytesIO(await page.screenshot())) as picture:
        [found] = zxingcpp.read_barcodes(picture.convert("L"))
    assert text == found.text
    await page.get_by_role("button", name="复制").tap()
    await page.get_by_text("✓ 已复制").wait_for()
    entry = hall.of("cast")[0]["entry"].split("\n")
    assert not {entry[3], entry[5]} & set(text.split("\n"))
    await page.get_by_role("button", name="收起签名记录").tap()
    await expect(notes).to_have_count(0)


async def test_a_ballot_comes_in_front_of_what_can_be_shown(arrive: Arrive, hall: Hall) -> None:
    """The alarm stays, what was open closes, and is there again after the tap."""
    page = await forked(arrive, hall)
    await page.get_by_role("button", name="出示两份签名记录").tap()
    await hall.open(window("r02"))
    await page.get_by_role("radio").first.wait_for()
    await expect(page.locator(".alarm button")).to_be_hidden()
    await alarmed(page)
    await vote(page, "满意")
    await recorded(page)
    await page.get_by_role("button", name="出示两份签名记录").tap()
    await page.get_by_label("两份签名记录", exact=True).wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_alarm_is_readable(arrive: Arrive, hall: Hall, language: str) -> None:
    """18 px, 60 px, axe, nothing cut off."""
    page = await forked(arrive, hall)
    await page.get_by_role("button", name="求助 / 语言").tap()
    await page.locator(f"button[lang={language}]").tap()
    await page.wait_for_function("language => document.documentElement.lang === language", arg=language)
    await check_screen(page, "alarm")
    await page.locator(".alarm button").first.tap()
    await page.locator(".alarm canvas").wait_for()
    await check_screen(page, "evidence")


async def test_without_the_part_that_looks_a_phone_alarms_by_its_receipts(phone: BrowserContext, hall: Hall) -> None:
    """A server may refuse to give it out, or give out another one; the two heads are kept all the same."""
    for path in later_of("growth"):
        hall.files[path] += b"\n"
    page = await phone.new_page()
    await page.goto(f"{hall.url}#c1.{CODE}")
    await page.get_by_text("签到成功").wait_for()
    await voted(page, hall)
    hall.go_back(1)
    await hall.push(window=None, windows={"r01": "locked"})
    await voted(page, hall, "r02")
    await alarmed(page)
    await page.get_by_role("button", name="出示两份签名记录").tap()
    await page.get_by_text("这一部分没有打开").wait_for()
    assert "2" == await page.evaluate(f"{FORK}()[1].size")


async def test_a_lent_phone_remembers_the_record_and_nothing_of_a_voter(lend: Lend, hall: Hall) -> None:
    """Heads are of the session: they outlive a voter, and the next one's receipt is compared with them."""
    page = await lend()
    await hall.open(window("r01"))
    await scan(page, CODE, said="您正在评议")
    await vote(page, "满意")
    await thanked(page)
    await page.get_by_role("button", name="下一位", exact=True).last.tap()
    await page.get_by_text("请扫评议卡，或输入编码").wait_for()
    await nothing_is_left(page)
    kept: dict[str, Any] = json.loads(
        await page.evaluate("Object.entries(sessionStorage).find(([key]) => key.startsWith('touchstone|heads|'))[1]")
    )
    assert {"size", "root", "note"} == {name for each in kept["linked"] + kept["waiting"] for name in each}
    hall.go_back(1)
    await scan(page, OTHER_CODE, said="您正在评议")
    await alarmed(page)
    await vote(page, "不满意")
    await thanked(page)
    await page.get_by_role("button", name="下一位", exact=True).last.tap()
    await page.get_by_role("button", name="出示两份签名记录").tap()
    await page.get_by_role("img", name="两份签名记录的二维码").wait_for()
    await nothing_is_left(page, OTHER_CODE)
    await alarmed(page)


MANY_HEADS = """async () => {
  const [{ Heads }, { Pocket }] = await Promise.all([import("/heads.js"), import("/pocket.js")]);
  const heads = new Heads(new Pocket(localStorage), "county.example/many");
  for (let size = 1; size <= 1000; size += 1) heads.saw({ size: String(size), root: "a", note: "" });
  return heads.kept;
}"""


async def test_however_many_heads_a_server_sends_ballots_keep_their_room(arrive: Arrive) -> None:
    """The first ones stay, since a fork may be older than any later one, and the newest."""
    page = await arrive()
    kept = await page.evaluate(MANY_HEADS)
    assert ["1"] == [each["size"] for each in kept["linked"]]
    assert [*map(str, range(2, 25)), "1000"] == [each["size"] for each in kept["waiting"]]
