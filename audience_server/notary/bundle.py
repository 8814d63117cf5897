"""Evidence and public bundle built from the witness's own mirror, alone: byte for byte what the server builds.

The shapes are those of verify.py, which is how a reader knows them too; only the writing is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from audience_server.notary import verify as v
from audience_server.notary.mirror import Mirror
from audience_server.notary.said import Refused

WIDTH = 256
MANIFEST, PUBLIC_MANIFEST = "manifest.note", "public/manifest.note"
ENDING = ".c1.tar"


class BundleRefused(Refused):
    """The mirror cannot make the evidence (yet)."""


def history_of(mirror: Mirror, witness_keys: Sequence[str]) -> bytes:
    """Every checkpoint this witness knows, with the lines of the witnesses in the policy's order."""
    return b"".join(noted(mirror, head.size, head.note, witness_keys) for head in mirror.heads())


def noted(mirror: Mirror, size: int, note: str, witness_keys: Sequence[str]) -> bytes:
    lines = mirror.lines_of(size)
    return (note + "".join(lines[key] for key in witness_keys if key in lines)).encode()


def entry_tiles(entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """tile/entries/…: each entry behind its length in two bytes, big-endian."""
    for number in range(-(-len(entries) // WIDTH)):
        part = entries[number * WIDTH : (number + 1) * WIDTH]
        data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
        yield v.tile_path("entries", number, len(part)), data


def ordered_files(mirror: Mirror, windows: Sequence[str]) -> list[tuple[str, bytes]]:
    """Every file but the manifest, in the order of the archive.

    `windows`: those that are locked and stand; none of them for the public bundle, which holds no openings and counts.
    """
    entries = list(mirror.entries())
    leaves = [v.leaf_hash(entry) for entry in entries]
    origin = mirror.fact("origin") or ""
    kept = mirror.file_paths()
    lines: list[dict[str, bytes]] = [
        {"C1": f"c1/bundle 1\n{origin}\n".encode()},
        {"policy.txt": _file(mirror, "policy.txt")},
        {"checkpoint": _file(mirror, "checkpoint")},
        {"history": _file(mirror, "history")},
        {**dict(entry_tiles(entries)), **dict(v.hash_tiles(leaves))},
        {path: _file(mirror, path) for path in kept if path.startswith("rolls/")},
        {f"rounds/{name}.openings": _file(mirror, f"rounds/{name}.openings") for name in windows},
        {f"rounds/{name}.counts": _file(mirror, f"rounds/{name}.counts") for name in windows},
        {"results.json": _file(mirror, "results.json")},
        {"rules.toml": _file(mirror, "rules.toml")},
        {path: _file(mirror, path) for path in kept if path.startswith("page/")},
    ]
    return [(path, line[path]) for line in lines for path in sorted(line, key=str.encode)]


def _file(mirror: Mirror, path: str) -> bytes:
    data = mirror.file(path)
    if data is None:
        raise BundleRefused("bundle_lacks", path=path)
    return data


def manifest_text(mirror: Mirror, windows: Sequence[str]) -> str:
    """The text that log and notaries sign, from this copy alone; without windows that of the public bundle."""
    files = ordered_files(mirror, windows)
    leaves = [v.leaf_hash(entry) for entry in mirror.entries()]
    listed = "".join(f"{v.sha256(data).hex()} {len(data)} {path}\n" for path, data in files)
    return f"c1/manifest\n{mirror.fact('origin')}\n{len(leaves)}\n{v.b64(v.root_of(leaves))}\n{listed}"


def build_bundle(mirror: Mirror, windows: Sequence[str]) -> bytes:
    """The evidence, with its manifest as it was signed."""
    return _archive([*ordered_files(mirror, windows), ("manifest.note", _file(mirror, MANIFEST))])


def build_public_bundle(mirror: Mirror) -> bytes:
    """What may be published: the evidence without openings and counts, under a manifest of its own."""
    return _archive([*ordered_files(mirror, ()), ("manifest.note", _file(mirror, PUBLIC_MANIFEST))])


def is_signed(mirror: Mirror) -> bool:
    """Whether both manifests are here as log and notaries signed them."""
    return all(mirror.file(path) is not None for path in (MANIFEST, PUBLIC_MANIFEST))


def file_name(origin: str) -> str:
    """What the server's export calls the evidence of this session."""
    return origin.partition("/")[2].replace("/", "-") + ENDING


def write_bundles(mirror: Mirror, windows: Sequence[str], path: Path) -> Path:
    """Both archives: the evidence at `path`, the public one in a folder of its own beside it, as the server's export
    writes them; the public one's path is returned."""
    evidence, public = build_bundle(mirror, windows), build_public_bundle(mirror)
    stem = path.name.removesuffix(ENDING)
    published = path.with_name(f"{stem}-public") / f"{stem}.public{ENDING}"
    path.write_bytes(evidence)
    published.parent.mkdir(exist_ok=True)
    published.write_bytes(public)
    return published


def _archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    blocks = bytearray()
    for path, data in files:
        header = v.tar_header(path, len(data))
        if header is None:
            raise BundleRefused("bundle_path", path=path)
        blocks += header + data + bytes(-len(data) % 512)
    return bytes(blocks + bytes(1024))
