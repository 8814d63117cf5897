"""What the operator commands, in order, one at a time: rules are asked, entries appended, windows timed.

Every method answers with a plain dict for the caller or a Refusal.  The clock that ends a window goes through the same
lock as the operator, so a close and a lock can never overtake each other.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audience_server.clock import Clock, Timer
from audience_server.domain import acts
from audience_server.domain.acts import Draft
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.session import Act, SessionState, Window
from audience_server.live_arrivals import Arrivals
from audience_server.live_casting import Casting
from audience_server.live_record import LiveRecord, Plan, Prepared, RecordUnavailable, prepare
from audience_server.live_statements import Again, Outcome, Statements
from audience_server.record.entries import build_act, signed_statement, statement_text
from audience_server.record.forms import FormError
from audience_server.stores.port import StoreFailed

log = logging.getLogger(__name__)

SHORTEST_AFTER_RESTART = 15
RETRY_CLOSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose command is being carried out, and how to carry it out again once notaries have agreed."""

    by: str
    again: Again


@dataclass(slots=True)
class Deadline:
    """When the open window ends for people (monotonic seconds), and why it would."""

    window: str
    at: float
    cause: str = "time"


class ShowDesk:
    """Windows and acts.  Owns the deadline; everything else it changes goes through the record."""

    def __init__(
        self,
        state: SessionState,
        record: LiveRecord,
        casting: Casting,
        arrivals: Arrivals,
        clock: Clock,
        log_seed: bytes,
        reasons: Mapping[str, str],
        alarm: Callable[[str, str], None],
        changed: Callable[[], None],
    ) -> None:
        """`reasons`: cause of a close -> the words that stand in its entry when nobody gave any."""
        self._state = state
        self._record = record
        self._casting = casting
        self._arrivals = arrivals
        self._clock = clock
        self._log_seed = log_seed
        self._reasons = reasons
        self._alarm = alarm
        self._changed = changed
        self._timer: Timer | None = None
        self._closing_task: asyncio.Task[None] | None = None
        self.lock = asyncio.Lock()
        self.deadline: Deadline | None = None
        self.closed: Callable[[Window], Awaitable[None]] = _nobody_asked
        self.statements: Statements | None = None
        self.asking: Asking | None = None

    @property
    def is_closing(self) -> bool:
        """Whether ballots are refused already because the open window is about to close."""
        return self._casting.closing

    # appending one act

    def entry_of(self, draft: Draft, lines: Sequence[str] = ()) -> Prepared:
        """`lines`: what notaries signed, for a statement."""
        origin = self._record.origin
        if draft.is_statement:
            text = statement_text(draft.kind, origin, draft.body)
            entry = signed_statement(text, origin, self._log_seed, lines)
        else:
            entry = build_act(draft.kind, origin, draft.body)
        return prepare(entry, Act(draft.kind, draft.body))

    async def append(
        self,
        draft: Callable[[], Draft | Refusal],
        files: Mapping[str, bytes] | None = None,
        erase_groups: tuple[str, ...] = (),
    ) -> Outcome:
        """Append what `draft` gives once it is our turn; `{"index", "size"}` or the refusal.

        A statement that notaries sign and have not agreed to yet answers `{"pending": …}` and waits for them.
        """
        said: list[Outcome] = []

        def plan(first: int) -> Plan | Awaitable[Plan | None] | None:
            made = draft()
            if isinstance(made, Refusal):
                said.append(made)
                return None
            if made.is_statement and self.statements is not None and self.statements.needed:
                return self._notarised(self.statements, made, said, files or {}, erase_groups)
            return self._planned(made, (), said, files or {}, erase_groups)

        try:
            first = await self._record.append(plan)
        except RecordUnavailable as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        if first is None:
            return said[0]
        self._changed()
        return {"index": first, "size": first + 1}

    def _planned(
        self,
        made: Draft,
        lines: Sequence[str],
        said: list[Outcome],
        files: Mapping[str, bytes],
        erase_groups: tuple[str, ...],
    ) -> Plan | None:
        try:
            return Plan([self.entry_of(made, lines)], files, erase_groups)
        except FormError as error:
            said.append(Refusal(RefusalCode.BAD_ARGUMENT, str(error)))
            return None

    async def _notarised(
        self,
        statements: Statements,
        made: Draft,
        said: list[Outcome],
        files: Mapping[str, bytes],
        erase_groups: tuple[str, ...],
    ) -> Plan | None:
        """Signed by those who agreed to this very draft; otherwise put before the notaries."""
        agreed = statements.agreed(made.kind, made.body)
        if agreed is None:
            assert self.asking is not None, "statements are made by commands"
            said.append(statements.offer(made.kind, made.body, self.asking.by, self.asking.again))
            return None
        lines = await statements.sign(agreed, statement_text(made.kind, self._record.origin, made.body))
        if isinstance(lines, Refusal):
            said.append(lines)
            return None
        return self._planned(made, lines, said, files, erase_groups)

    # windows

    async def open(self, round_id: str, seconds: int | None, current_cue: Any, despite_cue: bool) -> Outcome:
        await self._arrivals.flush_enrolments()
        outcome = await self.append(
            lambda: acts.draft_open(self._state, round_id, seconds, current_cue, despite_cue, self._clock.unix())
        )
        window = self._state.open_window
        if isinstance(outcome, Refusal) or window is None:
            return outcome
        self._time(Deadline(window.name, self._clock.monotonic() + window.seconds))
        return outcome | {"round": window.round, "window": window.name, "seconds": window.seconds, "state": "open"}

    async def extend(self, round_id: str, seconds: int, reason: str) -> Outcome:
        outcome = await self.append(
            lambda: acts.draft_extend(self._state, round_id, seconds, reason, self._clock.unix())
        )
        if not isinstance(outcome, Refusal) and self.deadline is not None:
            self._time(Deadline(self.deadline.window, self.deadline.at + seconds, self.deadline.cause))
        return outcome

    def resume(self) -> None:
        """After a restart: an open window goes on, with at least 15 s left."""
        window = self._state.open_window
        if window is None:
            return
        left = window.opened_at + window.seconds - self._clock.unix()
        cause = "time" if left >= SHORTEST_AFTER_RESTART else "restart"
        self._time(Deadline(window.name, self._clock.monotonic() + max(left, SHORTEST_AFTER_RESTART), cause))

    def _time(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self._stop_timer()
        tolerance = self._state.windows[deadline.window].tolerance_ms / 1000
        delay = deadline.at + tolerance - self._clock.monotonic()
        self._timer = self._clock.call_later(max(delay, 0.0), self._time_is_up)
        self._changed()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_is_up(self) -> None:
        self._timer = None
        self._casting.closing = True
        self._closing_task = asyncio.get_running_loop().create_task(self._close_on_time())

    async def _close_on_time(self) -> None:
        async with self.lock:
            window, deadline = self._state.open_window, self.deadline
            if window is not None and deadline is not None and deadline.window == window.name:
                await self.close(window, deadline.cause, self._reasons.get(deadline.cause, ""))

    async def close(self, window: Window, cause: str, reason: str) -> Refusal | None:
        """Everything received is in the record before the close is.  The desk's lock must be held."""
        self._casting.closing = True
        self._stop_timer()
        try:
            await self._casting.finish(lambda index: self._closing_entry(window, cause, reason))
        except RecordUnavailable as failure:
            self._timer = self._clock.call_later(RETRY_CLOSE_SECONDS, self._time_is_up)
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        finally:
            self._casting.closing = False
        # a crash here leaves superseded openings on the disk; the next start erases them
        self.deadline = None
        await self.erase_uncounted(window)
        await self.closed(window)
        self._changed()
        return None

    def _closing_entry(self, window: Window, cause: str, reason: str) -> Prepared | None:
        """The close, unless a write thought lost has closed the window already."""
        if window.state != "open":
            return None
        return self.entry_of(acts.draft_close(window, cause, reason, self._clock.unix()))

    async def close_early(self, round_id: str, reason: str) -> Outcome:
        window = acts.find_open(self._state, round_id)
        if isinstance(window, Refusal):
            return window
        refusal = await self.close(window, "early", reason or self._reasons["early"])
        return refusal or {"round": round_id, "window": window.name, "state": "closed", "size": self._record.size}

    async def erase_uncounted(self, window: Window) -> None:
        """Forget nonce and choice of every ballot of a closed window that does not count."""
        counted = self._state.counted(window)
        standing = [standing.index for standing in window.standings.values()]
        useless = [*window.superseded, *(index for index in standing if index not in counted)]
        try:
            await self._record.store.erase(useless)
        except StoreFailed as failure:
            self._alarm("store_failed", str(failure))

    async def void_card(self, serial: int, keys: Mapping[str, str], reason: str) -> Outcome:
        try:
            check_in = base64.b64decode(keys.get("r00", ""), validate=True)
        except ValueError:
            return Refusal(RefusalCode.BAD_ARGUMENT, "keys are base64")
        return await self.append(
            lambda: acts.draft_void_card(self._state, serial, keys, check_in, reason, self._clock.unix())
        )

    async def stop(self) -> None:
        """End the timers; the record stays as it is, and a later start resumes."""
        self._stop_timer()
        if self._closing_task is not None and not self._closing_task.done():
            await self._closing_task


async def _nobody_asked(window: Window) -> None:
    """Nobody wants to hear of closes yet."""
