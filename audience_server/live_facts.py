"""What a session is given from outside and never changes: its files, its key, its words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from audience_server.record.rolls import parse_roll
from audience_server.stores.journal import Journal


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """The directory's content as values, so that a session needs no file system.

    `rolls`: bundle path -> bytes (`rolls/index.json` included); `page`: path as served -> bytes; `close_reasons`: cause
    of a close -> words; `people`: who else holds a token, by its digest.
    `load_desk`/`save_desk` keep what the operator looks at (cue, reveal) across a restart; it
    decides nothing and is no part of the record.  `was_begun`: whether an entry 0 may have been shown to
    anybody, even if the record is empty now; `note_begun` is called before there is one.
    """

    kind: Literal["live", "rehearsal"]
    origin: str
    rules: bytes
    rolls: Mapping[str, bytes]
    page: Mapping[str, bytes]
    log_seed: bytes
    codes_exported: bool
    software: str
    close_reasons: Mapping[str, str]
    load_desk: Callable[[], dict[str, Any]] = dict
    save_desk: Callable[[dict[str, Any]], None] = field(default=lambda desk: None)
    was_begun: Callable[[], bool] = bool
    note_begun: Callable[[], None] = field(default=lambda: None)
    operator_token: str = ""
    people: Sequence[Mapping[str, Any]] = ()
    save_people: Callable[[list[dict[str, Any]]], None] = field(default=lambda people: None)

    def roll_keys(self) -> dict[str, dict[str, list[bytes]]]:
        """panel -> round -> keys."""
        index = json.loads(self.rolls["rolls/index.json"])
        return {
            panel: {round_id: parse_roll(self.rolls[f"rolls/{panel}.{round_id}"]) for round_id in rounds}
            for panel, rounds in index.items()
        }


@dataclass(frozen=True, slots=True)
class Journals:
    """The erasable journals beside the record: what people ask, what becomes of it, who did what at the desk."""

    questions: Journal
    register: Journal
    show_log: Journal

    async def close(self) -> None:
        for journal in (self.questions, self.register, self.show_log):
            await journal.close()
