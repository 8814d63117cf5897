"""`rounds/<window>.openings`: index, nonce and choice of every counted ballot."""

from __future__ import annotations

from collections.abc import Iterable

from audience_server.record.forms import b64


def openings_file(rows: Iterable[tuple[int, bytes, str]]) -> bytes:
    """Rows (index, nonce, choice), rising."""
    return "".join(f"{index} {b64(nonce)} {choice}\n" for index, nonce, choice in rows).encode()
