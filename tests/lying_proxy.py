"""A server that lies to its witness: a real server behind a proxy that holds the log's own key.

The proxy changes what the witness is shown and signs every checkpoint anew, as a dishonest operator could: nothing but
the rules of the record gives it away.
"""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from audience_server.record.checkpoint import Checkpoint, sign_checkpoint
from audience_server.record.tree import Tree, leaf_hash

SUBPROTOCOL = Subprotocol("touchstone.witness.v1")
Lie = Callable[[int, list[bytes]], list[bytes]]


class LyingProxy:
    """`lie(first, entries)`: what the witness is shown instead of the entries from `first` on."""

    def __init__(self, target: str, token: str, log_key: Path, lie: Lie) -> None:
        self._target = target.replace("/control", "/witness")
        self._token = token
        self._seed = base64.b64decode(log_key.read_text("ascii").strip())
        self._lie = lie
        self._tree = Tree()
        self.url = ""

    async def run(self, ready: threading.Event, stop: asyncio.Event) -> None:
        async with serve(self._talk, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL], max_size=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"ws://127.0.0.1:{port}"
            ready.set()
            await stop.wait()

    async def _talk(self, witness: ServerConnection) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        async with connect(
            self._target, subprotocols=[SUBPROTOCOL], additional_headers=headers, max_size=None, proxy=None
        ) as server:
            there = asyncio.ensure_future(self._pass(server, witness))
            back = asyncio.ensure_future(self._answers(witness, server))
            await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)

    async def _pass(self, server: Any, witness: Any) -> None:
        try:
            async for frame in server:
                message = json.loads(frame)
                changed = self._changed(message)
                if changed.get("entries") != []:  # a piece that was dropped whole was never there
                    await witness.send(json.dumps(changed))
        except ConnectionClosed:
            return

    async def _answers(self, witness: Any, server: Any) -> None:
        """Cosignatures of what the server never signed stay here."""
        try:
            async for frame in witness:
                if json.loads(frame)["type"] != "cosigned":
                    await server.send(frame)
        except ConnectionClosed:
            return

    def _changed(self, message: dict[str, Any]) -> dict[str, Any]:
        if message["type"] != "entries":
            return message
        origin = message["checkpoint"].split("\n")[0]
        first = self._tree.size
        entries = self._lie(first, [base64.b64decode(entry) for entry in message["entries"]])
        self._tree.extend([leaf_hash(entry) for entry in entries])
        note = sign_checkpoint(Checkpoint(origin, self._tree.size, self._tree.root()), self._seed).decode()
        shown = [base64.b64encode(entry).decode() for entry in entries]
        return {"type": "entries", "first": first, "entries": shown, "checkpoint": note}


@contextmanager
def lying(target: str, token_file: str, data: Path, lie: Lie) -> Iterator[str]:
    """The address of a proxy that lies, until the block ends."""
    proxy = LyingProxy(target, Path(token_file).read_text("ascii").strip(), data / "log.key", lie)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(proxy.run(ready, stop)), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield proxy.url
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        loop.close()
