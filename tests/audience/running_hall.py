"""A small session that runs in real time behind a real door on loopback, for tests of phones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from audience_server.clock import LoopClock
from audience_server.endpoints.listen import PublicDoor
from audience_server.live_session import LiveSession
from tests.phone_robot import PhoneRobot
from tests.show_rig import SMALL_SESSION, Show, check_show

QUICK = SMALL_SESSION.replace("batch_min = 1", "batch_min = 1\nbatch_seconds = 0.2\ntolerance_ms = 500")


@dataclass(slots=True)
class RunningHall:
    """The show, and where its phones dial."""

    show: Show
    base: str
    _phones: AsyncExitStack

    async def robot(self, number: int) -> PhoneRobot:
        """The phone of a card, greeted; it hangs up at the end."""
        robot = await PhoneRobot.connect(self.base, code=self.show.issue.cards[number].code)
        self._phones.push_async_callback(robot.hang_up)
        await robot.hello()
        return robot

    async def robots(self, count: int) -> list[PhoneRobot]:
        """The first `count` cards, checked in."""
        robots = [await self.robot(number) for number in range(count)]
        for robot in robots:
            assert "recorded" == (await robot.present())["type"]
        return robots

    async def until_closed(self, window: str) -> None:
        """Wait for the window's own end."""
        seen = self.show.session.changed.revision
        while self.show.session.state.windows[window].state == "open":
            seen = await self.show.session.changed.wait(seen)

    async def verified(self) -> dict[str, Any]:
        """Put rounds that were not opened aside, seal, and verify the evidence; the verifier's report."""
        for round_ in self.show.rundown.rounds:
            if round_.id not in self.show.session.state.windows_of:
                await self.show.do("not-held", round=round_.id, reason="时间不够")
        await self.show.do("seal")
        return await check_show(self.show)


@asynccontextmanager
async def running_hall(text: str = QUICK) -> AsyncIterator[RunningHall]:
    show = Show(text, rehearsal=True)
    show.session = LiveSession(show.rundown, show.files, show.store, LoopClock(), show.journals)
    await show.start()
    door = await PublicDoor.start(show.session, "127.0.0.1", 0)
    try:
        async with AsyncExitStack() as phones:
            yield RunningHall(show, f"http://127.0.0.1:{door.port}", phones)
    finally:
        await door.close()
        await show.session.stop()
