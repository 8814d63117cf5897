"""The store that fails on command fails as a real one does, and keeps the contract when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audience_server.stores.port import StoreFailed
from audience_server.stores.sqlite import SqliteStore
from tests.stores.faulty_store import FaultyStore
from tests.stores.store_contract import StoreContract, batch


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FaultyStore]:
    faulty = FaultyStore(await SqliteStore.open(tmp_path / "record.sqlite"))
    yield faulty
    await faulty.close()


class TestFaultyStoreAtPeace(StoreContract):
    """Every duty, through the wrapper."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[FaultyStore]:
        faulty = FaultyStore(await SqliteStore.open(tmp_path / "record.sqlite"))
        yield faulty
        await faulty.close()


async def test_a_failure_before_the_write_leaves_nothing(store: FaultyStore) -> None:
    """The same batch again is the first one."""
    store.fail_before = 1
    with pytest.raises(StoreFailed):
        await store.append(batch(0, 3, openings=True))
    assert 0 == await store.size()
    await store.append(batch(0, 3, openings=True))
    assert 3 == await store.size()


async def test_a_lost_answer_leaves_everything_and_the_same_batch_is_accepted(store: FaultyStore) -> None:
    """Written once, however often it is sent."""
    store.fail_after = 1
    with pytest.raises(StoreFailed):
        await store.append(batch(0, 3, openings=True))
    assert 3 == await store.size()
    await store.append(batch(0, 3, openings=True))
    assert 3 == await store.size()
    assert 3 == len(await store.openings("r01"))


async def test_a_held_append_writes_nothing_until_it_is_let_go(store: FaultyStore) -> None:
    """A slow disk, as slow as a test needs it."""
    store.gate = asyncio.Event()
    task = asyncio.ensure_future(store.append(batch(0, 3)))
    await asyncio.sleep(0)
    assert 0 == await store.size()
    store.gate.set()
    await task
    assert 3 == await store.size()
