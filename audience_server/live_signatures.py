"""Signature checks beside a busy loop: in slices, so that no phone waits for another one's arithmetic."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

SLICE_SECONDS = 0.008

Verify = Callable[[], bool]
Verdict = Callable[[bool], None]


class SignatureQueue:
    """Checks signatures in the order of arrival, at most `SLICE_SECONDS` at a time."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Verify, Verdict]] = deque()
        self._running = False
        self._drained: list[asyncio.Future[None]] = []

    def submit(self, verify: Verify, verdict: Verdict) -> None:
        """`verdict` is called with the outcome, in a later turn of the loop."""
        self._waiting.append((verify, verdict))
        if not self._running:
            self._running = True
            asyncio.get_running_loop().call_soon(self._slice)

    async def drained(self) -> None:
        """Wait until everything submitted so far has its verdict."""
        if self._running:
            done = asyncio.get_running_loop().create_future()
            self._drained.append(done)
            await done

    def _slice(self) -> None:
        stop_at = time.perf_counter() + SLICE_SECONDS
        while self._waiting:
            verify, verdict = self._waiting.popleft()
            verdict(verify())
            if time.perf_counter() >= stop_at:
                break
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._slice)
            return
        self._running = False
        finished, self._drained = self._drained, []
        for done in finished:
            if not done.done():
                done.set_result(None)
