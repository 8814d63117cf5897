"""Verifiers' reports about locked rounds, brought back by somebody who counts, for the recount scene.

Kept in desk.json.  A report belongs to one window: a round that is voted again has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from audience_server.domain.recount import ReadOut, Report, judge
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.session import SessionState
from audience_server.live_count import Ledger
from audience_server.live_memory import Memory

PART = "recounts"
Outcome = dict[str, Any] | Refusal


class Recounts:
    def __init__(
        self, origin: str, state: SessionState, ledger: Ledger, memory: Memory, changed: Callable[[], None]
    ) -> None:
        self._origin = origin
        self._state = state
        self._ledger = ledger
        self._memory = memory
        self._changed = changed
        self._found: dict[str, dict[str, str]] = {str(window): dict(told) for window, told in memory.part(PART).items()}
        self.commands = {"recount": self._take}

    def of(self, round_id: str) -> dict[str, str] | None:
        """`finding` and `fingerprint` for the count that stands now."""
        window = self._state.standing_window(round_id)
        return None if window is None else self._found.get(window.name)

    async def _take(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        round_id, told = arguments["round"], arguments["report"]
        here = self._read_out(round_id)
        if isinstance(here, Refusal):
            return here
        finding = judge(Report(told.origin, told.window, told.fingerprint, told.by, told.failures), here)
        if isinstance(finding, Refusal):
            return finding
        self._found[here.window] = {"finding": finding, "fingerprint": here.fingerprint}
        # a crash before this is durable shows no recount: the report is handed in again
        self._memory.keep_part(PART, dict(self._found))
        self._changed()
        return {"round": round_id, "window": here.window, "finding": finding}

    def _read_out(self, round_id: str) -> ReadOut | Refusal:
        if all(each.id != round_id for each in self._state.rundown.rounds):
            return Refusal(RefusalCode.UNKNOWN_ROUND, round_id)
        window = self._state.standing_window(round_id)
        if window is None or window.state != "locked" or window.tally_index is None:
            return Refusal(RefusalCode.NOT_LOCKED, round_id)
        report = self._ledger.report(window)
        return ReadOut(
            self._origin, window.name, report["fingerprint"], report["by"], window.open_index, window.tally_index
        )
