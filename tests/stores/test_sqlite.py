"""The real store keeps the contract, and what it forgets is nowhere on the disk."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from audience_server.stores import sqlite
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


@pytest.mark.parametrize("count", [1, 2, 4, 5, 7, 8])
async def test_reading_goes_over_the_ends_of_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """The first page is one entry, so that asking for one is cheap; nothing is lost or said twice between pages."""
    monkeypatch.setattr(sqlite, "PAGE", 3)
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    await store.append(batch(0, count))
    for first in range(count + 1):
        expected = [f"e{number}".encode() for number in range(first, count)]
        assert expected == [entry async for entry in store.read(first)]
    await store.close()


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


async def test_an_erased_group_is_in_no_file(tmp_path: Path) -> None:
    """A voided window's choices go with the entry that voids it."""
    nonce = b"NONCE-THAT-MUST-BE-FORGOTTEN-32!"
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    await store.append(Batch(0, [b"a"], Head(1, bytes(32)), [Opening(0, "r01", nonce, "CHOICE-TO-FORGET")]))
    await store.append(Batch(1, [b"void"], Head(2, bytes(32)), erase_groups=("r01",)))
    assert_forgotten(tmp_path, nonce, b"CHOICE-TO-FORGET")
    await store.close()
    assert_forgotten(tmp_path, nonce, b"CHOICE-TO-FORGET")


async def test_a_start_removes_what_a_crash_left_erased_in_the_log(tmp_path: Path) -> None:
    """Between the erasing transaction and the truncation the log still holds the bytes."""
    nonce = b"NONCE-THAT-MUST-BE-FORGOTTEN-32!"
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    store = await SqliteStore.open(before / "record.sqlite")
    await store.append(Batch(0, [b"a"], Head(1, bytes(32)), [Opening(0, "r01", nonce, "2")]))
    with closing(sqlite3.connect(before / "record.sqlite")) as crashing:
        crashing.execute("PRAGMA secure_delete=ON")
        crashing.execute("DELETE FROM opening")
        crashing.commit()
        for name in ("record.sqlite", "record.sqlite-wal"):
            (after / name).write_bytes((before / name).read_bytes())
    await store.close()
    assert nonce in (after / "record.sqlite-wal").read_bytes()
    restarted = await SqliteStore.open(after / "record.sqlite")
    assert_forgotten(after, nonce)
    assert [] == await restarted.openings("r01")
    await restarted.close()


async def test_a_reader_in_the_way_of_erasing_is_said_and_the_next_erase_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a silent copy: another program's long read keeps the log from being emptied."""
    monkeypatch.setattr(sqlite, "BUSY_MS", 1)
    nonce = b"NONCE-THAT-MUST-BE-FORGOTTEN-32!"
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    await store.append(Batch(0, [b"a"], Head(1, bytes(32)), [Opening(0, "r01", nonce, "2")]))
    with closing(sqlite3.connect(tmp_path / "record.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM entry").fetchall()
        with pytest.raises(StoreFailed):
            await store.erase([0])
        reader.execute("COMMIT")
    await store.erase([])
    assert_forgotten(tmp_path, nonce)
    await store.close()


def assert_forgotten(directory: Path, *secrets: bytes) -> None:
    content = b"".join(file.read_bytes() for file in directory.iterdir())
    for secret in secrets:
        assert secret not in content


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


async def test_a_cancelled_append_is_whole_or_not_there_and_the_next_one_works(tmp_path: Path) -> None:
    """Wherever the cancellation strikes: never half a batch, never a transaction left open behind it."""
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    for turns in range(12):
        size = await store.size()
        task = asyncio.ensure_future(store.append(batch(size, 20, openings=True)))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        size = await store.size()
        assert 0 == size % 20
        assert size == (await store.heads() or [Head(0, b"")])[-1].size
        await store.append(batch(size, 20, openings=True))
        assert size + 20 == await committed(tmp_path / "record.sqlite")
    await store.close()


async def test_a_cancelled_writer_hears_that_the_store_failed(tmp_path: Path) -> None:
    """Once writing has begun, the caller must look the outcome up, as after every failed write."""
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    task = asyncio.ensure_future(store.append(batch(0, 20)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(StoreFailed):
        await task
    assert 20 == await store.size()
    await store.append(batch(0, 20))
    await store.close()


async def test_one_cancelled_append_does_not_disturb_another(tmp_path: Path) -> None:
    """Writers wait for one another, also for one whose caller has left."""
    store = await SqliteStore.open(tmp_path / "record.sqlite")
    left = asyncio.ensure_future(store.append(batch(0, 500, openings=True)))
    stayed = asyncio.ensure_future(store.append(batch(500, 500, openings=True)))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    await stayed
    assert 1000 == await committed(tmp_path / "record.sqlite")
    await store.close()


async def committed(path: Path) -> int:
    """How many entries another connection sees: what is durable, not what a transaction holds."""
    other = await SqliteStore.open(path)
    try:
        return await other.size()
    finally:
        await other.close()


async def test_a_directory_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    """No traceback from the database library reaches the caller."""
    with pytest.raises(StoreFailed):
        await SqliteStore.open(tmp_path / "missing" / "record.sqlite")
