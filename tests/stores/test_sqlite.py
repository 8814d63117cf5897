"""The real store keeps the contract, and what it forgets is nowhere on the disk."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audience_server.stores.port import Batch, Head, Opening, StoreFailed
from audience_server.stores.sqlite import SqliteStore
from tests.stores.store_contract import StoreContract, batch


class TestSqliteStore(StoreContract):
    """Every duty, on a real file."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SqliteStore]:
        store = await SqliteStore.open(tmp_path / "record.sqlite")
        yield store
        await store.close()


async def test_what_was_appended_is_there_after_reopening(tmp_path: Path) -> None:
    """Durable before `append` returns."""
    path = tmp_path / "record.sqlite"
    first = await SqliteStore.open(path)
    await first.append(batch(0, 3, openings=True))
    second = await SqliteStore.open(path)
    assert 3 == await second.size()
    await second.close()
    await first.close()


async def test_an_erased_opening_is_in_no_file(tmp_path: Path) -> None:
    """Neither in the database nor in its log, whatever the name of the file."""
    nonce = b"NONCE-THAT-MUST-BE-FORGOTTEN-32!"
    kept = b"NONCE-THAT-MUST-BE-KEPT-TO-LOCK!"
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    openings = [Opening(0, "r01", nonce, "2"), Opening(1, "r01", kept, "1")]
    await store.append(Batch(0, [b"a", b"b"], Head(2, bytes(32)), openings))
    await store.erase([0])
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert nonce not in content
    assert kept in content
    await store.close()


async def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """It holds choices until the lock."""
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    assert 0o600 == stat.S_IMODE((tmp_path / "record.sqlite").stat().st_mode)
    await store.close()


async def test_a_failing_write_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    """All or nothing: the last row of the batch cannot be stored."""
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    twice = [Opening(0, "r01", bytes(32), "1"), Opening(0, "r01", bytes(32), "2")]
    with pytest.raises(StoreFailed):
        await store.append(Batch(0, [b"a"], Head(1, bytes(32)), twice))
    assert 0 == await store.size()
    assert [] == await store.heads()
    await store.append(batch(0, 1))
    assert 1 == await store.size()
    await store.close()


async def test_a_cancelled_append_is_whole_or_not_there(tmp_path: Path) -> None:
    """Cancellation in the middle of a transaction never leaves half a batch."""
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    for turns in range(12):
        size = await store.size()
        task = asyncio.ensure_future(store.append(batch(size, 20, openings=True)))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert 0 == await store.size() % 20
        assert await store.size() == (await store.heads() or [Head(0, b"")])[-1].size
    await store.close()


async def test_a_directory_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    """No traceback from the database library reaches the caller."""
    with pytest.raises(StoreFailed):
        await SqliteStore.open(tmp_path / "missing" / "record.sqlite")
