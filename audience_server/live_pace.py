"""How fast people arrive: by panel who came in the last minutes, and when all will be in at that pace."""

from __future__ import annotations

from collections import Counter, deque

from audience_server.clock import Clock

WINDOW_SECONDS = 300


class Pace:
    """Counts arrivals of this process's life; a restart begins anew."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._arrivals: deque[tuple[float, str]] = deque()

    def came(self, panel: str) -> None:
        self._arrivals.append((self._clock.monotonic(), panel))

    def forget(self) -> None:
        """What was replayed did not come just now."""
        self._arrivals.clear()

    def lately(self) -> dict[str, int]:
        """Panel -> arrivals of the last five minutes."""
        oldest = self._clock.monotonic() - WINDOW_SECONDS
        while self._arrivals and self._arrivals[0][0] < oldest:
            self._arrivals.popleft()
        return dict(Counter(panel for _, panel in self._arrivals))

    def full_at(self, missing: int) -> int | None:
        """Unix seconds when `missing` more will be in at this pace; None when nobody is missing or nobody comes."""
        came = sum(self.lately().values())
        if not came or missing <= 0:
            return None
        return self._clock.unix() + round(missing * WINDOW_SECONDS / came)
