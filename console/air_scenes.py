"""The scenes of the air by their ids, what each of them is about, and how they are called.  Pure."""

from __future__ import annotations

from typing import Literal

from audience_server.domain.rundown import VOTE_CHANNEL
from audience_server.domain.scene_names import RANKING, VOTE_BOARD, board_of, cue_scene
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
    kind, target = cue_scene(scene)
    key = f"scene_{kind}"
    if key not in words:
        return scene
    return f"{words.text(key)} {target}" if target else words.text(key)


def scene_title(scene: SceneView | None, words: Catalogue) -> str:
    """What an output shows, in a few words."""
    if scene is None:
        return words.text("air_empty")
    name = scene_name(scene.scene, words)
    told = scene.title or scene.target
    if scene.scene == RANKING and board_of(scene.target)[1]:
        told = f"{told} {words.text('board_of_vote')}"
    return f"{name} · {told}" if told and told != name else name


def boards(show: ShowView, words: Catalogue) -> tuple[tuple[str, str], ...]:
    """The ranking boards of every category as (id, what its number is): the vote's own only beside other channels."""
    view = show.view
    if view is None:
        return ()
    vote = next((channel for channel in view.channels if channel.id == VOTE_CHANNEL), None)
    found = []
    for category, name in view.categories.items():
        found.append((category, words.text("board_composite", category=name)))
        if vote is not None and len(view.channels) > 1:
            found.append((category + VOTE_BOARD, words.text("board_vote", category=name, weight=vote.weight)))
    return tuple(found)


def complete_boards(show: ShowView, words: Catalogue) -> tuple[tuple[str, str], ...]:
    """Those for which nothing is missing any more, as far as whoever sits here may know."""
    results = None if show.view is None else show.view.results
    if results is None:
        return ()

    def is_complete(board: str) -> bool:
        category, of_vote = board_of(board)
        units = [unit for unit in results["units"] if unit["category"] == category]
        if of_vote:
            return all(unit["channels"].get(VOTE_CHANNEL) is not None for unit in units)
        return bool(results["complete"])

    return tuple((board, told) for board, told in boards(show, words) if is_complete(board))


def targets(kind: TargetKind, show: ShowView, words: Catalogue) -> tuple[tuple[str, str], ...]:
    """What may be chosen, as (id, text)."""
    view = show.view
    if view is None:
        return ()
    if kind == "unit":
        return tuple((unit.id, unit.name) for unit in view.units)
    if kind == "category":
        return boards(show, words)
    if kind in ("round", "locked"):
        rounds = show.in_state("locked") if kind == "locked" else show.rounds
        return tuple((each.round, round_line(each, show, words)) for each in rounds)
    return ()


def likely_target(kind: TargetKind, show: ShowView) -> str | None:
    """What the current cue is about."""
    cue = None if show.view is None else show.view.cue
    if kind == "unit" and cue is not None:
        return cue.unit
    if kind == "category" and cue is not None and cue.unit is not None and show.view is not None:
        return next((unit.category for unit in show.view.units if unit.id == cue.unit), None)
    if kind in ("round", "locked") and show.cue_round is not None:
        return show.cue_round.round
    if kind == "question" and cue is not None and cue.questions:
        return cue.questions[0]
    return None
