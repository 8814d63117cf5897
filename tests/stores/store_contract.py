"""What every store must do, as tests: a store's own test file starts it and inherits these."""

from __future__ import annotations

import asyncio

import pytest

from audience_server.stores.port import Batch, Cosignature, Head, Opening, Store, StoreConflict


def batch(first: int, count: int, mark: str = "e", openings: bool = False, **more: object) -> Batch:
    """`count` entries from `first` on; the root is a stand-in that names them."""
    entries = [f"{mark}{number}".encode() for number in range(first, first + count)]
    kept = [Opening(number, "r01", bytes([number % 256]) * 32, "2") for number in range(first, first + count)]
    head = Head(first + count, f"{mark}{first + count}".encode().ljust(32, b"."))
    return Batch(first, entries, head, kept if openings else (), **more)  # type: ignore[arg-type]


class StoreContract:
    """Each test gets a fresh store from the fixture `store`, which every subclass provides."""

    async def test_entries_come_back_in_order(self, store: Store) -> None:
        """Append once, read in order, from anywhere."""
        await store.append(batch(0, 3))
        await store.append(batch(3, 2))
        assert [b"e0", b"e1", b"e2", b"e3", b"e4"] == [entry async for entry in store.read()]
        assert [b"e3", b"e4"] == [entry async for entry in store.read(3)]
        assert 5 == await store.size()
        assert [3, 5] == [head.size for head in await store.heads()]

    async def test_the_same_batch_again_changes_nothing(self, store: Store) -> None:
        """An answer can be lost; the write must not happen twice."""
        for _ in range(2):
            await store.append(batch(0, 3, openings=True))
        await store.append(batch(3, 1))
        await store.append(batch(0, 3, openings=True))
        assert 4 == await store.size()
        assert 2 == len(await store.heads())

    @pytest.mark.parametrize(
        "wrong",
        [
            batch(0, 3, "other"),
            batch(1, 3),
            batch(4, 1),
            Batch(3, [b"e3"], Head(5, bytes(32))),
            Batch(0, [b"e0", b"e1", b"e2"], Head(3, bytes(32))),
            Batch(3, [], Head(3, bytes(32))),
        ],
        ids=["other bytes", "overlap", "gap", "head too far", "second root", "second head of a size"],
    )
    async def test_contradictions_are_refused_and_change_nothing(self, store: Store, wrong: Batch) -> None:
        """One position has one content, one size one root."""
        await store.append(batch(0, 3))
        with pytest.raises(StoreConflict):
            await store.append(wrong)
        assert [b"e0", b"e1", b"e2"] == [entry async for entry in store.read()]
        assert [batch(0, 3).head] == await store.heads()

    async def test_openings_are_kept_by_group_until_erased(self, store: Store) -> None:
        """Rising by index; unknown indices are no error."""
        await store.append(batch(0, 4, openings=True))
        await store.erase([1, 99])
        assert [0, 2, 3] == [opening.index for opening in await store.openings("r01")]
        assert [] == await store.openings("r02")

    async def test_a_batch_can_erase_a_group_and_bring_files(self, store: Store) -> None:
        """One transaction for both."""
        await store.append(batch(0, 2, openings=True))
        await store.append(batch(2, 1, files={"rounds/r01.counts": b"{}"}, erase_groups=("r01",)))
        assert [] == await store.openings("r01")
        assert b"{}" == await store.file("rounds/r01.counts")
        assert await store.file("nothing") is None
        assert ["rounds/r01.counts"] == await store.file_names()

    async def test_of_two_batches_for_one_place_one_wins(self, store: Store) -> None:
        """A race ends in one of the two, whole."""
        outcomes = await asyncio.gather(
            store.append(batch(0, 50, "a")), store.append(batch(0, 50, "b")), return_exceptions=True
        )
        assert 1 == sum(isinstance(outcome, StoreConflict) for outcome in outcomes)
        entries = [entry async for entry in store.read()]
        assert 50 == len(entries)
        assert 1 == len({entry[:1] for entry in entries})

    async def test_large_batches_are_read_back_whole(self, store: Store) -> None:
        """More than one page."""
        await store.append(batch(0, 5001, openings=True))
        assert 5001 == len([entry async for entry in store.read()])
        assert 5001 == len(await store.openings("r01"))

    async def test_the_first_cosignature_of_a_key_for_a_size_stays(self, store: Store) -> None:
        """Another line by the same key later is not listed; other keys and sizes are."""
        rows = [Cosignature(3, "b", "— b first\n"), Cosignature(3, "a", "— a\n"), Cosignature(2, "b", "— b two\n")]
        await store.keep_cosignatures(rows)
        await store.keep_cosignatures([Cosignature(3, "b", "— b second\n")])
        assert [rows[2], rows[1], rows[0]] == await store.cosignatures()

    async def test_an_opening_that_comes_later_never_replaces_one(self, store: Store) -> None:
        """A phone asked to send it again cannot change what it said."""
        await store.append(batch(0, 2, openings=True))
        await store.erase([1])
        again = [Opening(number, "r01", b"n" * 32, "1") for number in (0, 1)]
        await store.keep_openings(again)
        assert ["2", "1"] == [opening.choice for opening in await store.openings("r01")]

    async def test_files_can_come_without_a_batch(self, store: Store) -> None:
        """The newest stays."""
        await store.keep_files({"final/a": b"1", "final/b": b"2"})
        await store.keep_files({"final/a": b"3"})
        assert b"3" == await store.file("final/a")
        assert ["final/a", "final/b"] == await store.file_names()

    async def test_closing_twice_is_no_error(self, store: Store) -> None:
        """A stop may come from two sides."""
        await store.close()
        await store.close()
