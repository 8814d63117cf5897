"""What the console knows: the newest view, the state of the line, the alarms already seen.

Pure: `fold` takes what arrived and the time and gives the next `ShowView`.  Nothing here is kept anywhere else, so a
console that was killed and started again is where it was as soon as the first view arrives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from audience_server.wire.control import Questions, View
from audience_server.wire.control_view import (
    AlarmView,
    CueView,
    HelpView,
    ObjectionView,
    PendingView,
    PersonView,
    RoundView,
    SceneView,
)

OPEN_STATES = ("open", "closing")
LAST_SECONDS = 10


@dataclass(frozen=True, slots=True)
class ViewArrived:
    view: View


@dataclass(frozen=True, slots=True)
class LineUp:
    """Connected; a view follows."""


@dataclass(frozen=True, slots=True)
class LineDown:
    """The line is lost or was not reached; the next try is `retry_in` seconds away."""

    reason: str
    retry_in: float


@dataclass(frozen=True, slots=True)
class QueueArrived:
    """Questions of the queue: all of them in parts, then those that changed."""

    questions: Questions


Happening = ViewArrived | LineUp | LineDown | QueueArrived


@dataclass(frozen=True, slots=True)
class ShowView:
    """`heard_at`, `down_since`, `retry_at` are monotonic seconds."""

    view: View | None = None
    heard_at: float = 0.0
    connected: bool = False
    down_since: float | None = None
    retry_at: float = 0.0
    attempts: int = 0
    reason: str = ""

    # rounds

    @property
    def rounds(self) -> tuple[RoundView, ...]:
        return () if self.view is None else self.view.rounds

    def round(self, round_id: str | None) -> RoundView | None:
        return next((each for each in self.rounds if each.round == round_id), None)

    def in_state(self, *states: str) -> tuple[RoundView, ...]:
        return tuple(each for each in self.rounds if each.state in states)

    @property
    def open_round(self) -> RoundView | None:
        return next(iter(self.in_state(*OPEN_STATES)), None)

    @property
    def unlocked_round(self) -> RoundView | None:
        """The round that waits for its lock: the open one, else the first closed one."""
        return self.open_round or next(iter(self.in_state("closed")), None)

    @property
    def cue_round(self) -> RoundView | None:
        """The round of the current cue, or of its unit."""
        if self.view is None or self.view.cue is None:
            return None
        cue = self.view.cue
        of_unit = (each for each in self.rounds if cue.unit is not None and each.units == (cue.unit,))
        return self.round(cue.round) or next(of_unit, None)

    @property
    def last_locked(self) -> RoundView | None:
        locked = [each for each in self.rounds if each.index is not None]
        return max(locked, key=lambda each: each.index or 0, default=None)

    @property
    def focus_round(self) -> RoundView | None:
        """What runs or waits for its lock, else what this cue brings, else what was locked last."""
        of_cue = self.cue_round
        coming = of_cue if of_cue is not None and of_cue.state == "planned" else None
        return self.unlocked_round or coming or self.last_locked or of_cue or self.next_round

    @property
    def next_round(self) -> RoundView | None:
        """What `open` means: the round of the cue where it is still to be held, else the next planned one."""
        planned = self.in_state("planned")
        of_cue = self.cue_round
        if of_cue is not None and of_cue in planned:
            return of_cue
        return self._after_cue(planned) or next(iter(planned), None)

    def _after_cue(self, planned: Iterable[RoundView]) -> RoundView | None:
        """The first planned round that the rundown still has before it."""
        if self.view is None or self.view.cue is None:
            return None
        by_id = {each.round: each for each in planned}
        passed = False
        for cue in self.view.cues:
            passed = passed or cue.id == self.view.cue.id
            if passed and cue.round in by_id:
                return by_id[cue.round]
        return None

    @property
    def may_be_voided(self) -> tuple[RoundView, ...]:
        return self.in_state(*OPEN_STATES, "closed", "locked")

    # cues and clocks

    @property
    def next_cue(self) -> CueView | None:
        """The next one that is neither over nor skipped."""
        return next((cue for cue in self.cues[self.here + 1 :] if cue.state == "planned"), None)

    @property
    def cues(self) -> tuple[CueView, ...]:
        return () if self.view is None else self.view.cues

    @property
    def here(self) -> int:
        """The place of the current cue; -1 before the first."""
        current = None if self.view is None or self.view.cue is None else self.view.cue.id
        return next((place for place, cue in enumerate(self.cues) if cue.id == current), -1)

    @property
    def first_to_come(self) -> int:
        """The place from which on the order may still be changed."""
        if self.here >= 0:
            return self.here + 1
        return max((place + 1 for place, cue in enumerate(self.cues) if cue.state == "done"), default=0)

    def cue(self, cue_id: str | None) -> CueView | None:
        return next((cue for cue in self.cues if cue.id == cue_id), None)

    def left_ms(self, now: float) -> int | None:
        """What is left of the open window; on a dead line it runs on, because the server's does."""
        opened = self.open_round
        if opened is None or opened.closes_in_ms is None:
            return None
        return max(0, opened.closes_in_ms - round((now - self.heard_at) * 1000))

    def cue_seconds(self, now: float) -> int:
        """How long the current cue has lasted."""
        if self.view is None or self.view.cue is None:
            return 0
        return int(self.view.cue_elapsed_ms / 1000 + now - self.heard_at)

    # the air

    @property
    def programme(self) -> SceneView | None:
        return None if self.view is None else self.view.air.programme

    @property
    def preview(self) -> SceneView | None:
        return None if self.view is None else self.view.air.preview

    # people

    @property
    def in_command(self) -> bool:
        """Whether commands of this console are taken."""
        return self.view is None or self.view.in_command

    @property
    def roles(self) -> tuple[str, ...]:
        """What this console's token may be."""
        return () if self.view is None else self.view.you.roles

    @property
    def people(self) -> tuple[PersonView, ...]:
        return () if self.view is None else self.view.people

    @property
    def pending(self) -> tuple[PendingView, ...]:
        return () if self.view is None else self.view.pending

    def lock_waits_for(self, round_id: str) -> tuple[str, ...]:
        """Whose nod a lock that was asked for still lacks; nobody's when none was."""
        return next((each.roles for each in self.pending if (each.do, each.round) == ("lock", round_id)), ())

    @property
    def objections(self) -> tuple[ObjectionView, ...]:
        return () if self.view is None else self.view.objections

    @property
    def help_calls(self) -> tuple[HelpView, ...]:
        return () if self.view is None else self.view.arrivals.help

    @property
    def waits_for_witnesses(self) -> bool:
        """After a restart nothing is added before a witness has compared, or the operator goes on without."""
        return self.view is not None and self.view.record.held == "comparing"

    @property
    def questions_waiting(self) -> int:
        """Questions that nobody has decided on."""
        return 0 if self.view is None else self.view.queue.by_state.get("received", 0)

    @property
    def size(self) -> int | None:
        """The record size that commands given now were decided on."""
        return None if self.view is None else self.view.record.size

    @property
    def unseen_alarms(self) -> tuple[AlarmView, ...]:
        alarms = () if self.view is None else self.view.alarms
        return tuple(each for each in alarms if not each.by)

    @property
    def store_failed(self) -> bool:
        return self.view is not None and not self.view.store_ok

    @property
    def rehearsal(self) -> bool:
        return self.view is not None and self.view.kind == "rehearsal"

    @property
    def sealed(self) -> bool:
        return self.view is not None and self.view.phase == "sealed"

    def unit_name(self, unit_id: str | None) -> str:
        units = () if self.view is None else self.view.units
        return next((unit.name for unit in units if unit.id == unit_id), unit_id or "")

    def down_seconds(self, now: float) -> int:
        return 0 if self.down_since is None else int(now - self.down_since)

    def retry_seconds(self, now: float) -> int:
        return max(0, round(self.retry_at - now))


def fold(show: ShowView, happening: Happening, now: float) -> ShowView:
    """The next picture."""
    if isinstance(happening, ViewArrived):
        return replace(show, view=happening.view, heard_at=now)
    if isinstance(happening, QueueArrived):
        return show
    if isinstance(happening, LineUp):
        return replace(show, connected=True, down_since=None, attempts=0, reason="")
    return replace(
        show,
        connected=False,
        down_since=now if show.down_since is None else show.down_since,
        retry_at=now + happening.retry_in,
        attempts=show.attempts + 1,
        reason=happening.reason,
    )
