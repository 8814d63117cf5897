"""The third state of a ballot or check-in: its receipt again, once enough witnesses have cosigned the checkpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from audience_server.live_session import LiveSession
from audience_server.wire import phone
from audience_server.wire.codec import encode

MOST_A_TURN = 200
MOST_WAITING = 200_000

Send = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A phone that has been told of entry `index`, covered first by the head of `size`."""

    size: int
    index: int
    send: Send


class WitnessedHall:
    """All phones that wait for witnesses; to send to one that went away does nothing."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._waiting: list[_Waiting] = []

    def recorded(self, index: int, send: Send) -> None:
        """A phone was told that its entry is recorded; the rest follows when it is witnessed."""
        session = self._session
        if not session.witnesses.seats or len(self._waiting) >= MOST_WAITING:
            return
        size = session.record.head_covering(index).size
        if not session.witnesses.has_quorum(size):
            self._waiting.append(_Waiting(size, index, send))

    async def keep_telling(self) -> None:
        """On every cosignature: those whose checkpoint now has the quorum."""
        cosigned = self._session.witnesses.cosigned
        seen = cosigned.revision
        while True:
            seen = await cosigned.wait(seen)
            await self._tell()

    async def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        quorum: dict[int, bool] = {}
        for place, each in enumerate(waiting):
            if each.size not in quorum:
                quorum[each.size] = self._session.witnesses.has_quorum(each.size)
            if quorum[each.size]:
                receipt = self._session.record.receipt(each.index)
                each.send(encode(phone.Witnessed(index=each.index, receipt=receipt)))
            else:
                self._waiting.append(each)
            if place % MOST_A_TURN == MOST_A_TURN - 1:
                await asyncio.sleep(0)
