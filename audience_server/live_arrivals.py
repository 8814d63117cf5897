"""Check-ins and enrolments: the two ways in which a phone becomes somebody, appended as they come.

Check-ins that arrive while the disk is busy share the next transaction.  Enrolments wait for the batch interval, so
that one entry holds the keys of many phones (FORMAT.md, "An open panel's phones").
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field

from audience_server.clock import Clock
from audience_server.domain.admission import admit_check_in, enrolment_rounds, panel_is_full
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import CHECK_IN_ROUND
from audience_server.domain.session import Act, Presented, SessionState
from audience_server.live_record import LiveRecord, Plan, Prepared, RecordUnavailable, prepare
from audience_server.live_seats import Enrolled, PhoneSeat, Recorded
from audience_server.live_signatures import SignatureQueue
from audience_server.record.ballots import parse_present
from audience_server.record.ed25519 import is_roll_key
from audience_server.record.entries import build_act
from audience_server.record.forms import FormError
from audience_server.record.tree import leaf_hash

log = logging.getLogger(__name__)

MOST_KEYS_AN_ENTRY = 1200
MOST_IN_ONE_WRITE = 1000
MOST_ANSWERS_A_TURN = 200

CheckInAnswer = Callable[[Recorded | Refusal], None]
EnrolAnswer = Callable[[Enrolled | Refusal], None]


@dataclass(slots=True)
class _WaitingCheckIn:
    key: bytes
    panel: str
    prepared: Prepared
    answers: list[tuple[PhoneSeat, CheckInAnswer]] = field(default_factory=list)


@dataclass(slots=True)
class _WaitingEnrolment:
    panel: str
    keys: dict[str, bytes]
    answer: EnrolAnswer


class Arrivals:
    """Check-ins and enrolments that are not in the record yet.  Owned by the loop."""

    def __init__(
        self,
        state: SessionState,
        record: LiveRecord,
        signatures: SignatureQueue,
        clock: Clock,
        index_of: Mapping[bytes, int],
        alarm: Callable[[str, str], None],
    ) -> None:
        self._state = state
        self._record = record
        self._signatures = signatures
        self._clock = clock
        self._index_of = index_of
        self._alarm = alarm
        self._checking: dict[bytes, _WaitingCheckIn] = {}
        self._check_ins: list[_WaitingCheckIn] = []
        self._appending = False
        self._enrolments: list[_WaitingEnrolment] = []
        self._waiting_keys: set[bytes] = set()
        self._enrol_armed = False
        self._tasks: set[asyncio.Task[None]] = set()

    # check-ins

    def present(self, seat: PhoneSeat, entry: bytes, answer: CheckInAnswer) -> None:
        """Check a card in; presenting again with the same bytes is free and gets the same answer."""
        leaf = leaf_hash(entry)
        waiting = self._checking.get(leaf)
        if waiting is not None:
            waiting.answers.append((seat, answer))
            return
        found = self._examine(entry, leaf)
        if isinstance(found, Refusal):
            if found.code is RefusalCode.PANEL_FULL:
                self._alarm("panel_full", found.detail)
            answer(found)
            return
        known = self._state.present.get(found.key)
        if known is not None and self._index_of.get(leaf) == known:
            _sit(seat, found, known, self._record.receipt(known), answer)
            return
        found.answers.append((seat, answer))
        self._checking[leaf] = found
        self._signatures.submit(
            parse_present(entry, self._record.origin).verify, lambda good: self._verified(found, good)
        )

    def _examine(self, entry: bytes, leaf: bytes) -> _WaitingCheckIn | Refusal:
        if entry.split(b"\n", 2)[1:2] != [self._record.origin.encode()]:
            return Refusal(RefusalCode.WRONG_SESSION)
        try:
            present = parse_present(entry, self._record.origin)
        except FormError as error:
            return Refusal(RefusalCode.BAD_MESSAGE, str(error))
        panel = admit_check_in(self._state, present.key)
        if isinstance(panel, Refusal):
            return panel
        return _WaitingCheckIn(present.key, panel, Prepared(entry, leaf, Presented(present.key)))

    def _verified(self, waiting: _WaitingCheckIn, good: bool) -> None:
        if not good:
            self._refuse(waiting, RefusalCode.BAD_SIGNATURE)
            return
        self._check_ins.append(waiting)
        if not self._appending:
            self._appending = True
            self._start(self._append_check_ins())

    async def _append_check_ins(self) -> None:
        """Append what waits, a part at a time, until nothing does; what comes meanwhile shares the next transaction."""
        try:
            while self._check_ins:
                await self._append_some()
        finally:
            self._appending = False

    async def _append_some(self) -> None:
        taken: list[_WaitingCheckIn] = []

        def plan(first: int) -> Plan | None:
            taken.extend(self._check_ins[:MOST_IN_ONE_WRITE])
            return Plan(self._fresh(taken))

        try:
            await self._record.append(plan)
        except RecordUnavailable as failure:
            refused, self._check_ins = self._check_ins, []
            log.error("%d check-ins were not recorded: %s", len(refused), failure)
            for waiting in refused:
                self._refuse(waiting, RefusalCode.TRY_AGAIN)
            return
        del self._check_ins[: len(taken)]
        for start in range(0, len(taken), MOST_ANSWERS_A_TURN):
            for waiting in taken[start : start + MOST_ANSWERS_A_TURN]:
                self._seat(waiting)
            await asyncio.sleep(0)

    def _seat(self, waiting: _WaitingCheckIn) -> None:
        index = self._state.present.get(waiting.key)
        if index is None:
            full = panel_is_full(self._state, waiting.panel)
            self._refuse(waiting, RefusalCode.PANEL_FULL if full else RefusalCode.CARD_VOID)
            return
        self._checking.pop(waiting.prepared.leaf, None)
        receipt = self._record.receipt(index)
        for seat, answer in waiting.answers:
            _sit(seat, waiting, index, receipt, answer)

    def _fresh(self, taken: Sequence[_WaitingCheckIn]) -> list[Prepared]:
        """The check-ins to append: each key once, not void since it was admitted, and room left in its panel."""
        fresh: dict[bytes, Prepared] = {}
        room = {
            panel.id: panel.invited + panel.audit - self._state.present_count[panel.id]
            for panel in self._state.rundown.card_panels
        }
        for waiting in taken:
            known = waiting.key in self._state.present or waiting.key in fresh
            if known or self._state.is_void(CHECK_IN_ROUND, waiting.key) or room.get(waiting.panel, 1) <= 0:
                continue
            if waiting.panel in room:
                room[waiting.panel] -= 1
            fresh[waiting.key] = waiting.prepared
        return list(fresh.values())

    def _refuse(self, waiting: _WaitingCheckIn, code: RefusalCode) -> None:
        self._checking.pop(waiting.prepared.leaf, None)
        for _, answer in waiting.answers:
            answer(Refusal(code))

    # enrolments

    def enrol(self, panel: str, keys: Mapping[str, bytes], answer: EnrolAnswer) -> None:
        """Enrol an open panel's phone for r00 and every round that has not been opened."""
        rounds = enrolment_rounds(self._state, panel, set(keys))
        if isinstance(rounds, Refusal):
            answer(rounds)
            return
        fresh = {
            round_id: keys[round_id]
            for round_id in rounds
            if keys[round_id] not in self._state.enrolled.get((panel, round_id), ())
        }
        if not fresh:
            answer(Enrolled(panel, tuple(rounds)))
            return
        if self._taken(list(fresh.values())) or not all(is_roll_key(key) for key in fresh.values()):
            answer(Refusal(RefusalCode.BAD_MESSAGE, "a key that cannot be enrolled"))
            return
        self._waiting_keys.update(fresh.values())
        self._enrolments.append(_WaitingEnrolment(panel, fresh, answer))
        if not self._enrol_armed:
            self._enrol_armed = True
            self._clock.call_later(self._state.rundown.session.batch_seconds, self._enrol_tick)

    def _taken(self, keys: Sequence[bytes]) -> bool:
        if len(set(keys)) != len(keys):
            return True
        return any(
            key in self._waiting_keys
            or key in self._state.enrolled_keys
            or any(key in roll for roll in self._state.rolls.values())
            for key in keys
        )

    def _enrol_tick(self) -> None:
        self._enrol_armed = False
        self._start(self._append_enrolments())

    async def flush_enrolments(self) -> None:
        """Append what is waiting now: a round is about to open."""
        if self._enrolments:
            await self._append_enrolments()

    async def _append_enrolments(self) -> None:
        taken: list[_WaitingEnrolment] = []

        def plan(first: int) -> Plan | None:
            taken.extend(self._enrolments)
            self._enrolments.clear()
            return Plan(self._enrol_entries(taken))

        try:
            await self._record.append(plan)
        except RecordUnavailable as failure:
            log.error("%d enrolments were not recorded: %s", len(taken), failure)
            for waiting in taken:
                self._waiting_keys.difference_update(waiting.keys.values())
                waiting.answer(Refusal(RefusalCode.TRY_AGAIN))
            return
        for waiting in taken:
            self._waiting_keys.difference_update(waiting.keys.values())
            rounds = tuple(round_id for round_id in waiting.keys if round_id not in self._state.windows_of)
            waiting.answer(Enrolled(waiting.panel, rounds))

    def _enrol_entries(self, taken: Sequence[_WaitingEnrolment]) -> list[Prepared]:
        keys_of: dict[tuple[str, str], list[bytes]] = {}
        for waiting in taken:
            for round_id, key in waiting.keys.items():
                if round_id not in self._state.windows_of:
                    keys_of.setdefault((waiting.panel, round_id), []).append(key)
        entries = []
        for (panel, round_id), keys in keys_of.items():
            keys.sort()
            for start in range(0, len(keys), MOST_KEYS_AN_ENTRY):
                entries.append(self._enrol_entry(panel, round_id, keys[start : start + MOST_KEYS_AN_ENTRY]))
        return entries

    def _enrol_entry(self, panel: str, round_id: str, keys: Sequence[bytes]) -> Prepared:
        body = {"keys": [base64.b64encode(key).decode() for key in keys], "panel": panel, "round": round_id}
        return prepare(build_act("enrol", self._record.origin, body), Act("enrol", body))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _sit(seat: PhoneSeat, waiting: _WaitingCheckIn, index: int, receipt: str, answer: CheckInAnswer) -> None:
    seat.panel = waiting.panel
    seat.check_in_key = waiting.key
    answer(Recorded(index, receipt, waiting.panel))
