"""Our phone door and our store without signatures, tree and receipts: what targets A and B compare.

Composed here, for the benchmark alone; the product has no switch that leaves a check out.
usage: python -m tests.load.unsigned_server PORT DATABASE
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import uvloop

from audience_server.collector import calm_collector
from audience_server.domain.refusals import Refusal
from audience_server.endpoints.listen import PublicDoor
from audience_server.live_seats import PhoneSeat, Recorded
from audience_server.live_session import LiveSession
from audience_server.stores.port import Batch, Head, Opening, Store
from audience_server.stores.sqlite import SqliteStore
from tests.show_rig import Show

Waiting = tuple[bytes, bytes, str, Callable[[Recorded | Refusal], None]]


class UnsignedSession(LiveSession):
    """Casts go straight into the store, as many in a transaction as came while the last one ran."""

    def take_over(self, store: Store) -> None:
        self._bench_store = store
        self._bench_waiting: list[Waiting] = []
        self._bench_size = 0
        self._bench_task: asyncio.Task[None] | None = None

    def cast_nowait(
        self, seat: PhoneSeat, entry: bytes, nonce: bytes, choice: str, answer: Callable[[Recorded | Refusal], None]
    ) -> None:
        self._bench_waiting.append((entry, nonce, choice, answer))
        if self._bench_task is None:
            self._bench_task = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        while self._bench_waiting:
            taken, self._bench_waiting = self._bench_waiting, []
            first = self._bench_size
            openings = [Opening(first + n, "r01", nonce, choice) for n, (_, nonce, choice, _) in enumerate(taken)]
            self._bench_size += len(taken)
            head = Head(self._bench_size, bytes(32))
            await self._bench_store.append(Batch(first, [entry for entry, _, _, _ in taken], head, openings))
            for offset, (_, _, _, answer) in enumerate(taken):
                answer(Recorded(first + offset, ""))
        self._bench_task = None


async def main(port: int, file: Path) -> None:
    show = Show()
    session = UnsignedSession(show.rundown, show.files, show.store, show.clock, show.journals)
    await session.start()
    await PublicDoor.start(session, "127.0.0.1", port)
    session.take_over(await SqliteStore.open(file))
    calm_collector()
    print('{"ready":true}', flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2])))
