"""A person at the desk over the real control socket: gives commands, keeps the newest view and the queue."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PATIENCE = 60


class DeskRobot:
    """Use as `async with`; `view` and `queue` are what was told last."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._stack = AsyncExitStack()
        self._line: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._next = 1
        self._news = asyncio.Event()
        self.view: dict[str, Any] = {}
        self.queue: dict[str, dict[str, Any]] = {}

    async def __aenter__(self) -> DeskRobot:
        headers = {"Authorization": f"Bearer {self._token}"}
        line = connect(
            self._url,
            subprotocols=[Subprotocol("touchstone.control.v1")],
            additional_headers=headers,
            max_size=8_000_000,
        )
        self._line = await self._stack.enter_async_context(line)
        self._reader = asyncio.ensure_future(self._read(self._line))
        await self._send({"type": "watch", "id": 0})
        await self.until(lambda: bool(self.view))
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._stack.aclose()
        if self._reader is not None:
            await self._reader

    async def watch_questions(self) -> None:
        await self._send({"type": "watch_questions", "id": 0})

    async def _send(self, message: dict[str, Any]) -> None:
        assert self._line is not None
        await self._line.send(json.dumps(message))

    async def _read(self, line: ClientConnection) -> None:
        try:
            async for frame in line:
                self._take(json.loads(frame))
        except ConnectionClosed:
            self._news.set()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "view":
            self.view = message
        elif message["type"] == "questions":
            self.queue |= {each["number"]: each for each in message["questions"]}
        elif message.get("id") in self._answers:
            self._answers.pop(message["id"]).set_result(message)
        self._news.set()

    async def until(self, holds: Any) -> None:
        """Wait for news until `holds()`."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """The whole answer, done or refused."""
        number, self._next = self._next, self._next + 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        await self._send({"type": "command", "id": number, "do": {"command": command, **fields}})
        async with asyncio.timeout(PATIENCE):
            return await answer

    async def do(self, command: str, **fields: Any) -> dict[str, Any]:
        """A command that must be done."""
        answer = await self.ask(command, **fields)
        assert answer["type"] == "done", (command, fields, answer)
        result: dict[str, Any] = answer["result"]
        return result


def token_of(ready: dict[str, Any]) -> str:
    return Path(ready["token_file"]).read_text("ascii").strip()
