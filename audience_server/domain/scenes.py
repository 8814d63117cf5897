"""The scenes of the air: which exist, what each needs, and what none may ever show.

Pure.  A scene is asked for by kind and target; whether it may be shown is decided here from what is public now, and
again each time before it is sent, so that what is taken back leaves the air by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import VOTE_CHANNEL, CueKind, Rundown
from audience_server.domain.running_order import RunningCue
from audience_server.domain.scene_names import RANKING, SCENE_KINDS, SceneKind, boards_of, cue_scene

OF_UNIT = frozenset({"unit", "pledge", "promise"})
OF_ROUND = frozenset({"turnout", "result", "mood", "fingerprint", "recount"})

_BY_CUE: Mapping[CueKind, SceneKind] = {
    "opening": "join",
    "trial": "join",
    "film": "blank",
    "pledges": "pledge",
    "report": "countdown",
    "questions": "question",
    "mood": "mood",
    "comment": "unit",
    "vote": "turnout",
    "announce": "result",
    "promise": "promise",
    "break": "blank",
    "closing": "title",
}


@dataclass(frozen=True, slots=True)
class SceneRef:
    """What an output shows: `rows` of a ranking are revealed from the last; `text` of a title."""

    kind: SceneKind
    target: str = ""
    rows: int = 0


def default_scene(cue: RunningCue, rundown: Rundown) -> SceneRef | None:
    """What the graphics have ready when a cue is taken; None = nothing changes."""
    kind, target = cue_scene(cue.scene or _BY_CUE[cue.kind])
    found = next((each for each in SCENE_KINDS if each == kind), None)
    if found is None:
        return None
    if found == RANKING:
        ref = read_scene(RANKING, target, rundown, cue)
        return None if isinstance(ref, Refusal) else ref
    if found == "question":
        return SceneRef("question", cue.questions[0]) if cue.questions else _of_unit("unit", cue)
    if found in OF_ROUND:
        return SceneRef(found, cue.round) if cue.round else _of_unit("unit", cue)
    if found in OF_UNIT:
        return _of_unit(found, cue)
    return SceneRef(found, cue.title if found == "title" else "")


def _of_unit(kind: SceneKind, cue: RunningCue) -> SceneRef | None:
    return SceneRef(kind, cue.unit) if cue.unit else None


def read_scene(kind: str, target: str, rundown: Rundown, cue: RunningCue | None) -> SceneRef | Refusal:
    """The scene that somebody asked for; a missing target is the current cue's."""
    found = next((each for each in SCENE_KINDS if each == kind), None)
    if found is None:
        return Refusal(RefusalCode.UNKNOWN_SCENE, f"{kind} ({', '.join(SCENE_KINDS)})")
    if found in OF_UNIT:
        target = target or (cue.unit if cue is not None and cue.unit else "")
        if all(unit.id != target for unit in rundown.units):
            return Refusal(RefusalCode.UNKNOWN_UNIT, target)
    if found in OF_ROUND:
        target = target or _round_of(rundown, cue, found)
        if all(round_.id != target for round_ in rundown.rounds):
            return Refusal(RefusalCode.UNKNOWN_ROUND, target)
    if found == "question":
        target = target or (cue.questions[0] if cue is not None and cue.questions else "")
        if not target:
            return Refusal(RefusalCode.UNKNOWN_QUESTION, "question Q0001")
    if found == RANKING:
        target = target or _category_of(rundown, cue)
        boards = boards_of(category.id for category in rundown.categories)
        if target not in boards:
            return Refusal(RefusalCode.BAD_ARGUMENT, f"{target}; a board: {', '.join(boards)}")
    return SceneRef(found, target)


def _round_of(rundown: Rundown, cue: RunningCue | None, kind: SceneKind) -> str:
    if cue is None:
        return ""
    if cue.round:
        return cue.round
    fitting = [
        round_.id
        for round_ in rundown.rounds
        if cue.unit in round_.units and (round_.kind == "mood") == (kind == "mood")
    ]
    return fitting[0] if fitting else ""


def _category_of(rundown: Rundown, cue: RunningCue | None) -> str:
    if cue is not None and cue.unit:
        return rundown.unit(cue.unit).category
    return rundown.categories[0].id if rundown.categories else ""


# what a number is


def score_label(rundown: Rundown) -> tuple[str, str]:
    """("vote", weight in percent) where the vote is one channel of several, else ("composite", "")."""
    channels = rundown.result.channels
    vote = next((channel for channel in channels if channel.id == VOTE_CHANNEL), None)
    if vote is None or len(channels) == 1:
        return "composite", ""
    return "vote", f"{float(vote.weight):g}"


