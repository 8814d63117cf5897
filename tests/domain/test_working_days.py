"""Working days with holidays and worked weekends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.working_days import is_working_day, working_days_after, working_days_between

# the national holiday of 2026: 1–7 October off, Saturday 10 October worked
HOLIDAYS = tuple(date(2026, 10, day) for day in range(1, 8))
WORKED = (date(2026, 10, 10),)


def test_a_deadline_steps_over_weekends_and_holidays() -> None:
    """From Wednesday 30 September: 8, 9 and the worked Saturday 10 October are the first three."""
    start = date(2026, 9, 30)
    assert date(2026, 10, 8) == working_days_after(start, 1, HOLIDAYS, WORKED)
    assert date(2026, 10, 10) == working_days_after(start, 3, HOLIDAYS, WORKED)
    assert date(2026, 10, 12) == working_days_after(start, 4, HOLIDAYS, WORKED)


def test_a_worked_weekend_wins_over_a_holiday() -> None:
    """It was named on purpose."""
    assert is_working_day(date(2026, 10, 10), (date(2026, 10, 10),), WORKED)


def test_a_calendar_without_working_days_is_an_error() -> None:
    """Not an endless loop."""
    everything = {date(2026, 1, 1) + timedelta(days=number) for number in range(5000)}
    with pytest.raises(ValueError, match="no such working day"):
        working_days_after(date(2026, 1, 1), 1, everything, ())


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 300))
def test_counting_there_and_back_agrees(start: date, days: int) -> None:
    """`days` working days after a day, that many lie between."""
    end = working_days_after(start, days, HOLIDAYS, WORKED)
    assert days == working_days_between(start, end, HOLIDAYS, WORKED)
    assert -days == working_days_between(end, start, HOLIDAYS, WORKED)
