"""Time as an argument: whoever needs the hour or a timer is handed a Clock, so that a test can be the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    def unix(self) -> int:
        """Seconds since 1970, for people and for restarts; never for counting."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump."""
        ...

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class LoopClock:
    """The running event loop's time."""

    def unix(self) -> int:
        return int(time.time())

    def monotonic(self) -> float:
        return time.monotonic()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(delay, callback)
