"""Pictures on their way in: binary frames of the phone socket, put together again.

A frame is 16 bytes of upload id, 2 bytes of part number (from 0), 2 bytes of how many parts, big-endian, then bytes.
One upload a line at a time, bounded by the session file; all lines together bounded too.  Nothing here looks inside.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from audience_server.wire.codec import MAX_PHONE_FRAME

ID_BYTES = 16
HEAD_BYTES = 20
PART_BYTES = MAX_PHONE_FRAME - HEAD_BYTES
MOST_BYTES_AT_ONCE = 64 * 1024 * 1024


@dataclass(slots=True)
class PictureRoom:
    """How many bytes of pictures all phones may have on their way; `largest` 0: this session takes none."""

    largest: int
    taken: int = 0


@dataclass(slots=True)
class PictureParts:
    """The upload of one line."""

    room: PictureRoom
    name: str = ""
    _parts: dict[int, bytes] = field(default_factory=dict)
    _count: int = 0
    _bytes: int = 0

    def take(self, frame: bytes) -> bool:
        """One part; False when it is none, or too much: then the upload is gone."""
        if len(frame) <= HEAD_BYTES or not self.room.largest:
            return False
        name = frame[:ID_BYTES].hex()
        number, count = int.from_bytes(frame[16:18], "big"), int.from_bytes(frame[18:20], "big")
        if name != self.name or count != self._count:
            self.drop()
            self.name, self._count = name, count
        part = frame[HEAD_BYTES:]
        more = len(part) - len(self._parts.get(number, b""))
        fits = self._bytes + more <= self.room.largest and self.room.taken + more <= MOST_BYTES_AT_ONCE
        if number >= count or not fits:
            self.drop()
            return False
        self._parts[number] = part
        self._bytes += more
        self.room.taken += more
        return True

    def finish(self, name: str) -> bytes | None:
        """The whole picture, once; None when that upload is not here, or not whole."""
        if name != self.name or len(self._parts) != self._count or not self._count:
            return None
        whole = b"".join(self._parts[number] for number in range(self._count))
        self.drop()
        return whole

    def drop(self) -> None:
        self.room.taken -= self._bytes
        self.name, self._count, self._bytes = "", 0, 0
        self._parts = {}
