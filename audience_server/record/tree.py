"""The Merkle tree of RFC 6962, growing: roots, inclusion and consistency proofs for every size it ever had.

Hashes of complete subtrees are kept level by level (64 bytes an entry in all), so a proof is a handful of look-ups.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return _sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    tree = Tree()
    tree.extend(leaves)
    return tree.root()


class Tree:
    """A growing tree.  Level 0 holds leaf hashes; level k the hashes of complete subtrees of 2^k leaves."""

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        return len(self._levels[0]) // HASH

    def leaf(self, index: int) -> bytes:
        return bytes(self._levels[0][index * HASH : (index + 1) * HASH])

    def append(self, leaf: bytes) -> int:
        """Add one leaf hash; its index."""
        index = self.size
        self._levels[0] += leaf
        place, level, value = index, 0, leaf
        while place & 1:
            held = self._levels[level]
            value = _sha256(b"\x01" + held[(place - 1) * HASH : place * HASH] + value).digest()
            place >>= 1
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += value
        return index

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.append(leaf)

    def truncate(self, size: int) -> None:
        """Forget every leaf from `size` on."""
        for level, held in enumerate(self._levels):
            del held[(size >> level) * HASH :]

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves (all of them unless given)."""
        count = self.size if size is None else size
        if count > self.size:
            raise ValueError(f"size {count} of a tree of {self.size}")
        return EMPTY_ROOT if count == 0 else self._range(0, count)

    def complete(self, level: int, place: int) -> bytes:
        """Hash of the complete subtree of 2^level leaves at `place`; empty when it is not complete yet."""
        if level >= len(self._levels):
            return b""
        return bytes(self._levels[level][place * HASH : (place + 1) * HASH])

    def _range(self, first: int, last: int) -> bytes:
        """Root of the leaves first..last-1; `first` is a multiple of the subtree's width."""
        width = last - first
        level = width.bit_length() - 1
        if width == 1 << level and first % width == 0:
            return self.complete(level, first >> level)
        middle = first + _split(width)
        return node_hash(self._range(first, middle), self._range(middle, last))

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """RFC 6962 2.1.1: the leaf's sibling first."""
        if not 0 <= index < size <= self.size:
            raise ValueError(f"no proof of {index} in {size}")
        proof: list[bytes] = []
        first, last = 0, size
        while last - first > 1:
            middle = first + _split(last - first)
            if index < middle:
                proof.append(self._range(middle, last))
                last = middle
            else:
                proof.append(self._range(first, middle))
                first = middle
        proof.reverse()
        return proof

    def path_texts(self, first: int, last: int, size: int, text: Callable[[bytes], str]) -> list[str]:
        """The inclusion proofs of the entries first..last-1 as text, in one walk: neighbours share their upper path."""
        if not 0 <= first <= last <= size <= self.size:
            raise ValueError(f"no proofs of {first} to {last} in {size}")
        texts: list[str] = []
        waiting = [(0, size, "")] if first < last else []
        while waiting:
            start, end, path = waiting.pop()
            if end - start == 1:
                texts.append(path)
                continue
            middle = start + _split(end - start)
            if last > middle:
                waiting.append((middle, end, text(self._range(start, middle)) + path))
            if first < middle:
                waiting.append((start, middle, text(self._range(middle, end)) + path))
        return texts

    def consistency_proof(self, earlier: int, later: int) -> list[bytes]:
        """RFC 6962 2.1.2."""
        if not 0 < earlier <= later <= self.size:
            raise ValueError(f"no proof from {earlier} to {later}")
        return [] if earlier == later else self._subproof(earlier, 0, later, True)

    def _subproof(self, earlier: int, first: int, last: int, whole: bool) -> list[bytes]:
        if earlier == last - first:
            return [] if whole else [self._range(first, last)]
        width = _split(last - first)
        middle = first + width
        if earlier <= width:
            return [*self._subproof(earlier, first, middle, whole), self._range(middle, last)]
        return [*self._subproof(earlier - width, middle, last, False), self._range(first, middle)]


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, value = index, size - 1, leaf
    for sibling in proof:
        if last == 0 or len(sibling) != HASH:
            return False
        if place & 1 or place == last:
            value = node_hash(sibling, value)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        place >>= 1
        last >>= 1
    return last == 0 and value == root


def verify_consistency(
    earlier: int, earlier_root: bytes, later: int, later_root: bytes, proof: Sequence[bytes]
) -> bool:
    """RFC 9162 2.1.4.2."""
    if not 0 < earlier <= later or any(len(value) != HASH for value in proof):
        return False
    if earlier == later:
        return not proof and earlier_root == later_root
    path = list(proof) if earlier & (earlier - 1) else [earlier_root, *proof]
    if not path:
        return False
    place, last = earlier - 1, later - 1
    while place & 1:
        place >>= 1
        last >>= 1
    old = new = path[0]
    for value in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old = node_hash(value, old)
            new = node_hash(value, new)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            new = node_hash(new, value)
        place >>= 1
        last >>= 1
    return last == 0 and old == earlier_root and new == later_root
