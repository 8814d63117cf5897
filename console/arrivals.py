"""The usher's picture: by panel who is invited, who checked in, whose phone is on the line, who came lately.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from audience_server.wire.control_view import PanelView
from console.show_view import ShowView


@dataclass(frozen=True, slots=True)
class Arrival:
    """One panel; `name` "" for the sum.  `offline`: checked in, and no phone on the line now."""

    name: str
    expected: int
    present: int
    missing: int
    online: int
    offline: int
    lately: int


NUMBERS = ("expected", "present", "missing", "online", "offline", "lately")


def arrivals(show: ShowView) -> tuple[Arrival, ...]:
    """A row for every panel, then the sum where there are several."""
    view = show.view
    if view is None:
        return ()
    rows = [
        _arrival(panel, view.connected.get(panel.id, 0), view.arrivals.last_5_minutes.get(panel.id, 0))
        for panel in view.panels
    ]
    if len(rows) < 2:
        return tuple(rows)
    return (*rows, Arrival("", *(sum(getattr(row, name) for row in rows) for name in NUMBERS)))


def _arrival(panel: PanelView, online: int, lately: int) -> Arrival:
    name = panel.name + (" *" if panel.unverified else "")
    missing, offline = max(0, panel.expected - panel.present), max(0, panel.present - online)
    return Arrival(name, panel.expected, panel.present, missing, online, offline, lately)
