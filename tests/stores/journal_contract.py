"""What every journal must do, as tests: a journal's own test file starts it and inherits these."""

from __future__ import annotations

import asyncio

from audience_server.stores.journal import Journal


class JournalContract:
    """Each test gets a fresh journal from the fixture `journal`, which every subclass provides."""

    async def test_rows_come_back_in_order_from_anywhere(self, journal: Journal) -> None:
        """Append, read, append, read."""
        assert 0 == await journal.append([b"a", b"b"])
        assert 2 == await journal.append([b"c"])
        assert [b"a", b"b", b"c"] == [row async for row in journal.read()]
        assert [b"c"] == [row async for row in journal.read(2)]

    async def test_more_rows_than_a_page_come_back_whole(self, journal: Journal) -> None:
        """Reading is paged inside, and nobody sees it."""
        rows = [b"%d" % number for number in range(4001)]
        await journal.append(rows)
        assert rows == [row async for row in journal.read()]

    async def test_appends_at_once_each_get_their_place(self, journal: Journal) -> None:
        """One writer: rows of one append stand together."""
        places = await asyncio.gather(*(journal.append([b"%d" % number] * 3) for number in range(20)))
        assert list(range(0, 60, 3)) == sorted(places)
        rows = [row async for row in journal.read()]
        assert all(rows[place] == rows[place + 2] for place in places)

    async def test_an_erased_journal_is_empty_and_begins_again(self, journal: Journal) -> None:
        """After `erase` there is nothing, and the next row is the first."""
        await journal.append([b"a secret"])
        await journal.erase()
        assert [] == [row async for row in journal.read()]
        assert 0 == await journal.append([b"b"])

    async def test_an_erased_journal_can_begin_with_other_rows(self, journal: Journal) -> None:
        """Nothing of the former ones, and the next row stands behind them."""
        await journal.append([b"a secret", b"another"])
        await journal.erase([b"a", b"b", b"c"])
        assert 3 == await journal.append([b"d"])
        assert [b"a", b"b", b"c", b"d"] == [row async for row in journal.read()]
