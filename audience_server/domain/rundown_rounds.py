"""The rounds and cues of a session file: references resolved, "*" written out, defaults filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from audience_server.domain.rundown import (
    Criterion,
    Cue,
    CueKind,
    Option,
    Panel,
    Round,
    RoundKind,
    SessionRules,
    Unit,
)
from audience_server.domain.rundown_defaults import (
    CUE_SECONDS,
    CueNames,
    default_cues,
    default_rounds,
    own_question_options,
    round_title,
)
from audience_server.domain.rundown_parts import MOST_SECONDS, read_options, reference, refuse_repeats
from audience_server.domain.rundown_tables import Table, some
from audience_server.domain.scene_names import cue_scene_fault

ROUND_KINDS: tuple[RoundKind, ...] = get_args(RoundKind)
CUE_KINDS: tuple[CueKind, ...] = get_args(CueKind)
MOST_CUE_SECONDS = 14_400

_ROUND_ID = re.compile(r"r[0-9]{2,}")
_TRIAL_ID = re.compile(r"t[0-9]{2,}")
_EVERY = ("*",)


@dataclass(frozen=True, slots=True)
class Known:
    """What rounds and cues may refer to."""

    session: SessionRules
    panels: Sequence[Panel]
    criteria: Sequence[Criterion]
    units: Sequence[Unit]

    @property
    def unit_ids(self) -> tuple[str, ...]:
        return tuple(unit.id for unit in self.units)


def read_rounds(root: Table, known: Known) -> tuple[Round, ...]:
    """The rounds of the file; where none of them votes on units, one ballot round per unit follows."""
    tables = root.tables("round")
    given = tuple(_round(table, known) for table in tables)
    refuse_repeats(tables, (round_.id for round_ in given), "round")
    if any(round_.counts for round_ in given):
        return given
    following = default_rounds(known.units, known.criteria, known.panels, known.session.window_seconds)
    taken = {round_.id for round_ in following}
    for table, round_ in zip(tables, given, strict=True):
        if round_.id in taken:
            right = f"r{len(following) + 1:02d} or above is right"
            table.refuse("id", f'id = "{round_.id}" is the round of a unit, since no round in the file counts; {right}')
    return given + following


def _round(table: Table, known: Known) -> Round:
    kind = table.one_of("kind", ROUND_KINDS, "ballot")
    units = _units(table, kind, known)
    options = read_options(table, scored=False)
    criteria = _criteria(table, kind, units, options, known)
    if kind in ("trial", "mood") and not criteria and not options:
        options = own_question_options(kind, known.session.language)
    on_air = [unit for unit in known.units if unit.id in units]
    round_ = Round(
        id=_round_id(table, kind),
        kind=kind,
        title=table.text("title", round_title(kind, known.session.language, on_air, known.session.title)),
        units=units,
        criteria=criteria,
        panels=_listed(table, "panels", [panel.id for panel in known.panels]),
        seconds=table.integer("seconds", known.session.window_seconds, 1, MOST_SECONDS),
        choose=_choose(table, kind, units),
        options=options,
    )
    table.done("choose")
    return round_


def _round_id(table: Table, kind: RoundKind) -> str:
    round_id = table.identifier()
    form, right = (_TRIAL_ID, "t01, t02, …") if kind == "trial" else (_ROUND_ID, "r01, r02, …")
    if round_id and not form.fullmatch(round_id):
        table.refuse("id", f'id = "{round_id}"; a {kind} round is called {right}: a letter and two digits or more')
    return round_id


def _units(table: Table, kind: RoundKind, known: Known) -> tuple[str, ...]:
    if "units" not in table and kind in ("ballot", "sheet", "select"):
        table.refuse("units", f'units is missing; a {kind} round names its units: units = ["…"]')
        return ()
    units = _listed(table, "units", known.unit_ids) if "units" in table else ()
    if kind in ("ballot", "mood") and len(units) > 1:
        table.refuse("units", f"a {kind} round is on one unit, not {len(units)}; several on one paper are a sheet")
    return units


def _criteria(
    table: Table, kind: RoundKind, units: Sequence[str], options: Sequence[Option], known: Known
) -> tuple[str, ...]:
    """Ballots and sheets ask every criterion unless told; a trial does so where it is on units."""
    ids = [criterion.id for criterion in known.criteria]
    named = "criteria" in table
    if kind == "select" and named:
        table.refuse("criteria", "a select round chooses units; leave criteria out")
    if options and (named or kind in ("ballot", "sheet", "select")):
        table.refuse("options", "only a trial or mood round without criteria asks a question of its own")
    if named and kind in ("trial", "mood") and not units:
        table.refuse("criteria", 'criteria are asked about a unit; add units = ["…"] or give options instead')
    asks_all = kind in ("ballot", "sheet") or (kind == "trial" and units and not options)
    return _listed(table, "criteria", ids) if (named and kind != "select") or asks_all else ()


def _choose(table: Table, kind: RoundKind, units: Sequence[str]) -> int:
    if kind == "select":
        return table.integer("choose", None, 1, max(1, len(units)))
    if "choose" in table:
        table.refuse("choose", f"choose belongs to select rounds; leave it out of a {kind} round")
    return 0


def _listed(table: Table, key: str, all_ids: Sequence[str]) -> tuple[str, ...]:
    """A list of ids in the order given, each once; all of them when the key is absent or says "*"."""
    names = table.texts(key)
    if names is None or names == _EVERY:
        return tuple(all_ids)
    for number, name in enumerate(names):
        where = (*table.where, key, number)
        if name == "*":
            table.problems.add(where, f'"*" stands alone: {key} = ["*"], or name them one by one')
        elif name not in all_ids:
            table.problems.add(where, f'{key} names "{name}", which is nowhere in this file; known: {some(all_ids)}')
        elif name in names[:number]:
            table.problems.add(where, f'{key} names "{name}" twice; once is right')
    if not names:
        table.refuse(key, f'{key} is empty; name at least one, or ["*"] for all')
    return tuple(dict.fromkeys(name for name in names if name in all_ids))


def read_cues(root: Table, known: Known, rounds: Sequence[Round]) -> tuple[Cue, ...]:
    tables = root.tables("cue")
    if not tables:
        return default_cues(known.units, rounds)
    given_ids = [table.identifier() if "id" in table else "" for table in tables]
    refuse_repeats(tables, given_ids, "cue")
    names = CueNames(given_ids)
    bound: set[str] = set()
    return tuple(_cue(table, known, rounds, names, bound) for table in tables)


def _cue(table: Table, known: Known, rounds: Sequence[Round], names: CueNames, bound: set[str]) -> Cue:
    kind = table.one_of("kind", CUE_KINDS, None)
    unit = reference(table, "unit", known.unit_ids) if "unit" in table else None
    round_ = _cue_round(table, kind, unit, rounds, bound)
    seconds = round_.seconds if round_ and kind in ("trial", "mood", "vote") else CUE_SECONDS[kind]
    owner = unit or (round_.id if round_ else None)
    cue = Cue(
        id=table.text("id") if "id" in table else names.name(kind, owner),
        kind=kind,
        seconds=table.integer("seconds", seconds, 1, MOST_CUE_SECONDS),
        unit=unit,
        round=round_.id if round_ else None,
        title=table.text("title", ""),
        note=table.text("note", ""),
        scene=_scene(table, known),
    )
    table.done("id", "unit", "round")
    return cue


def _scene(table: Table, known: Known) -> str:
    scene = table.text("scene", "")
    fault = cue_scene_fault(scene, dict.fromkeys(unit.category for unit in known.units))
    if fault:
        table.refuse("scene", fault)
    return scene


def _cue_round(table: Table, kind: CueKind, unit: str | None, rounds: Sequence[Round], bound: set[str]) -> Round | None:
    """The round a cue opens: the one it names, else the next one of its kind on its unit."""
    if "round" in table:
        name = reference(table, "round", [round_.id for round_ in rounds])
        named = next((round_ for round_ in rounds if round_.id == name), None)
        if named and unit and named.units and unit not in named.units:
            table.refuse("round", f'round "{name}" is not on unit "{unit}"; its units: {some(named.units)}')
        if kind in ("vote", "mood", "trial"):
            bound.add(name)
        return named
    if kind not in ("vote", "mood", "trial"):
        return None
    fitting = [round_ for round_ in rounds if _fits(kind, unit, round_) and round_.id not in bound]
    if not fitting:
        table.refuse("round", f'no {kind} round is left for this cue; name it: round = "r01"')
        return None
    bound.add(fitting[0].id)
    return fitting[0]


def _fits(kind: CueKind, unit: str | None, round_: Round) -> bool:
    of_kind = round_.counts if kind == "vote" else round_.kind == kind
    return of_kind and (unit is None or not round_.units or unit in round_.units)
