"""The rundown as rows: one a unit with the state of its round, and the cues of the units that are unfolded.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control_view import CueView
from console.air_scenes import scene_name
from console.round_texts import clock, cue_kind
from console.show_view import OPEN_STATES, ShowView

RUNNING = (*OPEN_STATES, "closed")
DECIDING = ("ballot", "sheet", "select")
MARKS = {"done": "✓", "current": "▸", "planned": " ", "skipped": "-"}


@dataclass(frozen=True, slots=True)
class RundownRow:
    """`id` is `unit:<place>` or `cue:<cue id>`; `mark` and `right` say by sign and word what colour only repeats.

    `carries`: what goes with the cue: its round, questions, graphics, a note for the host.
    """

    id: str
    mark: str
    text: str
    right: str
    state: str
    depth: int
    carries: tuple[str, ...] = ()


def rundown_rows(show: ShowView, unfolded: frozenset[str], words: Catalogue) -> tuple[RundownRow, ...]:
    if show.view is None:
        return ()
    rows: list[RundownRow] = []
    for place, (unit, group) in enumerate(groupby(show.view.cues, key=lambda cue: cue.unit)):
        cues = list(group)
        if unit is None:
            rows += [_cue_row(cue, words, 0) for cue in cues]
            continue
        state = _state_of(cues)
        row_id = f"unit:{place}"
        rows.append(RundownRow(row_id, MARKS[state], show.unit_name(unit), _round_word(show, cues, words), state, 0))
        if state == "current" or row_id in unfolded:
            rows += [_cue_row(cue, words, 1) for cue in cues]
    return tuple(rows)


def _state_of(cues: list[CueView]) -> str:
    """What is skipped counts only where all is."""
    states = {cue.state for cue in cues}
    for state in ("current", "done", "planned"):
        if state in states:
            return state
    return "skipped"


def _cue_row(cue: CueView, words: Catalogue, depth: int) -> RundownRow:
    name = cue.title or cue_kind(cue.kind, words)
    right = words.text("cue_skipped") if cue.state == "skipped" else _lengths(cue)
    return RundownRow(f"cue:{cue.id}", MARKS[cue.state], name, right, cue.state, depth, _carries(cue, words))


def _lengths(cue: CueView) -> str:
    """What was planned, and what it took once it is over."""
    return clock(cue.seconds) if cue.took is None else f"{clock(cue.took)}/{clock(cue.seconds)}"


def _carries(cue: CueView, words: Catalogue) -> tuple[str, ...]:
    """The most important first: what does not fit is left out."""
    parts = (
        cue.round or "",
        words.text("carries_questions", count=len(cue.questions)) if cue.questions else "",
        words.text("carries_note") if cue.note else "",
        words.text("carries_scene", scene=scene_name(cue.scene, words)) if cue.scene else "",
    )
    return tuple(part for part in parts if part)


def _round_word(show: ShowView, cues: list[CueView], words: Catalogue) -> str:
    """The state of the unit's round, its id while it is still to come; a mood says nothing of the vote behind it."""
    rounds = [round_ for cue in cues if (round_ := show.round(cue.round)) is not None]
    if not rounds:
        return ""
    round_ = min(rounds, key=lambda each: (each.state not in RUNNING, each.kind not in DECIDING))
    return round_.round if round_.state == "planned" else words.text(f"brief_{round_.state.replace('-', '_')}")
