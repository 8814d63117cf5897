"""The queue as the console knows it: every question by number, and the list that filter, search and order make of it.

Pure but for being kept up to date; owned by the app.  It decides nothing: what a deed did is what the session tells.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from audience_server.wire.questions import QuestionView

Order = Literal["waiting", "newest", "supported"]
ORDERS: tuple[Order, ...] = ("waiting", "newest", "supported")
STATES = ("received", "approved", "cued", "on_air", "answered", "merged", "refused", "withdrawn")
# what needs somebody first
URGENCY = {state: place for place, state in enumerate(("received", "on_air", "cued", "approved"))}


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields do not filter.  `found`: the numbers that the session found for `text`."""

    state: str = ""
    unit: str = ""
    kind: str = ""
    language: str = ""
    starred: bool = False
    flagged: bool = False
    supporters: int = 0
    text: str = ""
    found: frozenset[str] | None = None
    order: Order = "waiting"

    def fits(self, question: QuestionView) -> bool:
        plain = (
            self.state in ("", question.state)
            and self.unit in ("", question.unit)
            and self.kind in ("", question.kind)
            and self.language in ("", question.language)
            and (question.starred or not self.starred)
            and (bool(question.flags) or not self.flagged)
            and question.supporters >= self.supporters
        )
        return plain and (not self.text or self._says(question))

    def _says(self, question: QuestionView) -> bool:
        """The session finds across simplified and traditional; what came since is looked at as it is written."""
        if self.found is not None and question.number in self.found:
            return True
        return folded(self.text) in folded(f"{question.number} {question.text}")


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


@dataclass(slots=True)
class QueueBoard:
    """`revision` rises with every change; `complete` once the whole queue has come."""

    questions: dict[str, QuestionView] = field(default_factory=dict)
    revision: int = 0
    complete: bool = False
    _listed: tuple[int, Filter, tuple[str, ...]] | None = None
    _counts: tuple[int, Counter[str]] | None = None

    _told: set[str] = field(default_factory=set)

    def take(self, questions: Iterable[QuestionView], complete: bool) -> None:
        for question in questions:
            self.questions[question.number] = question
            if not self.complete:
                self._told.add(question.number)
        if complete and not self.complete:
            # what the whole telling did not name is gone: another session, or one that was made to forget
            self.questions = {number: each for number, each in self.questions.items() if number in self._told}
            self.complete = True
        self.revision += 1

    def begin_again(self) -> None:
        """A new line tells the whole queue anew; what was known stays on the screen until then."""
        self.complete = False
        self._told = set()

    def listed(self, wanted: Filter) -> tuple[str, ...]:
        """The numbers that fit, in their order; made anew only when something changed."""
        if self._listed is None or self._listed[:2] != (self.revision, wanted):
            fitting = [each for each in self.questions.values() if wanted.fits(each)]
            fitting.sort(key=_key(wanted.order))
            self._listed = (self.revision, wanted, tuple(each.number for each in fitting))
        return self._listed[2]

    def count(self, state: str) -> int:
        if self._counts is None or self._counts[0] != self.revision:
            self._counts = (self.revision, Counter(each.state for each in self.questions.values()))
        return self._counts[1][state]


def _key(order: Order) -> Callable[[QuestionView], tuple[object, ...]]:
    if order == "newest":
        return lambda each: (-each.at, each.number)
    if order == "supported":
        return lambda each: (-each.supporters, each.at, each.number)
    return lambda each: (URGENCY.get(each.state, len(URGENCY)), not each.starred, each.at, each.number)
