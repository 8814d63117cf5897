"""The witnesses of a session: who they are, who is on the line, what each has cosigned.

A witness that is silent delays nothing but the third state on the phones, the zero confirmation and the seal; that it
is silent shows at once.  Nothing here decides a result: cosignatures stand beside the record, not in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from audience_server.clock import Clock, Timer
from audience_server.domain.rundown import Rundown
from audience_server.fanout import Changes
from audience_server.live_record import LiveRecord
from audience_server.record.checkpoint import verify_cosignature
from audience_server.record.forms import FormError
from audience_server.record.notes import VerifierKey, parse_note, parse_vkey
from audience_server.record.policy import policy_text
from audience_server.stores.port import Cosignature

SILENT_AFTER_SECONDS = 5.0
LOOK_SECONDS = 1.0


class WitnessRefused(Exception):
    """What the witness said does not hold; the text says why, `code` what it can say to its own people."""

    code = "refused"


class UnknownKey(WitnessRefused):
    """The session file names no witness of this key."""

    code = "unknown_key"


@dataclass(slots=True, eq=False)
class WitnessLine:
    """What can be said to a witness that is on the line; the door knows how.

    `sign(id, text)` gives the statement key's line or raises WitnessRefused; `restore(first)` gives the entries that
    the server lost as (entries, checkpoint note) pieces, and the files that they bind.
    """

    draft: Callable[[int, str, Mapping[str, Any], str], None]
    settled: Callable[[int, str, int | None], None]
    sign: Callable[[int, str], Awaitable[str]]
    restore: Callable[[int], Awaitable[tuple[list[tuple[list[bytes], bytes]], dict[str, bytes]]]]
    hang_up: Callable[[str], None]


@dataclass(slots=True, eq=False)
class WitnessSeat:
    """One witness of the session file.  `size`: the newest head that it has cosigned; `time`: of that cosignature."""

    name: str
    role: Literal["notary", "observer"]
    key: VerifierKey
    vkey: str
    statement: VerifierKey | None
    line: WitnessLine | None = None
    size: int = 0
    time: int = 0
    answered: bool = False
    waiting_since: float | None = None
    is_silent: bool = False

    def has_spoken(self) -> None:
        self.waiting_since, self.is_silent = None, False


class Witnesses:
    """In the order of the policy: notaries, then observers."""

    def __init__(
        self, rundown: Rundown, clock: Clock, alarm: Callable[[str, str], None], changed: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._alarm = alarm
        self._changed = changed
        self._record: LiveRecord | None = None
        self._timer: Timer | None = None
        named = rundown.witnesses
        self.seats: list[WitnessSeat] = []
        self.quorum = (0, 0) if named is None else (named.quorum.notaries, named.quorum.observers)
        for each in () if named is None else named.notaries:
            statement = parse_vkey(each.statement or "")
            self.seats.append(WitnessSeat(each.name, "notary", parse_vkey(each.witness), each.witness, statement))
        for each in () if named is None else named.observers:
            self.seats.append(WitnessSeat(each.name, "observer", parse_vkey(each.witness), each.witness, None))
        self.cosigned = Changes()
        self.lines: list[Cosignature] = []

    def bind(self, record: LiveRecord) -> None:
        """The record whose heads are cosigned."""
        self._record = record

    @property
    def record(self) -> LiveRecord:
        assert self._record is not None
        return self._record

    @property
    def notaries(self) -> list[WitnessSeat]:
        return [seat for seat in self.seats if seat.role == "notary"]

    @property
    def keys(self) -> list[str]:
        return [seat.vkey for seat in self.seats]

    def policy(self, log_vkey: str) -> str:
        notaries = [seat.vkey for seat in self.notaries]
        observers = [seat.vkey for seat in self.seats if seat.role == "observer"]
        return policy_text(log_vkey, notaries, observers, *self.quorum)

    def seat_of(self, vkey: str) -> WitnessSeat | None:
        return next((seat for seat in self.seats if seat.vkey == vkey), None)

    def load(self) -> None:
        """What the store holds of each witness."""
        self.lines = self.record.cosignatures()
        for each in self.lines:
            seat = self.seat_of(each.key)
            if seat is not None and each.size > seat.size:
                seat.size = each.size
                seat.time = _time_of(each.line)

    def is_quorum(self, vkeys: Iterable[str]) -> bool:
        """Whether these witnesses are enough for the policy.  Without witnesses nobody is needed."""
        found = set(vkeys)
        notaries = sum(seat.vkey in found for seat in self.notaries)
        observers = sum(seat.vkey in found for seat in self.seats if seat.role == "observer")
        return notaries >= self.quorum[0] and observers >= self.quorum[1]

    def has_quorum(self, size: int) -> bool:
        return self.is_quorum(self.record.cosigners(size))

    def quorum_on_the_line(self) -> bool:
        return self.is_quorum(seat.vkey for seat in self.seats if seat.line is not None)

    def unheard(self) -> list[str]:
        """Who has not been compared with since this server started."""
        return [seat.name for seat in self.seats if not seat.answered]

    # lines

    def prove(self, vkey: str, text: str, proof: str) -> WitnessSeat:
        """The seat of whoever cosigned `text`, which no checkpoint can be.  Raises WitnessRefused."""
        seat = self.seat_of(vkey)
        if seat is None:
            raise UnknownKey("the session file does not name this key; compare it with the key sheet")
        try:
            _time_of_line(text, proof, seat.key)
        except FormError as error:
            raise WitnessRefused(f"the proof does not hold: {error}") from None
        return seat

    def arrive(self, seat: WitnessSeat, line: WitnessLine) -> None:
        """A newer connection of the same witness takes the place of the older one."""
        older, seat.line = seat.line, line
        if older is not None:
            older.hang_up("the same witness has connected again")
        seat.has_spoken()
        self._changed()

    def leave(self, seat: WitnessSeat, line: WitnessLine) -> None:
        if seat.line is line:
            seat.line = None
            self._alarm("witness_lost", seat.name)
            self._changed()

    # cosignatures

    async def take_cosignature(self, seat: WitnessSeat, size: int, line: str) -> None:
        """Keep a cosignature of a published head.  Raises WitnessRefused when it does not hold."""
        head = self.record.head_of(size)
        if head is None:
            raise WitnessRefused(f"no checkpoint of size {size} was published")
        body = self.record.note_of(head).decode().partition("\n\n")[0] + "\n"
        try:
            time = _time_of_line(body, line, seat.key)
        except FormError as error:
            raise WitnessRefused(str(error)) from None
        if seat.vkey in self.record.cosigners(size):
            return  # a witness whose computer was put back signs again what it has signed before
        if size < seat.size or time < seat.time:
            raise WitnessRefused(f"size {size} at {time} after size {seat.size} at {seat.time}")
        # a crash before this is durable leaves the head without this line; the witness sends it again when it follows
        cosignature = Cosignature(size, seat.vkey, line)
        if await self.record.keep_cosignature(cosignature):
            self.lines.append(cosignature)
        seat.size, seat.time = size, time
        seat.has_spoken()
        self.cosigned.bump()
        self._changed()

    # silence

    def keep_watching(self) -> None:
        """Look for silent ones now and every second from now on, whatever else goes on."""
        if self.seats:
            self._look()
            self._timer = self._clock.call_later(LOOK_SECONDS, self.keep_watching)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        """Whoever is on the line and has left something unanswered for long is named once."""
        now = self._clock.monotonic()
        for seat in self.seats:
            if seat.line is None or seat.size >= self.record.size:
                seat.has_spoken()
            elif seat.waiting_since is None:
                seat.waiting_since = now
            elif now - seat.waiting_since >= SILENT_AFTER_SECONDS and not seat.is_silent:
                seat.is_silent = True
                self._alarm("witness_silent", seat.name)

    # pictures

    def rows(self) -> list[dict[str, Any]]:
        """As `wire.control_view.WitnessView`."""
        return [
            {"name": seat.name, "role": seat.role, "state": self._state_of(seat), "size": seat.size}
            for seat in self.seats
        ]

    def _state_of(self, seat: WitnessSeat) -> str:
        if seat.line is None:
            return "absent"
        return "silent" if seat.is_silent else "following"

    def absent(self) -> Sequence[str]:
        """Who of the groups that lack somebody is not on the line."""
        found: list[str] = []
        for role, needed in zip(("notary", "observer"), self.quorum, strict=True):
            seats = [seat for seat in self.seats if seat.role == role]
            if sum(seat.line is not None for seat in seats) < needed:
                found += [seat.name for seat in seats if seat.line is None]
        return found


def _time_of_line(text: str, line: str, key: VerifierKey) -> int:
    """The time of this key's cosignature over `text`; FormError when the line is not one."""
    note = parse_note(f"{text}\n{line}".encode())
    if len(note.signatures) != 1 or (note.signatures[0].name, note.signatures[0].key_id) != (key.name, key.key_id):
        raise FormError(f"one line by {key.name} is right")
    return verify_cosignature(text, note.signatures[0], key)


def _time_of(line: str) -> int:
    """The time in a cosignature line that was checked when it was taken."""
    note = parse_note(f"kept\n\n{line}".encode())
    return int.from_bytes(note.signatures[0].signature[:8], "big")
