"""C2SP signed notes: a text, an empty line, signature lines.  https://c2sp.org/signed-note

Read strictly: canonical base64, LF only, no control characters.  A failing signature of a known key kills the note.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from audience_server.record import ed25519
from audience_server.record.forms import FormError, b64, text_of, unb64

ED25519 = 0x01
COSIGNATURE = 0x04
DASH = "\u2014 "
MOST_SIGNATURES = 100

_NAME = re.compile(r"[^\s+]+\Z")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key as a vkey names it."""

    name: str
    type: int
    public_key: bytes
    key_id: bytes


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose it claims to be, and its bytes without the key id."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """`text` ends with a line end; it is what is signed."""

    text: str
    signatures: tuple[Signature, ...]


def key_id(name: str, type_: int, public_key: bytes) -> bytes:
    """Four bytes that select a key; they never identify one."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([type_]) + public_key).digest()[:4]


def vkey(name: str, type_: int, public_key: bytes) -> str:
    return f"{name}+{key_id(name, type_, public_key).hex()}+{b64(bytes([type_]) + public_key)}"


def parse_vkey(text: str) -> VerifierKey:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _NAME.match(parts[0]):
        raise FormError("a vkey is name+id+key")
    name, identifier, encoded = parts
    data = unb64(encoded)
    if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
        raise FormError("a vkey's key is a type byte and 32 bytes")
    expected = key_id(name, data[0], data[1:])
    if identifier != expected.hex():
        raise FormError("a vkey's id does not fit its key")
    return VerifierKey(name, data[0], data[1:], expected)


def signature_line(name: str, identifier: bytes, signature: bytes) -> str:
    return f"{DASH}{name} {b64(identifier + signature)}\n"


def sign_note(text: str, name: str, seed: bytes) -> str:
    """The signature line of a plain Ed25519 signer (type 0x01)."""
    public = ed25519.public_key(seed)
    return signature_line(name, key_id(name, ED25519, public), ed25519.sign(seed, text.encode()))


def render(text: str, lines: Sequence[str]) -> bytes:
    return (text + "\n" + "".join(lines)).encode()


def parse_note(raw: bytes) -> Note:
    """Text and signature lines; nothing is verified."""
    text = text_of(raw)
    if not text.endswith("\n"):
        raise FormError("a note ends with a line end")
    body, gap, tail = text.rpartition("\n\n")
    if not gap or not tail:
        raise FormError("no empty line before the signatures")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise FormError(f"more than {MOST_SIGNATURES} signatures")
    return Note(body + "\n", tuple(map(_parse_line, lines)))


def _parse_line(line: str) -> Signature:
    if not line.startswith(DASH):
        raise FormError("a signature line begins with an em dash")
    name, space, encoded = line[len(DASH) :].partition(" ")
    if not space or not _NAME.match(name):
        raise FormError("a signature line is: dash, name, base64")
    data = unb64(encoded)
    if len(data) < 5:
        raise FormError("a signature is too short")
    return Signature(name, data[:4], data[4:])


def open_note(raw: bytes, known: Sequence[VerifierKey]) -> tuple[str, list[str]]:
    """The text and the names of the known Ed25519 keys that signed it; unknown signatures are passed over."""
    note = parse_note(raw)
    verified: list[str] = []
    for signature in note.signatures:
        key = next((key for key in known if (key.name, key.key_id) == (signature.name, signature.key_id)), None)
        if key is None or key.type != ED25519:
            continue
        if not ed25519.verify(key.public_key, note.text.encode(), signature.signature):
            raise FormError(f"the signature of {key.name} does not hold")
        if key.name not in verified:
            verified.append(key.name)
    return note.text, verified
