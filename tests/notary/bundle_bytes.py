"""Bytes of format c1, written once more for the tests: digests, keys, notes, tree, archive."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nacl.signing import SigningKey


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def merkle(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there: recursive."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha(b"\x01" + merkle(leaves[:k]) + merkle(leaves[k:]))


def path_to(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The inclusion proof, recursive as in RFC 6962."""
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if index < k:
        return [*path_to(index, leaves[:k]), merkle(leaves[k:])]
    return [*path_to(index - k, leaves[k:]), merkle(leaves[:k])]


@dataclass(frozen=True)
class Signer:
    """A named key of a type, and its lines."""

    name: str
    kind: int
    seed: bytes

    @property
    def key(self) -> SigningKey:
        return SigningKey(self.seed)

    @property
    def public(self) -> bytes:
        return bytes(self.key.verify_key)

    @property
    def key_id(self) -> bytes:
        return sha(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def line(self, text: bytes, time: int = 0) -> bytes:
        if self.kind == 4:
            signed = b"cosignature/v1\ntime %d\n" % time + text
            blob = time.to_bytes(8, "big") + self.key.sign(signed).signature
        else:
            blob = self.key.sign(text).signature
        return f"— {self.name} {b64(self.key_id + blob)}\n".encode()


NOTARY_WITNESS = Signer("notary.example/w1", 4, sha(b"notary witness"))
NOTARY = Signer("notary.example/s1", 1, sha(b"notary statement"))
OBSERVER = Signer("stats.example/w1", 4, sha(b"observer"))
STRANGER = Signer("stranger.example/x", 1, sha(b"stranger"))


def anchor() -> str:
    digest = sha(f"{NOTARY_WITNESS.vkey}\n{NOTARY.vkey}\n".encode())[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True)
class Card:
    """A card or an open phone: one seed, one key a round."""

    panel: str
    number: int

    def key(self, origin: str, round_id: str) -> SigningKey:
        seed = sha(f"{self.panel} {self.number}".encode())[:16]
        prk = hmac.new(bytes(32), seed, hashlib.sha256).digest()
        info = f"c1/round-key\n{origin}\n{round_id}".encode()
        return SigningKey(hmac.new(prk, info + b"\x01", hashlib.sha256).digest())


def tile_name(number: int, width: int) -> str:
    return f"{number:03d}" + (f".p/{width}" if width < 256 else "")


def tar_member(path: str, data: bytes) -> bytes:
    head = path.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2
    head += f"{len(data):011o}\0".encode() + b"00000000000\0"
    tail = b"0" + bytes(100) + b"ustar\x0000" + bytes(80 + 155 + 12)
    total = sum(head) + sum(tail) + 8 * 32
    return head + f"{total:06o}\0 ".encode() + tail + data + bytes(-len(data) % 512)


def tar(files: Mapping[str, bytes]) -> bytes:
    return b"".join(tar_member(path, data) for path, data in files.items()) + bytes(1024)
