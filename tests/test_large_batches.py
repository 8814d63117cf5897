"""What a large hall brings at once is written in parts, and no part is small: a few ballots apart would stand out."""

from __future__ import annotations

import asyncio

import pytest

from audience_server.live_seats import Recorded
from tests.show_rig import SMALL_SESSION, Show, check_show, settle

BATCH_MIN = 8
ALL = SMALL_SESSION.replace("batch_min = 1", f"batch_min = {BATCH_MIN}").replace("seats = 6\nspare = 1", "seats = {}")


@pytest.mark.parametrize("voters", [1000, 1001, 2003])
async def test_a_batch_in_parts_leaves_no_small_remainder(voters: int) -> None:
    """One more ballot than fits in a write is two halves, not a crowd and one voter alone (W464)."""
    show = await Show(ALL.replace("{}", str(voters))).start()
    phones = await show.phones(voters)
    await show.do("zero")
    await show.do("open", round="r01")
    tasks = [asyncio.ensure_future(phone.cast("r01", "1")) for phone in phones]
    while not all(task.done() for task in tasks):
        await settle()
        await show.clock.advance(1)
    assert all(isinstance(task.result(), Recorded) for task in tasks)
    await show.do("lock", round="r01")
    await show.do("not-held", round="r02", reason="未安排")
    await show.do("seal")
    report = await check_show(show)
    assert {"W106"} == {warning["code"] for warning in report["warnings"]}
