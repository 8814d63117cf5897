"""How a session begins or goes on: with entry 0, after a comparison with its witnesses, or with what they kept for it.

Until then the record is held: phones hear `try_again`, nothing is counted, the desk reads why.  A server that was
restored from an older copy must never sign a second tree; so where the session file names witnesses, a record that has
begun is compared with what all of them have seen before anything is added to it, also when it is empty now.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from functools import partial
from typing import TYPE_CHECKING

from audience_server.domain.acts import Draft
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.session import Act
from audience_server.live_record import Plan, Prepared, RecordDamaged, RecordUnavailable, prepare
from audience_server.live_statements import Outcome, PendingStatement
from audience_server.live_witnesses import WitnessRefused, WitnessSeat
from audience_server.record.checkpoint import Checkpoint, parse_checkpoint
from audience_server.record.entries import build_statement, signed_statement, statement_text
from audience_server.record.forms import FormError, unb64
from audience_server.record.notes import open_note, parse_vkey
from audience_server.record.openings import parse_openings
from audience_server.record.tree import Tree, leaf_hash
from audience_server.stores.port import Opening, StoreFailed

if TYPE_CHECKING:
    from audience_server.live_session import LiveSession

WAITING_FOR_NOTARY = "waiting_for_notary"
COMPARING = "comparing"
UNAVAILABLE = (RecordUnavailable, RecordDamaged, StoreFailed, OSError)


class Beginning:
    """Holds the record until it may grow, then lets the show go on."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._one_at_a_time = asyncio.Lock()
        self._despite = ""  # without whom the record begins, and why, until that stands in it

    async def start(self) -> None:
        """Begin at once where nobody can have seen a record of this directory; otherwise hold it, and compare."""
        session = self._session
        if session.witnesses.seats and (session.record.size > 0 or session.files.was_begun()):
            session.record.held = COMPARING
        else:
            await self._go_on()

    async def _go_on(self) -> None:
        """Entry 0 where it is missing, from the notaries where they sign it; then the show."""
        session, record = self._session, self._session.record
        if record.size == 0 and session.statements.needed:
            record.held = WAITING_FOR_NOTARY
            session.statements.offer("session", session.session_body(), session.files.software, self._begin)
            return
        if record.size == 0:
            session.files.note_begun()
            # a crash here leaves an empty record that asks for its witnesses, though there was nothing to see yet
            await record.append(lambda first: self._beginning_with(self._own_entry()), though_held=True)
            self._despite = ""
        elif record.held:
            await session.reload()
        record.held = ""
        session.desk.resume()
        session.changed.bump()

    # entry 0

    def _own_entry(self) -> bytes:
        """Entry 0 signed by the log alone."""
        session = self._session
        body = session.session_body() | {"fresh": base64.b64encode(secrets.token_bytes(32)).decode()}
        return build_statement("session", session.origin, body, [(session.origin, session.files.log_seed)])

    def _beginning_with(self, entry: bytes) -> Plan:
        """Entry 0, and right behind it without whom the record begins."""
        first = prepare(entry, self._session.read_event(entry))
        return Plan([first, self._without(self._despite)] if self._despite else [first])

    async def _begin(self, statement: PendingStatement) -> Outcome:
        """The first notary's own bytes go in, so that no entry 0 can have been made before the day."""
        session = self._session
        fresh = session.statements.fresh(statement)
        try:
            unb64(fresh, 32)
        except FormError:
            return Refusal(RefusalCode.BAD_ARGUMENT, "fresh: 32 bytes in base64")
        body = dict(statement.body) | {"at": session.clock.unix(), "fresh": fresh}
        async with self._one_at_a_time:
            if session.record.held != WAITING_FOR_NOTARY:
                return Refusal(RefusalCode.UNKNOWN_DRAFT, str(statement.id))
            return await self._append_signed(statement, statement_text("session", session.origin, body))

    async def _append_signed(self, statement: PendingStatement, text: str) -> Outcome:
        session = self._session
        lines = await session.statements.sign(statement, text)
        if isinstance(lines, Refusal):
            return lines
        if any(seat.line is not None and not seat.answered for seat in session.witnesses.seats):
            return Refusal(RefusalCode.TRY_AGAIN, "a witness has just come")
        entry = signed_statement(text, session.origin, session.files.log_seed, lines)
        try:
            session.files.note_begun()
            # a crash here leaves an empty record that asks for its witnesses, though there was nothing to see yet
            await session.record.append(
                lambda first: self._beginning_with(entry) if first == 0 else None, though_held=True
            )
        except (RecordUnavailable, OSError) as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        # a crash here leaves entry 0 alone: the next start compares it with the witnesses and goes on
        self._despite = ""
        session.statements.settle(statement, "recorded", 0)
        await self._go_on()
        return {"index": 0, "size": session.record.size}

    # a record that has begun, compared

    async def compare(self, seat: WitnessSeat, size: int, note: str) -> None:
        """What this witness has cosigned last must be in our tree.  Otherwise WitnessRefused, and an alarm.

        The record grows again only when every witness of the session file has been heard, for the one that is missing
        may be the one that has seen more.
        """
        record = self._session.record
        async with self._one_at_a_time:
            if size > 0:
                seen = self._seen(seat, size, note)
                if size > record.size:
                    await self._restore(seat, seen)
                head = record.head_of(size)
                if head is None or head.root != seen.root:
                    self._session.alarms.ring("witness_fork", seat.name)
                    raise WitnessRefused(f"our tree of size {size} has another root; this server must not go on")
            if size < seat.size:
                # its computer was put back to an earlier state; it catches up, and signs nothing else than before
                self._session.alarms.ring("witness_went_back", f"{seat.name}: {seat.size} → {size}")
            seat.answered = True
            if record.held == COMPARING and not self._session.witnesses.unheard():
                try:
                    await self._go_on()
                except UNAVAILABLE as failure:
                    raise WitnessRefused(f"the record cannot go on: {failure}") from failure

    def _seen(self, seat: WitnessSeat, size: int, note: str) -> Checkpoint:
        try:
            text, signers = open_note(note.encode(), [parse_vkey(self._session.log_vkey)])
            seen = parse_checkpoint(text)
        except FormError as error:
            raise WitnessRefused(f"its checkpoint: {error}") from None
        if not signers or seen.origin != self._session.origin or seen.size != size:
            raise WitnessRefused("its checkpoint is not one that this log has signed")
        return seen

    async def despite_absence(self, reason: str) -> Outcome:
        """The operator goes on though not every witness could be compared with; the first thing recorded is why."""
        record = self._session.record
        if record.held != COMPARING:
            return Refusal(RefusalCode.NOT_ALLOWED, record.held)
        told = f"{'、'.join(self._session.witnesses.unheard())}: {reason}"
        try:
            told_first = self._without(told)
            if record.size == 0:
                self._despite = told
                await self._go_on()
                return {"held": record.held} if record.held else {"index": 1, "size": 2}
            index = await record.append(lambda first: Plan([told_first]), though_held=True)
            # a crash here leaves the reason recorded and the record held: it is compared or asked for again
            await self._go_on()
        except FormError as error:
            return Refusal(RefusalCode.BAD_ARGUMENT, str(error))
        except UNAVAILABLE as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        return {"index": index, "size": record.size}

    def _without(self, told: str) -> Prepared:
        """The incident that nobody can overlook later: without whom the server went on."""
        body = {"at": self._session.clock.unix(), "kind": "without-witnesses", "text": told}
        return self._session.desk.entry_of(Draft("incident", body))

    # entries that only a witness still has

    async def _restore(self, seat: WitnessSeat, seen: Checkpoint) -> None:
        """Take back from a witness's mirror what this directory lost, each piece under a checkpoint that we signed."""
        session, line, record = self._session, seat.line, self._session.record
        if not record.held or line is None:
            session.alarms.ring("witness_ahead", f"{seat.name}: {seen.size} > {record.size}")
            raise WitnessRefused(f"it has seen {seen.size} entries, and this record has grown without it")
        record.held = COMPARING  # an entry 0 that waited to be signed would be a second one
        session.statements.drop_all()
        try:
            pieces, files = await line.restore(record.size)
            plans = self._checked(seat, pieces, seen)
            await self._keep(plans, files)
        except WitnessRefused as refused:
            session.alarms.ring("not_restored", f"{seat.name}: {refused}")
            raise
        session.alarms.ring("restored", f"{seat.name}: {record.size}")

    async def _keep(self, plans: list[list[Prepared]], files: dict[str, bytes]) -> None:
        session, first = self._session, self._session.record.size
        openings, counts = _bound_files(files, plans)
        try:
            # a crash behind these leaves files and openings that no entry names yet; they are written again
            await session.record.store.keep_files(counts)
            await session.record.store.keep_openings(openings)
            for prepared in plans:
                # a crash here leaves a part of what was lost, up to a checkpoint; the rest is asked for again
                if await session.record.append(partial(_whole, prepared, first), though_held=True) is None:
                    raise WitnessRefused("the record has grown meanwhile")
                first += len(prepared)
            await session.reload()
        except UNAVAILABLE as failure:
            raise WitnessRefused(f"the lost entries could not be stored: {failure}") from failure

    def _checked(
        self, seat: WitnessSeat, pieces: list[tuple[list[bytes], bytes]], seen: Checkpoint
    ) -> list[list[Prepared]]:
        """Every piece ends at a head that this log signed; the last one is at least what the witness has cosigned."""
        session = self._session
        tree = Tree()
        tree.extend(session.record.leaf_hashes)
        plans = []
        for entries, note in pieces:
            tree.extend([leaf_hash(entry) for entry in entries])
            try:
                text, signers = open_note(note, [parse_vkey(session.log_vkey)])
                head = parse_checkpoint(text)
                plans.append([prepare(entry, session.read_event(entry)) for entry in entries])
            except (FormError, KeyError, ValueError) as error:
                raise WitnessRefused(f"an entry that it kept cannot be read: {error}") from None
            if not signers or (head.origin, head.size, head.root) != (session.origin, tree.size, tree.root()):
                session.alarms.ring("witness_fork", seat.name)
                raise WitnessRefused("what it kept does not continue this record")
        if tree.size < seen.size:
            raise WitnessRefused("it did not send everything that it has seen")
        return plans


