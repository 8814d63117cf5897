"""One simulated voter: checks in, waits, votes, repeats what was not answered, and checks every receipt.

The rule it never breaks is the page's: no two ballots with one counter; bytes without an answer are sent again as they
are until they get one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from audience_server.audience.card_keys import CardKeys
from audience_server.audience.phone_line import LineLost, Message, PhoneLine
from audience_server.record.forms import FormError
from audience_server.record.receipt import verify_receipt

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)
# a minute: a server that is started again and again beside a busy machine's other work is back before
PATIENCE = (*RETRY_SECONDS, *(RETRY_SECONDS[-1:] * 13))
TRY_AGAIN = ("try_again", "rate_limited")


class NotVerified(Exception):
    """A receipt does not prove what it says: the server is wrong."""


@dataclass(slots=True)
class Diary:
    """What happened, for the summary and for recounts.  `casts`: window -> the last recorded ballot."""

    presented: bool = False
    cast: int = 0
    recorded: int = 0
    verified: int = 0
    reconnects: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    casts: dict[str, dict[str, Any]] = field(default_factory=dict)

    def refuse(self, code: str) -> None:
        self.refused[code] = self.refused.get(code, 0) + 1


class SimulatedPhone:
    """One voter's phone.  `told` is called with every new state."""

    def __init__(
        self, number: int, panel: str, keys: CardKeys, base: str, enrols: bool, told: Callable[[int, Message], None]
    ) -> None:
        self.number = number
        self.panel = panel
        self.diary = Diary()
        self.session: Message = {}
        self.state: Message = {}
        self._keys = keys
        self._base = base
        self._enrols = enrols
        self._told = told
        self._line: PhoneLine | None = None
        self._dialling = asyncio.Lock()
        self._next_counter: dict[str, int] = {}

    async def line(self) -> PhoneLine:
        """The open line, dialled and checked in again if it was lost."""
        async with self._dialling:
            if self._line is not None and self._line.is_open:
                return self._line
            if self._line is not None:
                self.diary.reconnects += 1
            self._line = await PhoneLine.dial(self._base, self._hear)
            welcome = await self._line.ask("hello", lang="zh-Hans")
            self.session = welcome["session"]
            self._hear(welcome["state"])
            await self._check_in(self._line)
            return self._line

    async def _check_in(self, line: PhoneLine) -> None:
        origin = self.session["origin"]
        if self._enrols:
            await self._enrol(line, origin)
        entry = self._keys.present(origin)
        answer = await self._patiently(line, {"type": "present", "entry": entry})
        if answer["type"] == "recorded":
            self._verify(answer, entry)
            self.diary.presented = True
        else:
            self.diary.refuse(answer["code"])

    async def _patiently(self, line: PhoneLine, request: Message) -> Message:
        """Ask again as long as the server says that it cannot just now."""
        for patience in RETRY_SECONDS:
            answer = await line.send(request)
            if answer.get("code") not in TRY_AGAIN:
                break
            await asyncio.sleep(patience)
        return answer

    async def _enrol(self, line: PhoneLine, origin: str) -> None:
        opened = {name.partition(".")[0] for name in self.state["windows"]}
        rounds = ["r00", *(each["id"] for each in self.session["rounds"] if each["id"] not in opened)]
        keys = {round_id: self._keys.key(origin, round_id) for round_id in rounds}
        answer = await self._patiently(line, {"type": "enrol", "panel": self.panel, "keys": keys})
        if answer["type"] == "refused":
            self.diary.refuse(answer["code"])

    def _hear(self, message: Message) -> None:
        if message["type"] == "state":
            self.state = message
            self._told(self.number, message)

    def _verify(self, answer: Message, entry: str) -> None:
        try:
            verify_receipt(answer["receipt"], entry.encode(), self.session["log_vkey"])
        except FormError as error:
            raise NotVerified(f"receipt of entry {answer['index']}: {error}") from None
        self.diary.verified += 1

    async def vote(self, window: str, choice: str, drops_line: bool = False) -> None:
        """Cast one ballot and stay with it until it is answered.  `drops_line`: lose the network once in between."""
        counter = self._next_counter.get(window, 0)
        ballot = self._keys.ballot(self.session["origin"], window, counter, choice)
        self.diary.cast += 1
        started = time.monotonic()
        answer = await self.until_answered({"type": "cast", **ballot}, drops_line)
        if answer["type"] == "refused":
            self.diary.refuse(answer["code"])
            return
        self.diary.waits.append(time.monotonic() - started)
        self._verify(answer, ballot["entry"])
        self.diary.recorded += 1
        self._next_counter[window] = counter + 1
        self.diary.casts[window] = {"q": counter, "choice": choice, "index": answer["index"]}

    async def until_answered(self, request: Message, drops_line: bool = False) -> Message:
        """The same request again and again for a minute, until there is an answer that is one."""
        for patience in PATIENCE:
            try:
                line = await self.line()
                waiting = line.send(request)
                if drops_line:
                    drops_line = False
                    await asyncio.sleep(0.05)
                    line.drop()
                answer = await waiting
                if answer.get("code") not in TRY_AGAIN:
                    return answer
            except LineLost:
                pass
            await asyncio.sleep(patience)
        return {"type": "refused", "code": "no_answer"}

    async def stay(self) -> None:
        """Keep the line; when it breaks, come back."""
        attempt = 0
        while True:
            try:
                line = await self.line()
                attempt = 0
                await line.gone()
            except LineLost:
                attempt += 1
            await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])

    async def hang_up(self) -> None:
        if self._line is not None:
            await self._line.hang_up()
