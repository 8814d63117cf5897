"""What a store must do: append once, read in order.  Duties in words; `tests/stores` holds every store to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class StoreFailed(Exception):
    """The store could not do it.  After a failed append either everything of the batch is in the store or nothing."""


class StoreConflict(StoreFailed):
    """The batch contradicts what the store holds: a gap, other bytes at a taken index, a second root for a size."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Nonce and choice of the ballot at `index`; `group` is opaque to the store (the window's name)."""

    index: int
    group: str
    nonce: bytes
    choice: str


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head that is to be signed, or has been."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A signature line that somebody else made over the head of `size`; `key` is the signer's vkey."""

    size: int
    key: str
    line: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction holds: entries, the head behind them, openings, files, and what it erases."""

    first: int
    entries: Sequence[bytes]
    head: Head
    openings: Sequence[Opening] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    erase_groups: Sequence[str] = ()


class Store(Protocol):
    """One session's entries.  Whoever edits the store can destroy the session, not forge it: heads are signed."""

    async def append(self, batch: Batch) -> None:
        """All of the batch or nothing, on the disk before it returns.

        The same batch again (same first, same bytes) is accepted and changes nothing, because an answer can be lost.
        Other bytes at a taken index, a gap, a head that does not end the batch or a second root for a size are a
        StoreConflict; every other failure, a cancellation while writing too, is a StoreFailed.
        """
        ...

    async def size(self) -> int:
        """How many entries are in the store."""
        ...

    def read(self, first: int = 0) -> AsyncIterator[bytes]:
        """Entries in order from `first` on."""
        ...

    async def heads(self) -> list[Head]:
        """Every head ever stored, rising."""
        ...

    async def keep_cosignatures(self, cosignatures: Sequence[Cosignature]) -> None:
        """On the disk before it returns; of two by one key for one size the first stays."""
        ...

    async def cosignatures(self) -> list[Cosignature]:
        """Every one, rising by size, for one size by key."""
        ...

    async def keep_openings(self, openings: Sequence[Opening]) -> None:
        """Openings of ballots that are in the record already; one that is there stays as it is."""
        ...

    async def keep_files(self, files: Mapping[str, bytes]) -> None:
        """Files that no batch brought, all or none; a file of that name is replaced."""
        ...

    async def openings(self, group: str) -> list[Opening]:
        """The openings of one group, rising by index."""
        ...

    async def erase(self, indices: Sequence[int]) -> None:
        """Forget the openings at these indices so that no copy stays on the disk.  Unknown indices are no error.

        StoreFailed when a copy may have stayed; erasing again, also with no index, tries again.
        """
        ...

    async def file(self, name: str) -> bytes | None:
        """A file that some batch held, or None."""
        ...

    async def file_names(self) -> list[str]:
        """Names of all files, sorted."""
        ...

    async def close(self) -> None:
        """Let go of everything.  Closing twice is no error."""
        ...
