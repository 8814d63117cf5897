"""Both journals keep their duties; the one on disk keeps them across a restart and forgets for good."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audience_server.stores.journal import Journal
from audience_server.stores.journal_memory import MemoryJournal
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.stores.port import StoreFailed
from tests.stores.journal_contract import JournalContract


class TestMemoryJournal(JournalContract):
    @pytest.fixture
    async def journal(self) -> Journal:
        return MemoryJournal()


class TestSqliteJournal(JournalContract):
    @pytest.fixture
    async def journal(self, tmp_path: Path) -> AsyncIterator[Journal]:
        journal = await SqliteJournal.open(tmp_path / "journal.sqlite")
        yield journal
        await journal.close()


async def test_rows_survive_the_process(tmp_path: Path) -> None:
    """What `append` returned for is there at the next opening."""
    for number in range(3):
        journal = await SqliteJournal.open(tmp_path / "j")
        assert number == await journal.append([b"row %d" % number])
        await journal.close()


async def test_nothing_of_an_erased_row_is_in_any_file(tmp_path: Path) -> None:
    """Forgetting is for the disk too."""
    journal = await SqliteJournal.open(tmp_path / "j")
    await journal.append([b"a very personal line %d" % number for number in range(500)])
    await journal.erase()
    for file in tmp_path.iterdir():
        assert b"personal" not in file.read_bytes(), file.name
    await journal.close()


async def test_of_replaced_rows_only_the_new_ones_are_in_any_file(tmp_path: Path) -> None:
    """Shorter or longer than what stood there."""
    journal = await SqliteJournal.open(tmp_path / "j")
    await journal.append([b"a very personal line %d" % number * (1 + number % 90) for number in range(500)])
    await journal.erase([b"what stays %d" % number for number in range(300)])
    for file in tmp_path.iterdir():
        assert b"personal" not in file.read_bytes(), file.name
    assert 300 == len([row async for row in journal.read()])
    await journal.close()


async def test_forgetting_does_not_claim_what_another_reader_prevents(tmp_path: Path) -> None:
    """Old pages stay in the WAL while somebody reads them: it is said, and done again it is done."""
    journal = await SqliteJournal.open(tmp_path / "j")
    await journal.append([b"a very personal line"])
    await journal._connection.execute("PRAGMA busy_timeout=0")
    reader = sqlite3.connect(tmp_path / "j", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM row").fetchall()
    with pytest.raises(StoreFailed, match="another program"):
        await journal.erase()
    reader.close()
    await journal.erase()
    for file in tmp_path.iterdir():
        assert b"personal" not in file.read_bytes(), file.name
    await journal.close()


async def test_a_journal_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A failed write is a StoreFailed, and the rows before it are whole."""
    journal = await SqliteJournal.open(tmp_path / "j")
    await journal.append([b"kept"])
    with sqlite3.connect(tmp_path / "j") as other:
        other.execute("DROP TABLE row")
    other.close()
    with pytest.raises(StoreFailed):
        await journal.append([b"lost"])
    await journal.close()


async def test_no_journal_can_be_made_where_a_folder_is(tmp_path: Path) -> None:
    """The refusal names the place."""
    with pytest.raises(StoreFailed, match="j"):
        await SqliteJournal.open(tmp_path)
