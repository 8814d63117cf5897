"""The evidence `<session>.c1.tar` and the public bundle: one order, so that two makers give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from audience_server.record.forms import FormError, b64, sha256_hex
from audience_server.record.tiles import entry_tiles, hash_tiles
from audience_server.record.tree import root_of

BLOCK = 512

_PATH = re.compile(r"[A-Za-z0-9._/-]+\Z")


@dataclass(frozen=True, slots=True)
class BundleParts:
    """Everything a bundle holds.  `rolls`, `page`: by path (`page` as served); `openings`, `counts`: by window."""

    origin: str
    policy: bytes
    checkpoint: bytes
    history: bytes
    entries: Sequence[bytes]
    leaf_hashes: Sequence[bytes]
    rolls: Mapping[str, bytes]
    openings: Mapping[str, bytes]
    counts: Mapping[str, bytes]
    results: bytes
    rules: bytes
    page: Mapping[str, bytes]


def ordered_files(parts: BundleParts) -> list[tuple[str, bytes]]:
    """Every file but the manifest in the order of FORMAT.md; paths of one line sorted together bytewise."""
    lines: list[dict[str, bytes]] = [
        {"C1": f"c1/bundle 1\n{parts.origin}\n".encode()},
        {"policy.txt": parts.policy},
        {"checkpoint": parts.checkpoint},
        {"history": parts.history},
        {**entry_tiles(parts.entries), **hash_tiles(parts.leaf_hashes)},
        dict(parts.rolls),
        {f"rounds/{window}.openings": data for window, data in parts.openings.items()},
        {f"rounds/{window}.counts": data for window, data in parts.counts.items()},
        {"results.json": parts.results},
        {"rules.toml": parts.rules},
        {f"page/{path}": data for path, data in parts.page.items()},
    ]
    return [(path, line[path]) for line in lines for path in sorted(line, key=str.encode)]


def public_parts(parts: BundleParts) -> BundleParts:
    """The same without what gives votes away: nonces and choices, and counts that are not suppressed."""
    return replace(parts, openings={}, counts={})


def manifest_text(parts: BundleParts) -> str:
    """What the log and the notaries sign: every file of the bundle, its digest and its length."""
    root = b64(root_of(parts.leaf_hashes))
    listed = "".join(f"{sha256_hex(data)} {len(data)} {path}\n" for path, data in ordered_files(parts))
    return f"c1/manifest\n{parts.origin}\n{len(parts.leaf_hashes)}\n{root}\n{listed}"


def build_bundle(parts: BundleParts, sign_text: Callable[[str], bytes]) -> bytes:
    """The whole tar; `sign_text` makes the manifest's note."""
    return tar_bytes([*ordered_files(parts), ("manifest.note", sign_text(manifest_text(parts)))])


def tar_bytes(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ustar archive of plain files, two zero blocks at the end and nothing more."""
    blocks = bytearray()
    for path, data in files:
        blocks += tar_header(path, len(data))
        blocks += data
        blocks += bytes(-len(data) % BLOCK)
    return bytes(blocks + bytes(2 * BLOCK))


def tar_header(path: str, size: int) -> bytes:
    """One header block, byte for byte as FORMAT.md says."""
    name, prefix = _split_path(path)
    head = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2
    head += b"%011o\0" % size + b"%011o\0" % 0
    tail = b"0" + bytes(100) + b"ustar\x0000" + bytes(32 + 32 + 8 + 8) + prefix.ljust(155, b"\0") + bytes(12)
    checksum = sum(head) + sum(b" " * 8) + sum(tail)
    return head + b"%06o\0 " % checksum + tail


def _split_path(path: str) -> tuple[bytes, bytes]:
    if not _PATH.match(path) or any(part in ("", ".", "..") for part in path.split("/")):
        raise FormError(f"{path[:80]!r} cannot stand in a bundle")
    encoded = path.encode("ascii")
    if len(encoded) <= 100:
        return encoded, b""
    for place, byte in enumerate(encoded):
        if byte == ord("/") and place <= 155 and len(encoded) - place - 1 <= 100:
            return encoded[place + 1 :], encoded[:place]
    raise FormError(f"the path {path[:80]!r}… is too long for a bundle")
