"""Ed25519 by libsodium's rule, the one rule of the record: S < L, canonical A and R not of small order, cofactorless.

Everything that judges a signature goes through here, so that two honest verifiers can never be made to disagree.
"""

from __future__ import annotations

from functools import lru_cache

from nacl.bindings import (
    crypto_core_ed25519_is_valid_point,
    crypto_sign,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import BadSignatureError

SIGNATURE_BYTES = 64
KEY_BYTES = 32


@lru_cache(maxsize=256)
def _secret(seed: bytes) -> bytes:
    return bytes(crypto_sign_seed_keypair(seed)[1])


def public_key(seed: bytes) -> bytes:
    """The public key (32 bytes) of a 32-byte seed."""
    return bytes(crypto_sign_seed_keypair(seed)[0])


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte signature; the same bytes each time."""
    return bytes(crypto_sign(message, _secret(seed))[:SIGNATURE_BYTES])


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature holds; never raises for malformed input."""
    if len(key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, key)
    except BadSignatureError:
        return False
    return True


def is_roll_key(key: bytes) -> bool:
    """Whether the key may stand on a roll: canonical and in the prime-order subgroup."""
    return len(key) == KEY_BYTES and bool(crypto_core_ed25519_is_valid_point(key))
