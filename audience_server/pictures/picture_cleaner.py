"""Runs the worker for one picture at a time and waits no longer than it may take.

Nothing of a picture is decoded in this process.  A worker that hangs is ended; one that fails says no.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

WORKER = Path(__file__).with_name("picture_worker.py")
COMMAND = (sys.executable, "-I", str(WORKER))
SECONDS = 10.0
AT_ONCE = 2
MOST_WAITING = 20

log = logging.getLogger(__name__)


class TooBusy(Exception):
    """So many pictures wait that one more would wait too long."""


class PictureCleaner:
    def __init__(self, command: Sequence[str] = COMMAND, seconds: float = SECONDS) -> None:
        self._command = tuple(command)
        self._seconds = seconds
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def harmless(self, data: bytes) -> bytes | None:
        """A new JPEG without metadata, or None when `data` is no picture that can be used.  Raises TooBusy."""
        if self._waiting >= MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            async with self._places:
                return await self._run(data)
        finally:
            self._waiting -= 1

    async def _run(self, data: bytes) -> bytes | None:
        pipe = asyncio.subprocess.PIPE
        worker = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, stdout=pipe, stderr=pipe, env={})
        try:
            async with asyncio.timeout(self._seconds):
                made, said = await worker.communicate(data)
        except TimeoutError:
            log.info("a picture took too long")
            return None
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
        if worker.returncode != 0 or not made:
            log.info("a picture was refused: %s", said.decode("ascii", "replace").strip()[-100:])
            return None
        return made
