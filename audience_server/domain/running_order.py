"""The running order on the air: the file's cues and what the desk has made of them since.

Pure.  What is over never changes: a cue that is done keeps its place and its times.  Nothing here decides a result;
the order is kept beside the record, so that a restart finds the show where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Cue, CueKind, Rundown
from audience_server.domain.scene_names import cue_scene_fault

CueState = Literal["planned", "current", "done", "skipped"]
LONGEST_SHOW = 165 * 60
MOST_CUES = 1000
CUE_KINDS: tuple[CueKind, ...] = get_args(CueKind)


@dataclass(frozen=True, slots=True)
class RunningCue:
    """`began` and `ended` in unix seconds, of its last turn; `added`: made at the desk, may be taken out."""

    id: str
    kind: CueKind
    seconds: int
    unit: str | None = None
    round: str | None = None
    title: str = ""
    note: str = ""
    scene: str = ""
    questions: tuple[str, ...] = ()
    state: CueState = "planned"
    began: int | None = None
    ended: int | None = None
    added: bool = False

    @property
    def took(self) -> int | None:
        """Seconds it lasted, once it is over."""
        return None if self.began is None or self.ended is None else self.ended - self.began


@dataclass(frozen=True, slots=True)
class Clocks:
    """The show's clock in seconds; see `wire.control_view.ClockView`."""

    on_air: int | None
    planned: int
    remaining: int
    over: int
    ends_at: int | None
    too_long: bool


