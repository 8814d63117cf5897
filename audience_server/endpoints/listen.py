"""Both ports: opened, kept alive, closed."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Mapping

from audience_server.endpoints.air_door import AirHall
from audience_server.endpoints.control_door import ControlDoor, PortTaken
from audience_server.endpoints.file_limit import connections_allowed
from audience_server.endpoints.frames import text_frame
from audience_server.endpoints.inbox import Inbox
from audience_server.endpoints.loop_meter import LoopMeter
from audience_server.endpoints.pages import Pages
from audience_server.endpoints.phone_door import PhoneConnection
from audience_server.endpoints.phone_session import PhoneHall
from audience_server.live_session import LiveSession

BACKLOG = 4096
SHARE_OF_ONE_ADDRESS = 0.75
PHONES_A_TURN = 500
PING_SECONDS = 25.0
TURNOUT_SECONDS = 1.0
PHONES_TOLD_A_SECOND = 5000
SHORTEST_BETWEEN_STATES = 0.1

log = logging.getLogger(__name__)

__all__ = ["ControlDoor", "PortTaken", "PublicDoor"]


class PublicDoor:
    """The public port of one session: pages and phones."""

    def __init__(self, session: LiveSession, studio_pages: Mapping[str, bytes]) -> None:
        self.hall = PhoneHall(session)
        self.air = AirHall(session)
        files = {**studio_pages, **session.page_files}
        self.pages = Pages(files, session.checkpoint, session.hash_tile, lambda: session.store_ok, session.entry_tile)
        self.meter = LoopMeter()
        self.inbox = Inbox()
        self.port = 0
        self._session = session
        self._connections: set[PhoneConnection] = set()
        self._phones: set[PhoneConnection] = set()
        self._tasks: set[asyncio.Future[None]] = set()
        self._server: asyncio.Server | None = None
        self._addresses: Counter[str] = Counter()
        self._most = connections_allowed()

    @classmethod
    async def start(
        cls, session: LiveSession, host: str, port: int, studio_pages: Mapping[str, bytes] | None = None
    ) -> PublicDoor:
        """`studio_pages`: air and wall."""
        door = cls(session, studio_pages or {})
        loop = asyncio.get_running_loop()
        try:
            door._server = await loop.create_server(
                lambda: PhoneConnection(door), host, port, backlog=BACKLOG, reuse_address=True
            )
        except OSError as error:
            raise PortTaken(f"{host}:{port} cannot be used ({error.strerror}); choose another --listen") from None
        door.port = door._server.sockets[0].getsockname()[1]
        door.meter.start()
        door.spawn(door._keep_telling())
        door.spawn(door.air.keep_telling())
        door.spawn(door.hall.witnessed.keep_telling())
        door.spawn(door._keep_pinging())
        return door

    # connections

    def admit(self, connection: PhoneConnection) -> bool:
        """Whether there is room for one more; a hall behind one address may fill most of it, never all."""
        of_this_address = self._addresses[connection.address]
        if len(self._connections) >= self._most or of_this_address >= self._most * SHARE_OF_ONE_ADDRESS:
            return False
        self._connections.add(connection)
        self._addresses[connection.address] += 1
        return True

    def greet(self, connection: PhoneConnection) -> None:
        self._phones.add(connection)

    def forget(self, connection: PhoneConnection) -> None:
        if connection not in self._connections:
            return
        self._connections.discard(connection)
        self._phones.discard(connection)
        self._addresses[connection.address] -= 1
        if not self._addresses[connection.address]:
            del self._addresses[connection.address]

    @property
    def phones(self) -> int:
        return len(self._phones)

    def metrics(self) -> dict[str, float]:
        """Connections, refusals by code, and how late the loop has been at worst."""
        refusals = {f'refused{{code="{code}"}}': float(count) for code, count in self.hall.refusals.items()}
        stall = self.meter.longest_stall
        return {"connections": len(self._connections), "phones": self.phones, "longest_stall_seconds": stall} | refusals

    def spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[None]) -> None:
        """What fails here has nobody waiting for it: the log must say so."""
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            log.error("work behind the public door failed", exc_info=failure)

    # pushes

    async def _keep_telling(self) -> None:
        """Push the state at once when the scene changes; all else waits, the longer the fuller the hall, and comes."""
        loop = asyncio.get_running_loop()
        seen, told, told_at, is_owed = 0, None, 0.0, False
        while True:
            seen = await self._next_change(seen, is_owed)
            scene = self._session.scene
            is_owed = scene == told and loop.time() - told_at < self._turnout_seconds()
            if not is_owed:
                told, told_at = scene, loop.time()
                await self._tell()
            await asyncio.sleep(SHORTEST_BETWEEN_STATES)

    async def _tell(self) -> None:
        """One push to all; when it fails the next one may not."""
        try:
            await self.broadcast(text_frame(self.hall.state()))
        except Exception:
            log.exception("phones could not be told the state")

    def _turnout_seconds(self) -> float:
        return max(TURNOUT_SECONDS, len(self._phones) / PHONES_TOLD_A_SECOND)

    async def _next_change(self, seen: int, is_owed: bool) -> int:
        """The next revision; while a window is open or phones were not told all yet, also the moment to tell them."""
        if self._session.state.open_window is None and not is_owed:
            return await self._session.changed.wait(seen)
        try:
            # not wait_for: up to Python 3.11 it swallows a cancellation that meets a change, and close() waits for ever
            async with asyncio.timeout(self._turnout_seconds()):
                return await self._session.changed.wait(seen)
        except TimeoutError:
            return self._session.changed.revision

    async def broadcast(self, frame: bytes) -> None:
        """The same bytes to every phone, some thousands a turn so that ballots are not held up."""
        phones = list(self._phones)
        for start in range(0, len(phones), PHONES_A_TURN):
            for phone in phones[start : start + PHONES_A_TURN]:
                if phone.is_greeted:
                    phone.send_frame(frame)
            await asyncio.sleep(0)

    async def _keep_pinging(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            phones = list(self._phones)
            for start in range(0, len(phones), PHONES_A_TURN):
                for phone in phones[start : start + PHONES_A_TURN]:
                    phone.ping()
                await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop listening, say goodbye, end what runs."""
        self.meter.stop()
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in list(self._connections):
            connection.say_goodbye()
        await asyncio.sleep(0)
        for connection in list(self._connections):
            connection.abort()
        if self._server is not None:
            await self._server.wait_closed()
