"""When simulated voters answer: in waves, as halls do after the host's words, so that no batch of ballots is small.

The server appends what a second brought; eight ballots or more hide each other.  Waves of at least twice that, each
shorter than the batch interval and apart from the next, keep it so even when the operator closes early.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

FIRST_WAVE = 1.5
BETWEEN_WAVES = 2.0
WAVE_SPREAD = 0.25
MOST_WAVES = 8
PART_OF_WINDOW = 0.65


def waves(voters: int, seconds: float, batch_min: int) -> list[float]:
    """Start of each wave in seconds after the opening; fewer waves for few voters or a short window."""
    if voters <= 0:
        return []
    smallest = 2 * batch_min
    last = max(FIRST_WAVE, seconds * PART_OF_WINDOW)
    room = int((last - FIRST_WAVE) // BETWEEN_WAVES) + 1
    count = max(1, min(voters // smallest, room, MOST_WAVES))
    if count == 1:
        return [min(FIRST_WAVE, seconds / 3)]
    step = (last - FIRST_WAVE) / (count - 1)
    return [FIRST_WAVE + number * step for number in range(count)]


def arrivals(voters: Sequence[int], seconds: float, batch_min: int, random: Random) -> dict[int, float]:
    """Voter -> seconds after the opening.  Early waves are fuller; none is smaller than two batches."""
    starts = waves(len(voters), seconds, batch_min)
    if not starts:
        return {}
    order = list(voters)
    random.shuffle(order)
    smallest = min(2 * batch_min, len(order))
    plan: dict[int, float] = {}
    for number, start in enumerate(starts):
        for voter in order[number * smallest : (number + 1) * smallest]:
            plan[voter] = start + random.uniform(0, WAVE_SPREAD)
    weights = [1 / (number + 1) for number in range(len(starts))]
    for voter in order[len(starts) * smallest :]:
        plan[voter] = random.choices(starts, weights)[0] + random.uniform(0, WAVE_SPREAD)
    return plan


def revotes(voters: Sequence[int], rate: float, seconds: float, batch_min: int, random: Random) -> dict[int, float]:
    """Who changes their mind, and when: one wave behind all others, or nobody when too few would."""
    changing = [voter for voter in voters if random.random() < rate]
    if len(changing) < 2 * batch_min:
        return {}
    start = max(waves(len(voters), seconds, batch_min)) + BETWEEN_WAVES
    if start + WAVE_SPREAD > seconds - 1:
        return {}
    return {voter: start + random.uniform(0, WAVE_SPREAD) for voter in changing}
