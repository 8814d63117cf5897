"""The scenes of the air by their ids, what each of them is about, and how they are called.  Pure."""

from __future__ import annotations

from typing import Literal

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control_view import SceneView
from console.round_texts import round_line
from console.show_view import ShowView

TargetKind = Literal["", "unit", "round", "locked", "category", "question", "text"]

# scene -> what it is about; "" needs nothing to be chosen
SCENES: dict[str, TargetKind] = {
    "unit": "unit",
    "countdown": "",
    "question": "question",
    "turnout": "round",
    "result": "locked",
    "ranking": "category",
    "mood": "locked",
    "pledge": "unit",
    "promise": "unit",
    "fingerprint": "locked",
    "title": "text",
    "join": "",
    "recount": "locked",
    "blank": "",
}


def scene_name(scene: str, words: Catalogue) -> str:
    key = f"scene_{scene}"
    return words.text(key) if key in words else scene


def scene_title(scene: SceneView | None, words: Catalogue) -> str:
    """What an output shows, in a few words."""
    if scene is None:
        return words.text("air_empty")
    name = scene_name(scene.scene, words)
    told = scene.title or scene.target
    return f"{name} · {told}" if told and told != name else name


def targets(kind: TargetKind, show: ShowView, words: Catalogue) -> tuple[tuple[str, str], ...]:
    """What may be chosen, as (id, text)."""
    view = show.view
    if view is None:
        return ()
    if kind == "unit":
        return tuple((unit.id, unit.name) for unit in view.units)
    if kind == "category":
        return tuple(view.categories.items())
    if kind in ("round", "locked"):
        rounds = show.in_state("locked") if kind == "locked" else show.rounds
        return tuple((each.round, round_line(each, show, words)) for each in rounds)
    return ()


def likely_target(kind: TargetKind, show: ShowView) -> str | None:
    """What the current cue is about."""
    cue = None if show.view is None else show.view.cue
    if kind == "unit" and cue is not None:
        return cue.unit
    if kind in ("round", "locked") and show.cue_round is not None:
        return show.cue_round.round
    if kind == "question" and cue is not None and cue.questions:
        return cue.questions[0]
    return None
