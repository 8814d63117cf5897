"""What voids a card: the request that the notary made of a stub (`notary card`), or the card's own code in a file.

The code never leaves this computer: what travels are the public keys that are derived from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from audience_server.wire.commands import VoidCardCommand

MOST_SPARES = 64


class BadCardFile(ValueError):
    """Neither a request nor a code; the text says what would be right."""


def of_request(data: bytes, reason: str) -> VoidCardCommand:
    try:
        request = json.loads(data)
        keys = {str(name): str(key) for name, key in request["keys"].items()}
        return VoidCardCommand(serial=int(request["serial"]), keys=keys, reason=reason)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadCardFile("no request; `touchstone notary card` makes it") from None


def of_code(data: bytes, serial: int, origin: str, rounds: Iterable[str], reason: str) -> VoidCardCommand:
    """`rounds`: those of the session; check-in and spare rounds are added."""
    from audience_server.record.codes import normalise, round_seed, seed_of
    from audience_server.record.ed25519 import public_key
    from audience_server.record.forms import FormError, b64

    try:
        seed = seed_of(normalise(data.decode("utf-8", "replace").strip()))
    except FormError as error:
        raise BadCardFile(str(error)) from None
    names = ["r00", *rounds, *(f"r{900 + number}" for number in range(MOST_SPARES))]
    keys = {name: b64(public_key(round_seed(seed, origin, name))) for name in names}
    return VoidCardCommand(serial=serial, keys=keys, reason=reason)


def of_either(data: bytes, serial: int, origin: str, rounds: Iterable[str], reason: str) -> VoidCardCommand:
    """A request is JSON; a code never begins like that."""
    if data.lstrip().startswith(b"{"):
        return of_request(data, reason)
    return of_code(data, serial, origin, rounds, reason)
