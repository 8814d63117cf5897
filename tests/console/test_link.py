"""The console's line: what is left of it when somebody goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from websockets.protocol import State

from console.link import ControlLink
from tests.console.console_rig import desk
from tests.show_rig import TOKEN


async def turns_until(holds: Callable[[], bool]) -> None:
    """Turn after turn of the loop, no time passing."""
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError("not within a thousand turns")


async def test_a_goodbye_that_is_broken_off_leaves_no_socket(tmp_path: Path) -> None:
    """The console's worker is cancelled once more when the app goes: the socket stayed open, and warned of itself."""
    async with desk(tmp_path) as running:
        link = await ControlLink(running.url, TOKEN).__aenter__()
        line = link._line
        assert line is not None
        leaving = asyncio.ensure_future(link.__aexit__(None, None, None))
        await turns_until(lambda: line.state is not State.OPEN)
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving
        assert line.transport.is_closing()
