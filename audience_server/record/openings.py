"""`rounds/<window>.openings`: index, nonce and choice of every counted ballot."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from audience_server.record.forms import FormError, b64, decimal, text_of, unb64


def openings_file(rows: Iterable[tuple[int, bytes, str]]) -> bytes:
    """Rows (index, nonce, choice), rising."""
    return "".join(f"{index} {b64(nonce)} {choice}\n" for index, nonce, choice in rows).encode()


def parse_openings(data: bytes) -> list[tuple[int, bytes, str]]:
    """The rows of such a file; FormError unless their indices rise."""
    rows: list[tuple[int, bytes, str]] = []
    for line in text_of(data).split("\n")[:-1]:
        parts = line.split(" ")
        if len(parts) != 3:
            raise FormError("an opening is: index, nonce, choice")
        rows.append((decimal(parts[0]), unb64(parts[1], 32), parts[2]))
    if openings_file(rows) != data or any(a[0] >= b[0] for a, b in pairwise(rows)):
        raise FormError("openings rise by index and end with a line end")
    return rows
