"""What a ballot may say: the choice grammar of a round, and the strict reading of one choice.

One `BallotForm` per round is made when the round opens; checking a choice is then a few look-ups. There is exactly
one way to write a choice, so that equal votes are equal bytes. Nothing here knows who votes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Option, Round, Rundown, Scale

BLANK = "-"
LEFT_BLANK = "blank"
OWN_QUESTION = ("", "")
MAX_MARK = 100
MARK_GRAMMAR = f"0-{MAX_MARK}"

_MARKS: Mapping[str, str] = {str(mark): str(mark) for mark in range(MAX_MARK + 1)}

ItemKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What one ballot says. `items`: (unit, criterion) -> option id, mark or `blank`; `selected`: units of a
    select round. A ballot blank in full has neither."""

    blank: bool
    items: Mapping[ItemKey, str] = field(default_factory=dict)
    selected: tuple[str, ...] = ()


BLANK_CHOICE = Choice(blank=True)


@dataclass(frozen=True, slots=True)
class BallotItem:
    """One question of a ballot: its label in the grammar ("" when it is the only one), and what may be answered."""

    key: ItemKey
    label: str
    grammar: str
    answers: Mapping[str, str]

    @property
    def is_marks(self) -> bool:
        return self.grammar == MARK_GRAMMAR


class BallotForm:
    """The grammar of one round, ready to check choices and to write them."""

    __slots__ = ("_choose", "_numbers", "_prefixes", "_single", "grammar", "items", "longest", "round_id")

    def __init__(self, round_: Round, rundown: Rundown) -> None:
        self.round_id = round_.id
        self.items: tuple[BallotItem, ...] = ()
        self._choose = 0
        self._single: Mapping[str, Choice] = {}
        if round_.kind == "select":
            self._choose = round_.choose
            self._numbers = {str(number): unit for number, unit in enumerate(round_.units, 1)}
            self.grammar = f"{round_.choose}/{len(round_.units)}"
            self.longest = sum(len(number) + 1 for number in self._numbers)
        else:
            self._numbers = {}
            self.items = _items_of(round_, rundown)
            self.grammar = ";".join(_labelled(item.label, item.grammar) for item in self.items)
            self.longest = sum(len(item.label) + 2 + max(map(len, item.answers)) for item in self.items)
        self._prefixes = tuple(f"{item.label}=" for item in self.items)
        if len(self.items) == 1:
            self._single = _every_choice(self.items[0])

    def check(self, choice: str) -> Choice | Refusal:
        """Read one choice, or say what is wrong with it. Never raises."""
        if choice == BLANK:
            return BLANK_CHOICE
        if self._single:
            return self._single.get(choice) or self._no(f"not one of the answers {self.grammar}")
        if len(choice) > self.longest:
            return self._no(f"longer than any ballot of this round ({self.longest} characters)")
        return self._check_selection(choice) if self._numbers else self._check_items(choice)

    def write(self, choice: Choice) -> str:
        """The one way to write a choice; the opposite of `check`."""
        if choice.blank:
            return BLANK
        if self._numbers:
            chosen = set(choice.selected)
            return ",".join(number for number, unit in self._numbers.items() if unit in chosen)
        parts = []
        for item in self.items:
            answer = choice.items[item.key]
            number = next((text for text, option in item.answers.items() if option == answer), BLANK)
            parts.append(_labelled(item.label, number))
        return ";".join(parts)

    def _check_selection(self, choice: str) -> Choice | Refusal:
        numbers = choice.split(",")
        if len(numbers) > self._choose:
            return self._no(f"{len(numbers)} units chosen; at most {self._choose} may be")
        unknown = next((number for number in numbers if number not in self._numbers), None)
        if unknown is not None:
            return self._no(f"no unit {unknown[:20]!r}; units are numbered 1 to {len(self._numbers)}")
        places = [int(number) for number in numbers]
        if any(later <= earlier for earlier, later in pairwise(places)):
            return self._no("unit numbers must rise, each once")
        return Choice(blank=False, selected=tuple(self._numbers[number] for number in numbers))

    def _check_items(self, choice: str) -> Choice | Refusal:
        parts = choice.split(";")
        if len(parts) != len(self.items):
            return self._no(f"{len(parts)} answers; this ballot has {len(self.items)}, in order")
        answers: dict[ItemKey, str] = {}
        blanks = 0
        for part, prefix, item in zip(parts, self._prefixes, self.items, strict=True):
            number = part[len(prefix) :]
            answer = item.answers.get(number)
            if answer is None and number == BLANK:
                answer = LEFT_BLANK
                blanks += 1
            if answer is None or not part.startswith(prefix):
                return self._no(f"{part[:20]!r} where {prefix}{item.grammar} or {prefix}{BLANK} belongs")
            answers[item.key] = answer
        if blanks == len(parts):
            return self._no(f"a ballot blank in full is written {BLANK}")
        return Choice(blank=False, items=answers)

    def _no(self, detail: str) -> Refusal:
        return Refusal(RefusalCode.BAD_CHOICE, f"{self.round_id}: {detail}")


def grammar_of(round_: Round, rundown: Rundown) -> str:
    """The grammar as it stands in the `open` entry."""
    return BallotForm(round_, rundown).grammar


def check_choice(round_: Round, rundown: Rundown, choice: str) -> Choice | Refusal:
    """For one choice now and then; whoever checks many keeps a `BallotForm`."""
    return BallotForm(round_, rundown).check(choice)


def _items_of(round_: Round, rundown: Rundown) -> tuple[BallotItem, ...]:
    if round_.asks_own_question:
        return (BallotItem(OWN_QUESTION, "", f"1-{len(round_.options)}", _numbered(round_.options)),)
    scales = [rundown.scale_of(criterion) for criterion in round_.criteria]
    sheet = round_.kind == "sheet" or len(round_.units) > 1
    items = []
    for unit_number, unit in enumerate(round_.units, 1):
        for number, (criterion, scale) in enumerate(zip(round_.criteria, scales, strict=True), 1):
            label = str(number) if len(round_.criteria) > 1 else ""
            if sheet:
                label = f"{unit_number}.{number}"
            items.append(BallotItem((unit, criterion), label, scale_grammar(scale), _answers(scale)))
    return tuple(items)


def scale_grammar(scale: Scale) -> str:
    return MARK_GRAMMAR if scale.is_marks else f"1-{len(scale.options)}"


def _answers(scale: Scale) -> Mapping[str, str]:
    return _MARKS if scale.is_marks else _numbered(scale.options)


def _numbered(options: Sequence[Option]) -> Mapping[str, str]:
    return {str(number): option.id for number, option in enumerate(options, 1)}


def _labelled(label: str, text: str) -> str:
    return f"{label}={text}" if label else text


def _every_choice(item: BallotItem) -> Mapping[str, Choice]:
    return {
        _labelled(item.label, number): Choice(blank=False, items={item.key: answer})
        for number, answer in item.answers.items()
    }
