"""A scripted phone over a real socket, for tests: it does what it is told, the forbidden included.

Every receipt it gets is verified.  Lies are made from a true ballot, one lie each.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from audience_server.audience.card_keys import CardKeys
from audience_server.audience.phone_line import Message, PhoneLine
from audience_server.record.codes import normalise
from audience_server.record.forms import b64, unb64
from audience_server.record.receipt import parse_receipt, verify_receipt

Ballot = dict[str, str]


class PhoneRobot:
    """One phone: `connect`, `hello`, then anything.  `last` holds the request that was cast last, to be repeated."""

    def __init__(self, base: str, keys: CardKeys) -> None:
        self.base = base
        self.keys = keys
        self.session: Message = {}
        self.state: Message = {}
        self.last: Ballot = {}
        self.next: dict[str, int] = {}
        self._line: PhoneLine | None = None
        self._told = asyncio.Event()

    @classmethod
    async def connect(cls, base: str, code: str | None = None, seed: bytes | None = None) -> PhoneRobot:
        """With a card's `code`, or with a `seed` of its own; a fresh one unless given."""
        keys = CardKeys(seed or secrets.token_bytes(16)) if code is None else CardKeys.of_code(normalise(code))
        robot = cls(base, keys)
        await robot.redial()
        return robot

    @property
    def line(self) -> PhoneLine:
        assert self._line is not None
        return self._line

    @property
    def origin(self) -> str:
        return str(self.session["origin"])

    async def redial(self) -> None:
        """A new line; nobody has said hello on it yet."""
        self._line = await PhoneLine.dial(self.base, self._hear)

    def drop(self) -> None:
        """The network goes, without a goodbye."""
        self.line.drop()

    async def hang_up(self) -> None:
        await self.line.hang_up()

    def _hear(self, message: Message) -> None:
        if message["type"] == "state":
            self.state = message
            self._told.set()

    async def pushes(self, holds: Callable[[Message], bool]) -> Message:
        """The newest state as soon as `holds` is true of it."""
        while not (self.state and holds(self.state)):
            self._told.clear()
            await self._told.wait()
        return self.state

    async def window(self, name: str) -> Message:
        """Wait until the window is open."""
        state = await self.pushes(lambda state: bool(state["window"] and state["window"]["window"] == name))
        window: Message = state["window"]
        return window

    # the truth

    async def request(self, request: dict[str, Any]) -> Message:
        """Anything, as it is; the answer with its id."""
        return await self.line.send(request)

    async def hello(self, lang: str = "zh-Hans") -> Message:
        welcome = await self.request({"type": "hello", "lang": lang})
        self.session = welcome["session"]
        self._hear(welcome["state"])
        return welcome

    async def present(self) -> Message:
        entry = self.keys.present(self.origin)
        return self.checked(await self.request({"type": "present", "entry": entry}), entry)

    async def enrol(self, panel: str, rounds: list[str] | None = None) -> Message:
        """For r00 and the given rounds; all of the session's unless given."""
        names = [each["id"] for each in self.session["rounds"]] if rounds is None else rounds
        keys = {name: self.keys.key(self.origin, name) for name in ["r00", *names]}
        return await self.request({"type": "enrol", "panel": panel, "keys": keys})

    async def slot(self, window: str) -> Message:
        key = self.keys.key(self.origin, window.partition(".")[0])
        return await self.request({"type": "slot", "window": window, "key": key})

    def ballot(self, window: str, choice: str, q: int | None = None) -> Ballot:
        return self.keys.ballot(self.origin, window, self.next.get(window, 0) if q is None else q, choice)

    async def cast(self, window: str, choice: str, q: int | None = None) -> Message:
        """Cast and wait for the answer; the counter goes on when it is recorded."""
        answer = await self.send(self.ballot(window, choice, q))
        if answer["type"] == "recorded":
            self.next[window] = (self.next.get(window, 0) if q is None else q) + 1
        return answer

    async def again(self) -> Message:
        """The same bytes once more."""
        return await self.send(self.last)

    async def send(self, ballot: Ballot) -> Message:
        """A ballot as it is, true or not; a receipt for it must be good."""
        self.last = ballot
        return self.checked(await self.request({"type": "cast", **ballot}), ballot["entry"])

    def checked(self, answer: Message, entry: str) -> Message:
        """Verify the receipt of whatever was recorded."""
        if answer["type"] == "recorded":
            verify_receipt(answer["receipt"], entry.encode(), self.session["log_vkey"])
            assert answer["index"] == parse_receipt(answer["receipt"]).index
        return answer

    # lies

    def badly_signed(self, window: str, choice: str) -> Ballot:
        """One bit of the signature is another."""
        ballot = self.ballot(window, choice)
        head, _, signature = ballot["entry"].rstrip("\n").rpartition(" ")
        data = bytearray(unb64(signature, 68))
        data[40] ^= 1
        return {**ballot, "entry": f"{head} {b64(bytes(data))}\n"}

    def other_commitment(self, window: str, choice: str, shown: str) -> Ballot:
        """Committed to `choice`, and says `shown`."""
        return {**self.ballot(window, choice), "choice": shown}

    def other_nonce(self, window: str, choice: str) -> Ballot:
        return {**self.ballot(window, choice), "nonce": b64(secrets.token_bytes(32))}

    def foreign(self, window: str, choice: str, keys: CardKeys | None = None) -> Ballot:
        """Signed with other keys: of nobody unless given."""
        return (keys or CardKeys.fresh()).ballot(self.origin, window, 0, choice)

    def other_session(self, window: str, choice: str) -> Ballot:
        return self.keys.ballot(self.origin + "-other", window, 0, choice)
