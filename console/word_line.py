"""A list of words and phrases in one line, and back: phrases keep their blanks.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

# each with what an input method may put in its place
DIVIDERS = (";\uff1b", "\u3001", "|\uff5c", "/\uff0f", ",\uff0c")


def divider_for(words: Iterable[str]) -> str:
    """The first that stands in none of the words; its first character is shown, each of its characters divides."""
    every = "".join(words)
    return next((divider for divider in DIVIDERS if not set(divider) & set(every)), DIVIDERS[0])


def as_line(words: Iterable[str], divider: str) -> str:
    return f"{divider[0]} ".join(words)


def from_line(line: str, divider: str) -> tuple[str, ...]:
    """Each once, in their order."""
    parts = (part.strip() for part in re.split(f"[{re.escape(divider)}]", line))
    return tuple(dict.fromkeys(filter(None, parts)))
