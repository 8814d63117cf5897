"""The third state of a ballot: shown when the notary of one's own card holds a copy, and on nobody else's word."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from audience_server.notary.verify import anchor_of
from audience_server.record.checkpoint import Checkpoint, cosign, sign_checkpoint
from audience_server.record.ed25519 import public_key
from audience_server.record.notes import COSIGNATURE, ED25519, vkey
from audience_server.record.receipt import Receipt
from tests.browser.conftest import Arrive
from tests.browser.hall import Hall
from tests.browser.hall_witnessed import WitnessedHall, witnessed_hall
from tests.browser.sample import CODE, window
from tests.browser.test_ballot import recorded, vote
from tests.show_rig import SMALL_SESSION

pytestmark = pytest.mark.browser

WITNESSED = "已收到,已计入记录；公证处电脑已存副本"
ALARM = "公证席的签名钥匙和您卡上印的不一致"
WITNESS_SEED, STRANGERS_SEED = bytes([7]) * 32, bytes([8]) * 32
WITNESS_NAME = "gongzheng.example/n1"


@pytest_asyncio.fixture(loop_scope="session")
async def real(chromium: Browser, tmp_path: Path) -> AsyncIterator[WitnessedHall]:
    async with witnessed_hall(chromium, tmp_path, SMALL_SESSION) as hall:
        yield hall


async def witnessed(page: Page) -> None:
    await page.get_by_text(WITNESSED, exact=True).wait_for()


async def test_the_third_state_comes_when_a_real_notary_has_cosigned_and_survives_a_reload(real: WitnessedHall) -> None:
    """While the notary is away the second state stays and voting goes on; a card of another notary is alarmed."""
    real.watch()
    await real.zero()
    voter, stranger = await real.voter(0), await real.voter(1, anchor="A" * 22)
    await real.leave()
    await real.open()
    for page in (voter, stranger):
        await vote(page, "满意")
        await recorded(page)
    await voter.get_by_role("button", name="改选").tap()
    await vote(voter, "不满意")
    await expect(voter.get_by_text("已收到,已计入记录", exact=True)).to_be_visible()
    await expect(voter.get_by_text(WITNESSED)).to_have_count(0)
    real.watch()
    await witnessed(voter)
    await voter.reload()
    await witnessed(voter)
    await expect(stranger.get_by_role("alert").filter(has_text=ALARM)).to_be_visible()
    await expect(voter.get_by_role("alert").filter(has_text=ALARM)).to_have_count(0)
    await stranger.reload()
    await expect(stranger.get_by_text("已收到,已计入记录", exact=True)).to_be_visible()
    await expect(stranger.get_by_role("alert").filter(has_text=ALARM)).to_be_visible()
    locked = await real.ctl("lock", "r01")
    assert {"overall": {"yes": 1, "fair": 0, "no": 1, "dk": 0}} == locked["by"]["deputies"]["counts"]
    await voter.get_by_text(f"上一轮（市教育局）：{WITNESSED}").wait_for()


def notary_facts(hall: Hall, seed: bytes = WITNESS_SEED, name: str = WITNESS_NAME) -> dict[str, str]:
    """The scripted hall names one more notary."""
    facts = {
        "name": "公证员甲",
        "witness": vkey(name, COSIGNATURE, public_key(seed)),
        "statement": vkey(name, ED25519, public_key(seed)),
    }
    hall.facts["notaries"] = [*hall.facts["notaries"], facts]
    return facts


def anchored(facts: dict[str, str]) -> str:
    """The link of a card that was printed for this notary."""
    return f"#c1.{CODE}.{anchor_of(facts['witness'], facts['statement'])}"


def push(
    hall: Hall, index: int, seed: bytes = WITNESS_SEED, name: str = WITNESS_NAME, text: str | None = None
) -> dict[str, Any]:
    """A `witnessed` for the entry at `index`; `text`: what was cosigned instead of the newest checkpoint."""
    size = hall.tree.size
    checkpoint = Checkpoint(hall.facts["origin"], size, hall.tree.root())
    signed = checkpoint if text is None else Checkpoint(text, size, hall.tree.root())
    line = cosign(signed, name, seed, int(time.time()))
    note = sign_checkpoint(checkpoint, hall.log_seed) + line.encode()
    receipt = Receipt(index, tuple(hall.tree.inclusion_proof(index, size)), note)
    return {"type": "witnessed", "index": index, "receipt": receipt.render()}


@pytest.mark.parametrize("lie", ["a stranger's key", "another text", "another entry", "a cut line", "not a receipt"])
async def test_a_push_that_proves_nothing_changes_nothing(arrive: Arrive, hall: Hall, lie: str) -> None:
    """The notary's name with a stranger's key, a cosignature of something else, a proof of something else."""
    facts = notary_facts(hall)
    page = await arrive(anchored(facts))
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    true = push(hall, 1)
    lies = {
        "a stranger's key": push(hall, 1, STRANGERS_SEED),
        "another text": push(hall, 1, text="county.example/other"),
        "another entry": true | {"receipt": push(hall, 0)["receipt"]},
        "a cut line": true | {"receipt": true["receipt"][:-10] + "AAAAAAAA=\n"},
        "not a receipt": true | {"receipt": WITNESSED},
    }
    await hall.send(lies[lie])
    await hall.push(window=window("r01", closes_in_ms=1_000))
    await page.get_by_text("时间到").wait_for()
    await expect(page.get_by_text("已收到,已计入记录", exact=True)).to_be_visible()
    await hall.send(true)
    await witnessed(page)


async def test_a_notary_that_the_card_does_not_name_makes_no_third_state(arrive: Arrive, hall: Hall) -> None:
    """The anchor binds the first notary only: a server can name others of its own making beside it."""
    facts = notary_facts(hall)
    notary_facts(hall, STRANGERS_SEED, "gongzheng.example/n2")
    page = await arrive(anchored(facts))
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await hall.send(push(hall, 1, STRANGERS_SEED, "gongzheng.example/n2"))
    await page.reload()
    await expect(page.get_by_text("已收到,已计入记录", exact=True)).to_be_visible()
    await hall.send(push(hall, 1))
    await witnessed(page)


async def test_a_card_of_another_notary_is_alarmed_and_believes_no_cosignature(arrive: Arrive, hall: Hall) -> None:
    notary_facts(hall)
    page = await arrive(f"#c1.{CODE}.{'A' * 22}")
    await page.get_by_role("alert").filter(has_text=ALARM).wait_for()
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await hall.send(push(hall, 1))
    await page.reload()
    await expect(page.get_by_text("已收到,已计入记录", exact=True)).to_be_visible()
    await expect(page.get_by_role("alert").filter(has_text=ALARM)).to_be_visible()


async def test_a_card_with_an_anchor_is_alarmed_where_no_notary_is_named(arrive: Arrive) -> None:
    """A server cannot leave the notary out and keep quiet about it."""
    page = await arrive(f"#c1.{CODE}.{'A' * 22}")
    await page.get_by_role("alert").filter(has_text=ALARM).wait_for()


async def test_the_third_state_of_an_earlier_ballot_is_not_that_of_its_change(arrive: Arrive, hall: Hall) -> None:
    facts = notary_facts(hall)
    page = await arrive(anchored(facts))
    await hall.open(window("r01"))
    await vote(page, "满意")
    await recorded(page)
    await hall.send(push(hall, 1))
    await witnessed(page)
    await page.get_by_role("button", name="改选").tap()
    await vote(page, "不满意")
    await expect(page.get_by_text("已收到,已计入记录", exact=True)).to_be_visible()
    await hall.send(push(hall, 1))
    await hall.send(push(hall, 2))
    await witnessed(page)
