"""Questions as the desk, their askers and everybody may see them.  Read-only; plain values.

Nothing that is not approved is ever in `public`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.question_board import Board
from audience_server.domain.questions import PUBLIC_STATES, Question
from audience_server.fanout import Changes
from audience_server.matching.normal_text import normal_text
from audience_server.matching.word_list import WordList

MOST_PUBLIC = 50
SUPPORTS_SHOWN_EVERY = 5.0
REFLAG_SLICE = 50


@dataclass(frozen=True, slots=True)
class Public:
    """A question as everybody may read it."""

    number: str
    unit: str
    text: str
    supporters: int
    state: str
    kind: str


class QuestionViews:
    """What follows from the board: flags, search keys, who looks at what, and the order of changes."""

    def __init__(self, board: Board, clock: Clock, bump: Callable[[], None]) -> None:
        self.changed = Changes()
        self.public_revision = 0
        self.withdrawn = 0
        self.held_by: dict[str, str] = {}
        self._board = board
        self._clock = clock
        self._bump = bump
        self._revisions: dict[str, int] = {}  # in the order of the changes
        self._words = WordList(board.words)
        self._flags: dict[str, tuple[str, ...]] = {}
        self._texts: dict[str, tuple[str, str]] = {}  # number -> text, its search key
        self._public: dict[str, Public] = {}
        self._lists: tuple[int, dict[str, list[Public]]] = (0, {})
        self._counts: tuple[int, dict[str, Any]] = (-1, {})
        self._supports_due = False

    # keeping up

    def begin(self) -> None:
        """After the replay."""
        self._words = WordList(self._board.words)
        for question in self._board.questions.values():
            self._reread(question)
            self._publish(question)
        self._note(self._board.questions)

    def touch(self, numbers: set[str]) -> None:
        """These look different now."""
        left = False
        for number in numbers:
            question = self._board.questions[number]
            self._reread(question)
            left = self._publish(question) or left
        self.withdrawn += left
        self._note(numbers)
        self._bump()

    def _note(self, numbers: Mapping[str, object] | set[str]) -> None:
        revision = self.changed.revision + 1
        for number in numbers:
            self._revisions.pop(number, None)
            self._revisions[number] = revision
        self.changed.bump()

    def _reread(self, question: Question) -> None:
        if self._texts.get(question.number, ("",))[0] != question.text:
            self._texts[question.number] = (question.text, normal_text(f"{question.text} {question.original}"))
            self._flags[question.number] = self._words.in_text(question.text)

    def _publish(self, question: Question) -> bool:
        """Keep the public list right; whether a question has left it."""
        former = self._public.get(question.number)
        if question.state not in PUBLIC_STATES:
            if former is not None:
                del self._public[question.number]
                self.public_revision += 1
            return former is not None
        supporters = self._board.supporters(question)
        now = Public(question.number, question.unit, question.text, supporters, question.state, question.kind)
        self._public[question.number] = now
        if former is None or (former.text, former.state) != (now.text, now.state):
            self.public_revision += 1
        elif former.supporters != supporters and not self._supports_due:
            # every support at once would have every phone ask for the list again
            self._supports_due = True
            self._clock.call_later(SUPPORTS_SHOWN_EVERY, self._show_supports)
        return False

    def _show_supports(self) -> None:
        self._supports_due = False
        self.public_revision += 1
        self._bump()

    def use_words(self) -> WordList:
        """The board's list of words, from now on; `reflag` goes through the questions of before."""
        self._words = WordList(self._board.words)
        return self._words

    def reflag(self, words: WordList, first: int) -> int | None:
        """The flags of a slice of questions by these words; where to go on, or None at the end or with newer words."""
        if words is not self._words:
            return None
        numbers = list(self._board.questions)[first : first + REFLAG_SLICE]
        found = {number: words.in_text(self._board.questions[number].text) for number in numbers}
        other = {number for number in numbers if found[number] != self._flags.get(number)}
        self._flags.update(found)
        if other:
            self._note(other)
            self._bump()
        return first + REFLAG_SLICE if len(numbers) == REFLAG_SLICE else None

    # the desk

    def changed_after(self, since: int) -> list[str]:
        """The numbers of questions that changed after revision `since`, the latest change last."""
        numbers: list[str] = []
        for number in reversed(self._revisions):
            if self._revisions[number] <= since:
                break
            numbers.append(number)
        return numbers[::-1]

    def of(self, numbers: Iterable[str]) -> list[dict[str, Any]]:
        return [self.view(self._board.questions[number]) for number in numbers]

    def view(self, question: Question) -> dict[str, Any]:
        """The fields of the wire's question."""
        return {
            "number": question.number,
            "version": question.version,
            "kind": question.kind,
            "state": question.state,
            "at": question.at,
            "unit": question.unit,
            "text": question.text,
            "language": question.language,
            "original": question.original,
            "problem": question.problem,
            "supporters": self._board.supporters(question),
            "merged": question.merged,
            "into": question.into,
            "starred": question.starred,
            "cue": question.cue,
            "reason": question.reason,
            "flags": self._flags.get(question.number, ()),
            "similar": self._similar(question),
            "held_by": self.held_by.get(question.number, ""),
            "answer": question.answer,
            "promise": question.promise,
            "due": question.due,
            "picture": question.picture,
            "by": question.by,
        }

    def _similar(self, question: Question) -> tuple[str, ...]:
        """Those not merged yet; of merged ones the question that stands for them."""
        if question.into:
            return ()
        roots = (self._board.root(number) for number in self._board.alike.get(question.number, ()))
        return tuple(dict.fromkeys(root.number for root in roots if root is not None and root is not question))

    def search(self, state: str, unit: str, kind: str, language: str, text: str) -> list[Question]:
        """Empty fields do not filter; text is found in either script, and in numbers."""
        wanted = normal_text(text)
        return [
            question
            for question in self._board.questions.values()
            if (not state or question.state == state)
            and (not unit or question.unit == unit)
            and (not kind or question.kind == kind)
            and (not language or question.language == language)
            and (wanted in self._texts[question.number][1] or wanted in question.number.casefold())
        ]

    def counts(self, enabled: bool) -> dict[str, Any]:
        """The fields of the wire's QueueView."""
        if self._counts[0] != self.changed.revision:
            questions = self._board.questions.values()
            by_state = dict(Counter(question.state for question in questions))
            flagged = sum(bool(self._flags.get(each.number)) for each in questions if each.state == "received")
            self._counts = (self.changed.revision, {"by_state": by_state, "flagged": flagged})
        return self._counts[1] | {"intake": self._board.mode, "enabled": enabled}

    # everybody

    def public(self, unit: str) -> list[Public]:
        """What all may read, most supported first."""
        if self._lists[0] != self.public_revision:
            self._lists = (self.public_revision, {})
        lists = self._lists[1]
        if unit not in lists:
            found = [each for each in self._public.values() if not unit or each.unit == unit]
            lists[unit] = sorted(found, key=lambda each: (-each.supporters, each.number))[:MOST_PUBLIC]
        return lists[unit]

    # the asker

    def own(self, question: Question) -> dict[str, Any]:
        """The fields of the wire's OwnQuestion.  Who was merged hears what becomes of the question it went into."""
        root = self._board.root(question.number) or question
        fate = root if question.into and root.state not in ("received", "approved", "cued") else question
        told = self._board.answers(question)
        return {
            "number": question.number,
            "state": "done" if told.closed else fate.state,
            "kind": question.kind,
            "text": question.original or question.text,
            "unit": question.unit,
            "at": question.at,
            "into": question.into,
            "reason": fate.reason,
            "answer": root.answer,
            "promise": root.promise or question.promise,
            "due": root.due if root.promise else question.due,
            "reply": told.reply,
            "supporters": self._board.supporters(root),
        }