def _whole(prepared: list[Prepared], expected: int, first: int) -> Plan | None:
    """Nothing when something else has come into this place."""
    return Plan(prepared) if first == expected else None


def _bound_files(files: dict[str, bytes], plans: list[list[Prepared]]) -> tuple[list[Opening], dict[str, bytes]]:
    """Openings and counts of the windows that these entries lock, as the entries bind them; a window that they void
    as well needs none."""
    acts = [item.event for plan in plans for item in plan if isinstance(item.event, Act)]
    void = {act.body["window"] for act in acts if act.kind == "void-round"}
    openings: list[Opening] = []
    counts: dict[str, bytes] = {}
    for body in (act.body for act in acts if act.kind == "tally" and act.body["window"] not in void):
        window = body["window"]
        for kind in ("openings", "counts"):
            path = f"rounds/{window}.{kind}"
            if hashlib.sha256(files.get(path, b"")).hexdigest() != body[kind]:
                raise WitnessRefused(
                    f"it has no {path} as the record binds it, without which {window} cannot be proved"
                )
        rows = parse_openings(files[f"rounds/{window}.openings"])
        openings += [Opening(index, window, nonce, choice) for index, nonce, choice in rows]
        counts[f"rounds/{window}.counts"] = files[f"rounds/{window}.counts"]
    return openings, counts
