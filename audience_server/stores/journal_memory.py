"""A journal in memory, for tests and trials."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence


class MemoryJournal:
    """Keeps nothing when the process ends."""

    def __init__(self) -> None:
        self._rows: list[bytes] = []

    async def append(self, rows: Sequence[bytes]) -> int:
        first = len(self._rows)
        self._rows.extend(rows)
        return first

    async def read(self, first: int = 0) -> AsyncIterator[bytes]:
        for row in self._rows[first:]:
            yield row

    async def erase(self, keep: Sequence[bytes] = ()) -> None:
        self._rows = list(keep)

    async def close(self) -> None:
        """Nothing is held."""
