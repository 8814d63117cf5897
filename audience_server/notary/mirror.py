"""The witness's own copy of one session, in one SQLite file on the witness's own computer.

Everything is on the disk before an answer that depends on it goes out.  Nothing is ever taken back: entries only grow,
and a size has one checkpoint for ever.  Standard library only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audience_server.notary.said import Refused

AT_ONCE = 1000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS entry (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS head (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS line (
    size INTEGER NOT NULL, key TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, key)
) STRICT;
CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
"""


class MirrorRefused(Refused):
    """The copy cannot be used or does not take what was sent."""


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A checkpoint as the log signed it: text, empty line and the log's line."""

    size: int
    note: str


class Mirror:
    """One open copy.  Only one process writes it (the file's own lock sees to it)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        """The rows.  A full or broken disk ends the watching with its reason, never the program."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise MirrorRefused("copy_broken", detail=error) from error

    @classmethod
    def open(cls, path: Path) -> Mirror:
        """Open or make the file (0600)."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            connection = sqlite3.connect(path, isolation_level=None, timeout=2)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "locking_mode=EXCLUSIVE"):
                connection.execute(f"PRAGMA {pragma}")
            connection.executescript(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise MirrorRefused("copy_busy", path=path, detail=error) from error
        return cls(connection)

    def close(self) -> None:
        self._connection.close()

    # facts: origin, log key, what was sworn to

    def fact(self, name: str) -> str | None:
        rows = self._run("SELECT value FROM fact WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def facts(self, beginning: str) -> dict[str, str]:
        """Those whose names begin so."""
        rows = self._run("SELECT name, value FROM fact WHERE substr(name, 1, ?) = ?", (len(beginning), beginning))
        return {str(name): str(value) for name, value in rows}

    def keep_fact(self, name: str, value: str) -> None:
        self._run("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    # entries and heads

    def size(self) -> int:
        newest = self._run("SELECT max(place) FROM entry")[0][0]
        return 0 if newest is None else int(newest) + 1

    def append(self, first: int, entries: Sequence[bytes], head: KeptHead) -> None:
        """Entries and the checkpoint that ends with them, all or nothing."""
        rows = [(first + offset, entry) for offset, entry in enumerate(entries)]
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany("INSERT INTO entry VALUES (?, ?)", rows)
                self._connection.execute("INSERT INTO head VALUES (?, ?)", (head.size, head.note))
                # a crash before this commit leaves the copy as it was; the server sends the piece again
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise MirrorRefused("copy_refuses", first=first, detail=error) from error

    def entries(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        query = "SELECT bytes FROM entry WHERE place >= ? AND place < ? ORDER BY place LIMIT ?"
        while rows := self._run(query, (first, 2**62 if last is None else last, AT_ONCE)):
            yield from (bytes(row[0]) for row in rows)
            first += len(rows)

    def heads(self, after: int = 0) -> list[KeptHead]:
        rows = self._run("SELECT size, note FROM head WHERE size > ? ORDER BY size", (after,))
        return [KeptHead(int(size), str(note)) for size, note in rows]

    def head_of(self, size: int) -> KeptHead | None:
        rows = self._run("SELECT note FROM head WHERE size = ?", (size,))
        return KeptHead(size, str(rows[0][0])) if rows else None

    # cosignatures, one's own and the others'

    def keep_line(self, size: int, key: str, line: str) -> None:
        """The first line of a key for a size stays."""
        self._run("INSERT OR IGNORE INTO line VALUES (?, ?, ?)", (size, key, line))

    def lines_of(self, size: int) -> dict[str, str]:
        rows = self._run("SELECT key, line FROM line WHERE size = ?", (size,))
        return {str(key): str(line) for key, line in rows}

    def newest_line(self, key: str) -> tuple[int, str] | None:
        """The largest size that this key has cosigned, with its line."""
        rows = self._run("SELECT size, line FROM line WHERE key = ? ORDER BY size DESC LIMIT 1", (key,))
        return (int(rows[0][0]), str(rows[0][1])) if rows else None

    def signers(self) -> dict[int, set[str]]:
        """Who has cosigned each head that is here, by rising size."""
        found: dict[int, set[str]] = {int(row[0]): set() for row in self._run("SELECT size FROM head ORDER BY size")}
        for size, key in self._run("SELECT size, key FROM line"):
            found.setdefault(int(size), set()).add(str(key))
        return found

    # files that entries bind

    def keep_file(self, path: str, data: bytes) -> None:
        self._run("INSERT OR REPLACE INTO file VALUES (?, ?)", (path, data))

    def file(self, path: str) -> bytes | None:
        rows = self._run("SELECT bytes FROM file WHERE path = ?", (path,))
        return bytes(rows[0][0]) if rows else None

    def file_paths(self) -> list[str]:
        return [str(row[0]) for row in self._run("SELECT path FROM file ORDER BY path")]
