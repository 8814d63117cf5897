"""Ballots that voters showed at the notary's desk: remembered here, and looked for until their window has closed.

The server writes the incident; whether it did what was demanded, this computer sees for itself.  No choice is kept, and
nothing of a ballot once it is recorded: who stood at the desk must not lead to a vote.
"""

from __future__ import annotations

import json
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.follow import Follower
from audience_server.notary.mirror import Mirror
from audience_server.notary.said import Refused

FACT = "demands"


class NoBallot(Refused):
    """What was scanned is no ballot of this session."""


def read_shown(shown: str, origin: str) -> tuple[dict[str, str], v.Voice]:
    """What a voter's phone shows as QR, JSON {present, entry, nonce, choice}, and its ballot.  Raises NoBallot."""
    try:
        told = json.loads(shown)
        fields = {name: str(told[name]) for name in ("present", "entry", "nonce", "choice")}
        entry = fields["entry"].encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoBallot("not_scanned") from None
    try:
        ballot = v.read_entry(entry, origin)
    except v.FormError:
        raise NoBallot("no_ballot") from None
    if not isinstance(ballot, v.Voice) or not ballot.window or not ballot.is_signed():
        raise NoBallot("no_ballot")
    return fields, ballot


class Demands:
    """`awaited`: leaf (hex) -> window, key, counter; `missed`: leaf -> window, until the notary has decided about it.

    Both are in the copy, so that a restart forgets nothing.
    """

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        kept = json.loads(mirror.fact(FACT) or "{}")
        self.awaited: dict[str, dict[str, Any]] = kept.get("awaited", {})
        self.missed: dict[str, str] = kept.get("missed", {})

    def remember(self, leaf: bytes, ballot: v.Voice) -> None:
        """On the disk before the server is asked."""
        self.awaited[leaf.hex()] = {"window": ballot.window, "key": v.b64(ballot.key), "counter": ballot.counter}
        self._keep()

    def look(self, follower: Follower) -> list[str]:
        """Windows that closed without a ballot that was demanded before; each is told once."""
        missed = []
        for leaf, each in list(self.awaited.items()):
            window = follower.case.windows.get(each["window"])
            is_over = window is not None and window.close is not None
            if follower.has_ballot(bytes.fromhex(leaf)) or _has_newer(window, each):
                del self.awaited[leaf]
            elif is_over:
                del self.awaited[leaf]
                self.missed[leaf] = each["window"]
                missed.append(str(each["window"]))
            else:
                continue
            self._keep()
        return missed

    def settle(self, leaf: str) -> None:
        """The notary has said what there is to say."""
        del self.missed[leaf]
        self._keep()

    def _keep(self) -> None:
        self._mirror.keep_fact(FACT, json.dumps({"awaited": self.awaited, "missed": self.missed}))


def _has_newer(window: v.Window | None, ballot: dict[str, Any]) -> bool:
    """The voter has cast again meanwhile, and that ballot counts."""
    best = None if window is None else window.best.get(v.unb64(ballot["key"]))
    return best is not None and best.counter >= ballot["counter"]
