"""C2SP tlog-tiles: entries and hashes in tiles of 256, partial ones at the right edge only.  https://c2sp.org/tlog-tiles"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence

from audience_server.record.tree import Tree, node_hash

WIDTH = 256

_ENTRY_TILE = re.compile(r"tile/entries/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/[1-9][0-9]{0,2})?\Z")
_HASH_TILE = re.compile(r"tile/([0-7])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z")


def tile_number(number: int) -> str:
    """1234067 -> x001/x234/067"""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def tile_paths(level: str, count: int) -> list[tuple[str, int, int]]:
    """(path, first, last) of every tile of a level that holds `count` items."""
    full, rest = divmod(count, WIDTH)
    paths = [(f"tile/{level}/{tile_number(tile)}", tile * WIDTH, (tile + 1) * WIDTH) for tile in range(full)]
    if rest:
        paths.append((f"tile/{level}/{tile_number(full)}.p/{rest}", full * WIDTH, count))
    return paths


def entry_tiles(entries: Sequence[bytes]) -> dict[str, bytes]:
    return {path: entry_bundle(entries[first:last]) for path, first, last in tile_paths("entries", len(entries))}


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """The bytes of one tile of entries: each behind its length."""
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def entries_at(path: str, size: int) -> tuple[int, int] | None:
    """First and last + 1 of the entries at a C2SP path (`tile/entries/<N>[.p/<W>]`) of a tree that no longer grows."""
    found = _ENTRY_TILE.match(path)
    if found is None:
        return None
    first = int(found[1].replace("x", "").replace("/", "")) * WIDTH
    last = min(size, first + WIDTH)
    width = f".p/{last - first}" if last - first < WIDTH else ""
    if first >= size or path != f"tile/entries/{tile_number(first // WIDTH)}{width}":
        return None
    return first, last


def hash_tiles(leaf_hashes: Sequence[bytes]) -> dict[str, bytes]:
    tiles: dict[str, bytes] = {}
    level, hashes = 0, list(leaf_hashes)
    while hashes:
        for path, first, last in tile_paths(str(level), len(hashes)):
            tiles[path] = b"".join(hashes[first:last])
        hashes = [_root(hashes[start : start + WIDTH]) for start in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        level += 1
    return tiles


def hash_tile(tree: Tree, path: str) -> bytes | None:
    """The hash tile at a C2SP path (`tile/<L>/<N>[.p/<W>]`) of a growing tree, or None where it has none."""
    found = _HASH_TILE.match(path)
    if found is None:
        return None
    level, width = int(found[1]), int(found[3] or WIDTH)
    number = int(found[2].replace("x", "").replace("/", ""))
    if tile_number(number) != found[2] or width == 0 or width > WIDTH or (found[3] and width == WIDTH):
        return None
    hashes = [tree.complete(level * 8, number * WIDTH + place) for place in range(width)]
    return b"".join(hashes) if all(hashes) else None


def _root(hashes: Sequence[bytes]) -> bytes:
    """The root of one full tile."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row[0]
