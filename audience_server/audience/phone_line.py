"""One phone's connection: requests with their answers, pushes as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from audience_server.wire.phone import PATH, SUBPROTOCOL

Message = dict[str, Any]


class LineLost(Exception):
    """The connection cannot be had, or broke before the answer came."""


def socket_url(base: str) -> str:
    """`ws://host:port/phone` for a page's address."""
    parts = urlsplit(base)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}{PATH}"


class PhoneLine:
    """Open with `dial`; `pushed` hears every message that answers nothing."""

    def __init__(self, line: ClientConnection, pushed: Callable[[Message], None]) -> None:
        self._line = line
        self._pushed = pushed
        self._waiting: dict[int | None, asyncio.Future[Message]] = {}
        self._next_id = 1
        self._reader = asyncio.ensure_future(self._read())

    @classmethod
    async def dial(cls, base: str, pushed: Callable[[Message], None]) -> PhoneLine:
        try:
            line = await connect(
                socket_url(base),
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                ping_interval=None,
                proxy=None,
                open_timeout=20,
            )
        except (OSError, TimeoutError, WebSocketException) as error:
            raise LineLost(f"{base} cannot be reached: {error or 'no answer'}") from None
        return cls(line, pushed)

    async def _read(self) -> None:
        try:
            async for frame in self._line:
                self._take(msgspec.json.decode(frame))
        except WebSocketException:
            await self._line.close()
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(LineLost("the line broke"))
            self._waiting.clear()

    def _take(self, message: Message) -> None:
        waiting = self._waiting.pop(message["id"], None) if "id" in message else None
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        elif waiting is None:
            self._pushed(message)

    def send(self, request: Message) -> asyncio.Future[Message]:
        """Send with a fresh id (unless it has one); the future is the answer."""
        if "id" not in request:
            request = {**request, "id": self._next_id}
            self._next_id += 1
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[request["id"]] = answer
        sending = asyncio.ensure_future(self._send(request))
        sending.add_done_callback(lambda task: None if task.cancelled() else task.exception())
        return answer

    async def _send(self, request: Message) -> None:
        try:
            await self._line.send(msgspec.json.encode(request), text=True)
        except WebSocketException:
            waiting = self._waiting.pop(request["id"], None)
            if waiting is not None and not waiting.done():
                waiting.set_exception(LineLost("the line broke"))

    async def ask(self, kind: str, **fields: Any) -> Message:
        """One request; its answer, a refusal included."""
        if self._reader.done():
            raise LineLost("not connected")
        return await self.send({"type": kind, **fields})

    @property
    def is_open(self) -> bool:
        return not self._reader.done()

    async def gone(self) -> None:
        """Return when the line is lost."""
        await asyncio.wait([self._reader])

    def drop(self) -> None:
        """As when the network goes: no goodbye."""
        self._line.transport.abort()

    async def hang_up(self) -> None:
        await self._line.close()
        await asyncio.gather(self._reader, return_exceptions=True)
