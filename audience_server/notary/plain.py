"""`notary watch --plain`: the picture as JSON lines, orders as lines on standard input; for scripts."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from audience_server.notary.link import Line, NoEntrance, Outbox
from audience_server.notary.mirror import MirrorRefused
from audience_server.notary.orders import SPELLINGS, BadOrder, obey
from audience_server.notary.picture import picture
from audience_server.notary.statements import Unsignable
from audience_server.notary.witness import NotFollowed, Witness, WitnessKeys

TICK_SECONDS = 0.25
ASKS_FOR_HELP = ("help", "帮助", "幫助", "?")


class Plain:
    """One run.  `agree`: kinds of drafts and nods agreed to as soon as everything adds up (rehearsals only)."""

    def __init__(
        self,
        keys: WitnessKeys,
        directory: Path,
        url: str,
        token: str,
        clock: Callable[[], int],
        agree: Collection[str],
        say: Callable[[dict[str, Any]], None],
    ) -> None:
        self._outbox = Outbox()
        self.witness = Witness(keys, directory, self._outbox.put, clock)
        self._line = Line(self.witness, self._outbox, url, token, lambda state: None)
        self._agree = agree
        self._say = say
        self._told = ""
        self._nodded: set[tuple[str, str]] = set()

    async def run(self) -> int:
        """Until `quit`, or a server that is not followed: the exit code.  Says first what can be ordered."""
        self._say({"orders": list(SPELLINGS)})
        orders: asyncio.Queue[str] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        threading.Thread(target=_read_orders, args=(loop, orders), daemon=True).start()
        following = asyncio.ensure_future(self._line.run())
        obeying = asyncio.ensure_future(self._obey(orders))
        try:
            while not following.done() and not obeying.done():
                self._tell()
                self._agree_to_what_may_be()
                await asyncio.wait([following, obeying], timeout=TICK_SECONDS)
            return self._ended(following)
        finally:
            self._tell()
            for task in (following, obeying):
                task.cancel()
            await asyncio.gather(following, obeying, return_exceptions=True)

    def _ended(self, following: asyncio.Future[None]) -> int:
        if not following.done():
            return 0
        error = following.exception()
        if isinstance(error, NotFollowed | MirrorRefused | NoEntrance):
            self._say({"ended": self.witness.word(error)})
            return 1
        if error is not None:
            raise error
        return 0

    async def _obey(self, orders: asyncio.Queue[str]) -> None:
        while True:
            line = await orders.get()
            if line.strip() == "quit":
                return
            if line.strip():
                self.obey(line)

    def obey(self, line: str) -> None:
        if line.strip() in ASKS_FOR_HELP:
            self._say({"orders": list(SPELLINGS)})
            return
        try:
            self._say({"did": obey(self.witness, line)})
        except (BadOrder, Unsignable, MirrorRefused) as refused:
            self._say({"refused": self.witness.word(refused)})

    def _tell(self) -> None:
        now = picture(self.witness, self._line.state)
        text = json.dumps(now, ensure_ascii=False, sort_keys=True)
        if text != self._told:
            self._told = text
            self._say(now)

    def _agree_to_what_may_be(self) -> None:
        desk = self.witness.desk
        if not self._agree or self.witness.kind != "rehearsal":
            return
        for drafted in list(desk.drafts.values()):
            if drafted.kind in self._agree and not drafted.agreed and not desk.untrue(drafted):
                self.obey(f"consent {drafted.id}")
        for do, round_id, window, roles in desk.told.waiting:
            if (
                do in self._agree
                and "notary" in roles
                and (do, window) not in self._nodded
                and self._may_nod(do, window)
            ):
                self._nodded.add((do, window))
                self.obey(f"nod {do} {round_id}")

    def _may_nod(self, do: str, window: str) -> bool:
        """A reveal waits until the window has been counted here."""
        follower = self.witness.follower
        return follower is not None and (do == "lock" or follower.row_of(window) is not None)


def _read_orders(loop: asyncio.AbstractEventLoop, orders: asyncio.Queue[str]) -> None:
    """When nobody types any more the program goes on watching."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(orders.put_nowait, line)
