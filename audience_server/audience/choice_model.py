"""What simulated voters choose: a seeded opinion of each unit, some noise, a few who do not know or leave it blank.

It reads the grammar that a window is opened with (interfaces: `1-4`, `0-100`, `1=1-4;2=0-100`, `3/12`), so it can fill
in every kind of ballot and knows nothing else of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

BLANK = "-"
HIGHEST_MARK = 100


@dataclass(frozen=True, slots=True)
class Temper:
    """How often voters hand in a blank ballot, or leave one item of several blank."""

    abstain: float = 0.02
    leave_blank: float = 0.01


def choose(grammar: str, panel: str, subject: str, seed: int, temper: Temper, random: Random) -> str:
    """One choice that fits `grammar`.  Opinions depend on seed, panel and subject (the units voted on) only."""
    if random.random() < temper.abstain:
        return BLANK
    if "/" in grammar:
        return _select(grammar, random)
    items = grammar.split(";")
    if len(items) == 1:
        return _answer(grammar, opinion(seed, panel, subject), random)
    answers = []
    for item in items:
        label, _, rule = item.partition("=")
        blank = random.random() < temper.leave_blank
        answers.append(f"{label}={BLANK if blank else _answer(rule, opinion(seed, panel, subject + label), random)}")
    return BLANK if all(answer.endswith(f"={BLANK}") for answer in answers) else ";".join(answers)


def opinion(seed: int, panel: str, subject: str) -> float:
    """How well the panel thinks of the subject, 0 to 1, the same each time."""
    return Random(f"{seed}/{panel}/{subject}").betavariate(4, 2)


def _answer(rule: str, regard: float, random: Random) -> str:
    """An option number, best first and the last one rarely; or a mark."""
    lowest, highest = (int(part) for part in rule.split("-"))
    if highest == HIGHEST_MARK and lowest == 0:
        return str(min(HIGHEST_MARK, max(0, round(random.gauss(55 + 40 * regard, 12)))))
    options = list(range(lowest, highest + 1))
    weights = [max(0.02, 1 - abs(regard - (1 - place / len(options))) * 1.6) for place in range(len(options))]
    weights[-1] = 0.06
    return str(random.choices(options, weights)[0])


def _select(grammar: str, random: Random) -> str:
    most, units = (int(part) for part in grammar.split("/"))
    count = random.randint(1, most)
    return ",".join(map(str, sorted(random.sample(range(1, units + 1), count))))
