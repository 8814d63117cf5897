"""One question as the desk sees it, and the deeds of a screener.  Shapes only; the rules are in `domain.questions`."""

from __future__ import annotations

from typing import Literal

import msgspec

QuestionDeed = Literal[
    "approve",  # may go on: phones may support it
    "refuse",  # with a reason (text), which the asker reads
    "restore",  # back to received
    "edit",  # text; the original is kept
    "merge",  # into another; every asker stays
    "unmerge",
    "star",
    "unstar",
    "assign",  # to a cue
    "unassign",
    "air",  # onto the programme at once
    "answered",
    "promise",  # text and due
    "withdraw",  # 撤下: off air, wall and phones at once
    "hold",  # I am reading this one; others see it
    "release",
]


class QuestionView(msgspec.Struct, frozen=True, omit_defaults=True):
    """`state`: received | approved | refused | merged | cued | on_air | answered | withdrawn.

    `version` rises with every change.  `text` is what would go to air; `original` only where it was edited.
    `flags`: words of the list that stand in it; `similar`: numbers that may ask the same; `held_by`: who reads it now;
    `by`: who decided last; `due` ISO date.
    """

    number: str
    version: int
    kind: str
    state: str
    at: int
    unit: str
    text: str
    language: str
    original: str = ""
    problem: str = ""
    supporters: int = 0
    merged: tuple[str, ...] = ()
    into: str = ""
    starred: bool = False
    cue: str = ""
    reason: str = ""
    flags: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    held_by: str = ""
    answer: str = ""
    promise: str = ""
    due: str = ""
    picture: bool = False
    by: str = ""
