"""Witnesses beside the rig's show: the real conversation and the notary's real program, joined by a pipe, no socket."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from websockets.asyncio.server import ServerConnection

from audience_server.endpoints.witness_door import WitnessTalk
from audience_server.live_session import LiveSession
from audience_server.notary.mirror import Mirror
from audience_server.notary.witness import NotFollowed, Witness
from audience_server.stores.memory import MemoryStore
from audience_server.stores.port import Store
from tests.notary.bundle_bytes import Signer, sha
from tests.show_rig import SMALL_SESSION, Show

MOST_TURNS = 1_000_000


async def until(holds: Callable[[], object]) -> None:
    """Turns of the loop until it is so."""
    for _ in range(MOST_TURNS):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came about")


@dataclass(frozen=True)
class RigKeys:
    """Made from a word."""

    word: str
    role: str = "notary"

    @property
    def witness(self) -> Signer:
        return Signer(f"rig.example/w-{self.word}", 4, sha(f"witness {self.word}".encode()))

    @property
    def statement(self) -> Signer:
        return Signer(f"rig.example/s-{self.word}", 1, sha(f"statement {self.word}".encode()))

    @property
    def witness_vkey(self) -> str:
        return self.witness.vkey

    def cosign(self, text: str, time: int) -> str:
        return self.witness.line(text.encode(), time).decode()

    def sign(self, text: str) -> str:
        return self.statement.line(text.encode()).decode()

    def line(self) -> str:
        statement = f', statement = "{self.statement.vkey}"' if self.role == "notary" else ""
        return f'{{ name = "{self.word}", witness = "{self.witness_vkey}"{statement} }}'


class Pipe:
    """One connection between the server's conversation and a witness.  `deaf`: what is sent to it never arrives."""

    def __init__(self, hear: Callable[[Mapping[str, Any]], None]) -> None:
        self._hear = hear
        self._said: asyncio.Queue[str | None] = asyncio.Queue()
        self.told: list[dict[str, Any]] = []
        self.largest = 0
        self.ended = ""
        self.deaf = False

    # what the conversation sees of a websocket

    async def send(self, frame: bytes | str, text: bool = True) -> None:
        if self.deaf:
            await asyncio.get_running_loop().create_future()
        message = json.loads(frame)
        self.told.append(message)
        try:
            self._hear(message)
        except NotFollowed as why:
            self.ended = str(why)
            self._said.put_nowait(None)

    async def recv(self) -> str:
        said = await self._said.get()
        assert said is not None
        return said

    async def __aiter__(self) -> AsyncIterator[str]:
        while (said := await self._said.get()) is not None:
            yield said

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self._said.put_nowait(None)

    # what the witness says

    def say(self, message: Mapping[str, Any]) -> None:
        text = json.dumps(message, ensure_ascii=False)
        self.largest = max(self.largest, len(text.encode()))
        self._said.put_nowait(text)

    def hang_up(self) -> None:
        self._said.put_nowait(None)


