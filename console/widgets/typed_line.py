"""A line to type in.  With Alt a key is a command, here as everywhere, and never the letter under it."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class TypedLine(Input):
    def on_key(self, event: events.Key) -> None:
        if event.key.startswith("alt+"):
            event.prevent_default()
