"""Working days: Monday to Friday, without the holidays, with the weekends that are worked instead (调休).

The calendar is the session file's (`[register]`): no program knows next year's holidays.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

SATURDAY = 5
FARTHEST = 4000


def is_working_day(
    day: datetime.date, holidays: Collection[datetime.date], working_weekends: Collection[datetime.date]
) -> bool:
    return day in working_weekends or (day.weekday() < SATURDAY and day not in holidays)


def working_days_after(
    start: datetime.date,
    days: int,
    holidays: Collection[datetime.date],
    working_weekends: Collection[datetime.date],
) -> datetime.date:
    """The `days`-th working day after `start`, which itself does not count.  ValueError when the calendar has none."""
    day = start
    for _ in range(FARTHEST):
        if days == 0:
            return day
        day += datetime.timedelta(days=1)
        days -= is_working_day(day, holidays, working_weekends)
    raise ValueError("the calendar has no such working day")


def working_days_between(
    start: datetime.date,
    end: datetime.date,
    holidays: Collection[datetime.date],
    working_weekends: Collection[datetime.date],
) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start, holidays, working_weekends)
    days = (start + datetime.timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays, working_weekends) for day in days)
