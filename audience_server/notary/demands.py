"""Ballots that voters showed at the notary's desk: remembered here, and looked for until their window has closed.

The server writes the incident; whether it did what was demanded, this computer sees for itself.
"""

from __future__ import annotations

import json

from audience_server.notary import verify as v
from audience_server.notary.mirror import Mirror

FACT = "demands"


class Demands:
    """leaf (hex) -> window of what is still awaited, in the copy, so that a restart forgets nothing."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._awaited: dict[str, str] = json.loads(mirror.fact(FACT) or "{}")

    def remember(self, entry: bytes) -> None:
        """On the disk before the server is asked.  What is no ballot is asked for and not awaited."""
        lines = entry.split(b"\n")
        if lines[0] != b"c1/ballot" or len(lines) < 3:
            return
        self._awaited[v.leaf_hash(entry).hex()] = lines[2].decode("utf-8", "replace")
        self._keep()

    def missed(self, case: v.Case) -> list[str]:
        """Windows that closed without a ballot that was demanded before; each is told once."""
        if not self._awaited:
            return []
        here = {leaf.hex() for leaf in case.leaves}
        over = {name for name, window in case.windows.items() if window.close is not None}
        missed = [window for leaf, window in self._awaited.items() if leaf not in here and window in over]
        left = {leaf: window for leaf, window in self._awaited.items() if leaf not in here and window not in over}
        if left != self._awaited:
            self._awaited = left
            self._keep()
        return missed

    def _keep(self) -> None:
        self._mirror.keep_fact(FACT, json.dumps(self._awaited))
