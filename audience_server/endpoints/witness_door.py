"""The witness socket: one conversation with one witness, from its proof to the end of the line.

Everything that a witness says is checked by the live parts; here it is read, ordered and answered.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import msgspec
from websockets.asyncio.server import ServerConnection

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.endpoints.desk_http import COMMANDS
from audience_server.endpoints.witness_feed import WitnessFeed
from audience_server.endpoints.witness_restore import Restored, Restoring
from audience_server.live_demand import demand
from audience_server.live_files import EvidenceFiles
from audience_server.live_session import LiveSession
from audience_server.live_witnesses import WitnessLine, WitnessRefused, WitnessSeat
from audience_server.record.forms import FormError, b64, unb64
from audience_server.wire import witness
from audience_server.wire.codec import BadMessage, encode

FOLLOW_SECONDS = 20.0
RESTORE_SECONDS = 120.0
REFUSED_CLOSE = 4004
MOST_FIRST_ALARMS = 20

log = logging.getLogger(__name__)

Sentence = Callable[[Refusal], str]


class WitnessTalk:
    """One connection.  `sentence` words a refusal for people."""

    def __init__(self, session: LiveSession, connection: ServerConnection, sentence: Sentence) -> None:
        self._session = session
        self._connection = connection
        self._sentence = sentence
        self._files = EvidenceFiles(session)
        self._signing: dict[int, asyncio.Future[str]] = {}
        self._restoring: Restoring | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until the line breaks; a witness that does not prove its key or does not fit our tree is told why."""
        try:
            seat, follow = await self._greet()
            await self._follow(seat, follow)
        except (WitnessRefused, BadMessage, TimeoutError) as refused:
            log.warning("a witness was refused: %s", str(refused).encode("unicode_escape").decode())
            code = refused.code if isinstance(refused, WitnessRefused) else WitnessRefused.code
            await self._send(witness.Refused(code=code, message=str(refused)))
            await self._connection.close(REFUSED_CLOSE, "refused")

    async def _greet(self) -> tuple[WitnessSeat, witness.Follow]:
        session = self._session
        challenge = b64(secrets.token_bytes(32))
        await self._send(
            witness.Greeting(
                origin=session.origin,
                kind=session.kind,
                title=session.rundown.session.title,
                log_vkey=session.log_vkey,
                challenge=challenge,
                page=tuple(self._files.page_paths()),
            )
        )
        async with asyncio.timeout(FOLLOW_SECONDS):
            follow, alarms = await self._first_words()
        text = witness.challenge_text(session.origin, challenge)
        seat = session.witnesses.prove(follow.vkey, text, follow.proof)
        for alarm in alarms:
            self._ring(seat, alarm)
        return seat, follow

    async def _first_words(self) -> tuple[witness.Follow, list[witness.Alarm]]:
        """`follow`; what the witness finds in the greeting comes before it, and counts once its key is proved."""
        alarms: list[witness.Alarm] = []
        while len(alarms) <= MOST_FIRST_ALARMS:
            said = self._read(await self._connection.recv())
            if isinstance(said, witness.Follow):
                return said, alarms
            if not isinstance(said, witness.Alarm):
                break
            alarms.append(said)
        raise WitnessRefused("the first message is `follow`")

    async def _follow(self, seat: WitnessSeat, follow: witness.Follow) -> None:
        session = self._session
        line = WitnessLine(self._draft, self._settled, self._sign, self._restore, self._hang_up)
        session.witnesses.arrive(seat, line)
        reading = asyncio.ensure_future(self._listen(seat))
        try:
            await self._compare(seat, follow, reading)
            session.final.watch()
            session.statements.show_all(seat)
            # what it says it has cosigned may never have arrived: it is told again from there, and sends it again
            feed = WitnessFeed(session, self._send, min(follow.size, seat.size, session.record.size))
            feeding = asyncio.ensure_future(feed.run())
            self._tasks.add(feeding)
            await reading
        finally:
            session.witnesses.leave(seat, line)
            reading.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(reading, *self._tasks, return_exceptions=True)

    async def _compare(self, seat: WitnessSeat, follow: witness.Follow, reading: asyncio.Future[None]) -> None:
        """Compare trees; the reader must run meanwhile, for lost entries may come through it."""
        comparing = asyncio.ensure_future(self._session.beginning.compare(seat, follow.size, follow.checkpoint))
        await asyncio.wait([comparing, reading], return_when=asyncio.FIRST_COMPLETED)
        if not comparing.done():
            comparing.cancel()
        await comparing

    # what it says

    async def _listen(self, seat: WitnessSeat) -> None:
        async for frame in self._connection:
            await self._take(seat, self._read(frame))

    def _read(self, frame: str | bytes) -> witness.WitnessSays:
        return witness.FROM_WITNESS.decode(frame.encode() if isinstance(frame, str) else frame)

    async def _take(self, seat: WitnessSeat, said: witness.WitnessSays) -> None:
        session = self._session
        if isinstance(said, witness.Cosigned):
            await session.witnesses.take_cosignature(seat, said.size, said.line)
        elif isinstance(said, witness.Consent):
            self._spawn(self._consent(seat, said))
        elif isinstance(said, witness.Decline):
            self._answer_later("decline", session.statements.decline(seat, said.id, said.reason))
        elif isinstance(said, witness.Signature | witness.Unsigned):
            self._take_signature(said)
        elif isinstance(said, witness.Nod):
            self._spawn(self._command(seat, "nod", {"do": said.do, "round": said.round}))
        elif isinstance(said, witness.Propose):
            self._spawn(self._propose(seat, said))
        elif isinstance(said, witness.Demand):
            self._spawn(self._demand(seat, said))
        elif isinstance(said, witness.Want):
            self._spawn(self._part(said))
        elif isinstance(said, witness.Mirrored | witness.MirroredFile):
            if self._restoring is not None:
                self._restoring.take(said)
        elif isinstance(said, witness.Alarm):
            self._ring(seat, said)

    def _ring(self, seat: WitnessSeat, said: witness.Alarm) -> None:
        self._session.alarms.ring("witness_alarm", f"{seat.name}: {said.code} {said.text}")

    # statements

    def _draft(self, number: int, kind: str, body: Mapping[str, Any], by: str) -> None:
        self._spawn(self._send(witness.Draft(id=number, kind=kind, body=dict(body), by=by)))

    def _settled(self, number: int, outcome: str, index: int | None) -> None:
        self._spawn(self._send(witness.Settled(id=number, outcome=outcome, index=index)))

    async def _sign(self, number: int, text: str) -> str:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._signing[number] = future
        try:
            await self._send(witness.Sign(id=number, text=text))
            return await future
        finally:
            self._signing.pop(number, None)

    def _take_signature(self, said: witness.Signature | witness.Unsigned) -> None:
        future = self._signing.get(said.id)
        if future is None or future.done():
            return
        if isinstance(said, witness.Signature):
            future.set_result(said.line)
        else:
            future.set_exception(WitnessRefused(said.reason))

    async def _consent(self, seat: WitnessSeat, said: witness.Consent) -> None:
        outcome = await self._session.statements.consent(seat, said.id, said.fresh)
        await self._say("consent", outcome)

    async def _propose(self, seat: WitnessSeat, said: witness.Propose) -> None:
        """What the notary wants stated is drafted like any other statement; the proposal is the agreement."""
        outcome = await self._outcome(seat, said.command, said.arguments)
        if not isinstance(outcome, Refusal) and "draft" in outcome:
            outcome = await self._session.statements.consent(seat, outcome["draft"], "")
        await self._say(said.command, outcome)

    async def _command(self, seat: WitnessSeat, name: str, arguments: Mapping[str, Any]) -> None:
        await self._say(name, await self._outcome(seat, name, arguments))

    async def _outcome(self, seat: WitnessSeat, name: str, arguments: Mapping[str, Any]) -> dict[str, Any] | Refusal:
        if seat.role != "notary":
            return Refusal(RefusalCode.ROLE_NEEDED, "notary")
        try:
            command = msgspec.convert(dict(arguments), COMMANDS[name])
        except msgspec.ValidationError as error:
            return Refusal(RefusalCode.BAD_ARGUMENT, str(error))
        given = {field: getattr(command, field) for field in command.__struct_fields__}
        return await self._session.command(name, given, None, Person(seat.name, frozenset({"notary"})))

    async def _demand(self, seat: WitnessSeat, said: witness.Demand) -> None:
        try:
            outcome = await demand(
                self._session, seat.name, said.present, said.entry, unb64(said.nonce, 32), said.choice
            )
        except FormError as error:
            outcome = Refusal(RefusalCode.BAD_ARGUMENT, str(error))
        await self._say("demand", outcome)

    def _answer_later(self, about: str, outcome: dict[str, Any] | Refusal) -> None:
        self._spawn(self._say(about, outcome))

    async def _say(self, about: str, outcome: dict[str, Any] | Refusal) -> None:
        if isinstance(outcome, Refusal):
            await self._send(witness.Answer(about=about, done=False, text=self._sentence(outcome)))
        else:
            text = msgspec.json.encode(outcome).decode()
            await self._send(witness.Answer(about=about, done=True, text=text))

    # files, and entries that we lost

    async def _part(self, want: witness.Want) -> None:
        data = await self._files.read(want.path)
        total = -1 if data is None else len(data)
        part = b"" if data is None else data[want.offset : want.offset + witness.PART_BYTES]
        await self._send(witness.Part(path=want.path, offset=want.offset, total=total, data=b64(part)))

    async def _restore(self, first: int) -> Restored:
        self._restoring = Restoring()
        try:
            async with asyncio.timeout(RESTORE_SECONDS):
                await self._send(witness.Restore(first=first))
                return await self._restoring.done
        except TimeoutError:
            raise WitnessRefused("it did not send the entries that this server lost") from None
        finally:
            self._restoring = None

    # sending

    def _hang_up(self, reason: str) -> None:
        self._spawn(self._connection.close(REFUSED_CLOSE, reason[:100]))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, message: witness.ServerSays) -> None:
        await self._connection.send(encode(message), text=True)
