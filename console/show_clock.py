"""The show's clock between two views: what the server said, and the seconds since.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from audience_server.domain.running_order import LONGEST_SHOW
from console.show_view import ShowView


@dataclass(frozen=True, slots=True)
class ShowClock:
    """As `ClockView`, at this very second; `over` is positive when the show is behind its plan.

    `length`: the whole show as planned, or as it will have been when that is longer.
    """

    on_air: int | None
    planned: int
    remaining: int
    over: int
    ends_at: int | None
    length: int

    @property
    def too_long(self) -> bool:
        return self.length > LONGEST_SHOW


def show_clock(show: ShowView, now: float) -> ShowClock | None:
    """None before the first view."""
    if show.view is None:
        return None
    told = show.view.clock
    if told.on_air is None:
        return ShowClock(None, told.planned, told.remaining, told.over, told.ends_at, told.planned)
    passed = max(0, int(now - show.heard_at))
    # the rest of the show shrinks as long as the current cue has time left; then the end moves away
    cue = show.view.cue
    had = 0 if cue is None else max(0, cue.seconds - show.view.cue_elapsed_ms // 1000)
    used = min(passed, had)
    late = passed - used
    ends_at = None if told.ends_at is None else told.ends_at + late
    length = max(told.planned, told.on_air + told.remaining + late)
    return ShowClock(told.on_air + passed, told.planned, told.remaining - used, told.over + late, ends_at, length)
