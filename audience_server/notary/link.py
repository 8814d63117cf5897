"""The witness's one outgoing connection: connect, hand messages over, come back when the line breaks."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from audience_server.notary.said import Refused
from audience_server.notary.witness import Witness

SUBPROTOCOL = "touchstone.witness.v1"
PATH = "/witness"
MAX_FRAME = 64 * 1024 * 1024
CONNECT_SECONDS = 10
SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 5.0

log = logging.getLogger(__name__)


class BadAddress(Refused):
    """Not the address of a control port."""


class NoEntrance(Refused):
    """The server does not let this token in; waiting would not help."""


def witness_url(text: str) -> str:
    """`ws://host:port/witness` from what people type: with or without scheme and path."""
    parts = urlsplit(text if "://" in text else f"ws://{text}")
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    try:
        fine = parts.scheme in schemes and parts.hostname and parts.port
    except ValueError:
        fine = False
    if not fine or parts.path not in ("", "/", "/control", PATH):
        raise BadAddress("no_address", address=text)
    return f"{schemes[parts.scheme]}://{parts.netloc}{PATH}"


KEPT = frozenset({"demand", "propose"})


class Outbox:
    """What the witness wants to say, in order.  When the line breaks it is dropped, for the server asks anew; but what
    the notary wants of the server on its own (a demand, a statement) waits and goes out behind the next `follow`."""

    def __init__(self) -> None:
        self._messages: list[Mapping[str, Any]] = []
        self.kept: list[Mapping[str, Any]] = []
        self._some = asyncio.Event()

    def put(self, message: Mapping[str, Any]) -> None:
        self._messages.append(message)
        if message["type"] == "follow":
            self._messages += self.kept
            self.kept = []
        self._some.set()

    async def take(self) -> list[Mapping[str, Any]]:
        await self._some.wait()
        self._some.clear()
        messages, self._messages = self._messages, []
        return messages

    def clear(self, unsent: Sequence[Mapping[str, Any]] = ()) -> None:
        """The line is gone; `unsent`: what was taken and did not go out."""
        self.kept += [message for message in (*unsent, *self._messages) if message["type"] in KEPT]
        self._messages = []
        self._some.clear()


class Line:
    """Keeps one witness on the line until `stop` is set.  `changed(state)`: connecting | following | lost."""

    def __init__(self, witness: Witness, outbox: Outbox, url: str, token: str, changed: Callable[[str], None]) -> None:
        self._witness = witness
        self._outbox = outbox
        self._url = url
        self._token = token
        self._changed = changed
        self.state = "connecting"

    async def run(self) -> None:
        """Until it is cancelled, or nothing more is to be had: NotFollowed, MirrorRefused or NoEntrance."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                await self._once()
                pause = SHORTEST_PAUSE
            except InvalidStatus as error:
                if error.response.status_code in (401, 403):
                    raise NoEntrance("no_entrance") from None
                log.info("the server answered %d", error.response.status_code)
            except (OSError, InvalidHandshake, WebSocketException, TimeoutError) as error:
                log.info("the line broke: %r", error)
            self._say("lost")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _say(self, state: str) -> None:
        self.state = state
        self._changed(state)

    async def _once(self) -> None:
        self._outbox.clear()
        async with connect(
            self._url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            additional_headers={"Authorization": f"Bearer {self._token}"},
            max_size=MAX_FRAME,
            open_timeout=CONNECT_SECONDS,
            compression=None,
            proxy=None,
        ) as connection:
            writing = asyncio.ensure_future(self._write(connection))
            try:
                await self._read(connection)
            finally:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
                self._outbox.clear()
                self._witness.line_broke(self._outbox.kept)

    async def _read(self, connection: ClientConnection) -> None:
        """One message after the other.  What cannot be read ends the line, never the program."""
        async for frame in connection:
            try:
                message = json.loads(frame)
            except (ValueError, RecursionError):
                message = None
            self._witness.take(message)
            self._say("following")

    async def _write(self, connection: ClientConnection) -> None:
        while True:
            messages = await self._outbox.take()
            for place, message in enumerate(messages):
                try:
                    await connection.send(json.dumps(message, ensure_ascii=False))
                except ConnectionClosed:
                    self._outbox.clear(messages[place:])
                    return
