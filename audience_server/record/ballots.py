"""The two entries that phones sign: `c1/ballot` and `c1/present` (FORMAT.md).

Exactly these lines, one signature named `card`.  Parsing checks the form; the signature is a call of its own, because
it costs more than everything else together.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from audience_server.record import ed25519
from audience_server.record.forms import FormError, b64, decimal, text_of, unb64
from audience_server.record.notes import ED25519, key_id, sign_note

CARD = "card"
LONGEST_BALLOT = 2048

_WINDOW = re.compile(r"[rt][0-9]{2,}(?:\.[1-9][0-9]*)?\Z")
_SIGNATURE_START = f"\u2014 {CARD} "


@dataclass(frozen=True, slots=True)
class BallotEntry:
    """A parsed ballot; `verify` says whether its key signed it."""

    window: str
    key: bytes
    q: int
    commitment: bytes
    signed_text: bytes
    signature: bytes

    def verify(self) -> bool:
        return ed25519.verify(self.key, self.signed_text, self.signature)


@dataclass(frozen=True, slots=True)
class PresentEntry:
    """A parsed check-in."""

    key: bytes
    signed_text: bytes
    signature: bytes

    def verify(self) -> bool:
        return ed25519.verify(self.key, self.signed_text, self.signature)


def commitment(origin: str, window: str, key: bytes, q: int, nonce: bytes, choice: str) -> bytes:
    """What a ballot says about its choice until the opening is published."""
    head = f"c1/choice\n{origin}\n{window}\n{b64(key)}\n{q}\n".encode()
    return hashlib.sha256(head + nonce + choice.encode()).digest()


def build_ballot(origin: str, window: str, round_seed: bytes, q: int, committed: bytes) -> bytes:
    key = ed25519.public_key(round_seed)
    text = f"c1/ballot\n{origin}\n{window}\n{b64(key)}\n{q}\nm1 {b64(committed)}\n"
    return (text + "\n" + sign_note(text, CARD, round_seed)).encode()


def build_present(origin: str, check_in_seed: bytes) -> bytes:
    text = f"c1/present\n{origin}\n{b64(ed25519.public_key(check_in_seed))}\n"
    return (text + "\n" + sign_note(text, CARD, check_in_seed)).encode()


def parse_ballot(entry: bytes, origin: str) -> BallotEntry:
    lines = _lines(entry, 9)
    if lines[0] != "c1/ballot" or lines[1] != origin:
        raise FormError("not a ballot of this session")
    window, q_text, payload = lines[2], lines[4], lines[5]
    if not _WINDOW.match(window):
        raise FormError("a window is named like r01 or r01.2")
    if not payload.startswith("m1 "):
        raise FormError("the payload is not of kind m1")
    key = unb64(lines[3], 32)
    signature = _signature(lines[6], lines[7], key)
    signed = entry[: entry.rindex(b"\n\n") + 1]
    return BallotEntry(window, key, decimal(q_text), unb64(payload[3:], 32), signed, signature)


def parse_present(entry: bytes, origin: str) -> PresentEntry:
    lines = _lines(entry, 6)
    if lines[0] != "c1/present" or lines[1] != origin:
        raise FormError("not a check-in of this session")
    key = unb64(lines[2], 32)
    signature = _signature(lines[3], lines[4], key)
    return PresentEntry(key, entry[: entry.rindex(b"\n\n") + 1], signature)


def _lines(entry: bytes, count: int) -> list[str]:
    if len(entry) > LONGEST_BALLOT:
        raise FormError("the entry is too long")
    lines = text_of(entry).split("\n")
    if len(lines) != count or lines[-1]:
        raise FormError(f"the entry has {len(lines) - 1} lines; {count - 1} are right")
    return lines


def _signature(empty: str, line: str, key: bytes) -> bytes:
    if empty or not line.startswith(_SIGNATURE_START):
        raise FormError("one signature named card belongs behind an empty line")
    data = unb64(line[len(_SIGNATURE_START) :], 68)
    if data[:4] != key_id(CARD, ED25519, key):
        raise FormError("the key id is not that of the key")
    return data[4:]
