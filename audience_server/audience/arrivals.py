"""When simulated voters answer: in waves, as halls do after the host's words, so that no batch of ballots is small.

The server appends what some time brought; `batch_min` ballots or more hide each other.  Waves of at least twice that,
each much shorter than a batch's time and each in a batch of its own, keep it so even when the operator closes early.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

FIRST_WAVE = 1.5
SHORTEST_BETWEEN = 2.0
BEHIND_A_BATCH = 0.75
LONGEST_SPREAD = 0.25
MOST_WAVES = 8
PART_OF_WINDOW = 0.65


@dataclass(frozen=True, slots=True)
class Batches:
    """How the server batches, from the session file: `least` ballots, `seconds` after the first of them."""

    least: int = 8
    seconds: float = 1.0

    @property
    def wave(self) -> int:
        """Voters of the smallest wave."""
        return 2 * self.least

    @property
    def spread(self) -> float:
        """Seconds from the first to the last voter of a wave."""
        return min(LONGEST_SPREAD, self.seconds / 4)

    @property
    def between(self) -> float:
        """Seconds from one wave to the next: behind the batch that the first one starts."""
        return max(SHORTEST_BETWEEN, self.seconds + self.spread + BEHIND_A_BATCH)


def waves(voters: int, seconds: float, batches: Batches) -> list[float]:
    """Start of each wave in seconds after the opening; fewer waves for few voters or a short window."""
    if voters <= 0:
        return []
    last = max(FIRST_WAVE, seconds * PART_OF_WINDOW)
    room = int((last - FIRST_WAVE) // batches.between) + 1
    count = max(1, min(voters // batches.wave, room, MOST_WAVES))
    if count == 1:
        return [min(FIRST_WAVE, seconds / 3)]
    step = (last - FIRST_WAVE) / (count - 1)
    return [FIRST_WAVE + number * step for number in range(count)]


def arrivals(voters: Sequence[int], seconds: float, batches: Batches, random: Random) -> dict[int, float]:
    """Voter -> seconds after the opening.  Early waves are fuller; none is smaller than two batches."""
    starts = waves(len(voters), seconds, batches)
    if not starts:
        return {}
    order = list(voters)
    random.shuffle(order)
    smallest = min(batches.wave, len(order))
    plan: dict[int, float] = {}
    for number, start in enumerate(starts):
        for voter in order[number * smallest : (number + 1) * smallest]:
            plan[voter] = start + random.uniform(0, batches.spread)
    weights = [1 / (number + 1) for number in range(len(starts))]
    for voter in order[len(starts) * smallest :]:
        plan[voter] = random.choices(starts, weights)[0] + random.uniform(0, batches.spread)
    return plan


def revotes(voters: Sequence[int], rate: float, seconds: float, batches: Batches, random: Random) -> dict[int, float]:
    """Who changes their mind, and when: one wave behind all others, or nobody when too few would."""
    changing = [voter for voter in voters if random.random() < rate]
    if len(changing) < batches.wave:
        return {}
    start = max(waves(len(voters), seconds, batches)) + batches.between
    if start + batches.spread > seconds - 1:
        return {}
    return {voter: start + random.uniform(0, batches.spread) for voter in changing}
