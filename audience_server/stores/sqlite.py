"""The record on disk: one SQLite file, one writer, one transaction a batch.

WAL with `synchronous=FULL`, so a commit that returned survives a power cut; `secure_delete=ON` and a truncated WAL, so
an opening that was erased is in no file.  Readers of this file learn the choices of ballots that still count: keep it
as the operator keeps the sealed envelope.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

from audience_server.stores.port import Batch, Cosignature, Head, Opening, StoreConflict, StoreFailed

PAGE = 2000
BUSY_MS = 5000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS head (size INTEGER PRIMARY KEY, root BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS opening (
    place INTEGER PRIMARY KEY, batch_group TEXT NOT NULL, nonce BLOB NOT NULL, choice TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS file (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS cosignature (
    size INTEGER NOT NULL, key TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, key)
) STRICT;
"""


class SqliteStore:
    """One open record file.  A lock keeps one transaction from being another one's."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._writing = asyncio.Lock()
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> SqliteStore:
        """Open or make the file (0600)."""
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = await aiosqlite.connect(path, isolation_level=None)
        except (sqlite3.Error, OSError) as error:
            raise StoreFailed(f"{path}: {error}") from error
        store = cls(connection)
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", f"busy_timeout={BUSY_MS}"):
                await connection.execute(f"PRAGMA {pragma}")
            await connection.executescript(_SCHEMA)
            # what a crash left erased but readable in the WAL goes now
            await store._truncate_log()
        except (sqlite3.Error, StoreFailed) as error:
            await store.close()
            raise StoreFailed(f"{path}: {error}") from error
        return store

    async def append(self, batch: Batch) -> None:
        await _to_the_end(self._append(batch))

    async def _append(self, batch: Batch) -> None:
        async with self._writing:
            if not await self._compare(batch):
                await self._transaction(lambda: self._insert(batch))
            if batch.erase_groups:
                # a crash here leaves the batch whole, and erased rows in the WAL until the next start; a reader that
                # holds the WAL longer than `busy_timeout` has the same effect until the next erase: no reason to
                # call a durable batch failed
                await self._truncate_log()

    async def _compare(self, batch: Batch) -> bool:
        """Whether the store holds this very batch already; StoreConflict when it contradicts."""
        last = batch.first + len(batch.entries)
        if batch.head.size != last or not batch.entries:
            raise StoreConflict(f"a head of {batch.head.size} behind entry {last - 1}")
        size = await self.size()
        if batch.first == size:
            return False
        if batch.first > size:
            raise StoreConflict(f"entry {batch.first} behind {size} entries")
        held = await self._rows(
            "SELECT bytes FROM entry WHERE place >= ? AND place < ? ORDER BY place", batch.first, last
        )
        head = await self._rows("SELECT root FROM head WHERE size = ?", last)
        if [row[0] for row in held] != list(batch.entries) or [row[0] for row in head] != [batch.head.root]:
            raise StoreConflict(f"other bytes at entry {batch.first}")
        return True

    async def _insert(self, batch: Batch) -> None:
        execute, many = self._connection.execute, self._connection.executemany
        entries = [(batch.first + offset, entry) for offset, entry in enumerate(batch.entries)]
        await many("INSERT INTO entry VALUES (?, ?)", entries)
        await execute("INSERT INTO head VALUES (?, ?)", (batch.head.size, batch.head.root))
        if batch.openings:
            await many("INSERT INTO opening VALUES (?, ?, ?, ?)", _opening_rows(batch.openings))
        for name, data in batch.files.items():
            await execute("INSERT OR REPLACE INTO file VALUES (?, ?)", (name, data))
        for group in batch.erase_groups:
            await execute("DELETE FROM opening WHERE batch_group = ?", (group,))

    async def _transaction(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` in one transaction; whatever goes wrong leaves none of it behind."""
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
            try:
                await work()
                # a crash before this commit leaves nothing of the batch, a crash behind it leaves all of it
                await self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    await self._connection.execute("ROLLBACK")
                raise
        except (sqlite3.Error, ValueError) as error:
            raise StoreFailed(str(error)) from error

    async def _truncate_log(self) -> bool:
        """Empty the WAL, which may still hold what was erased; False when a reader kept it."""
        rows = await self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return bool(rows[0][0] == 0)

    async def size(self) -> int:
        rows = await self._rows("SELECT max(place) FROM entry")
        return 0 if rows[0][0] is None else int(rows[0][0]) + 1

    async def read(self, first: int = 0) -> AsyncIterator[bytes]:
        place, most = first, 1  # whoever wants one entry only does not wait for two thousand
        while True:
            rows = await self._rows("SELECT bytes FROM entry WHERE place >= ? ORDER BY place LIMIT ?", place, most)
            for row in rows:
                yield row[0]
            if len(rows) < most:
                return
            place, most = place + most, PAGE

    async def heads(self) -> list[Head]:
        return [Head(row[0], row[1]) for row in await self._rows("SELECT size, root FROM head ORDER BY size")]

    async def keep_cosignatures(self, cosignatures: Sequence[Cosignature]) -> None:
        rows = [(each.size, each.key, each.line) for each in cosignatures]
        await self._keep("INSERT OR IGNORE INTO cosignature VALUES (?, ?, ?)", rows)

    async def cosignatures(self) -> list[Cosignature]:
        rows = await self._rows("SELECT size, key, line FROM cosignature ORDER BY size, key")
        return [Cosignature(*row) for row in rows]

    async def keep_openings(self, openings: Sequence[Opening]) -> None:
        await self._keep("INSERT OR IGNORE INTO opening VALUES (?, ?, ?, ?)", _opening_rows(openings))

    async def keep_files(self, files: Mapping[str, bytes]) -> None:
        await self._keep("INSERT OR REPLACE INTO file VALUES (?, ?)", list(files.items()))

    async def _keep(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        await _to_the_end(self._keep_rows(statement, rows))

    async def _keep_rows(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        async def insert() -> None:
            await self._connection.executemany(statement, rows)

        async with self._writing:
            await self._transaction(insert)

    async def openings(self, group: str) -> list[Opening]:
        rows = await self._rows(
            "SELECT place, batch_group, nonce, choice FROM opening WHERE batch_group = ? ORDER BY place", group
        )
        return [Opening(*row) for row in rows]

    async def erase(self, indices: Sequence[int]) -> None:
        await _to_the_end(self._erase(indices))

    async def _erase(self, indices: Sequence[int]) -> None:
        async with self._writing:
            if indices:
                await self._transaction(lambda: self._delete(indices))
            # a crash here leaves erased rows in the WAL until the next start truncates it
            if not await self._truncate_log():
                raise StoreFailed("another program is reading the record: what was erased is still in its log")

    async def _delete(self, indices: Sequence[int]) -> None:
        await self._connection.executemany("DELETE FROM opening WHERE place = ?", [(index,) for index in indices])

    async def file(self, name: str) -> bytes | None:
        rows = await self._rows("SELECT bytes FROM file WHERE name = ?", name)
        return bytes(rows[0][0]) if rows else None

    async def file_names(self) -> list[str]:
        return [row[0] for row in await self._rows("SELECT name FROM file ORDER BY name")]

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._connection.close()

    async def _rows(self, query: str, *values: Any) -> list[Any]:
        try:
            return list(await self._connection.execute_fetchall(query, values))
        except (sqlite3.Error, ValueError) as error:
            raise StoreFailed(str(error)) from error


def _opening_rows(openings: Sequence[Opening]) -> list[tuple[int, str, bytes, str]]:
    return [(each.index, each.group, each.nonce, each.choice) for each in openings]


async def _to_the_end(writing: Coroutine[Any, Any, None]) -> None:
    """Run a write to its end even when the caller is cancelled: a statement that already went to the database's
    thread cannot be called back, and a transaction left open would refuse every later one.

    The cancelled caller gets StoreFailed, as for every write whose outcome it has to look up.
    """
    task = asyncio.ensure_future(writing)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise StoreFailed("cancelled while writing; what was begun is in the store")
