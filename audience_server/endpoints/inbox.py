"""What phones have sent and nobody has read yet: taken in slices, so that a rush never holds the loop.

The loop hands over everything that has arrived before it looks at its timers again; ten thousand ballots at once would
be half a second of work.  Here they wait in the order of arrival instead, and timers, disk and pushes get their turns.
Whatever one connection brings about, the next one is heard.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import Protocol

SLICE_SECONDS = 0.008

log = logging.getLogger(__name__)


class Sender(Protocol):
    """One connection."""

    def take(self, data: bytes) -> None: ...

    def end(self) -> None: ...

    def part(self) -> None: ...

    def abort(self) -> None: ...


class Inbox:
    """One queue for all connections of a door."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Sender, bytes | None]] = deque()
        self._running = False

    def put(self, sender: Sender, data: bytes | None) -> None:
        """Bytes of a connection; none of them: it sends no more; None: it is gone."""
        self._waiting.append((sender, data))
        if not self._running:
            self._running = True
            asyncio.get_running_loop().call_soon(self._slice)

    def _slice(self) -> None:
        stop_at = time.perf_counter() + SLICE_SECONDS
        while self._waiting:
            sender, data = self._waiting.popleft()
            try:
                _hand(sender, data)
            except Exception:
                log.exception("a connection is dropped: its bytes could not be read")
                sender.abort()
            if time.perf_counter() >= stop_at:
                break
        self._running = bool(self._waiting)
        if self._running:
            asyncio.get_running_loop().call_soon(self._slice)


def _hand(sender: Sender, data: bytes | None) -> None:
    if data:
        sender.take(data)
    elif data is None:
        sender.part()
    else:
        sender.end()
