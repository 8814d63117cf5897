"""The console's line to a running session: connect, ask, await the answer, and hear every view.

It knows the wire and nothing of screens.  A lost line is told, never hidden; what was asked on it is answered with
`LinkLost`, because nobody can know whether it arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from audience_server.wire import commands, control
from audience_server.wire.codec import MAX_CONTROL_FRAME, BadMessage, encode

CONNECT_SECONDS = 10
ANSWER_SECONDS = 60
PING_SECONDS = 4  # a server that hangs is noticed within twice this

Heard = Callable[[control.View], None]
HeardQueue = Callable[[control.Questions], None]


class LinkLost(Exception):
    """The session cannot be reached, or the line broke; the text says what would be right, `why` is for catalogues."""

    def __init__(self, text: str, why: Literal["unreachable", "refused", "token", "broken"] = "broken") -> None:
        super().__init__(text)
        self.why = why


class BadAddress(ValueError):
    """Not the address of a control port; the text says what would be right."""


def control_url(text: str) -> str:
    """`ws://host:port/control` from what people type: with or without scheme and path."""
    parts = urlsplit(text if "://" in text else f"ws://{text}")
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    try:
        fine = parts.scheme in schemes and parts.hostname and parts.port
    except ValueError:
        fine = False
    if not fine or parts.path not in ("", "/", control.PATH):
        raise BadAddress(f"{text!r} is no control port; for instance ws://127.0.0.1:8081/control")
    return f"{schemes[parts.scheme]}://{parts.netloc}{control.PATH}"


def read_token(path: Path) -> str:
    """The operator's token from its file."""
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LinkLost(f"the token file {path} cannot be read: {error}", "token") from None


class ControlLink:
    """One connection.  Use as `async with`; `heard` gets every pushed view once `watch` was asked."""

    def __init__(
        self,
        url: str,
        token: str,
        heard: Heard = lambda view: None,
        heard_queue: HeardQueue = lambda questions: None,
    ) -> None:
        self._url = url
        self._token = token
        self._heard = heard
        self._heard_queue = heard_queue
        self._line: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[control.ControlMessage]] = {}
        self._next_id = 1

    async def __aenter__(self) -> ControlLink:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                self._line = await connect(
                    self._url,
                    subprotocols=[Subprotocol(control.SUBPROTOCOL)],
                    additional_headers={"Authorization": f"Bearer {self._token}"},
                    max_size=MAX_CONTROL_FRAME,
                    compression=None,
                    proxy=None,
                    ping_interval=PING_SECONDS,
                    ping_timeout=PING_SECONDS,
                    close_timeout=1,
                )
        except InvalidHandshake as error:
            told = f"{self._url} refused: {error}; is the token file of this very session given?"
            raise LinkLost(told, "refused") from None
        except (OSError, TimeoutError, WebSocketException) as error:
            raise LinkLost(f"{self._url} cannot be reached: {error or 'no answer'}", "unreachable") from None
        self._reader = asyncio.ensure_future(self._read(self._line))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._reader is not None:
                self._reader.cancel()
                await asyncio.gather(self._reader, return_exceptions=True)
            if self._line is not None:
                await self._line.close()
        finally:
            # whoever leaves the console does not wait for a server that takes its time to say goodbye
            if self._line is not None:
                self._line.transport.abort()

    async def _read(self, line: ClientConnection) -> None:
        try:
            async for frame in line:
                self._take(control.MESSAGES.decode(frame.encode() if isinstance(frame, str) else frame))
        except (WebSocketException, BadMessage):
            await line.close()
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(LinkLost("the line broke before the answer came"))
            self._waiting.clear()

    def _take(self, message: control.ControlMessage) -> None:
        waiting = self._waiting.pop(message.id, None) if message.id is not None else None
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        if isinstance(message, control.View):
            self._heard(message)
        elif isinstance(message, control.Questions):
            self._heard_queue(message)

    async def closed(self) -> None:
        """Return when the line is lost."""
        if self._reader is not None:
            await asyncio.wait([self._reader])

    async def ask(self, do: commands.AnyCommand, at: int | None = None) -> control.Done | control.Refused:
        """One command; its answer."""
        answer = await self._exchange(control.Command(id=self._take_id(), do=do, at=at))
        if not isinstance(answer, control.Done | control.Refused):
            raise LinkLost("the answer was not one to a command")
        return answer

    async def watch(self, console: bool = False, commanded: bool | None = None) -> control.View:
        """Ask for the picture and every later one; `console`: somebody sits here and may be in command, and was."""
        answer = await self._exchange(control.Watch(id=self._take_id(), console=console, commanded=commanded))
        if not isinstance(answer, control.View):
            raise LinkLost("no picture came")
        return answer

    async def watch_questions(self) -> None:
        """Ask for the queue, which comes in parts, and for every later change of it."""
        if self._line is None:
            raise LinkLost("not connected")
        try:
            await self._line.send(encode(control.WatchQuestions(id=self._take_id())), text=True)
        except WebSocketException as error:
            raise LinkLost(f"the line broke: {error}") from None

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    async def _exchange(self, request: control.ControlRequest) -> control.ControlMessage:
        if self._line is None or self._reader is None or self._reader.done():
            raise LinkLost("not connected")
        waiting: asyncio.Future[control.ControlMessage] = asyncio.get_running_loop().create_future()
        self._waiting[request.id] = waiting
        try:
            await self._line.send(encode(request), text=True)
            async with asyncio.timeout(ANSWER_SECONDS):
                return await waiting
        except (WebSocketException, TimeoutError) as error:
            raise LinkLost(f"no answer: {error or 'it took too long'}") from None
        finally:
            self._waiting.pop(request.id, None)
