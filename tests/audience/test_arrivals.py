"""Simulated voters come in waves large enough to hide each other."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from audience_server.audience.arrivals import Batches, arrivals, revotes, waves

BATCHES = st.builds(Batches, st.integers(1, 12), st.sampled_from((0.2, 0.5, 1.0, 2.0, 3.5, 5.0)))
BATCH_WAIT = 3.0


def batched(moments: list[float], batches: Batches, closed_at: float) -> list[int]:
    """Sizes of the batches that the server would write of ballots that come at these moments."""
    waiting, due, started, sizes = 0, 0.0, 0.0, []
    for moment in [*sorted(each for each in moments if each < closed_at), closed_at]:
        while waiting and due <= moment:
            if waiting >= batches.least or due - started >= BATCH_WAIT - 1e-9:
                sizes.append(waiting)
                waiting = 0
            else:
                due += batches.seconds
        if moment == closed_at:
            break
        if not waiting:
            started, due = moment, moment + batches.seconds
        waiting += 1
    return [*sizes, waiting] if waiting else sizes


@given(st.integers(1, 400), st.integers(3, 600), BATCHES, st.integers(0, 99))
def test_everybody_comes_once_in_waves_of_two_batches(voters: int, seconds: int, batches: Batches, seed: int) -> None:
    """No wave is smaller than two batches unless everybody is; all come before two thirds of a usual window."""
    plan = arrivals(range(voters), seconds, batches, Random(seed))
    starts = waves(voters, seconds, batches)
    assert set(range(voters)) == set(plan)
    for start in starts:
        size = sum(start <= moment <= start + batches.spread for moment in plan.values())
        assert size >= min(2 * batches.least, voters)
    assert all(later - earlier >= batches.seconds + 0.5 for earlier, later in pairwise(starts))
    assert max(plan.values()) <= max(seconds * 0.66, 1.5) + batches.spread


@given(st.integers(1, 400), st.floats(0, 1), st.integers(3, 120), BATCHES, st.integers(0, 99), st.floats(0, 1))
def test_no_batch_is_small_though_the_operator_closes_early(
    voters: int, rate: float, seconds: int, batches: Batches, seed: int, closing: float
) -> None:
    """Whenever between two waves the window closes, whoever changed their mind included (W464)."""
    random = Random(seed)
    plan = arrivals(range(voters), seconds, batches, random)
    changes = revotes(range(voters), rate, seconds, batches, random)
    starts = [*waves(voters, seconds, batches), *([min(changes.values())] if changes else [])]
    wave = starts[int(closing * (len(starts) - 1))]
    closed_at = wave + batches.spread + closing
    sizes = batched([*plan.values(), *changes.values()], batches, closed_at)
    assert voters < 2 * batches.least or min(sizes) >= batches.least


@given(st.integers(0, 300), st.floats(0, 1), st.integers(5, 120), BATCHES, st.integers(0, 99))
def test_second_thoughts_come_together_or_not_at_all(
    voters: int, rate: float, seconds: int, batches: Batches, seed: int
) -> None:
    """Behind every first vote, before the end."""
    changes = revotes(range(voters), rate, seconds, batches, Random(seed))
    assert not changes or len(changes) >= 2 * batches.least
    if changes:
        assert min(changes.values()) > max(waves(voters, seconds, batches)) + batches.spread
        assert max(changes.values()) < seconds


def test_the_same_seed_gives_the_same_plan() -> None:
    """A rehearsal can be played again."""
    first, second = (arrivals(range(100), 60, Batches(), Random(5)) for _ in range(2))
    assert first == second
