"""Statements that notaries sign: each is carried out once, however many agree, and only while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audience_server.record.entries import tag_of
from audience_server.stores.memory import MemoryStore
from audience_server.stores.port import Batch
from tests.show_rig import settle
from tests.witness_rig import WitnessedShow, until


class SlowStore(MemoryStore):
    """Writes when its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.is_writing = False

    async def append(self, batch: Batch) -> None:
        self.is_writing = True
        await self.gate.wait()
        await super().append(batch)
        self.is_writing = False


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[WitnessedShow]:
    """Two notaries on the line who agree to nothing unasked; one of them is enough."""
    show = WitnessedShow(tmp_path, notaries=2, store=SlowStore())
    await show.start()
    for each in show.witnesses.values():
        each.agrees = frozenset()
        await each.come()
    await until(lambda: show["甲"].drafts and show["乙"].drafts)
    yield show
    await show.leave()


async def tags(show: WitnessedShow) -> list[str]:
    return [tag_of(entry) for entry in await show.session.record.entries()]


async def test_both_notaries_agree_at_once_to_the_first_entry(two: WitnessedShow) -> None:
    """There is one entry 0, and no alarm."""
    two["甲"].hold("signature")
    two["甲"].agree()
    await settle()
    two["乙"].agree()
    await settle()
    two["甲"].release()
    await until(lambda: not two.session.record.held)
    await until(lambda: '"index"' in two["甲"].answers() and '"agreed"' in two["乙"].answers())
    assert (["session"], []) == (await tags(two), two.alarms())


async def test_a_second_agreement_while_a_statement_is_being_recorded_changes_nothing(two: WitnessedShow) -> None:
    """It is recorded once; nobody is told that a signature was missing."""
    await begun(two)
    await remark(two)
    two["甲"].hold("signature")
    two["甲"].agree()
    await settle()
    two["乙"].agree()
    await settle()
    two["甲"].release()
    await until(lambda: '"agreed"' in two["乙"].answers() and two.session.record.size == 2)
    assert (["session", "remark"], []) == (await tags(two), two.alarms())


async def test_a_statement_that_is_being_recorded_cannot_be_declined_any_more(two: WitnessedShow) -> None:
    """The desk is never told that something was declined which stands in the record."""
    await begun(two)
    await remark(two)
    two["甲"].hold("signature")
    two["甲"].agree()
    await settle()
    two["乙"].decline("不同意")
    await settle()
    two["甲"].release()
    await until(lambda: two.session.record.size == 2)
    await settle()
    assert [] == two.alarms()
    assert "unknown_draft" in two["乙"].answers()


async def test_what_a_notary_signs_stands_once_in_the_show_log(two: WitnessedShow) -> None:
    """When it is carried out, not when it was drafted."""
    await begun(two)
    await remark(two)
    assert [] == [line for line in two.session.show_log.search("remark", None, 9) if line.do == "remark"]
    two["甲"].agree()
    await until(lambda: two.session.record.size == 2)
    await settle()
    assert 1 == len([line for line in two.session.show_log.search("remark", None, 9) if line.do == "remark"])


async def test_after_a_failure_every_notary_is_asked_again(two: WitnessedShow) -> None:
    """Agreements to what did not come about do not count; the other one can sign, without a new draft."""
    await begun(two)
    await remark(two)
    two["甲"].refuses_to_sign = True
    two["甲"].hold("unsigned")
    two["甲"].agree()
    await settle()
    two["乙"].agree()
    await settle()
    two["甲"].release()
    await until(lambda: "statement_failed" in two.alarms())
    assert ["remark"] == two.session.statements.waiting()
    await until(lambda: two["乙"].drafts and not two["乙"].agreed)
    two["乙"].agree()
    await until(lambda: two.session.record.size == 2)


async def test_a_line_that_breaks_while_a_statement_is_recorded_does_not_undo_it(two: WitnessedShow) -> None:
    """What was agreed to and signed is recorded, once; the draft is gone for everybody."""
    await begun(two)
    await remark(two)
    store = two.store
    assert isinstance(store, SlowStore)
    store.gate.clear()
    two["甲"].agree()
    await until(lambda: store.is_writing)
    await two["甲"].leave()
    store.gate.set()
    await until(lambda: not two.session.statements.waiting())
    assert ["session", "remark"] == await tags(two)


async def test_who_comes_back_is_asked_again(two: WitnessedShow) -> None:
    """A program that was started anew knows nothing of what it agreed to, so its agreement counts no longer."""
    await begun(two)
    two.session.statements.needed = 2
    await remark(two)
    two["甲"].agree()
    await until(lambda: '"agreed"' in two["甲"].answers())
    await two["甲"].leave()
    await two["甲"].come()
    await until(lambda: two["甲"].drafts)
    two["乙"].agree()
    await until(lambda: '"agreed"' in two["乙"].answers())
    await settle()
    assert ["remark"] == two.session.statements.waiting()
    two["甲"].agree()
    await until(lambda: two.session.record.size == 2)
    assert ["witness_lost"] == two.alarms()


async def remark(show: WitnessedShow) -> None:
    """Both have the draft before them."""
    assert ["notary"] == (await show.do("remark", text="设备封条完好"))["pending"]
    await until(lambda: show["甲"].drafts and show["乙"].drafts)


async def begun(show: WitnessedShow) -> None:
    show["乙"].agree()
    await until(lambda: not show.session.record.held and show["甲"].cosigned == show["乙"].cosigned == 1)
