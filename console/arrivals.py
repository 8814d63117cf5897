"""The usher's picture: by panel who is invited, who checked in, whose phone is on the line, who came lately.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from console.show_view import ShowView


@dataclass(frozen=True, slots=True)
class Arrival:
    """One panel; `name` "" for the sum.  `online` and `offline` are of checked-in cards' phones."""

    name: str
    expected: int
    present: int
    online: int
    lately: int

    @property
    def missing(self) -> int:
        return max(0, self.expected - self.present)

    @property
    def offline(self) -> int:
        """Checked in, and no phone on the line now."""
        return max(0, self.present - self.online)


def arrivals(show: ShowView) -> tuple[Arrival, ...]:
    """A row for every panel, then the sum where there are several."""
    view = show.view
    if view is None:
        return ()
    rows = [
        Arrival(
            panel.name + (" *" if panel.unverified else ""),
            panel.expected,
            panel.present,
            view.connected.get(panel.id, 0),
            view.arrivals.last_5_minutes.get(panel.id, 0),
        )
        for panel in view.panels
    ]
    if len(rows) < 2:
        return tuple(rows)
    sums = (sum(getattr(row, name) for row in rows) for name in ("expected", "present", "online", "lately"))
    return (*rows, Arrival("", *sums))
