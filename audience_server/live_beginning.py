"""How a session begins or goes on: with entry 0, after a comparison with its witnesses, or with what they kept for it.

Until then the record is held: phones hear `try_again`, nothing is counted, the desk reads why.  A server that was
restored from an older copy must never sign a second tree; so where the session file names witnesses, a record that has
begun is compared with what they have seen before anything is added to it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import partial
from typing import TYPE_CHECKING

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.session import Act
from audience_server.live_record import Plan, Prepared, RecordUnavailable, prepare
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


class Beginning:
    """Holds the record until it may grow, then lets the show go on."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session

    async def start(self) -> None:
        """Entry 0 where no notary has to sign it; otherwise hold, and wait for people."""
        session = self._session
        record = session.record
        if not session.witnesses.seats:
            if record.size == 0:
                await record.append(lambda first: Plan([self._own_entry()]))
            self._go_on()
        elif record.size > 0:
            record.held = COMPARING
        elif session.statements.needed:
            record.held = WAITING_FOR_NOTARY
            session.statements.offer("session", session.session_body(), session.files.software, self._begin)
        else:
            await record.append(lambda first: Plan([self._own_entry()]))
            self._go_on()

    def _own_entry(self) -> Prepared:
        """Entry 0 signed by the log alone."""
        session = self._session
        body = session.session_body() | {"fresh": base64.b64encode(secrets.token_bytes(32)).decode()}
        entry = build_statement("session", session.origin, body, [(session.origin, session.files.log_seed)])
        return prepare(entry, session.read_event(entry))

    def _go_on(self) -> None:
        self._session.record.held = ""
        self._session.desk.resume()
        self._session.changed.bump()

    # entry 0, with a notary

    async def _begin(self, statement: PendingStatement) -> Outcome:
        """The first notary's own bytes go in, so that no entry 0 can have been made before the day."""
        session = self._session
        fresh = session.statements.fresh(statement)
        try:
            unb64(fresh, 32)
        except FormError:
            return Refusal(RefusalCode.BAD_ARGUMENT, "fresh: 32 bytes in base64")
        body = dict(statement.body) | {"at": session.clock.unix(), "fresh": fresh}
        text = statement_text("session", session.origin, body)
        lines = await session.statements.sign(statement, text)
        if isinstance(lines, Refusal):
            return lines
        entry = signed_statement(text, session.origin, session.files.log_seed, lines)
        try:
            await session.record.append(
                lambda first: Plan([prepare(entry, session.read_event(entry))]), though_held=True
            )
        except RecordUnavailable as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        # a crash here leaves entry 0 alone: the next start compares it with the witnesses and goes on
        session.statements.settle(statement, "recorded", 0)
        self._go_on()
        return {"index": 0, "size": 1}

    # a record that has begun, compared

    async def compare(self, seat: WitnessSeat, size: int, note: str) -> None:
        """What this witness has cosigned last must be in our tree.  Otherwise WitnessRefused, and an alarm."""
        record = self._session.record
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
        answered = [each.vkey for each in self._session.witnesses.seats if each.answered]
        if record.held == COMPARING and self._session.witnesses.is_quorum(answered):
            self._go_on()

    def _seen(self, seat: WitnessSeat, size: int, note: str) -> Checkpoint:
        try:
            text, signers = open_note(note.encode(), [parse_vkey(self._session.log_vkey)])
            seen = parse_checkpoint(text)
        except FormError as error:
            raise WitnessRefused(f"its checkpoint: {error}") from None
        if not signers or seen.origin != self._session.origin or seen.size != size:
            raise WitnessRefused("its checkpoint is not one that this log has signed")
        return seen

    def despite_absence(self) -> Refusal | None:
        """The operator goes on though no witness could be compared with; the caller records why."""
        if self._session.record.held != COMPARING:
            return Refusal(RefusalCode.NOT_ALLOWED, self._session.record.held)
        self._go_on()
        return None

    # entries that only a witness still has

    async def _restore(self, seat: WitnessSeat, seen: Checkpoint) -> None:
        """Take back from a witness's mirror what this directory lost, each piece under a checkpoint that we signed."""
        session, line = self._session, seat.line
        if session.record.held != COMPARING or line is None:
            session.alarms.ring("witness_ahead", f"{seat.name}: {seen.size} > {session.record.size}")
            raise WitnessRefused(f"it has seen {seen.size} entries, and this record has grown without it")
        pieces, files = await line.restore(session.record.size)
        plans = self._checked(pieces, seen)
        openings, others = _sorted_files(files, _openings_bound_by(plans))
        try:
            # a crash behind these leaves files and openings that no entry names yet; they are written again
            await session.record.store.keep_files(others)
            await session.record.store.keep_openings(openings)
            for prepared in plans:
                await session.record.append(partial(_whole, prepared), though_held=True)
        except (RecordUnavailable, StoreFailed) as failure:
            raise WitnessRefused(f"the lost entries could not be stored: {failure}") from failure
        await session.reload()
        session.alarms.ring("restored", f"{seat.name}: {seen.size}")

    def _checked(self, pieces: list[tuple[list[bytes], bytes]], seen: Checkpoint) -> list[list[Prepared]]:
        """Every piece ends at a head that this log signed; the last one is what the witness has seen."""
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
                raise WitnessRefused("what it kept is not what this log has signed")
        if (tree.size, tree.root()) != (seen.size, seen.root):
            raise WitnessRefused("it did not send everything that it has seen")
        return plans


def _whole(prepared: list[Prepared], first: int) -> Plan:
    return Plan(prepared)


def _openings_bound_by(plans: list[list[Prepared]]) -> dict[str, tuple[str, str]]:
    """Path of an openings file -> (window, digest), for the windows that these entries locked."""
    acts = [item.event for plan in plans for item in plan]
    bodies = [act.body for act in acts if isinstance(act, Act) and act.kind == "tally"]
    return {f"rounds/{body['window']}.openings": (body["window"], body["openings"]) for body in bodies}


def _sorted_files(files: dict[str, bytes], bound: dict[str, tuple[str, str]]) -> tuple[list[Opening], dict[str, bytes]]:
    """Openings of the locked windows as rows, and the other files as they are."""
    openings: list[Opening] = []
    for path, (window, digest) in bound.items():
        if hashlib.sha256(files.get(path, b"")).hexdigest() != digest:
            raise WitnessRefused(f"it has no {path} as the record binds it, without which {window} cannot be proved")
        openings += [Opening(index, window, nonce, choice) for index, nonce, choice in parse_openings(files[path])]
    others = {path: data for path, data in files.items() if path.endswith(".counts")}
    return openings, others
