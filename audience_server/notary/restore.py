"""What a server lost, from this copy: entries with their checkpoints and the figures that they bind, in small parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.mirror import Mirror

PART_BYTES = 512 * 1024


def lost_by_server(mirror: Mirror, windows: Collection[str], first: int) -> Iterator[Mapping[str, Any]]:
    """The answer to `restore`.  `windows`: those that entries from `first` on have locked."""
    for head in mirror.heads(first):
        part: list[str] = []
        length = 0
        for entry in mirror.entries(first, head.size):
            if part and length + len(entry) > PART_BYTES:
                yield {"type": "mirrored", "first": first, "entries": part, "checkpoint": ""}
                first, part, length = first + len(part), [], 0
            part.append(v.b64(entry))
            length += len(entry)
        yield {"type": "mirrored", "first": first, "entries": part, "checkpoint": head.note}
        first = head.size
    for path in (f"rounds/{name}.{kind}" for name in windows for kind in ("openings", "counts")):
        data = mirror.file(path) or b""
        for offset in range(0, len(data), PART_BYTES):
            part_of_file = v.b64(data[offset : offset + PART_BYTES])
            yield {"type": "mirrored_file", "path": path, "offset": offset, "data": part_of_file, "last": False}
    yield {"type": "mirrored_file", "path": "", "data": "", "last": True}
