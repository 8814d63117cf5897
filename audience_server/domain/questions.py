"""A question from the audience: what it holds, what may be asked, and every state it can be in.

The table `DEEDS` is the only place that says which deed leads from which state to which; nobody else changes a state.
Suggestions are questions with another letter.  Reports of misconduct are neither: they never become a `Question`.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from audience_server.domain.problem_codes import PROBLEM_CODES
from audience_server.domain.question_text import clean_text, says_something
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Rundown

QuestionState = Literal["received", "approved", "refused", "merged", "cued", "on_air", "answered", "withdrawn"]
STATES: tuple[QuestionState, ...] = get_args(QuestionState)
Kind = Literal["question", "suggestion"]
KIND_LETTERS: Mapping[str, str] = {"question": "Q", "suggestion": "S"}
REPORT_LETTER = "R"
IntakeMode = Literal["open", "slow", "paused"]

PUBLIC_STATES = frozenset({"approved", "cued", "on_air", "answered"})
SUPPORTABLE_STATES = frozenset({"approved", "cued", "on_air"})

_ANY = frozenset(STATES)
_WAITING = frozenset({"received", "approved", "cued"})

# deed -> (the states it is possible in, the state it leads to; None: it leaves the state as it is)
DEEDS: Mapping[str, tuple[frozenset[str], QuestionState | None]] = {
    "approve": (frozenset({"received", "refused"}), "approved"),
    "refuse": (_WAITING, "refused"),
    "restore": (frozenset({"approved", "cued", "refused", "withdrawn"}), "received"),
    "edit": (_WAITING, None),
    "merge": (_WAITING, "merged"),
    "unmerge": (frozenset({"merged"}), "received"),
    "star": (_ANY, None),
    "unstar": (_ANY, None),
    "assign": (frozenset({"approved", "cued"}), "cued"),
    "unassign": (frozenset({"cued"}), "approved"),
    "air": (frozenset({"approved", "cued", "on_air", "answered"}), "on_air"),
    "answered": (frozenset({"approved", "cued", "on_air", "answered"}), "answered"),
    "promise": (frozenset({"approved", "cued", "on_air", "answered"}), None),
    "withdraw": (PUBLIC_STATES, "withdrawn"),
}
MERGE_INTO = _WAITING | {"on_air", "answered"}

MOST_REASON = 500
SEALED_BOX_EXTRA = 48
LONGEST_REPORT = 6000


@dataclass(frozen=True, slots=True)
class Question:
    """One question or suggestion.  `version` counts the deeds on it; `backers` stand behind it, without merged ones: a
    name for each card, drawn anew by each process, so that nothing written down knows a card.

    `asker` is the digest of a secret of the asker's phone ("" = only number and code know it), never of a card.
    `reply` and `closed` are what the register told the asker.
    """

    number: str
    kind: str
    at: int
    unit: str
    text: str
    language: str
    code: str
    state: QuestionState = "received"
    version: int = 1
    original: str = ""
    problem: str = ""
    asker: str = ""
    ref: str = ""
    picture: bool = False
    backers: frozenset[str] = frozenset()
    merged: tuple[str, ...] = ()
    into: str = ""
    starred: bool = False
    cue: str = ""
    reason: str = ""
    answer: str = ""
    promise: str = ""
    due: str = ""
    by: str = ""
    reply: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What may be asked: cleaned, within bounds, about things that exist."""

    kind: str
    text: str
    unit: str
    problem: str


def may_ask(kind: str, text: str, unit: str, problem: str, rundown: Rundown) -> Draft | Refusal:
    """The question as it will be kept, or what is wrong with it."""
    if unit and all(unit != each.id for each in rundown.units):
        return Refusal(RefusalCode.UNKNOWN_UNIT, unit)
    if kind not in KIND_LETTERS or (problem and problem not in PROBLEM_CODES):
        return Refusal(RefusalCode.BAD_MESSAGE)
    cleaned = bounded(text, rundown.questions.longest)
    return cleaned if isinstance(cleaned, Refusal) else Draft(kind, cleaned, unit, problem)


def bounded(text: str, longest: int) -> str | Refusal:
    """`text` cleaned, if it says something and has at most `longest` characters then."""
    cleaned = clean_text(text)
    if not says_something(cleaned):
        return Refusal(RefusalCode.QUESTION_EMPTY)
    if len(cleaned) > longest:
        return Refusal(RefusalCode.QUESTION_TOO_LONG, f"{len(cleaned)} > {longest}")
    return cleaned


def may_report(text: str) -> bytes | Refusal:
    """The ciphertext of a report: base64 of what can be a sealed box and cannot be plain words."""
    try:
        box = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return Refusal(RefusalCode.BAD_MESSAGE)
    if not SEALED_BOX_EXTRA < len(box) <= LONGEST_REPORT or not any(box[:32]):
        return Refusal(RefusalCode.BAD_MESSAGE)
    try:
        box.decode("utf-8")
    except UnicodeDecodeError:
        return box
    return Refusal(RefusalCode.BAD_MESSAGE)


def number_of(letter: str, count: int) -> str:
    """Q0001, S0012, R0003, …"""
    return f"{letter}{count:04d}"


def is_date(text: str) -> bool:
    """YYYY-MM-DD, a day that there is."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
