"""The show log: who did what when, at the desk.  It can be searched; nothing that decides a result hangs on it.

What people wrote in questions and cases is never copied here, so that forgetting them forgets them.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.roles import Person
from audience_server.stores.journal import Journal
from audience_server.stores.port import StoreFailed

SILENT = frozenset({"status", "results", "questions", "question-picture", "show-log", "people", "cases"})
# texts of these are somebody's words or secrets, not the desk's doings
WORDLESS = frozenset({"question", "case", "void-card"})
NEVER = frozenset({"data", "keys", "versions", "fields", "words", "report"})
LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class LogLine:
    place: int
    at: int
    by: str
    do: str
    detail: str

    def as_dict(self) -> dict[str, Any]:
        return {"place": self.place, "at": self.at, "by": self.by, "do": self.do, "detail": self.detail}


class ShowLog:
    def __init__(self, journal: Journal, clock: Clock, alarm: Callable[[str, str], None]) -> None:
        self._journal = journal
        self._clock = clock
        self._alarm = alarm
        self._lines: list[LogLine] = []

    async def start(self) -> None:
        """Read back what is there."""
        async for row in self._journal.read():
            kept: dict[str, Any] = json.loads(row)
            self._lines.append(LogLine(len(self._lines), kept["at"], kept["by"], kept["do"], kept["detail"]))

    async def note(self, by: Person, do: str, arguments: Mapping[str, Any]) -> None:
        """One line; a log that cannot be written rings and stops nothing."""
        if do in SILENT or is_reading(do, arguments):
            return
        line = LogLine(len(self._lines), self._clock.unix(), by.name, do, told(do, arguments))
        self._lines.append(line)
        kept = {"at": line.at, "by": line.by, "do": line.do, "detail": line.detail}
        try:
            await self._journal.append([json.dumps(kept, ensure_ascii=False).encode()])
        except StoreFailed as failure:
            self._alarm("show_log", str(failure))

    def search(self, text: str, before: int | None, limit: int) -> list[LogLine]:
        """The newest lines that hold every word of `text`, those before the place `before` if it is given.

        `lock|锁定` is one word or the other.
        """
        words = [each.split("|") for each in unicodedata.normalize("NFKC", text).casefold().split()]
        found = []
        for line in reversed(self._lines if before is None else self._lines[: max(0, before)]):
            whole = unicodedata.normalize("NFKC", f"{line.by} {line.do} {line.detail}").casefold()
            if all(any(one in whole for one in word) for word in words):
                found.append(line)
                if len(found) == limit:
                    break
        return found


def is_reading(do: str, arguments: Mapping[str, Any]) -> bool:
    """Who looks at a question or at the list of words changes nothing."""
    return (do == "question" and arguments["do"] in ("hold", "release")) or (
        do == "words" and arguments.get("words") is None
    )


def told(do: str, arguments: Mapping[str, Any]) -> str:
    """The arguments of a command in one short line."""
    parts = []
    for name, value in arguments.items():
        if name in NEVER or value in (None, "", (), [], {}, False) or (do in WORDLESS and name in ("text", "reason")):
            continue
        parts.append(",".join(map(str, value)) if isinstance(value, tuple | list) else str(value))
    line = " ".join(parts)
    return line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"
