"""Simulated voters come in waves large enough to hide each other."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from audience_server.audience.arrivals import WAVE_SPREAD, arrivals, revotes, waves


@given(st.integers(1, 400), st.integers(3, 600), st.integers(1, 12), st.integers(0, 99))
def test_everybody_comes_once_in_waves_of_two_batches(voters: int, seconds: int, batch_min: int, seed: int) -> None:
    """No wave is smaller than two batches unless everybody is; all come before two thirds of a usual window."""
    plan = arrivals(range(voters), seconds, batch_min, Random(seed))
    starts = waves(voters, seconds, batch_min)
    assert set(range(voters)) == set(plan)
    for start in starts:
        size = sum(start <= moment <= start + WAVE_SPREAD for moment in plan.values())
        assert size >= min(2 * batch_min, voters)
    assert all(later - earlier >= 1.9 for earlier, later in pairwise(starts))
    assert max(plan.values()) <= max(seconds * 0.66, 1.5) + WAVE_SPREAD


@given(st.integers(0, 300), st.floats(0, 1), st.integers(5, 120), st.integers(0, 99))
def test_second_thoughts_come_together_or_not_at_all(voters: int, rate: float, seconds: int, seed: int) -> None:
    """Behind every first vote, before the end."""
    changes = revotes(range(voters), rate, seconds, 8, Random(seed))
    assert not changes or len(changes) >= 16
    if changes:
        assert min(changes.values()) > max(waves(voters, seconds, 8)) + WAVE_SPREAD
        assert max(changes.values()) < seconds


def test_the_same_seed_gives_the_same_plan() -> None:
    """A rehearsal can be played again."""
    first, second = (arrivals(range(100), 60, 8, Random(5)) for _ in range(2))
    assert first == second
