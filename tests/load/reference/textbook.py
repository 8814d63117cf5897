"""The peer of target B: the textbook way, `websockets.serve`, `json`, aiosqlite with one transaction a turn.

usage: python textbook.py PORT DATABASE
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import aiosqlite
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


class Textbook:
    """One connection, one handler, one queue."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        self.database = database
        self.waiting: list[tuple[dict[str, Any], asyncio.Future[None]]] = []
        self.arrived = asyncio.Event()

    async def phone(self, connection: ServerConnection) -> None:
        try:
            async for frame in connection:
                request = json.loads(frame)
                if request["type"] == "cast":
                    done = asyncio.get_running_loop().create_future()
                    self.waiting.append((request, done))
                    self.arrived.set()
                    await done
                    answer = {"type": "recorded", "id": request["id"], "index": 0, "receipt": ""}
                else:
                    answer = {"type": "welcome", "id": request["id"]}
                await connection.send(json.dumps(answer))
        except ConnectionClosed:
            return

    async def write(self) -> None:
        while True:
            await self.arrived.wait()
            self.arrived.clear()
            taken, self.waiting = self.waiting, []
            rows = [(request["entry"], request["nonce"], request["choice"]) for request, _ in taken]
            await self.database.executemany("INSERT INTO ballot (entry, nonce, choice) VALUES (?, ?, ?)", rows)
            await self.database.commit()
            for _, done in taken:
                done.set_result(None)


async def main(port: int, file: str) -> None:
    async with aiosqlite.connect(file) as database:
        await database.execute("PRAGMA journal_mode=WAL")
        await database.execute("PRAGMA synchronous=FULL")
        await database.execute("CREATE TABLE ballot (place INTEGER PRIMARY KEY, entry TEXT, nonce TEXT, choice TEXT)")
        textbook = Textbook(database)
        async with serve(textbook.phone, "127.0.0.1", port, backlog=4096, max_size=16384):
            print('{"ready":true}', flush=True)
            await textbook.write()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
