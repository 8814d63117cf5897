"""The small forms that everything else is written in: base64, decimals, digests.  One way to write each."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")
LARGEST = 2**63


class FormError(ValueError):
    """The bytes are not of the form they must have; the text says which."""


def b64(data: bytes) -> str:
    """Canonical standard base64."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def unb64(text: str, length: int | None = None) -> bytes:
    """The bytes of canonical base64 (encoded again and compared), of exactly `length` bytes where given."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise FormError("not base64") from None
    if b64(data) != text:
        raise FormError("base64 is not canonical")
    if length is not None and len(data) != length:
        raise FormError(f"{len(data)} bytes where {length} belong")
    return data


def decimal(text: str) -> int:
    """A size or index: digits without leading zeros, below 2^63."""
    if not _DECIMAL.match(text) or int(text) >= LARGEST:
        raise FormError(f"{text[:24]!r} is not a decimal number below 2^63")
    return int(text)


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def text_of(data: bytes) -> str:
    """UTF-8 without the characters that entries and notes forbid (LF is the only line end)."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise FormError("not UTF-8") from None
    if FORBIDDEN.search(text):
        raise FormError("a control character")
    return text


FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""Everything forbidden in an entry; a note allows nothing else either."""


def is_one_line(text: str) -> bool:
    """Whether a JSON line may hold the text: no line end, no control character, no lone surrogate."""
    return "\n" not in text and not FORBIDDEN.search(text) and not any("\ud800" <= c <= "\udfff" for c in text)
