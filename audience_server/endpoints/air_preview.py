"""The preview: what the graphics would show next, on the control port, for whoever may put it on the air."""

from __future__ import annotations

import asyncio
import logging

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from audience_server.endpoints.air_door import BEAT_SECONDS, SHORTEST_BETWEEN, AirHall
from audience_server.live_session import LiveSession

log = logging.getLogger(__name__)


class PreviewHall:
    """Each preview page has a task of its own: they are one or two."""

    def __init__(self, session: LiveSession) -> None:
        self._hall = AirHall(session)

    async def show(self, connection: ServerConnection) -> None:
        """Until the page goes: the newest preview at every change, and again as a sign of life."""
        told, at = b"", 0.0
        loop = asyncio.get_running_loop()
        seen = 0
        closed = asyncio.ensure_future(connection.wait_closed())
        try:
            while not closed.done():
                message = self._hall.message("preview")
                if message != told or loop.time() - at >= BEAT_SECONDS:
                    await connection.send(message, text=True)
                    told, at = message, loop.time()
                seen = await self._hall.next_change(seen)
                await asyncio.sleep(SHORTEST_BETWEEN)
        except ConnectionClosed:
            log.info("a preview went away")
        finally:
            closed.cancel()
            await asyncio.gather(closed, return_exceptions=True)
