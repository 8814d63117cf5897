"""The public door closes, whatever happens in the same moment."""

from __future__ import annotations

import asyncio

import pytest

from tests.endpoints.doors import house


@pytest.mark.parametrize("turns", range(6))
async def test_waiting_for_a_change_can_be_ended_in_the_moment_of_a_change(turns: int) -> None:
    """Else `close` waits for ever. `turns`: how far the news has come through the loop when the end comes."""
    async with house() as home:
        await home.show.do("zero")
        await home.show.do("open", round="r01")
        changed = home.show.session.changed
        waiting = asyncio.ensure_future(home.public._next_change(changed.revision, False))
        for _ in range(5):
            await asyncio.sleep(0)
        changed.bump()
        for _ in range(turns):
            await asyncio.sleep(0)
        was_done = waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])
        assert was_done or waiting.cancelled()
