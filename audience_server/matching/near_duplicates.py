"""Which questions may ask the same: how many letters they share after `normal_text`, in whatever order.

A suggestion for a screener, who decides.  The same question in other words usually scores 80, an unrelated one below
60.  The order is left out because people turn their sentences round.  Only texts of one group (the unit asked) are
compared; long texts by their beginning.
"""

from __future__ import annotations

from rapidfuzz import fuzz, process

from audience_server.matching.normal_text import normal_text

ALIKE = 68.0
MOST_ALIKE = 5
LONGEST_KEY = 160


class NearDuplicates:
    """The texts so far, by group and name."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, str]] = {}
        self._group_of: dict[str, str] = {}

    def put(self, name: str, group: str, text: str) -> None:
        """Remember a text, or its new wording."""
        self.drop(name)
        key = "".join(sorted(normal_text(text)[:LONGEST_KEY]))
        if key:
            self._groups.setdefault(group, {})[name] = key
            self._group_of[name] = group

    def drop(self, name: str) -> None:
        group = self._group_of.pop(name, None)
        if group is not None:
            del self._groups[group][name]

    def like(self, name: str) -> tuple[str, ...]:
        """The names of texts like this one, the likest first."""
        group = self._groups.get(self._group_of.get(name, ""), {})
        if name not in group:
            return ()
        found = process.extract(group[name], group, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST_ALIKE + 1)
        return tuple(other for _, _, other in found if other != name)[:MOST_ALIKE]
