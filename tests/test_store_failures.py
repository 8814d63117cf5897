"""When the disk fails: phones hear `try_again`, nothing half is counted, and a lost answer loses no ballot.

Each fault comes in two flavours: not written, and written although the answer was lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from audience_server.domain.refusals import Refusal
from audience_server.live_seats import Recorded
from audience_server.stores.memory import MemoryStore
from audience_server.stores.port import Store
from audience_server.stores.sqlite import SqliteStore
from tests.show_rig import RigPhone, Show, check_show, settle
from tests.stores.faulty_store import FaultyStore


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FaultyStore]:
    inner: Store = MemoryStore() if request.param == "memory" else await SqliteStore.open(tmp_path / "record.sqlite")
    faulty = FaultyStore(inner)
    yield faulty
    await faulty.close()


async def turns(show: Show, seconds: float = 4) -> None:
    """Let the batch timer fire and the real store answer."""
    for _ in range(40):
        await show.clock.advance(seconds / 40)
        await show.store.heads()


async def opened(store: FaultyStore) -> tuple[Show, list[RigPhone]]:
    show = await Show(store=store).start()
    phones = await show.phones(4)
    await show.do("zero")
    await show.do("open", round="r01")
    return show, phones


async def finish(show: Show) -> None:
    await show.do("lock", round="r01")
    await show.do("not-held", round="r02", reason="未安排")
    await show.do("seal")
    await check_show(show)


@pytest.mark.parametrize("fault", ["fail_before", "fail_after"])
async def test_ballots_of_a_failed_batch_may_come_again_and_count_once(store: FaultyStore, fault: str) -> None:
    """The phone repeats the same bytes until they are answered."""
    show, phones = await opened(store)
    setattr(store, fault, 1)
    ballots = [phone.ballot("r01", "1") for phone in phones]

    async def cast_all() -> list[Recorded | Refusal]:
        tasks = [
            asyncio.ensure_future(show.session.cast(phone.seat, entry, nonce, "1"))
            for phone, (entry, nonce) in zip(phones, ballots, strict=True)
        ]
        await settle()
        await turns(show)
        return await asyncio.gather(*tasks)

    first = await cast_all()
    assert {"try_again"} == {outcome.code.value for outcome in first if isinstance(outcome, Refusal)}
    assert 4 == len(first)
    assert not show.session.picture()["store_ok"]
    assert ["store_failed"] == [alarm["code"] for alarm in show.session.picture()["alarms"]]
    second = await cast_all()
    assert all(isinstance(outcome, Recorded) for outcome in second)
    assert show.session.picture()["store_ok"]
    locked = await show.do("lock", round="r01")
    assert 4 == locked["by"]["deputies"]["returned"]
    await show.do("not-held", round="r02", reason="未安排")
    await show.do("seal")
    await check_show(show)


@pytest.mark.parametrize("fault", ["fail_before", "fail_after"])
async def test_a_close_that_the_disk_refused_is_tried_again(store: FaultyStore, fault: str) -> None:
    """The window stays open until its close is durable; ballots received meanwhile are in."""
    show, phones = await opened(store)
    waiting = asyncio.ensure_future(phones[0].cast("r01", "1"))
    await settle()
    setattr(store, fault, 1)
    assert "try_again" == await show.refused("close", round="r01", reason="提前")
    outcome = await waiting
    assert isinstance(outcome, Refusal)
    await turns(show, 4)
    await turns(show, 80)
    assert "closed" == show.session.state.windows["r01"].state
    await finish(show)


@pytest.mark.parametrize("fault", ["fail_before", "fail_after"])
@pytest.mark.parametrize("name", ["zero", "open", "lock", "seal", "void-round"])
async def test_an_act_that_the_disk_refused_says_so_and_may_be_given_again(
    store: FaultyStore, fault: str, name: str
) -> None:
    """After the fault the operator repeats; written once, whatever happened."""
    show = await Show(store=store).start()
    phones = await show.phones(3)
    arguments: dict[str, dict[str, Any]] = {
        "open": {"round": "r01"},
        "lock": {"round": "r01"},
        "void-round": {"round": "r01", "reason": "重测"},
    }
    steps = ["zero", "open", "lock", "void-round"]
    if name == "seal":
        steps = ["zero", "seal"]
    for step in steps:
        if step == "lock":
            tasks = [asyncio.ensure_future(phone.cast("r01", "1")) for phone in phones]
            await settle()
            await turns(show)
            await asyncio.gather(*tasks)
            await show.do("close", round="r01", reason="提前")
        if step == name:
            setattr(store, fault, 1)
            assert "try_again" == await show.refused(step, **arguments.get(step, {}))
            again = await show.session.command(step, arguments.get(step, {}), None)
            codes = {"zero": "already_zeroed", "open": "window_open", "lock": "already_locked"}
            codes |= {"seal": "sealed", "void-round": "round_not_open"}
            if isinstance(again, Refusal):
                assert (fault, codes[name]) == ("fail_after", again.code.value)
            break
        await show.do(step, **arguments.get(step, {}))
    await show.restart()
    assert show.session.record.size == await store.size()


async def test_check_ins_and_enrolments_survive_a_fault(store: FaultyStore) -> None:
    """The same bytes again are answered."""
    show = await Show(store=store).start()
    for fault in ("fail_before", "fail_after"):
        setattr(store, fault, 1)
        phone = show.phone(0 if fault == "fail_before" else 1)
        first = await phone.present()
        assert isinstance(first, Refusal)
        assert "try_again" == first.code
        assert isinstance(await phone.present(), Recorded)
    assert 2 == show.session.state.present_count["deputies"]


async def test_while_the_disk_is_gone_everything_is_refused_and_nothing_forgotten(store: FaultyStore) -> None:
    """Even the question what was written cannot be answered; later it can."""
    show, phones = await opened(store)
    store.fail_after = 1
    store.fail_size = 3
    task = asyncio.ensure_future(phones[0].cast("r01", "1"))
    await settle()
    await turns(show)
    assert isinstance(await task, Refusal)
    while store.fail_size:
        assert "try_again" == await show.refused("remark", text="磁盘")
    await show.do("remark", text="磁盘已恢复")
    assert 1 == show.session.state.windows["r01"].returned["deputies"]
    await turns(show, 80)
    await finish(show)
