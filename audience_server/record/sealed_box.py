"""The discipline office's key, and libsodium's sealed boxes for it (X25519, XSalsa20-Poly1305).

Nothing of a report is in the record; the key format is kept here because keys are.  The secret half belongs to the
office's own computer and never to the session's.
"""

from __future__ import annotations

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from audience_server.record.forms import FormError, b64, unb64


def new_office_key() -> tuple[str, str]:
    """(public, secret), base64 of 32 bytes each."""
    secret = PrivateKey.generate()
    return b64(bytes(secret.public_key)), b64(bytes(secret))


def seal(text: str, public: str) -> bytes:
    """A box that only the holder of the secret half of `public` (base64, 32 bytes) opens."""
    return bytes(SealedBox(PublicKey(unb64(public, 32))).encrypt(text.encode()))


def open_sealed(box: bytes, secret: str) -> str:
    """What was sealed, as text; FormError when the box is not for this key or holds no text."""
    try:
        return SealedBox(PrivateKey(unb64(secret, 32))).decrypt(box).decode("utf-8")
    except CryptoError:
        raise FormError("not sealed for this key, or damaged") from None
    except UnicodeDecodeError:
        raise FormError("what was sealed is no text") from None
