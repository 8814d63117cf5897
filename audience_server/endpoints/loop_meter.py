"""How late the event loop is: a timer that notes by how much it was called too late."""

from __future__ import annotations

import asyncio

TICK_SECONDS = 0.01


class LoopMeter:
    """`longest_stall` in seconds since the start."""

    def __init__(self) -> None:
        self.longest_stall = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(TICK_SECONDS, self._tick, loop.time() + TICK_SECONDS)

    def _tick(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self.longest_stall = max(self.longest_stall, now - due)
        self._timer = loop.call_later(TICK_SECONDS, self._tick, now + TICK_SECONDS)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
