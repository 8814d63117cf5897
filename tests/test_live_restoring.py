"""Entries that a server lost come back from a witness, whole or not at all, however large they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audience_server.notary import restore
from audience_server.stores.memory import MemoryStore
from tests.show_rig import check_show
from tests.witness_rig import WitnessedShow, until

CHOICES = ["1", "2", "1", "3", "1", "4"]


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[WitnessedShow]:
    """Zeroed, six cards checked in."""
    show = WitnessedShow(tmp_path)
    await show.start()
    await show["甲"].come()
    await until(lambda: show.session.record.size == 1)
    assert ["notary"] == (await show.do("zero"))["pending"]
    await until(lambda: show.session.state.zero_index is not None)
    yield show
    await show.leave()


async def held(show: WitnessedShow, round_id: str) -> MemoryStore:
    """A round is voted and locked, and counted by the notary; the store as it was before."""
    phones = await show.phones(6)
    await show["甲"].follows()
    earlier = show.copy()
    await show.hold(round_id, phones, CHOICES)
    await show["甲"].follows()
    await until(lambda: show["甲"].has_counted(round_id))
    return earlier


@pytest.mark.parametrize("part", [7, 100, 1_000_000])
async def test_a_locked_round_comes_back_in_parts_of_any_size(
    show: WitnessedShow, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """Entries, counts and openings, byte for byte, and the show ends as if nothing had been lost."""
    earlier = await held(show, "r01")
    root, report = show.session.record.root, show.session.ledger.results()
    monkeypatch.setattr(restore, "PART_BYTES", part)
    session = await show.put_back(earlier)
    assert session.record.size < show["甲"].cosigned
    await show["甲"].come()
    assert ("", root) == (session.record.held, session.record.root)
    assert report == session.ledger.results()
    await show.do("not-held", round="r02", reason="时间不够")
    await show["甲"].follows()
    await show.do("seal")
    await until(lambda: show.session.final.signed)
    await check_show(show)


async def test_a_round_that_was_locked_and_voided_needs_no_openings(show: WitnessedShow) -> None:
    """They were erased with it; the rest comes back all the same."""
    earlier = await held(show, "r01")
    assert ["notary"] == (await show.do("void-round", round="r01", reason="投票页打不开"))["pending"]
    await until(lambda: show.session.state.windows["r01"].void_index is not None)
    await show["甲"].follows()
    show["甲"].forget_files("rounds/r01.openings", "rounds/r01.counts")
    root = show.session.record.root
    session = await show.put_back(earlier)
    await show["甲"].come()
    assert ("", root) == (session.record.held, session.record.root)


@pytest.mark.parametrize("kind", ["openings", "counts"])
async def test_a_copy_without_what_the_entries_bind_restores_nothing(show: WitnessedShow, kind: str) -> None:
    """The desk reads why, the record stays as it was and waits."""
    earlier = await held(show, "r01")
    session = await show.put_back(earlier)
    size = session.record.size
    show["甲"].change_file(f"rounds/r01.{kind}", b"other bytes\n")
    await show["甲"].come()
    assert f"rounds/r01.{kind}" in show["甲"].refused
    assert "not_restored" in show.alarms()
    assert ("comparing", size) == (session.record.held, session.record.size)
