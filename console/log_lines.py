"""The show log as lines to read: when, who, what.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audience_server.domain.roles import COMMAND_ROLES
from audience_server.locale.catalogue import Catalogue
from console.safe_text import fit, safe_text

BY = 12
DO = 14


@dataclass(frozen=True, slots=True)
class LogLine:
    """`place` is its number in the log, from 0."""

    place: int
    at: int
    by: str
    do: str
    detail: str


def log_lines(result: Mapping[str, Any]) -> tuple[LogLine, ...]:
    """From the answer to `show-log`, made safe for the terminal, newest first."""
    return tuple(
        LogLine(
            int(line["place"]),
            int(line["at"]),
            safe_text(str(line["by"])),
            safe_text(str(line["do"])),
            safe_text(str(line["detail"])),
        )
        for line in result.get("lines", ())
    )


def searched(text: str, words: Catalogue) -> str:
    """What was typed, with what the session calls the acts and people that are shown under such a name here."""
    names = {do: words.text(key) for do in COMMAND_ROLES if (key := f"log_{do.replace('-', '_')}") in words}
    names["operator"] = words.text("role_operator")
    return " ".join(
        "|".join([typed, *(name for name, shown in names.items() if typed in shown)]) for typed in text.split()
    )


def log_text(line: LogLine, words: Catalogue) -> str:
    """One line of the list."""
    at = datetime.fromtimestamp(line.at).strftime("%m-%d %H:%M:%S")
    key = f"log_{line.do.replace('-', '_')}"
    what = words.text(key) if key in words else line.do
    return f"{at}  {fit(who(line.by, words), BY)}  {fit(what, DO)}  {line.detail}"


def who(name: str, words: Catalogue) -> str:
    """The holder of the operator's own token has no other name."""
    return words.text("role_operator") if name == "operator" else name
