"""What the scenes of the air are called, and what a cue may say that it brings there.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

SceneKind = Literal[
    "join",
    "unit",
    "countdown",
    "turnout",
    "question",
    "result",
    "ranking",
    "mood",
    "pledge",
    "promise",
    "fingerprint",
    "title",
    "recount",
    "blank",
]
SCENE_KINDS: tuple[SceneKind, ...] = get_args(SceneKind)
NO_SCENE = "none"
RANKING = "ranking"
VOTE_BOARD = "/vote"


def board_of(target: str) -> tuple[str, bool]:
    """(category, whether by the vote's own score): "gov" or "gov/vote"."""
    return target.removesuffix(VOTE_BOARD), target.endswith(VOTE_BOARD)


def boards_of(categories: Iterable[str]) -> tuple[str, ...]:
    return tuple(board for category in categories for board in (category, category + VOTE_BOARD))


def cue_scene(scene: str) -> tuple[str, str]:
    """(kind, target) of what stands at a cue: "pledge", or with its board "ranking gov/vote"."""
    kind, _, target = scene.partition(" ")
    return kind, target


def cue_scene_fault(scene: str, categories: Iterable[str]) -> str:
    """What would be right in its place; "" when nothing is wrong with it."""
    boards = boards_of(categories)
    kind, target = cue_scene(scene)
    if scene in ("", NO_SCENE) or (kind in SCENE_KINDS and not target) or (kind == RANKING and target in boards):
        return ""
    known = ", ".join((*SCENE_KINDS, NO_SCENE, *(f"{RANKING} {board}" for board in boards)))
    return f'scene = "{scene}"; one of {known} is right'
