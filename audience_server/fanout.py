"""Telling listeners that something changed, without ever waiting for one.

A listener keeps the revision it last saw and asks for a later one; how often things changed in between does not
matter to it, so a slow listener costs nothing and always gets the newest picture.
"""

from __future__ import annotations

import asyncio


class Changes:
    """A revision number that listeners can wait on."""

    def __init__(self) -> None:
        self._revision = 0
        self._waiting: asyncio.Future[None] | None = None

    @property
    def revision(self) -> int:
        return self._revision

    def bump(self) -> None:
        """Something changed."""
        self._revision += 1
        if self._waiting is not None:
            self._waiting.set_result(None)
            self._waiting = None

    async def wait(self, seen: int) -> int:
        """The current revision as soon as it is later than `seen`."""
        while self._revision <= seen:
            if self._waiting is None:
                self._waiting = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._waiting)
        return self._revision
