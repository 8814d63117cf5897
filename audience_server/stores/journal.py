"""The port of an erasable journal: rows of bytes in order, for what must never enter the record.

Questions, the register and the show log live in journals.  Nothing that decides a result does.  A journal's duties:

* `append` returns when the rows are durable, all or none; places rise by one from 0.
* `read` gives every row in order.
* `erase` leaves nothing of any row in any file, and the journal holds the rows `keep` then: all of it or nothing.

Any failure is a `StoreFailed`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol


class Journal(Protocol):
    """One journal, one writer."""

    async def append(self, rows: Sequence[bytes]) -> int:
        """The place of the first row."""
        ...

    def read(self, first: int = 0) -> AsyncIterator[bytes]: ...

    async def erase(self, keep: Sequence[bytes] = ()) -> None: ...

    async def close(self) -> None: ...
