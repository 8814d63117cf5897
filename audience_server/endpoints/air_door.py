"""The pages of the studio: who listens to programme, preview or wall, and what is pushed to them.

Few listeners, newest picture only, at most ten a second; one that speaks or does not read is hung up on.  A listener
stands where a phone's conversation stands, so that the public port keeps one kind of connection.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import msgspec

from audience_server.live_session import LiveSession
from audience_server.wire import air
from audience_server.wire.codec import encode

MOST_LISTENERS = 48
MOST_OF_ONE_ADDRESS = 8  # no phone takes the studio's places
SHORTEST_BETWEEN = 0.1
CLOCK_SECONDS = 1.0
BEAT_SECONDS = 1.5  # a page that hears nothing for some of these knows that its cable is out

Send = Callable[[bytes], None]

log = logging.getLogger(__name__)


class AirListener:
    """One page.  It has a phone conversation's shape: whatever it says makes it flood."""

    greeted = False

    def __init__(self, hall: AirHall, output: str, address: str, send: Send) -> None:
        self._hall = hall
        self.output = output
        self.address = address
        self.send = send
        self.is_flooding = False

    def take(self, frame: bytes) -> None:
        self.is_flooding = True

    def endure(self) -> None:
        """A ping's answer costs nothing here: listeners are few."""

    def leave(self) -> None:
        self._hall.leave(self)


class AirHall:
    """All pages that listen on one port."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._listeners: set[AirListener] = set()
        self._told: dict[str, tuple[bytes, float]] = {}

    def has_room_for(self, address: str) -> bool:
        """Few in all, and fewer from one place."""
        here = sum(1 for listener in self._listeners if listener.address == address)
        return len(self._listeners) < MOST_LISTENERS and here < MOST_OF_ONE_ADDRESS

    def listen(self, output: str, address: str, send: Send) -> AirListener:
        """A page has come: it is told at once how things look."""
        listener = AirListener(self, output, address, send)
        self._listeners.add(listener)
        send(self.message(output))
        self._count()
        return listener

    def leave(self, listener: AirListener) -> None:
        self._listeners.discard(listener)
        self._count()

    def _count(self) -> None:
        air_ = self._session.air
        air_.outputs = sum(1 for listener in self._listeners if listener.output == "programme")
        self._session.changed.bump()

    def message(self, output: str) -> bytes:
        """The output as it may look now, as one JSON text."""
        picture = self._session.air.wall() if output == "wall" else self._session.air.message(output)
        return encode(msgspec.convert(picture, air.Air))

    async def keep_telling(self) -> None:
        """Until cancelled: every change, and every second while a clock runs."""
        seen = 0
        while True:
            seen = await self.next_change(seen)
            try:
                self._tell()
            except Exception:
                log.exception("the air could not be told")
            await asyncio.sleep(SHORTEST_BETWEEN)

    async def next_change(self, seen: int) -> int:
        """The next revision, or after a second the one that is."""
        try:
            async with asyncio.timeout(CLOCK_SECONDS):
                return await self._session.changed.wait(seen)
        except TimeoutError:
            return self._session.changed.revision

    def _tell(self) -> None:
        """The same picture is told again only as a sign of life; a running clock is corrected here."""
        self._session.air.check()
        now = asyncio.get_running_loop().time()
        for output in {listener.output for listener in self._listeners}:
            message = self.message(output)
            told, at = self._told.get(output, (b"", now))
            if told == message and now - at < BEAT_SECONDS:
                continue
            self._told[output] = (message, now)
            for listener in [each for each in self._listeners if each.output == output]:
                listener.send(message)
