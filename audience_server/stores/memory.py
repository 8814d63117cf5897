"""A store without a disk, for tests; it keeps the same promises but one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from audience_server.stores.port import Batch, Cosignature, Head, Opening, StoreConflict


class MemoryStore:
    """Everything is gone with the process."""

    def __init__(self) -> None:
        self._entries: list[bytes] = []
        self._heads: dict[int, bytes] = {}
        self._openings: dict[int, Opening] = {}
        self._files: dict[str, bytes] = {}
        self._cosignatures: dict[tuple[int, str], Cosignature] = {}

    async def append(self, batch: Batch) -> None:
        last = batch.first + len(batch.entries)
        if batch.head.size != last:
            raise StoreConflict(f"a head of {batch.head.size} behind entry {last - 1}")
        if batch.first < len(self._entries):
            self._compare(batch, last)
            return
        if batch.first > len(self._entries):
            raise StoreConflict(f"entry {batch.first} behind {len(self._entries)} entries")
        if last in self._heads or not batch.entries:
            raise StoreConflict(f"a second head of size {last}")
        self._entries += batch.entries
        self._heads[last] = batch.head.root
        for index in [index for index, held in self._openings.items() if held.group in batch.erase_groups]:
            del self._openings[index]
        self._openings |= {opening.index: opening for opening in batch.openings}
        self._files |= batch.files

    def _compare(self, batch: Batch, last: int) -> None:
        if self._entries[batch.first : last] != list(batch.entries) or self._heads.get(last) != batch.head.root:
            raise StoreConflict(f"other bytes at entry {batch.first}")

    async def size(self) -> int:
        return len(self._entries)

    async def read(self, first: int = 0) -> AsyncIterator[bytes]:
        for entry in self._entries[first:]:
            yield entry

    async def heads(self) -> list[Head]:
        return [Head(size, self._heads[size]) for size in sorted(self._heads)]

    async def keep_cosignatures(self, cosignatures: Sequence[Cosignature]) -> None:
        for each in cosignatures:
            self._cosignatures.setdefault((each.size, each.key), each)

    async def cosignatures(self) -> list[Cosignature]:
        return [self._cosignatures[place] for place in sorted(self._cosignatures)]

    async def keep_openings(self, openings: Sequence[Opening]) -> None:
        for opening in openings:
            self._openings.setdefault(opening.index, opening)

    async def keep_files(self, files: Mapping[str, bytes]) -> None:
        self._files |= files

    async def openings(self, group: str) -> list[Opening]:
        return sorted(
            (opening for opening in self._openings.values() if opening.group == group), key=lambda held: held.index
        )

    async def erase(self, indices: Sequence[int]) -> None:
        for index in indices:
            self._openings.pop(index, None)

    async def file(self, name: str) -> bytes | None:
        return self._files.get(name)

    async def file_names(self) -> list[str]:
        return sorted(self._files)

    async def close(self) -> None:
        """Nothing to let go of."""
