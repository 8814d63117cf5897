"""Card codes: 19 random characters and a check character, and the keys that follow from them (FORMAT.md)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from audience_server.record.forms import FormError

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 20

_VALUE = {character: place for place, character in enumerate(ALPHABET)}


def check_character(first: str) -> str:
    """Luhn mod 32 over the 19 characters, from the right with factors 2, 1, 2, …"""
    total = 0
    for distance, character in enumerate(reversed(first)):
        product = _VALUE[character] * (2 if distance % 2 == 0 else 1)
        total += product // 32 + product % 32
    return ALPHABET[-total % 32]


def normalise(typed: str) -> str:
    """The code as typed (any case, spaces or hyphens between groups) in 20 upper-case characters."""
    code = typed.upper().replace(" ", "").replace("-", "")
    if len(code) != CODE_LENGTH:
        raise FormError(f"{len(code)} characters; a code has {CODE_LENGTH}")
    wrong = next((character for character in code if character not in _VALUE), None)
    if wrong is not None:
        raise FormError(f"{wrong!r} does not occur in codes")
    if check_character(code[:-1]) != code[-1]:
        raise FormError("the check character does not fit: one character is wrong or two are swapped")
    return code


def printed(code: str) -> str:
    """Four groups of five."""
    return "-".join(code[start : start + 5] for start in range(0, CODE_LENGTH, 5))


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """A fresh code; `random_bytes(n)` gives n secret random bytes."""
    first = "".join(ALPHABET[value & 31] for value in random_bytes(CODE_LENGTH - 1))
    return first + check_character(first)


def seed_of(code: str) -> bytes:
    """The card's 16-byte seed."""
    return hashlib.sha256(b"c1/card\n" + code.encode("ascii")).digest()[:16]


def round_seed(seed: bytes, origin: str, round_id: str) -> bytes:
    """The Ed25519 seed of one round: HKDF-SHA256 (RFC 5869), salt empty, 32 bytes."""
    extracted = hmac.digest(bytes(32), seed, "sha256")
    info = f"c1/round-key\n{origin}\n{round_id}".encode()
    return hmac.digest(extracted, info + b"\x01", "sha256")
