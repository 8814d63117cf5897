"""All questions of a session: a fold over the journal's events, and the judgement of what may be done next.

`judge` and `undoable` decide and change nothing; `apply` takes one event that is durable and believes it.  Owned by the
one task that writes the journal.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from audience_server.domain.question_deeds import Deed, done_to, taken_back
from audience_server.domain.questions import DEEDS, KIND_LETTERS, MERGE_INTO, REPORT_LETTER, Question, number_of
from audience_server.domain.refusals import Refusal, RefusalCode

MOST_UNDO = 20
WHOLE_OR_NOT = frozenset({"merge", "unmerge"})

Event = Mapping[str, Any]


@dataclass(slots=True)
class Done:
    """One deed of somebody, to be taken back: every question as it was, and the version the deed gave it."""

    do: str
    before: dict[str, tuple[Question, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """Which numbers a deed is possible on, and why not on the others."""

    possible: tuple[str, ...]
    refused: dict[str, RefusalCode]


class Board:
    """Every question by number, whether phones may ask, and the words that flag."""

    def __init__(self, words: Sequence[str], slow_seconds: int) -> None:
        self.questions: dict[str, Question] = {}
        self.codes: dict[str, str] = {}
        self.by_ref: dict[tuple[str, str], str] = {}
        self.by_asker: dict[str, list[str]] = {}
        self.reports: dict[str, str] = {}  # ciphertext -> number
        self.alike: dict[str, tuple[str, ...]] = {}
        self.mode = "open"
        self.slow_seconds = slow_seconds
        self.words: tuple[str, ...] = tuple(words)
        self._counts: dict[str, int] = dict.fromkeys((*KIND_LETTERS.values(), REPORT_LETTER), 0)
        self._done: dict[str, list[Done]] = {}
        self._events: dict[str, Callable[[Event], Iterable[str]]] = {
            "asked": self._asked,
            "reported": self._reported,
            "support": self._support,
            "alike": self._alike,
            "deed": self._deed,
            "undo": self._undo,
            "reply": self._reply,
            "intake": self._intake,
            "words": self._words,
            "forgotten": self._forgotten,
        }

    # looking

    def root(self, number: str) -> Question | None:
        """The question, or the one it was merged into."""
        found = self.questions.get(number)
        return self.questions.get(found.into) if found is not None and found.into else found

    def supporters(self, question: Question) -> int:
        """How many cards stand behind it or one that was merged into it."""
        if not question.merged:
            return len(question.backers)
        return len(question.backers.union(*(self.questions[number].backers for number in question.merged)))

    def answers(self, question: Question) -> Question:
        """Of all that were merged with it, the one whose case tells this asker the reply: its own, the root's, any."""
        root = self.root(question.number) or question
        merged = (self.questions[number] for number in root.merged)
        return next((each for each in (question, root, *merged) if each.reply), root)

    def next_number(self, letter: str, ahead: int = 0) -> str:
        """The number that the next question of this letter gets, behind `ahead` others."""
        return number_of(letter, self._counts[letter] + 1 + ahead)

    # judging

    def judge(self, deed: Deed, numbers: Iterable[str], versions: Mapping[str, int]) -> Judged:
        """Each number by itself, in the order given."""
        possible: list[str] = []
        refused: dict[str, RefusalCode] = {}
        for number in dict.fromkeys(numbers):
            refusal = self._refusal(deed, number, versions)
            if refusal is None:
                possible.append(number)
            else:
                refused[number] = refusal
        return Judged(tuple(possible), refused)

    def _refusal(self, deed: Deed, number: str, versions: Mapping[str, int]) -> RefusalCode | None:
        question = self.questions.get(number)
        if question is None:
            return RefusalCode.UNKNOWN_QUESTION
        if versions.get(number, question.version) != question.version:
            return RefusalCode.QUESTION_CHANGED
        if deed.do == "merge":
            target = self.questions.get(deed.into)
            if target is None:
                return RefusalCode.UNKNOWN_QUESTION
            if target.number == number or target.state not in MERGE_INTO:
                return RefusalCode.QUESTION_STATE
        return None if question.state in DEEDS[deed.do][0] else RefusalCode.QUESTION_STATE

    def undoable(self, person: str) -> Judged | Refusal:
        """What taking back that person's last deed would change; questions that others changed since stay."""
        done = next(iter(reversed(self._done.get(person, ()))), None)
        if done is None:
            return Refusal(RefusalCode.NOTHING_TO_UNDO)
        changed = {
            number: RefusalCode.QUESTION_CHANGED
            for number, (_, version) in done.before.items()
            if self.questions[number].version != version
        }
        possible = tuple(number for number in done.before if number not in changed)
        if not possible or (changed and done.do in WHOLE_OR_NOT):
            return Refusal(RefusalCode.QUESTION_CHANGED, ", ".join(changed))
        return Judged(possible, changed)

    def last_deed(self, person: str) -> Done | None:
        return next(iter(reversed(self._done.get(person, ()))), None)

    # the fold

    def apply(self, event: Event) -> set[str]:
        """Take one event; the numbers of the questions that look different now."""
        return set(self._events[str(event["e"])](event))

    def _asked(self, event: Event) -> Iterable[str]:
        number, code = str(event["number"]), str(event["code"])
        question = Question(
            number=number,
            kind=str(event["kind"]),
            at=int(event["at"]),
            unit=str(event["unit"]),
            text=str(event["text"]),
            language=str(event["language"]),
            code=code,
            problem=str(event["problem"]),
            asker=str(event["asker"]),
            ref=str(event["ref"]),
            picture=bool(event["picture"]),
        )
        self.questions[number] = question
        self._count(number, code)
        if question.asker:
            self.by_asker.setdefault(question.asker, []).append(number)
            if question.ref:
                self.by_ref[question.asker, question.ref] = number
        return (number,)

    def _reported(self, event: Event) -> Iterable[str]:
        self._count(str(event["number"]), str(event["code"]))
        self.reports[str(event["box"])] = str(event["number"])
        return ()

    def _count(self, number: str, code: str) -> None:
        self.codes[number] = code
        self._counts[number[0]] = max(self._counts[number[0]], int(number[1:]))

    def _support(self, event: Event) -> Iterable[str]:
        question = self.questions[str(event["number"])]
        self.questions[question.number] = replace(question, backers=question.backers | {str(event["card"])})
        return (question.number, question.into) if question.into else (question.number,)

    def _alike(self, event: Event) -> Iterable[str]:
        """Both sides name each other; the newest first."""
        number = str(event["number"])
        others = tuple(str(each) for each in event["numbers"])
        former = self.alike.get(number, ())
        self.alike[number] = others
        for other in former:
            self.alike[other] = tuple(each for each in self.alike.get(other, ()) if each != number)
        for other in others:
            self.alike[other] = (number, *(each for each in self.alike.get(other, ()) if each != number))
        return {number, *former, *others}

    def _reply(self, event: Event) -> Iterable[str]:
        question = self.questions[str(event["number"])]
        self.questions[question.number] = replace(question, reply=str(event["text"]), closed=bool(event["closed"]))
        root = self.questions.get(question.into, question)
        return (root.number, *root.merged)

    def _intake(self, event: Event) -> Iterable[str]:
        self.mode = str(event["mode"])
        self.slow_seconds = int(event["seconds"])
        return ()

    def _words(self, event: Event) -> Iterable[str]:
        self.words = tuple(str(word) for word in event["words"])
        return ()

    def _forgotten(self, event: Event) -> Iterable[str]:
        """All that is left of questions that were erased: the numbers that are not given again."""
        self._counts |= {str(letter): int(count) for letter, count in event["numbers"].items()}
        return ()

    @property
    def numbers(self) -> Mapping[str, int]:
        """The highest number of each letter."""
        return dict(self._counts)

    # deeds

    def _deed(self, event: Event) -> Iterable[str]:
        """`more`: this event goes on with the deed of the one before."""
        deed = Deed(**{name: event[name] for name in ("do", "by", "at", "text", "into", "cue", "due")})
        mine = self._done.setdefault(deed.by, [])
        if not event["more"]:
            mine.append(Done(deed.do))
            del mine[:-MOST_UNDO]
        done, touched = mine[-1], set[str]()
        for number in map(str, event["numbers"]):
            changed = self._changed(deed, self.questions[number])
            for question in changed:
                before = self.questions[question.number]
                first, _ = done.before.get(question.number, (before, 0))
                done.before[question.number] = (first, question.version)
                self.questions[question.number] = question
                touched.add(question.number)
        return touched

    def _changed(self, deed: Deed, question: Question) -> list[Question]:
        """Every question that the deed on this one changes, as it is then."""
        if deed.do == "unmerge":
            into = self.questions[question.into]
            rest = tuple(each for each in into.merged if each != question.number)
            alone = _sure(done_to(question, deed))
            return [replace(alone, into=""), replace(into, merged=rest, version=into.version + 1)]
        after = _sure(done_to(question, deed))
        if deed.do != "merge":
            return [after]
        into = self.questions[deed.into]
        moved = (question.number, *question.merged)
        followers = [self.questions[number] for number in question.merged]
        return [
            replace(after, into=into.number, merged=()),
            *(replace(each, into=into.number, version=each.version + 1) for each in followers),
            replace(into, merged=(*into.merged, *moved), version=into.version + 1),
        ]

    def _undo(self, event: Event) -> Iterable[str]:
        """`last`: nothing more of this deed will be taken back."""
        mine = self._done[str(event["by"])]
        done = mine[-1]
        numbers = [str(number) for number in event["numbers"]]
        for number in numbers:
            before, _ = done.before[number]
            self.questions[number] = taken_back(before, self.questions[number])
        if event["last"]:
            mine.pop()
        merged = itertools.chain.from_iterable(self.questions[number].merged for number in numbers)
        return {*numbers, *merged}


def _sure(outcome: Question | Refusal) -> Question:
    """What was judged possible before it was written down."""
    if isinstance(outcome, Refusal):
        raise ValueError(f"the journal holds a deed that was not possible: {outcome.code}")
    return outcome
