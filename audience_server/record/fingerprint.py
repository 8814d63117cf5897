"""The fingerprint (校验码) of a tree head: 25 digits that people read aloud and write down."""

from __future__ import annotations

import hashlib

from audience_server.record.forms import b64

DIGITS = 25


def fingerprint(origin: str, size: int, root: bytes) -> str:
    """Five groups of five digits."""
    digest = hashlib.sha256(f"c1/fingerprint\n{origin}\n{size}\n{b64(root)}".encode()).digest()
    digits = str(int.from_bytes(digest, "big") % 10**DIGITS).zfill(DIGITS)
    return " ".join(digits[start : start + 5] for start in range(0, DIGITS, 5))
