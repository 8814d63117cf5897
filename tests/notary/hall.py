"""A session behind a real control port with notaries' programs on real sockets, all in one process."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from audience_server.endpoints.control_door import ControlDoor
from audience_server.notary import verify as v
from audience_server.notary.keys import NotaryKeys, session_file_line
from audience_server.notary.link import Line, Outbox, witness_url
from audience_server.notary.picture import picture
from audience_server.notary.witness import Witness
from audience_server.stores.port import Store
from tests.show_rig import SMALL_SESSION, TOKEN, Show

PATIENCE = 30


def keys_named(label: str, name: str, role: str = "notary") -> NotaryKeys:
    """Keys without a file and without the seconds that a passphrase takes."""
    return NotaryKeys(label, name, role, *(hashlib.sha256(f"{name} {part}".encode()).digest() for part in "wsb"))


def line_of(keys: NotaryKeys) -> str:
    """As `notary init` prints it for the session file."""
    names = {"label": keys.label, "role": keys.role, "witness": keys.witness_vkey}
    return session_file_line(names | {"statement": keys.statement_vkey, "box": keys.box_public})


def session_naming(notaries: list[NotaryKeys], quorum: int, text: str = SMALL_SESSION) -> str:
    named = ", ".join(line_of(each) for each in notaries)
    needed = f"quorum = {{ notaries = {quorum}, observers = 0 }}"
    return f"{text}\n[witnesses]\nnotaries = [ {named} ]\nobservers = [ ]\n{needed}\n"


@dataclass(slots=True, eq=False)
class Program:
    """One notary's program: its decisions and its line, without a screen."""

    witness: Witness
    line: Line
    running: asyncio.Task[None]

    @property
    def now(self) -> dict[str, object]:
        return picture(self.witness, self.line.state)

    def draft(self, kind: str) -> int | None:
        """The number of a draft of this kind that the notary has not agreed to yet."""
        drafts = self.witness.desk.drafts.values()
        return next((each.id for each in drafts if each.kind == kind and not each.agreed), None)

    def alarms(self) -> set[str]:
        return {code for _, code, _ in self.witness.alarms}


@dataclass(slots=True, eq=False)
class Hall:
    """`until` looks again whenever a program or the session has moved."""

    show: Show
    door: ControlDoor
    directory: Path
    programs: list[Program] = field(default_factory=list)
    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return witness_url(f"ws://127.0.0.1:{self.door.port}")

    def sit_down(self, keys: NotaryKeys) -> Program:
        """A notary opens the program; its directory is the one of these keys."""
        outbox = Outbox()
        directory = self.directory / keys.name.replace("/", "-")
        directory.mkdir(exist_ok=True)
        witness = Witness(keys, directory, outbox.put, self.show.clock.unix)
        line = Line(witness, outbox, self.url, TOKEN, lambda state: self.stirred.set())
        program = Program(witness, line, asyncio.ensure_future(line.run()))
        program.running.add_done_callback(lambda task: self.stirred.set())
        self.programs.append(program)
        return program

    async def leave(self, program: Program) -> None:
        program.running.cancel()
        await asyncio.gather(program.running, return_exceptions=True)
        if program.witness.mirror is not None:
            program.witness.mirror.close()
        self.programs.remove(program)

    async def until(self, holds: Callable[[], object]) -> None:
        changed = self.show.session.changed
        async with asyncio.timeout(PATIENCE):
            while True:
                seen = changed.revision
                self.stirred.clear()
                if holds():
                    return
                for program in self.programs:
                    if program.running.done():
                        program.running.result()
                waits = [asyncio.ensure_future(self.stirred.wait()), asyncio.ensure_future(changed.wait(seen))]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for each in waits:
                    each.cancel()

    async def pass_time(self, holds: Callable[[], object]) -> None:
        """Turn the show's clock, a little whenever nothing moves, until it holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                self.stirred.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self.stirred.wait()
                except TimeoutError:
                    await self.show.clock.advance(0.5)

    async def agree(self, program: Program, kind: str) -> None:
        """The notary agrees to a draft of this kind once it is shown and files to compare it with are here."""
        await self.until(lambda: program.witness.follower is not None and program.draft(kind) is not None)
        number = program.draft(kind)
        assert number is not None
        await self.until(lambda: not program.witness.desk.untrue(program.witness.desk.drafts[number]))
        program.witness.desk.consent(number, "headline")

    async def begun(self, keys: NotaryKeys) -> Program:
        """One notary sits there, and has signed entry 0 and the zero confirmation."""
        program = self.sit_down(keys)
        await self.agree(program, "session")
        await self.cosigned(program)
        await self.show.do("zero")
        await self.agree(program, "zero")
        await self.until(lambda: self.show.session.state.zero_index is not None)
        await self.cosigned(program)
        return program

    async def cosigned(self, *programs: Program) -> None:
        """Everybody has cosigned the whole record, and the server knows."""
        record, seats = self.show.session.record, self.show.session.witnesses
        keys = [each.witness.keys.witness_vkey for each in programs]
        await self.until(lambda: all(key in record.cosigners(record.size) for key in keys) and seats.seats)

    async def evidence(self) -> v.Report:
        """The server's bundle, read by the verifier."""
        _, bundle = await self.show.session.evidence()
        return v.verify(bundle)


@asynccontextmanager
async def hall(directory: Path, text: str, store: Store | None = None) -> AsyncIterator[Hall]:
    """Nobody sits there yet."""
    show = await Show(text, store).start()
    door = await ControlDoor.start(show.session, "127.0.0.1", 0, join_url="http://127.0.0.1:8080/")
    found = Hall(show, door, directory)
    try:
        yield found
    finally:
        for program in list(found.programs):
            await found.leave(program)
        await found.door.close()