@dataclass
class RigWitness:
    """Somebody's computer: its directory stays, its lines come and go.  `agrees`: kinds of drafts signed unasked."""

    keys: RigKeys
    directory: Path
    show: Show
    agrees: frozenset[str] = frozenset({"session", "zero", "remark", "void-round", "manifest"})
    pipe: Pipe | None = None
    witness: Witness | None = None
    refuses_to_sign: bool = False
    first_words: Sequence[Mapping[str, Any]] = ()
    _held: tuple[str, list[Mapping[str, Any]]] = ("", [])
    _talking: asyncio.Task[None] | None = None

    async def come(self) -> None:
        """A new line, as after a start of the program; it has been heard, or was refused."""
        await self.begin()
        await until(lambda: self.is_answered or (self._talking is not None and self._talking.done()))

    async def begin(self) -> None:
        """A new line that nobody waits for."""
        pipe = self.pipe = Pipe(self._hear)
        self.directory.mkdir(exist_ok=True)
        self.witness = Witness(self.keys, self.directory, self._say, self.show.clock.unix)
        for said in self.first_words:
            pipe.say(said)
        connection = cast(ServerConnection, pipe)
        talk = WitnessTalk(self.show.session, connection, lambda refusal: refusal.code.value)
        self._talking = asyncio.ensure_future(talk.run())

    async def leave(self) -> None:
        """The line breaks."""
        assert self.pipe is not None
        assert self._talking is not None
        self.pipe.hang_up()
        await asyncio.gather(self._talking, return_exceptions=True)
        self.close()

    def close(self) -> None:
        if self.witness is not None and self.witness.mirror is not None:
            self.witness.mirror.close()

    @property
    def is_answered(self) -> bool:
        """The server has compared and tells what there is."""
        return self.pipe is not None and any(each["type"] in ("asking", "desk") for each in self.pipe.told)

    @property
    def refused(self) -> str:
        """Why the server did not take it, or why it does not follow the server."""
        assert self.pipe is not None
        said = [str(each["message"]) for each in self.pipe.told if each["type"] == "refused"]
        return said[-1] if said else self.pipe.ended

    @property
    def cosigned(self) -> int:
        return 0 if self.witness is None else self.witness.cosigned

    async def follows(self) -> None:
        """It has cosigned everything."""
        await until(lambda: self.cosigned == self.show.session.record.size)

    def _hear(self, message: Mapping[str, Any]) -> None:
        assert self.witness is not None
        self.witness.take(message)
        for drafted in list(self.witness.desk.drafts.values()):
            desk = self.witness.desk
            if drafted.kind in self.agrees and not drafted.agreed and not desk.untrue(drafted):
                desk.consent(drafted.id)

    def _say(self, message: Mapping[str, Any]) -> None:
        if self.refuses_to_sign and message["type"] == "signature":
            message = {"type": "unsigned", "id": message["id"], "reason": "no"}
        if message["type"] == self._held[0]:
            self._held[1].append(message)
        elif self.pipe is not None:
            self.pipe.say(message)

    # what it does when it is told to

    @property
    def drafts(self) -> list[str]:
        """Kinds of the drafts that wait for this notary."""
        assert self.witness is not None
        return [each.kind for each in self.witness.desk.drafts.values()]

    @property
    def agreed(self) -> list[str]:
        """Of those, what it has agreed to."""
        assert self.witness is not None
        return [each.kind for each in self.witness.desk.drafts.values() if each.agreed]

    def has_counted(self, window: str) -> bool:
        follower = None if self.witness is None else self.witness.follower
        return follower is not None and follower.row_of(window) is not None

    def forget_files(self, *paths: str) -> None:
        assert self.witness is not None
        assert self.witness.mirror is not None
        for path in paths:
            self.witness.mirror._connection.execute("DELETE FROM file WHERE path = ?", (path,))

    def change_file(self, path: str, data: bytes) -> None:
        """Somebody was at its disk."""
        [file] = self.directory.glob("sessions/*.sqlite")
        mirror = Mirror.open(file)
        mirror.keep_file(path, data)
        mirror.close()

    def go_deaf(self) -> None:
        """Its computer takes nothing more from the network."""
        assert self.pipe is not None
        self.pipe.deaf = True

    def agree(self) -> None:
        """To everything that waits."""
        assert self.witness is not None
        for number in list(self.witness.desk.drafts):
            self.witness.desk.consent(number)

    def decline(self, reason: str) -> None:
        assert self.witness is not None
        for number in list(self.witness.desk.drafts):
            self.witness.desk.decline(number, reason)

    def hold(self, kind: str) -> None:
        """Messages of this kind are slow: they stay here until `release`."""
        self._held = (kind, [])

    def release(self) -> None:
        (_, kept), self._held = self._held, ("", [])
        for message in kept:
            self._say(message)

    def answers(self) -> str:
        """Everything that the server answered, as words."""
        assert self.witness is not None
        return " ".join(text for _, _, text in self.witness.desk.answers)


def witnessed_text(notaries: int, observers: int, quorum: tuple[int, int]) -> str:
    """The small session with 甲, 乙 as notaries and 丙, 丁 as observers."""
    lines = [RigKeys(word).line() for word in "甲乙"[:notaries]]
    others = [RigKeys(word, "observer").line() for word in "丙丁"[:observers]]
    return SMALL_SESSION + (
        f"\n[witnesses]\nnotaries = [ {', '.join(lines)} ]\nobservers = [ {', '.join(others)} ]\n"
        f"quorum = {{ notaries = {quorum[0]}, observers = {quorum[1]} }}\n"
    )


class WitnessedShow(Show):
    """A show whose session file names witnesses; its store can be put back to an earlier copy."""

    def __init__(
        self,
        directory: Path,
        notaries: int = 1,
        observers: int = 0,
        quorum: tuple[int, int] = (1, 0),
        store: Store | None = None,
    ) -> None:
        super().__init__(witnessed_text(notaries, observers, quorum), store, rehearsal=True)
        self.begun = False
        self.files = replace(self.files, was_begun=lambda: self.begun, note_begun=self._note_begun)
        self.session = LiveSession(self.rundown, self.files, self.store, self.clock, self.journals)
        named = [RigKeys(word) for word in "甲乙"[:notaries]]
        named += [RigKeys(word, "observer") for word in "丙丁"[:observers]]
        self.witnesses = {keys.word: RigWitness(keys, directory / keys.word, self) for keys in named}

    def _note_begun(self) -> None:
        self.begun = True

    def __getitem__(self, word: str) -> RigWitness:
        return self.witnesses[word]

    def copy(self) -> MemoryStore:
        """Last night's backup."""
        assert isinstance(self.store, MemoryStore)
        return copy.deepcopy(self.store)

    async def put_back(self, store: MemoryStore) -> LiveSession:
        """The server's disk is a copy from earlier; a new process starts on it."""
        await self.leave()
        self.store = copy.deepcopy(store)
        await self.restart()
        return self.session

    async def leave(self) -> None:
        """Every line breaks."""
        for each in self.witnesses.values():
            if each.pipe is not None:
                await each.leave()
                each.pipe = None

    async def write(self, text: str) -> int:
        """One more entry."""
        return int((await self.do("incident", kind="note", text=text))["size"])

    def alarms(self) -> list[str]:
        return [alarm.code for alarm in self.session.alarms.rung]
