"""Moments and stretches of time as people read them, in this computer's own zone."""

from __future__ import annotations

from datetime import datetime


def moment(unix: int, *, with_date: bool = True) -> str:
    """A server may say any number; what is no moment stays the number that it is."""
    try:
        when = datetime.fromtimestamp(unix)
    except (OverflowError, OSError, ValueError):
        return str(unix)
    return f"{when:%Y-%m-%d %H:%M:%S}" if with_date else f"{when:%H:%M:%S}"


def stretch(seconds: int) -> str:
    """1:05, or 1:02:05 with hours."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
