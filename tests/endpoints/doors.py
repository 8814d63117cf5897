"""A small show behind real doors on loopback, for the tests of this folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from audience_server.endpoints.control_door import ControlDoor
from audience_server.endpoints.listen import PublicDoor
from audience_server.stores.port import Store
from tests.show_rig import SMALL_SESSION, Show


@dataclass(slots=True)
class House:
    """One session with both ports open."""

    show: Show
    public: PublicDoor
    control: ControlDoor

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.public.port}"


@asynccontextmanager
async def house(text: str = SMALL_SESSION, store: Store | None = None) -> AsyncIterator[House]:
    """Start a show and its doors; close them whatever happens."""
    show = await Show(text, store).start()
    public = await PublicDoor.start(show.session, "127.0.0.1", 0)
    control = await ControlDoor.start(
        show.session, "127.0.0.1", 0, join_url=f"http://127.0.0.1:{public.port}/", metrics=public.metrics
    )
    try:
        yield House(show, public, control)
    finally:
        await public.close()
        await control.close()


async def dial(home: House, **options: Any) -> ClientConnection:
    return await connect(
        f"ws://{home.host}/phone", subprotocols=[Subprotocol("touchstone.phone.v1")], compression=None, **options
    )


async def ask(line: ClientConnection, request: dict[str, Any]) -> dict[str, Any]:
    """Send one request and wait for the answer with its id; pushes in between are passed over."""
    await line.send(msgspec.json.encode(request).decode())
    return await answer_to(line, request["id"])


async def answer_to(line: ClientConnection, request_id: int | None) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = msgspec.json.decode(await line.recv())
        is_push = message["type"] in ("state", "view") and message.get("id") is None
        if not is_push and message.get("id") == request_id:
            return message


async def push(line: ClientConnection, kind: str = "state") -> dict[str, Any]:
    while True:
        message: dict[str, Any] = msgspec.json.decode(await line.recv())
        if message["type"] == kind and message.get("id") is None:
            return message


async def http(home: House, request: bytes, source: str = "127.0.0.1") -> tuple[int, dict[str, str], bytes]:
    """One raw HTTP exchange: status, lower-case headers, body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", home.public.port, local_addr=(source, 0))
    writer.write(request)
    await writer.drain()
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    if not head:
        return 0, {}, b""
    lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split(" ")[1]), headers, body
