"""From a phone's ballot to its receipt: examined, verified, batched, appended, answered.

Ballots wait in one batch that is appended sorted by leaf hash, at most one ballot of a key in each, so that positions
tell nothing about who came when (FORMAT.md, "Batches").  Choices are kept beside their entries and shown to nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

from audience_server.clock import Clock, Timer
from audience_server.domain.admission import (
    Bindings,
    admit_ballot,
    check_counter,
    exceeds_issued,
    find_window,
)
from audience_server.domain.ballots import BallotForm
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.session import BallotCast, SessionState, Window
from audience_server.live_record import LiveRecord, Plan, Prepared, RecordUnavailable
from audience_server.live_seats import PhoneSeat, Recorded
from audience_server.live_signatures import SignatureQueue
from audience_server.record.ballots import BallotEntry, commitment, parse_ballot
from audience_server.record.forms import FormError
from audience_server.record.tree import leaf_hash
from audience_server.stores.port import Opening, StoreFailed

log = logging.getLogger(__name__)

MOST_IN_ONE_WRITE = 1000
MOST_ANSWERS_A_TURN = 200

Answer = Callable[[Recorded | Refusal], None]


@dataclass(slots=True, eq=False)
class WaitingBallot:
    """A ballot on its way into the record; several connections may be waiting for the same bytes."""

    window: Window
    panel: str
    check_in_key: bytes
    ballot: BallotEntry
    prepared: Prepared
    answers: list[Answer] = field(default_factory=list)

    def answer(self, outcome: Recorded | Refusal) -> None:
        for say in self.answers:
            say(outcome)


class Casting:
    """The ballots of the open window that are not in the record yet.  Owned by the loop; only `flush` awaits."""

    def __init__(
        self,
        state: SessionState,
        record: LiveRecord,
        signatures: SignatureQueue,
        clock: Clock,
        index_of: dict[bytes, int],
        alarm: Callable[[str, str], None],
    ) -> None:
        """`index_of`: leaf hash -> index of every ballot and check-in in the record."""
        self._state = state
        self._record = record
        self._signatures = signatures
        self._clock = clock
        self._index_of = index_of
        self._alarm = alarm
        self._rules = state.rundown.session
        self._bindings = Bindings()
        self._form: BallotForm | None = None
        self._by_leaf: dict[bytes, WaitingBallot] = {}
        self._batch: dict[bytes, WaitingBallot] = {}
        self._later: list[WaitingBallot] = []
        self._last_counter: dict[bytes, int] = {}
        self._timer: Timer | None = None
        self._waited = 0.0
        self._flushes: set[asyncio.Task[None]] = set()
        self.closing = False
        self.batches = 0
        self.missing: dict[int, str] = {}

    # examine: everything that needs no signature check

    def cast(self, seat: PhoneSeat, entry: bytes, nonce: bytes, choice: str, answer: Answer) -> None:
        """Take a ballot; `answer` is called once, at once or when the ballot is in a signed checkpoint."""
        leaf = leaf_hash(entry)
        known = self._index_of.get(leaf)
        if known is not None:
            self._take_opening(known, entry, nonce, choice)
            answer(Recorded(known, self._record.receipt(known)))
            return
        same = self._by_leaf.get(leaf)
        if same is not None:
            same.answers.append(answer)
            return
        waiting = self._examine(seat, entry, leaf, nonce, choice)
        if isinstance(waiting, Refusal):
            answer(waiting)
            return
        waiting.answers.append(answer)
        self._by_leaf[leaf] = waiting
        self._signatures.submit(waiting.ballot.verify, lambda good: self._verified(waiting, good))

    def _examine(
        self, seat: PhoneSeat, entry: bytes, leaf: bytes, nonce: bytes, choice: str
    ) -> WaitingBallot | Refusal:
        if entry.split(b"\n", 2)[1:2] != [self._record.origin.encode()]:
            return Refusal(RefusalCode.WRONG_SESSION)
        try:
            ballot = parse_ballot(entry, self._record.origin)
        except FormError as error:
            return Refusal(RefusalCode.BAD_MESSAGE, str(error))
        window = find_window(self._state, ballot.window, self.closing)
        if isinstance(window, Refusal):
            return window
        self._bindings.turn_to(window.name)
        panel = admit_ballot(self._state, window, ballot.key, seat.check_in_key, self._bindings)
        if isinstance(panel, Refusal):
            return panel
        if commitment(self._record.origin, ballot.window, ballot.key, ballot.q, nonce, choice) != ballot.commitment:
            return Refusal(RefusalCode.BAD_COMMITMENT)
        checked = self._form_of(window).check(choice)
        if isinstance(checked, Refusal):
            return checked
        event = BallotCast(window.name, ballot.key, ballot.q)
        prepared = Prepared(entry, leaf, event, nonce, choice, window.name)
        return WaitingBallot(window, panel, seat.check_in_key or b"", ballot, prepared)

    # openings that were lost with the disk: phones keep theirs until the lock

    async def look_for_openings(self) -> None:
        """Which counted ballots of windows that are not locked have no opening; their phones are asked for it."""
        self.missing = {}
        for window in self._state.windows.values():
            if window.state in ("open", "closed"):
                held = {opening.index for opening in await self._record.store.openings(window.name)}
                lost = [standing.index for standing in window.standings.values() if standing.index not in held]
                self.missing |= dict.fromkeys(lost, window.name)

    def _take_opening(self, index: int, entry: bytes, nonce: bytes, choice: str) -> None:
        """Only what opens the commitment in the record can come back."""
        if index not in self.missing:
            return
        ballot = parse_ballot(entry, self._record.origin)
        right = commitment(self._record.origin, ballot.window, ballot.key, ballot.q, nonce, choice)
        if right == ballot.commitment:
            task = asyncio.get_running_loop().create_task(self._keep_opening(index, nonce, choice))
            self._flushes.add(task)
            task.add_done_callback(self._flushes.discard)

    async def _keep_opening(self, index: int, nonce: bytes, choice: str) -> None:
        try:
            await self._record.store.keep_openings([Opening(index, self.missing[index], nonce, choice)])
        except StoreFailed as failure:
            self._alarm("store_failed", str(failure))
            return
        # a crash here leaves the opening kept; the next start no longer asks for it
        self.missing.pop(index, None)

    def _form_of(self, window: Window) -> BallotForm:
        if self._form is None or self._form.round_id != window.round:
            self._form = BallotForm(self._state.rundown.round(window.round), self._state.rundown)
        return self._form

    # verified: counter, binding, and a place in a batch

    def _verified(self, waiting: WaitingBallot, good: bool) -> None:
        refusal = self._place(waiting) if good else Refusal(RefusalCode.BAD_SIGNATURE)
        if refusal is not None:
            del self._by_leaf[waiting.prepared.leaf]
            waiting.answer(refusal)

    def _place(self, waiting: WaitingBallot) -> Refusal | None:
        key, window = waiting.ballot.key, waiting.window
        refusal = check_counter(window, key, waiting.ballot.q, self._last_counter.get(key))
        if refusal is not None:
            return refusal
        if self._bindings.ballot_key_of.setdefault(waiting.check_in_key, key) != key:
            return Refusal(RefusalCode.NOT_PRESENT)
        if key not in window.standings and key not in self._last_counter:
            if exceeds_issued(window, waiting.panel, self._bindings):
                self._alarm("returned_exceeds_issued", f"{window.name} {waiting.panel}")
                return Refusal(RefusalCode.NOT_PRESENT)
            waiters = self._bindings.waiting_voters
            waiters[waiting.panel] = waiters.get(waiting.panel, 0) + 1
        self._last_counter[key] = waiting.ballot.q
        self._put(waiting)
        return None

    def _put(self, waiting: WaitingBallot) -> None:
        if waiting.ballot.key in self._batch:
            self._later.append(waiting)
            return
        self._batch[waiting.ballot.key] = waiting
        if self._timer is None and not self.closing:
            self._waited = 0.0
            self._arm()

    # batches

    def _arm(self) -> None:
        self._timer = self._clock.call_later(self._rules.batch_seconds, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._waited += self._rules.batch_seconds
        if self.closing or not self._batch:
            return
        if len(self._batch) < self._rules.batch_min and self._waited < self._rules.batch_wait:
            self._arm()
            return
        task = asyncio.get_running_loop().create_task(self._flush_all(self._take_batch()))
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)

    def _take_batch(self) -> list[WaitingBallot]:
        """The waiting batch, sorted by leaf hash; what had to wait for it becomes the next one."""
        taken = sorted(self._batch.values(), key=lambda waiting: waiting.prepared.leaf)
        self._batch = {}
        later, self._later = self._later, []
        for waiting in later:
            self._put(waiting)
        return taken

    async def _flush_all(
        self, taken: list[WaitingBallot], closing_act: Callable[[int], Prepared | None] | None = None
    ) -> None:
        """Append a batch; a very large one in several transactions, cut where the leaf hashes fall.

        One after the other, so that no single step holds the loop for long; the order of arrival shows in none.  All
        parts are of one size: a remainder of a few would not hide who is in it.
        """
        each = max(1, ceil(len(taken) / max(1, ceil(len(taken) / MOST_IN_ONE_WRITE))))
        parts = [taken[start : start + each] for start in range(0, len(taken), each)]
        for part in parts[:-1]:
            await self._flush(part)
        await self._flush(parts[-1] if parts else [], closing_act)

    async def _flush(
        self, taken: list[WaitingBallot], closing_act: Callable[[int], Prepared | None] | None = None
    ) -> None:
        """Append one batch, with the act that closes the window behind it when there is one, and answer."""

        def plan(first: int) -> Plan:
            self._drop_what_no_longer_fits(taken)
            prepared = [waiting.prepared for waiting in taken]
            closing = None if closing_act is None else closing_act(first + len(prepared))
            return Plan(prepared if closing is None else [*prepared, closing])

        try:
            first = await self._record.append(plan)
        except RecordUnavailable as failure:
            log.error("a batch of %d ballots was not recorded: %s", len(taken), failure)
            self._give_up(taken)
            if closing_act is not None:
                raise
            return
        self.batches += 1
        self._settle_memory(taken)
        if taken and first is not None:
            await self._answer(taken, first)

    def _drop_what_no_longer_fits(self, taken: list[WaitingBallot]) -> None:
        """Since they were admitted a card may have been voided, or a lost write may turn out to be in the record."""
        dropped = [(waiting, outcome) for waiting in taken if (outcome := self._second_look(waiting)) is not None]
        if not dropped:
            return
        gone = [waiting for waiting, _ in dropped]
        taken[:] = [waiting for waiting in taken if waiting not in gone]
        self._settle_memory(gone)
        for waiting, outcome in dropped:
            waiting.answer(outcome)

    def _second_look(self, waiting: WaitingBallot) -> Recorded | Refusal | None:
        recorded = self._index_of.get(waiting.prepared.leaf)
        if recorded is not None:
            return Recorded(recorded, self._record.receipt(recorded))
        if waiting.window.state != "open":
            return Refusal(RefusalCode.ROUND_CLOSED)
        if self._state.is_void(waiting.window.round, waiting.ballot.key):
            return Refusal(RefusalCode.CARD_VOID)
        return check_counter(waiting.window, waiting.ballot.key, waiting.ballot.q, None)

    async def _answer(self, taken: Sequence[WaitingBallot], first: int) -> None:
        for start in range(0, len(taken), MOST_ANSWERS_A_TURN):
            part = taken[start : start + MOST_ANSWERS_A_TURN]
            receipts = self._record.receipts(first + start, first + start + len(part))
            for offset, (waiting, receipt) in enumerate(zip(part, receipts, strict=True), first + start):
                waiting.answer(Recorded(offset, receipt))
            await asyncio.sleep(0)

    def _give_up(self, taken: Sequence[WaitingBallot]) -> None:
        """Nothing was recorded as far as we know: say so, and forget, so that the same bytes may come again."""
        keys = {waiting.ballot.key for waiting in taken}
        orphans = [waiting for waiting in self._later + list(self._batch.values()) if waiting.ballot.key in keys]
        self._later = [waiting for waiting in self._later if waiting.ballot.key not in keys]
        for waiting in orphans:
            self._batch.pop(waiting.ballot.key, None)
        self._settle_memory([*taken, *orphans])
        for waiting in [*taken, *orphans]:
            waiting.answer(Refusal(RefusalCode.TRY_AGAIN))

    def _settle_memory(self, done: Sequence[WaitingBallot]) -> None:
        for waiting in done:
            key = waiting.ballot.key
            self._by_leaf.pop(waiting.prepared.leaf, None)
            if waiting.ballot.q == 0:
                self._bindings.waiting_voters[waiting.panel] -= 1
            if self._last_counter.get(key) == waiting.ballot.q:
                del self._last_counter[key]

    # the end of a window

    async def finish(self, closing_act: Callable[[int], Prepared | None]) -> None:
        """Check and append everything received so far, and the close in one transaction with the last of it.

        `closing` must have been set before, so that nothing more comes in.  Raises RecordUnavailable when the store
        fails; the window is then still open and `finish` may be called again.
        """
        await self._signatures.drained()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushes:
            await asyncio.gather(*self._flushes)
        taken = self._take_batch()
        while self._batch:
            await self._flush_all(taken)
            taken = self._take_batch()
        await self._flush_all(taken, closing_act)
