"""C2SP checkpoints: three lines, signed by the log, cosigned by witnesses.  https://c2sp.org/tlog-checkpoint"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

from audience_server.record import ed25519
from audience_server.record.forms import FormError, b64, decimal, text_of, unb64
from audience_server.record.notes import (
    COSIGNATURE,
    Signature,
    VerifierKey,
    key_id,
    render,
    sign_note,
    signature_line,
)
from audience_server.record.tree import EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head of one log."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Exactly three lines; extension lines are refused."""
    text_of(text.encode())
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise FormError("a checkpoint has exactly three lines")
    origin, size, root = lines[:3]
    if not origin:
        raise FormError("a checkpoint's origin is empty")
    checkpoint = Checkpoint(origin, decimal(size), unb64(root, 32))
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise FormError("an empty tree has one root only")
    return checkpoint


@lru_cache(maxsize=64)
def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> bytes:
    """The note as the log signs it; signing again gives the same bytes."""
    text = checkpoint.text()
    return render(text, [sign_note(text, checkpoint.origin, seed)])


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosign(checkpoint: Checkpoint, name: str, seed: bytes, time: int) -> str:
    """A witness's signature line (type 0x04) with its time, unix seconds.  https://c2sp.org/tlog-cosignature"""
    text = checkpoint.text()
    signature = struct.pack(">Q", time) + ed25519.sign(seed, _cosigned(text, time))
    return signature_line(name, key_id(name, COSIGNATURE, ed25519.public_key(seed)), signature)


def verify_cosignature(text: str, signature: Signature, key: VerifierKey) -> int:
    """The time at which the witness cosigned; FormError when the cosignature does not hold."""
    if key.type != COSIGNATURE or len(signature.signature) != 72:
        raise FormError("not a cosignature")
    time = int(struct.unpack(">Q", signature.signature[:8])[0])
    if not ed25519.verify(key.public_key, _cosigned(text, time), signature.signature[8:]):
        raise FormError(f"the cosignature of {key.name} does not hold")
    return time
