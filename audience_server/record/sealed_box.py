"""The discipline office's key, and libsodium's sealed boxes for it (X25519, XSalsa20-Poly1305).

Nothing of a report is in the record; the key format is kept here because keys are.  The secret half belongs to the
office's own computer and never to the session's.
"""

from __future__ import annotations

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from audience_server.record.forms import FormError, b64, unb64


def new_office_key() -> tuple[str, str]:
    """(public, secret), base64 of 32 bytes each."""
    secret = PrivateKey.generate()
    return b64(bytes(secret.public_key)), b64(bytes(secret))


def open_sealed(box: bytes, secret: str) -> str:
    """What was sealed, as text; FormError when the box is not for this key or holds no text."""
    try:
        return SealedBox(PrivateKey(unb64(secret, 32))).decrypt(box).decode("utf-8")
    except CryptoError:
        raise FormError("not sealed for this key, or damaged") from None
    except UnicodeDecodeError:
        raise FormError("what was sealed is no text") from None
