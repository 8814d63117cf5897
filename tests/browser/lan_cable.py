"""A cable between phones and a server's public door, which a test can pull out and put back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PIECE = 64 * 1024


@dataclass(slots=True, eq=False)
class Cable:
    """Bytes go both ways unchanged while it is in; nothing is listening while it is out.

    `fall_silent` is what a pulled plug does: nothing comes through any more, and nobody is told.
    """

    host: str
    target: str
    port: int = 0
    server: asyncio.Server | None = None
    ends: set[asyncio.StreamWriter] = field(default_factory=set)
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def put_in(self) -> None:
        self.server = await asyncio.start_server(self._connected, self.host, self.port)
        self.port = self.server.sockets[0].getsockname()[1]
        self.flowing.set()

    def fall_silent(self) -> None:
        self.flowing.clear()

    def flow_again(self) -> None:
        self.flowing.set()

    async def pull_out(self) -> None:
        if self.server is None:
            return
        self.server.close()
        for end in list(self.ends):
            end.close()
        self.server = None

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = urlsplit(self.target)
        far_reader, far_writer = await asyncio.open_connection(address.hostname, address.port)
        self.ends |= {writer, far_writer}
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self.ends -= {writer, far_writer}
            for end in (writer, far_writer):
                end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(PIECE):
                await self.flowing.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def cable_to(target: str, host: str) -> AsyncIterator[Cable]:
    cable = Cable(host, target)
    await cable.put_in()
    try:
        yield cable
    finally:
        await cable.pull_out()
