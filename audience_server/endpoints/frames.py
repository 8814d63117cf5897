"""The one frame shape that phones send and the one they get: a whole, short text message.

Everything else (fragments, control frames, long frames) is left to the websocket library, frame by frame: where one
ends is told here, so that the library never holds half of one.  RFC 6455, section 5.2.
"""

from __future__ import annotations

FIN_TEXT = 0x81
MASKED = 0x80
SHORT = 126
LONG = 127
MASK_BYTES = 4


def text_frame(payload: bytes) -> bytes:
    """An unmasked text frame, as servers send it."""
    size = len(payload)
    if size < SHORT:
        return bytes((FIN_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((FIN_TEXT, SHORT)) + size.to_bytes(2, "big") + payload
    return bytes((FIN_TEXT, LONG)) + size.to_bytes(8, "big") + payload


def unmask(payload: bytes, mask: bytes) -> bytes:
    """RFC 6455, section 5.3: each byte xor the mask's byte, done on one big integer."""
    size = len(payload)
    stretched = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(stretched, "big")).to_bytes(size, "big")


def take_text(data: bytes, start: int, largest: int) -> tuple[bytes, int] | None:
    """The text of the whole masked, unfragmented text frame at `start`, and where it ends; None for anything else."""
    have = len(data) - start
    if have < 6 or data[start] != FIN_TEXT or not data[start + 1] & MASKED:
        return None
    size, head = data[start + 1] & 0x7F, 2
    if size == SHORT:
        size, head = int.from_bytes(data[start + 2 : start + 4], "big"), 4
        if size < SHORT:
            return None
    if size == LONG or size > largest or have < head + 4 + size:
        return None
    body = start + head + 4
    return unmask(data[body : body + size], data[body - 4 : body]), body + size


def frame_end(data: bytes, start: int, largest: int) -> int | None:
    """Where the frame at `start` ends, None while it is not whole.

    What no phone may send (unmasked, too long) "ends" with the data: the library has to see it now and refuse it.
    """
    have = len(data) - start
    if have < 2:
        return None
    size, head = data[start + 1] & 0x7F, 2
    if not data[start + 1] & MASKED:
        return len(data)
    if size >= SHORT:
        head = 4 if size == SHORT else 10
        if have < head:
            return None
        size = int.from_bytes(data[start + 2 : start + head], "big")
    if size > largest:
        return len(data)
    end = start + head + MASK_BYTES + size
    return end if end <= len(data) else None
