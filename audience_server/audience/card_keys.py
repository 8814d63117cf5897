"""One voter's keys: from a card's code, or a seed that an open panel's phone made for itself."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from audience_server.record.ballots import build_ballot, build_present, commitment
from audience_server.record.codes import normalise, round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import FormError, b64


def code_of_link(link: str) -> str:
    """The code in a card's link `<base>/#c1.<code>[.<anchor>]`."""
    parts = urlsplit(link).fragment.split(".")
    if len(parts) not in (2, 3) or parts[0] != "c1":
        raise FormError(f"{link[:80]!r} is no card's link")
    return normalise(parts[1])


class CardKeys:
    """Signs for one card; the code is forgotten, only the seed stays."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    @classmethod
    def of_code(cls, code: str) -> CardKeys:
        return cls(seed_of(code))

    @classmethod
    def fresh(cls) -> CardKeys:
        return cls(secrets.token_bytes(16))

    def round_seed(self, origin: str, round_id: str) -> bytes:
        return round_seed(self._seed, origin, round_id)

    def key(self, origin: str, round_id: str) -> str:
        return b64(public_key(self.round_seed(origin, round_id)))

    def present(self, origin: str) -> str:
        return build_present(origin, self.round_seed(origin, "r00")).decode()

    def ballot(self, origin: str, window: str, counter: int, choice: str) -> dict[str, str]:
        """The fields of a cast: entry, nonce, choice."""
        seed = self.round_seed(origin, window.partition(".")[0])
        nonce = secrets.token_bytes(32)
        committed = commitment(origin, window, public_key(seed), counter, nonce, choice)
        entry = build_ballot(origin, window, seed, counter, committed)
        return {"entry": entry.decode(), "nonce": b64(nonce), "choice": choice}