def percent(part: int, whole: int) -> str:
    """One place, half up; "" of nothing: a percentage is never shown without its denominator."""
    if whole <= 0:
        return ""
    tenths = (Fraction(part * 1000, whole) + Fraction(1, 2)).__floor__()
    return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Bar:
    option: str
    label: str
    count: int
    percent: str


@dataclass(frozen=True, slots=True)
class BarGroup:
    """One panel's answers to one item; `bars` empty where the public may not see them.

    `title` tells the items of a picture apart: "" where there is only one.
    """

    panel: str
    title: str
    total: int
    bars: tuple[Bar, ...]
    withheld: bool = False


def bar_groups(report: Mapping[str, Any], rundown: Rundown) -> tuple[BarGroup, ...]:
    """The published counts of a lock report (interfaces shape) as bars; what is withheld stays so."""
    round_ = rundown.round(report["round"])
    groups: list[BarGroup] = []
    for panel, numbers in report["by"].items():
        name = rundown.panel(panel).name
        counts = numbers["counts"]
        if counts is None:
            groups.append(BarGroup(name, "", numbers["valid"], (), withheld=True))
        elif round_.kind == "select":
            labels = {unit.id: unit.name for unit in rundown.units}
            groups.append(BarGroup(name, "", numbers["valid"], _bars(counts, labels, numbers["valid"])))
        elif round_.asks_own_question:
            labels = {option.id: option.name for option in round_.options}
            total = sum(counts.values())
            groups.append(BarGroup(name, "", total, _bars(counts, labels, total)))
        else:
            by_unit = counts if round_.kind == "sheet" else {"": counts}
            groups += [
                _item_group(rundown, name, unit, item, cell)
                for unit, cells in by_unit.items()
                for item, cell in cells.items()
            ]
    return tuple(groups)


def _item_group(rundown: Rundown, panel: str, unit: str, item: str, cell: Mapping[str, int]) -> BarGroup:
    labels = {option.id: option.name for option in rundown.scale_of(item).options}
    total = sum(cell.values())
    parts = (rundown.unit(unit).name if unit else "", rundown.criterion(item).name if len(rundown.criteria) > 1 else "")
    title = " ".join(part for part in parts if part)
    return BarGroup(panel, title, total, _bars(cell, labels, total))


def _bars(cell: Mapping[str, int], labels: Mapping[str, str], total: int) -> tuple[Bar, ...]:
    return tuple(Bar(name, labels.get(name, name), count, percent(count, total)) for name, count in cell.items())


# the board


@dataclass(frozen=True, slots=True)
class BoardRow:
    unit: str
    rank: int
    score: str
    tied: bool
    bottom: bool


def board_rows(results: Mapping[str, Any], rundown: Rundown, category: str) -> list[BoardRow] | Refusal:
    """The whole board of a category from first to last; refused while anything is missing, naming it."""
    missing = missing_results(results, rundown)
    if missing:
        return Refusal(RefusalCode.RESULTS_INCOMPLETE, "、".join(missing))
    rows = [
        BoardRow(rundown.unit(unit["unit"]).name, unit["rank"], unit["score"], unit["tied"], unit["bottom"])
        for unit in results["units"]
        if unit["category"] == category
    ]
    return sorted(rows, key=lambda row: row.rank)


def vote_rows(results: Mapping[str, Any], rundown: Rundown, category: str) -> list[BoardRow] | Refusal:
    """The board by the vote alone, whose part of the score its title must say; no bottom rule hangs on it."""
    units = [unit for unit in results["units"] if unit["category"] == category]
    missing = [rundown.unit(unit["unit"]).name for unit in units if unit["channels"].get(VOTE_CHANNEL) is None]
    if missing:
        return Refusal(RefusalCode.RESULTS_INCOMPLETE, "、".join(missing))
    scores = sorted((Fraction(unit["channels"][VOTE_CHANNEL]) for unit in units), reverse=True)
    rows = [
        BoardRow(
            unit=rundown.unit(unit["unit"]).name,
            rank=scores.index(Fraction(unit["channels"][VOTE_CHANNEL])) + 1,
            score=unit["channels"][VOTE_CHANNEL],
            tied=scores.count(Fraction(unit["channels"][VOTE_CHANNEL])) > 1,
            bottom=False,
        )
        for unit in units
    ]
    return sorted(rows, key=lambda row: row.rank)


def missing_results(results: Mapping[str, Any], rundown: Rundown) -> list[str]:
    """The units without a score; one word when only the session is not decided yet."""
    units: Sequence[Mapping[str, Any]] = results["units"]
    without = [rundown.unit(unit["unit"]).name for unit in units if unit["score"] is None]
    if without or results["complete"]:
        return without
    return [round_.title for round_ in rundown.counting_rounds]
