"""Statements that notaries sign: drafted by the server, agreed to by people, signed at the moment of recording.

A statement is agreed to first (that may take minutes) and signed when its place in the record is known (that takes
milliseconds, and is bounded): the notary's program signs only what differs from the agreed draft in position and time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.live_witnesses import Witnesses, WitnessRefused, WitnessSeat
from audience_server.record.ed25519 import verify
from audience_server.record.forms import FormError
from audience_server.record.notes import parse_note

log = logging.getLogger(__name__)

SIGNING_SECONDS = 3.0
CHANGING = frozenset({"at", "size", "fresh"})

Outcome = dict[str, Any] | Refusal
Again = Callable[["PendingStatement"], Awaitable[Outcome]]


def comparable(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a notary agrees to: everything but position, time and the notary's own fresh bytes."""
    return {name: value for name, value in body.items() if name not in CHANGING}


@dataclass(slots=True, eq=False)
class PendingStatement:
    """A draft that waits.  `again` carries out what was asked for once enough notaries agree."""

    id: int
    kind: str
    body: Mapping[str, Any]
    by: str
    again: Again
    consents: dict[str, str] = field(default_factory=dict)
    being_recorded: bool = False


class Statements:
    """The drafts of one session.  `needed`: how many notaries sign each statement beside the log."""

    def __init__(self, witnesses: Witnesses, alarm: Callable[[str, str], None], changed: Callable[[], None]) -> None:
        self._witnesses = witnesses
        self._alarm = alarm
        self._changed = changed
        self._count = 0
        self.needed = witnesses.quorum[0]
        self.pending: dict[int, PendingStatement] = {}
        self.current: PendingStatement | None = None
        self._recording: set[asyncio.Task[Outcome]] = set()

    async def stop(self) -> None:
        """Nothing is recorded any more."""
        for task in self._recording:
            task.cancel()
        await asyncio.gather(*self._recording, return_exceptions=True)

    # drafts

    def offer(self, kind: str, body: Mapping[str, Any], by: str, again: Again) -> dict[str, Any]:
        """Put a draft before the notaries; the same one again is the same draft."""
        for known in self.pending.values():
            if known.kind == kind and comparable(known.body) == comparable(body):
                return {"pending": ["notary"], "draft": known.id}
        self._count += 1
        statement = PendingStatement(self._count, kind, body, by, again)
        self.pending[statement.id] = statement
        self._show(statement)
        return {"pending": ["notary"], "draft": statement.id}

    def show_all(self, seat: WitnessSeat) -> None:
        """A notary has come: every draft that waits; what its program agreed to before, it no longer knows."""
        for statement in self.pending.values():
            if seat.line is not None and seat.statement is not None:
                statement.consents.pop(seat.vkey, None)
                seat.line.draft(statement.id, statement.kind, statement.body, statement.by)

    def _show(self, statement: PendingStatement) -> None:
        for seat in self._witnesses.notaries:
            if seat.line is not None:
                seat.line.draft(statement.id, statement.kind, statement.body, statement.by)
        self._changed()

    def agreed(self, kind: str, body: Mapping[str, Any]) -> PendingStatement | None:
        """The draft being carried out, if it is this one."""
        current = self.current
        if current is None or current.kind != kind or comparable(current.body) != comparable(body):
            return None
        return current

    async def consent(self, seat: WitnessSeat, number: int, fresh: str) -> Outcome:
        """A notary agrees; with enough of them the statement is carried out, once, even if this one's line breaks."""
        statement = self.pending.get(number)
        if statement is None or seat.statement is None:
            return Refusal(RefusalCode.UNKNOWN_DRAFT, str(number))
        statement.consents[seat.vkey] = fresh
        if statement.being_recorded:
            return {"agreed": number}
        if len(statement.consents) < self.needed:
            self._changed()
            return {"agreed": number, "pending": ["notary"]}
        statement.being_recorded = True
        task = asyncio.get_running_loop().create_task(self._carry_out(statement))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)
        return await asyncio.shield(task)

    async def _carry_out(self, statement: PendingStatement) -> Outcome:
        """What does not come about is shown again to everybody, and nobody's agreement to it counts any more."""
        try:
            outcome = await statement.again(statement)
        finally:
            statement.being_recorded = False
        if isinstance(outcome, Refusal) and statement.id in self.pending:
            self._alarm("statement_failed", f"{statement.kind}: {outcome.code.value} {outcome.detail}")
            statement.consents.clear()
            self._show(statement)
        return outcome

    def decline(self, seat: WitnessSeat, number: int, reason: str) -> Outcome:
        """A notary does not sign: the draft is off, and the desk reads why; too late once it is being recorded."""
        statement = self.pending.get(number)
        if statement is None or statement.being_recorded or seat.statement is None:
            return Refusal(RefusalCode.UNKNOWN_DRAFT, str(number))
        self.settle(statement, "declined", None)
        self._alarm("statement_declined", f"{statement.kind}: {seat.name}: {reason}")
        return {"declined": number}

    def settle(self, statement: PendingStatement, outcome: str, index: int | None) -> None:
        """Off the table, for everybody."""
        if self.pending.pop(statement.id, None) is None:
            return
        for seat in self._witnesses.notaries:
            if seat.line is not None:
                seat.line.settled(statement.id, outcome, index)
        self._changed()

    def drop_all(self) -> None:
        """Nothing more will be recorded."""
        for statement in list(self.pending.values()):
            self.settle(statement, "dropped", None)

    def waiting(self) -> list[str]:
        return [statement.kind for statement in self.pending.values()]

    # signatures

    def fresh(self, statement: PendingStatement) -> str:
        """The bytes of the first notary who agreed, in the order of the file."""
        return next(
            (statement.consents[seat.vkey] for seat in self._witnesses.notaries if statement.consents.get(seat.vkey)),
            "",
        )

    async def sign(self, statement: PendingStatement, text: str) -> list[str] | Refusal:
        """The signature lines of those who agreed, in the order of the file; bounded, for everybody waits for it."""
        seats = [seat for seat in self._witnesses.notaries if seat.vkey in statement.consents and seat.line is not None]
        found = await asyncio.gather(*(self._line_of(seat, statement.id, text) for seat in seats))
        lines = [line for line in found if line]
        if len(lines) >= self.needed:
            return lines
        return Refusal(RefusalCode.NOTARY_SILENT, statement.kind)

    async def _line_of(self, seat: WitnessSeat, number: int, text: str) -> str:
        line, key = seat.line, seat.statement
        if line is None or key is None:
            return ""
        try:
            async with asyncio.timeout(SIGNING_SECONDS):
                said = await line.sign(number, text)
            note = parse_note(f"{text}\n{said}".encode())
        except (TimeoutError, WitnessRefused, FormError) as error:
            log.warning("%s did not sign draft %d: %r", seat.name.encode("unicode_escape").decode(), number, error)
            self._alarm("statement_unsigned", f"{seat.name}: {error}")
            return ""
        good = len(note.signatures) == 1 and (note.signatures[0].name, note.signatures[0].key_id) == (
            key.name,
            key.key_id,
        )
        if good and verify(key.public_key, text.encode(), note.signatures[0].signature):
            return said
        self._alarm("statement_unsigned", seat.name)
        return ""
