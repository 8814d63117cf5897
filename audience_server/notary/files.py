"""Files that the entries bind, fetched part by part over the witness's one line and kept in the mirror."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.mirror import Mirror

MOST_BYTES = 200_000_000


class FileFetcher:
    """`complete` once session file, policy, rolls and page are here; figures of rounds come later, one by one."""

    def __init__(self, mirror: Mirror, send: Callable[[Mapping[str, Any]], None], page: Sequence[str]) -> None:
        self._mirror = mirror
        self._send = send
        self._page = list(page)
        self._parts: dict[str, bytearray] = {}

    @property
    def complete(self) -> bool:
        return all(self._mirror.file(path) is not None for path in self._needed())

    def _needed(self) -> list[str]:
        """The rolls are known once the session file is."""
        first = ["policy.txt", "rules.toml", "rolls/index.json", *self._page]
        rules_file = self._mirror.file("rules.toml")
        if rules_file is None:
            return first
        try:
            rules = v.read_rules(rules_file)
        except v.FormError:
            return first
        return [*first, *(f"rolls/{panel.id}.{name}" for panel in rules.card_panels() for name in rules.roll_rounds())]

    def held(self) -> dict[str, bytes]:
        """Everything needed, by path."""
        return {path: self._mirror.file(path) or b"" for path in self._needed()}

    def start(self) -> None:
        """On a new line: what was under way is asked for again from its beginning."""
        under_way, self._parts = list(self._parts), {}
        for path in [*self._needed(), *under_way]:
            self.want(path)

    def want(self, path: str, again: bool = False) -> None:
        """Ask for a file that is not here, or for its newest state."""
        if path in self._parts or (not again and self._mirror.file(path) is not None):
            return
        self._parts[path] = bytearray()
        self._send({"type": "want", "path": path, "offset": 0})

    def take(self, message: Mapping[str, Any]) -> None:
        """The next part of a file; the whole one is kept."""
        path, total = str(message["path"]), int(message["total"])
        data = self._parts.get(path)
        if data is None:
            return
        if total < 0 or total > MOST_BYTES or int(message["offset"]) != len(data):
            del self._parts[path]
            return
        data += base64.b64decode(str(message["data"]))
        if len(data) < total:
            self._send({"type": "want", "path": path, "offset": len(data)})
            return
        del self._parts[path]
        self._mirror.keep_file(path, bytes(data))
        if path == "rules.toml":
            for needed in self._needed():
                self.want(needed)
