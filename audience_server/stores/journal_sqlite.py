"""A journal on disk: one SQLite file of its own (0600), so that erasing it touches nothing else.

WAL with `synchronous=FULL`: rows that were appended survive a power cut.  `secure_delete`, a vacuum and a truncated WAL
leave nothing of an erased row.  Readers of this file learn whatever its owner wrote there; editors can change it
without trace, which is why nothing that decides a result is kept in one.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import aiosqlite

from audience_server.stores.port import StoreFailed

PAGE = 2000


class SqliteJournal:
    """One open journal."""

    def __init__(self, connection: aiosqlite.Connection, size: int) -> None:
        self._connection = connection
        self._size = size
        self._writing = asyncio.Lock()
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> SqliteJournal:
        """Open or make the file."""
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = await aiosqlite.connect(path, isolation_level=None)
        except (sqlite3.Error, OSError) as error:
            raise StoreFailed(f"{path}: {error}") from error
        try:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=5000"):
                await connection.execute(f"PRAGMA {pragma}")
            await connection.execute(
                "CREATE TABLE IF NOT EXISTS row (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT"
            )
            # what a crash left erased but readable in the WAL goes now
            await connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            async with connection.execute("SELECT COALESCE(MAX(place) + 1, 0) FROM row") as found:
                first = await found.fetchone()
        except sqlite3.Error as error:
            await connection.close()
            raise StoreFailed(f"{path}: {error}") from error
        return cls(connection, 0 if first is None else int(first[0]))

    async def append(self, rows: Sequence[bytes]) -> int:
        # carried to its end even when the asker is gone: a half-known write would leave every later place wrong
        return await asyncio.shield(asyncio.ensure_future(self._append(rows)))

    async def _append(self, rows: Sequence[bytes]) -> int:
        async with self._writing:
            first = self._size
            numbered = [(first + number, row) for number, row in enumerate(rows)]
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                await self._connection.executemany("INSERT INTO row VALUES (?, ?)", numbered)
                await self._connection.execute("COMMIT")
            except BaseException as error:
                await self._roll_back()
                if isinstance(error, sqlite3.Error | ValueError):
                    raise StoreFailed(str(error)) from error
                raise
            self._size = first + len(rows)
            return first

    async def _roll_back(self) -> None:
        if self._connection.in_transaction:
            await self._connection.execute("ROLLBACK")

    async def read(self, first: int = 0) -> AsyncIterator[bytes]:
        place = first
        while True:
            try:
                async with self._connection.execute(
                    "SELECT place, bytes FROM row WHERE place >= ? ORDER BY place LIMIT ?", (place, PAGE)
                ) as found:
                    rows = list(await found.fetchall())
            except (sqlite3.Error, ValueError) as error:
                raise StoreFailed(str(error)) from error
            for _, row in rows:
                yield bytes(row)
            if len(rows) < PAGE:
                return
            place = int(rows[-1][0]) + 1

    async def erase(self, keep: Sequence[bytes] = ()) -> None:
        async with self._writing:
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                await self._connection.execute("DELETE FROM row")
                await self._connection.executemany("INSERT INTO row VALUES (?, ?)", list(enumerate(keep)))
                await self._connection.execute("COMMIT")
                self._size = len(keep)
                # a crash here leaves the rows deleted and their bytes zeroed in the file, and old pages in the WAL
                # until the next opening truncates it
                await self._connection.execute("VACUUM")
                async with self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)") as found:
                    told = await found.fetchone()
            except (sqlite3.Error, ValueError) as error:
                await self._roll_back()
                raise StoreFailed(str(error)) from error
            if told is None or told[0]:
                raise StoreFailed(
                    "another program reads this journal and keeps its old pages there; close it, try again"
                )

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._connection.close()