@dataclass(frozen=True, slots=True)
class RunningOrder:
    cues: tuple[RunningCue, ...]

    @classmethod
    def of(cls, rundown: Rundown) -> RunningOrder:
        """As the session file has it."""
        return cls(tuple(_from_file(cue) for cue in rundown.cues))

    @property
    def current(self) -> RunningCue | None:
        return next((cue for cue in self.cues if cue.state == "current"), None)

    @property
    def next(self) -> RunningCue | None:
        """The next cue still to come."""
        return next((cue for cue in self.cues[self._here + 1 :] if cue.state == "planned"), None)

    def find(self, cue_id: str) -> RunningCue | None:
        return next((cue for cue in self.cues if cue.id == cue_id), None)

    @property
    def _here(self) -> int:
        """The place of the current cue; -1 before the first."""
        return next((place for place, cue in enumerate(self.cues) if cue.state == "current"), -1)

    def _with(self, changed: RunningCue) -> RunningOrder:
        return RunningOrder(tuple(changed if cue.id == changed.id else cue for cue in self.cues))

    # going on

    def turn_to(self, wanted: str, now: int) -> RunningOrder | Refusal:
        """Take the cue `wanted` ("next" or an id); the current one is over, what is jumped over is skipped.

        A cue that is over is held again as a copy; the one that is on simply stays on.
        """
        target = self.next if wanted == "next" else self.find(wanted)
        if target is None:
            return Refusal(RefusalCode.NO_MORE_CUES if wanted == "next" else RefusalCode.UNKNOWN_CUE, wanted)
        if target.state == "current":
            return self
        order: RunningOrder | Refusal = self
        if target.state == "done":
            target = self._copy(target)
            order = self._put(target, None)
        elif self._place(target) < self._first:
            order = self._move(target, None)
        return order if isinstance(order, Refusal) else order._taken(target, now)

    def _taken(self, target: RunningCue, now: int) -> RunningOrder:
        cues, until = list(self.cues), self._place(target)
        for place, cue in enumerate(cues):
            if cue.state == "current":
                cues[place] = replace(cue, state="done", ended=now)
            elif cue.state == "planned" and place < until:
                cues[place] = replace(cue, state="skipped")
        cues[until] = replace(target, state="current", began=now, ended=None)
        return RunningOrder(tuple(cues))

    def _place(self, cue: RunningCue) -> int:
        return next(place for place, each in enumerate(self.cues) if each.id == cue.id)

    @property
    def _first(self) -> int:
        """The place of the first cue that is still to come."""
        if self._here >= 0:
            return self._here + 1
        return max((place + 1 for place, each in enumerate(self.cues) if each.state == "done"), default=0)

    def clocks(self, now: int) -> Clocks:
        starts = [cue.began for cue in self.cues if cue.began is not None]
        on_air = now - min(starts) if starts else None
        planned = sum(cue.seconds for cue in self.cues if cue.state != "skipped")
        remaining = sum(cue.seconds for cue in self.cues if cue.state == "planned")
        here = self.current
        if here is not None and here.began is not None:
            remaining += max(0, here.seconds - (now - here.began))
        over = 0 if on_air is None else on_air + remaining - planned
        ends_at = None if on_air is None else now + remaining
        too_long = max(planned, 0 if on_air is None else on_air + remaining) > LONGEST_SHOW
        return Clocks(on_air, planned, remaining, over, ends_at, too_long)

    # changing what is still to come

    def edit(self, do: str, arguments: Mapping[str, Any], rundown: Rundown) -> RunningOrder | Refusal:
        """One `cue-edit` (see `wire.commands.CueEditCommand`)."""
        fault = cue_scene_fault(arguments.get("scene") or "", (category.id for category in rundown.categories))
        if fault:
            return Refusal(RefusalCode.BAD_ARGUMENT, fault)
        if do == "insert":
            return self._insert(arguments, rundown)
        cue = self.find(str(arguments.get("cue", "")))
        if cue is None:
            return Refusal(RefusalCode.UNKNOWN_CUE, str(arguments.get("cue", "")))
        if do == "repeat":
            return self._put(self._copy(cue), None)
        if cue.state == "done" or (cue.state == "current" and do != "change"):
            return Refusal(RefusalCode.CUE_OVER, cue.id)
        if do == "move":
            return self._move(cue, arguments.get("after"))
        if do == "skip":
            return self._with(replace(cue, state="skipped"))
        if do == "unskip":
            return self._unskip(replace(cue, state="planned"))
        if do == "remove":
            if not cue.added:
                return Refusal(RefusalCode.BAD_ARGUMENT, f"{cue.id} stands in the session file; skip it instead")
            return RunningOrder(tuple(each for each in self.cues if each.id != cue.id))
        changed = _changed(cue, arguments, rundown)
        return changed if isinstance(changed, Refusal) else self._with(changed)

    def _unskip(self, cue: RunningCue) -> RunningOrder | Refusal:
        """What was jumped over comes next; anything else where it stands."""
        return self._move(cue, None) if self._place(cue) < self._first else self._with(cue)

    def _copy(self, cue: RunningCue) -> RunningCue:
        fresh = replace(cue, state="planned", began=None, ended=None, questions=())
        return replace(fresh, id=self._free_id(cue.id), added=True)

    def _move(self, cue: RunningCue, after: str | None) -> RunningOrder | Refusal:
        rest = RunningOrder(tuple(each for each in self.cues if each.id != cue.id))
        return rest._put(cue, after)

    def _put(self, cue: RunningCue, after: str | None) -> RunningOrder | Refusal:
        """`cue` behind the cue `after`; None or "" = first of what is still to come."""
        if len(self.cues) >= MOST_CUES:
            return Refusal(RefusalCode.BAD_ARGUMENT, f"at most {MOST_CUES} cues are right")
        place = first = self._first
        if after:
            place = next((number + 1 for number, each in enumerate(self.cues) if each.id == after), -1)
            if place < 0:
                return Refusal(RefusalCode.UNKNOWN_CUE, after)
            if place < first:
                return Refusal(RefusalCode.CUE_OVER, after)
        return RunningOrder((*self.cues[:place], cue, *self.cues[place:]))

    def _insert(self, arguments: Mapping[str, Any], rundown: Rundown) -> RunningOrder | Refusal:
        kind = str(arguments.get("kind", ""))
        if kind not in CUE_KINDS:
            return Refusal(RefusalCode.BAD_ARGUMENT, f"kind: one of {', '.join(CUE_KINDS)}")
        unit = arguments.get("unit")
        made = RunningCue(
            id=self._free_id(f"{unit}-{kind}" if unit else kind),
            kind=kind,
            seconds=arguments.get("seconds") or 60,
            added=True,
        )
        changed = _changed(made, arguments, rundown)
        return changed if isinstance(changed, Refusal) else self._put(changed, arguments.get("after"))

    def _free_id(self, wanted: str) -> str:
        taken = {cue.id for cue in self.cues}
        if wanted not in taken:
            return wanted
        return next(name for number in range(2, MOST_CUES + 3) if (name := f"{wanted}-{number}") not in taken)

    # questions

    def bind_question(self, number: str, cue_id: str | None) -> RunningOrder | Refusal:
        """Question `number` to a cue that is not over, and to no other; None takes it from all."""
        target = None if cue_id is None else self.find(cue_id)
        if cue_id is not None and target is None:
            return Refusal(RefusalCode.UNKNOWN_CUE, cue_id)
        if target is not None and target.state == "done":
            return Refusal(RefusalCode.CUE_OVER, target.id)
        cues = []
        for cue in self.cues:
            others = tuple(each for each in cue.questions if each != number)
            if cue.id == cue_id:
                others = cue.questions if number in cue.questions else (*cue.questions, number)
            cues.append(cue if others == cue.questions else replace(cue, questions=others))
        return RunningOrder(tuple(cues))

    # keeping

    def kept(self) -> list[dict[str, Any]]:
        """As plain values for the desk's file."""
        return [asdict(cue) for cue in self.cues]

    @classmethod
    def from_kept(cls, rows: Iterable[Mapping[str, Any]], rundown: Rundown) -> RunningOrder:
        """What was kept; the file's order when it cannot be read, for it decides nothing."""
        try:
            cues = tuple(RunningCue(**{**row, "questions": tuple(row["questions"])}) for row in rows)
        except (TypeError, KeyError):
            return cls.of(rundown)
        return cls(cues) if cues and _is_sound(cues) else cls.of(rundown)


def _is_sound(cues: Sequence[RunningCue]) -> bool:
    return len({cue.id for cue in cues}) == len(cues) and sum(cue.state == "current" for cue in cues) <= 1


def _from_file(cue: Cue) -> RunningCue:
    return RunningCue(cue.id, cue.kind, cue.seconds, cue.unit, cue.round, cue.title, cue.note, cue.scene)


def _changed(cue: RunningCue, arguments: Mapping[str, Any], rundown: Rundown) -> RunningCue | Refusal:
    """What was given, changed; unit and round must exist, "" takes them away."""
    unit, round_ = arguments.get("unit"), arguments.get("round")
    if unit and all(each.id != unit for each in rundown.units):
        return Refusal(RefusalCode.UNKNOWN_UNIT, unit)
    if round_ and all(each.id != round_ for each in rundown.rounds):
        return Refusal(RefusalCode.UNKNOWN_ROUND, round_)
    changes = {
        name: arguments[name] for name in ("title", "note", "scene", "seconds") if arguments.get(name) is not None
    }
    changes |= {name: arguments[name] or None for name in ("unit", "round") if arguments.get(name) is not None}
    if arguments.get("questions") is not None:
        changes["questions"] = tuple(dict.fromkeys(arguments["questions"]))
    return replace(cue, **changes)
