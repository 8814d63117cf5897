"""The record while it grows: store, tree and signer as one thing that appends.

Order of every append: one transaction holds entries, openings, files and the head to be signed; then the tree and the
fold take it; then the head is signed and may be shown.  Nothing is shown before it is durable, and one size has one
root for ever.  This module knows bytes and positions, never who may vote.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from audience_server.domain.session import Event
from audience_server.record.checkpoint import Checkpoint, sign_checkpoint
from audience_server.record.fingerprint import fingerprint
from audience_server.record.notes import render, sign_note
from audience_server.record.receipt import Receipt, render_batch
from audience_server.record.tiles import entries_at, entry_bundle, hash_tile
from audience_server.record.tree import Tree, leaf_hash
from audience_server.stores.port import Batch, Cosignature, Head, Opening, Store, StoreFailed


class RecordUnavailable(Exception):
    """The store did not take the entries: nothing was recorded as far as anybody may be told."""


class RecordDamaged(Exception):
    """The store holds something that this server did not write or cannot have signed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry about to be appended, with what it will mean once it is in."""

    entry: bytes
    leaf: bytes
    event: Event
    nonce: bytes = b""
    choice: str = ""
    group: str = ""


def prepare(entry: bytes, event: Event) -> Prepared:
    return Prepared(entry, leaf_hash(entry), event)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one transaction appends: entries, files bound by them, and groups of openings that it erases."""

    prepared: Sequence[Prepared]
    files: Mapping[str, bytes] = field(default_factory=dict)
    erase_groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Unsettled:
    """An append whose outcome the store did not tell."""

    first: int
    prepared: Sequence[Prepared]
    head: Head


