"""Where the show is: running order, what is revealed, who agreed, what is on air.  Beside the record, deciding nothing.

Saved whole after every change; a crash in between leaves the picture before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from audience_server.domain.rundown import Rundown
from audience_server.domain.running_order import RunningOrder


class Memory:
    """What a restart must find again although no result hangs on it."""

    def __init__(self, kept: Mapping[str, Any], save: Callable[[dict[str, Any]], None], rundown: Rundown) -> None:
        self._save = save
        self.order = RunningOrder.from_kept(kept.get("order", ()), rundown)
        self.revealed: str | None = kept.get("revealed")
        self.ever_revealed: list[str] = list(kept.get("ever_revealed", ()))
        self._parts: dict[str, dict[str, Any]] = dict(kept.get("parts", {}))

    def reorder(self, order: RunningOrder) -> None:
        self.order = order
        self.keep()

    def reveal(self, window: str | None) -> None:
        self.revealed = window
        if window is not None and window not in self.ever_revealed:
            self.ever_revealed.append(window)
        self.keep()

    def part(self, name: str) -> dict[str, Any]:
        """What a part of the session wanted to find again."""
        return dict(self._parts.get(name, {}))

    def keep_part(self, name: str, value: dict[str, Any]) -> None:
        self._parts[name] = value
        self.keep()

    def keep(self) -> None:
        self._save(
            {
                "order": self.order.kept(),
                "revealed": self.revealed,
                "ever_revealed": self.ever_revealed,
                "parts": self._parts,
            }
        )