class LiveRecord:
    """One session's record, open for appending.  Only one exists per directory (the directory's lock sees to it)."""

    def __init__(
        self,
        origin: str,
        log_seed: bytes,
        store: Store,
        fold: Callable[[int, Prepared], None],
        alarm: Callable[[str, str], None],
        witness_keys: Sequence[str] = (),
    ) -> None:
        """`fold` is called for each entry, in order, as soon as it is durable; `alarm` when the store fails.

        `witness_keys`: vkeys of the witnesses in the policy's order, which is that of their lines under a checkpoint.
        """
        self.origin = origin
        self.store = store
        self._seed = log_seed
        self._fold = fold
        self._alarm = alarm
        self._tree = Tree()
        self._head_sizes: list[int] = []
        self._head_roots: list[bytes] = []
        self._unsettled: _Unsettled | None = None
        self._appending = asyncio.Lock()
        self.store_failures = 0
        self._witness_keys = tuple(witness_keys)
        self._cosigned: dict[int, dict[str, str]] = {}
        self.held = ""  # why nothing may be appended yet; empty in a session that runs

    async def replay(self, read_event: Callable[[bytes], Event]) -> None:
        """Take everything the store holds, and check it against the head that was stored with it."""
        heads = await self.store.heads()
        async for entry in self.store.read():
            prepared = prepare(entry, read_event(entry))
            self._fold(self._tree.append(prepared.leaf), prepared)
        self._head_sizes = [head.size for head in heads]
        self._head_roots = [head.root for head in heads]
        if self._tree.size != (self._head_sizes[-1] if heads else 0):
            raise RecordDamaged(f"{self._tree.size} entries, but the last head is of {self._head_sizes[-1:]}")
        if heads and self._tree.root() != self._head_roots[-1]:
            raise RecordDamaged("the entries do not give the root that was stored with them")
        for each in await self.store.cosignatures():
            self._cosigned.setdefault(each.size, {})[each.key] = each.line

    @property
    def size(self) -> int:
        return self._tree.size

    @property
    def root(self) -> bytes:
        return self._tree.root()

    @property
    def store_ok(self) -> bool:
        return self._unsettled is None

    def hash_tile(self, path: str) -> bytes | None:
        """A tile of hashes of the tree as it is now."""
        return hash_tile(self._tree, path)

    async def entry_tile(self, path: str) -> bytes | None:
        """A tile of entries of the whole tree, from the store; whoever asks sees to it that the record is sealed."""
        place = entries_at(path, self._tree.size)
        return None if place is None else entry_bundle(await self.entries_between(*place))

    @property
    def leaf_hashes(self) -> list[bytes]:
        return [self._tree.leaf(index) for index in range(self._tree.size)]

    async def entry(self, index: int) -> bytes:
        """The entry's bytes, from the store."""
        async for entry in self.store.read(index):
            return entry
        raise RecordDamaged(f"entry {index} is not in the store")

    async def entries(self) -> list[bytes]:
        return [entry async for entry in self.store.read()]

    def sign_text(self, text: str) -> bytes:
        """A note over `text`, signed by the log (the manifest)."""
        return render(text, [sign_note(text, self.origin, self._seed)])

    def head_covering(self, index: int) -> Head:
        """The first published head that holds the entry."""
        place = bisect_right(self._head_sizes, index)
        return Head(self._head_sizes[place], self._head_roots[place])

    def fingerprint_of(self, index: int) -> str:
        """The fingerprint (校验码) of the first checkpoint covering the entry."""
        head = self.head_covering(index)
        return fingerprint(self.origin, head.size, head.root)

    def checkpoint(self) -> bytes:
        """The newest head, signed.  Signing it again gives the same bytes."""
        return self._signed(Head(self._head_sizes[-1], self._head_roots[-1]))

    def history(self) -> bytes:
        """Every published checkpoint, rising."""
        heads = zip(self._head_sizes, self._head_roots, strict=True)
        return b"".join(self._signed(Head(size, root)) for size, root in heads)

    def receipt(self, index: int) -> str:
        """The same text at any time: inclusion in the first head that holds the entry."""
        head = self.head_covering(index)
        proof = self._tree.inclusion_proof(index, head.size)
        return Receipt(index, tuple(proof), self._signed(head)).render()

    def receipts(self, first: int, last: int) -> list[str]:
        """Receipts of the entries first..last-1, all covered by one head."""
        head = self.head_covering(first)
        return render_batch(self._tree, first, last, head.size, self._signed(head))

    def _signed(self, head: Head) -> bytes:
        note = sign_checkpoint(Checkpoint(self.origin, head.size, head.root), self._seed)
        lines = self._cosigned.get(head.size)
        if not lines:
            return note
        return note + "".join(lines[key] for key in self._witness_keys if key in lines).encode()

    # witnesses

    async def keep_cosignature(self, cosignature: Cosignature) -> bool:
        """Keep the first line of a witness for a published head, on the disk before it is shown.  False when known."""
        if cosignature.key in self._cosigned.get(cosignature.size, ()):
            return False
        await self.store.keep_cosignatures([cosignature])
        self._cosigned.setdefault(cosignature.size, {})[cosignature.key] = cosignature.line
        return True

    def cosigners(self, size: int) -> frozenset[str]:
        """The vkeys of those who have cosigned the head of this size."""
        return frozenset(self._cosigned.get(size, ()))

    def cosignatures(self) -> list[Cosignature]:
        """Every one, rising by size."""
        rows = sorted(self._cosigned.items())
        return [Cosignature(size, key, line) for size, lines in rows for key, line in sorted(lines.items())]

    def heads_after(self, size: int) -> list[Head]:
        """The published heads larger than `size`, rising."""
        start = bisect_right(self._head_sizes, size)
        heads = zip(self._head_sizes[start:], self._head_roots[start:], strict=True)
        return [Head(each, root) for each, root in heads]

    def head_of(self, size: int) -> Head | None:
        """The published head of exactly this size."""
        place = bisect_right(self._head_sizes, size) - 1
        if place < 0 or self._head_sizes[place] != size:
            return None
        return Head(size, self._head_roots[place])

    def note_of(self, head: Head) -> bytes:
        """A published head as a signed note, with the cosignatures that are known."""
        return self._signed(head)

    async def entries_between(self, first: int, last: int) -> list[bytes]:
        """Entries first..last-1, from the store."""
        found: list[bytes] = []
        async for entry in self.store.read(first):
            if first + len(found) == last:
                break
            found.append(entry)
        return found

    async def append(
        self, plan: Callable[[int], Plan | Awaitable[Plan | None] | None], *, though_held: bool = False
    ) -> int | None:
        """Append what `plan`, called with the next index once it is our turn, gives; None when it gives nothing.

        A plan that must be waited for (a signature from another computer) keeps everybody's turn: it bounds its wait.
        """
        async with self._appending:
            if self.held and not though_held:
                raise RecordUnavailable(self.held)
            await self._settle()
            first = self._tree.size
            made = plan(first)
            planned = await made if isinstance(made, Awaitable) else made
            if planned is None or not planned.prepared:
                return None
            self._tree.extend([item.leaf for item in planned.prepared])
            head = Head(self._tree.size, self._tree.root())
            await self._write(planned, first, head)
            self._take(first, planned.prepared, head)
            return first

    async def _write(self, planned: Plan, first: int, head: Head) -> None:
        batch = Batch(
            first=first,
            entries=[item.entry for item in planned.prepared],
            head=head,
            openings=_openings(first, planned.prepared),
            files=planned.files,
            erase_groups=planned.erase_groups,
        )
        try:
            # a crash before the commit leaves the record as it was: phones repeat, the operator sees no effect
            await self.store.append(batch)
            # a crash from here on leaves the batch durable and its head stored: the next start signs and shows it
        except StoreFailed as failure:
            self._take_back(planned, first, head)
            raise self._failed(failure) from failure
        except asyncio.CancelledError:
            self._take_back(planned, first, head)
            raise

    def _take_back(self, planned: Plan, first: int, head: Head) -> None:
        """The tree forgets the entries until `_settle` has learnt whether the store holds them."""
        self._tree.truncate(first)
        self._unsettled = _Unsettled(first, planned.prepared, head)

    def _failed(self, failure: StoreFailed) -> RecordUnavailable:
        self.store_failures += 1
        self._alarm("store_failed", str(failure))
        return RecordUnavailable(str(failure))

    async def _settle(self) -> None:
        """After a failure: learn whether the lost write is in the store, and take it if it is."""
        lost = self._unsettled
        if lost is None:
            return
        try:
            size = await self.store.size()
        except StoreFailed as failure:
            raise self._failed(failure) from failure
        if size == lost.first + len(lost.prepared):
            self._tree.extend([item.leaf for item in lost.prepared])
            self._take(lost.first, lost.prepared, lost.head)
        elif size != lost.first:
            raise RecordDamaged(f"the store holds {size} entries, expected {lost.first}")
        self._unsettled = None

    def _take(self, first: int, prepared: Sequence[Prepared], head: Head) -> None:
        self._head_sizes.append(head.size)
        self._head_roots.append(head.root)
        for offset, item in enumerate(prepared):
            self._fold(first + offset, item)


def _openings(first: int, prepared: Sequence[Prepared]) -> list[Opening]:
    return [
        Opening(first + offset, item.group, item.nonce, item.choice)
        for offset, item in enumerate(prepared)
        if item.group
    ]
