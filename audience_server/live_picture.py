"""The pictures of a session: what phones may see, and what the operator's console shows.

Read-only.  Numbers reach phones only as turnout and as what has been revealed; counts reach the console only after the
lock, or after the close where the session file allows it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.admission import present_before
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Round
from audience_server.domain.running_order import RunningCue
from audience_server.domain.session import SessionState, Window
from audience_server.live_count import Ledger
from audience_server.live_desk import ShowDesk
from audience_server.live_memory import Memory
from audience_server.live_record import LiveRecord
from audience_server.live_seats import SlotStanding
from audience_server.live_statements import Statements
from audience_server.live_witnesses import Witnesses
from audience_server.record.fingerprint import fingerprint
from audience_server.stores.port import StoreFailed

MOST_ALARMS = 50


@dataclass(frozen=True, slots=True)
class OpenPicture:
    """The open window as phones see it: milliseconds left, (issued, returned) by panel, who comes too late for it."""

    name: str
    round: str
    closes_in_ms: int
    turnout: dict[str, tuple[int, int]]
    present_before: int | None


@dataclass(frozen=True, slots=True)
class PhonePicture:
    size: int
    phase: str
    cue: RunningCue | None
    unit: str | None
    window: OpenPicture | None
    windows: dict[str, str]
    revealed: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Alarm:
    number: int
    at: int
    code: str
    text: str
    by: str = ""


class Alarms:
    """What the operator must see, and who has acknowledged it (`by`); the newest `MOST_ALARMS` are kept."""

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._count = 0
        self.rung: list[Alarm] = []

    def ring(self, code: str, text: str) -> None:
        """The same alarm again right away is one alarm."""
        if self.rung and (self.rung[-1].code, self.rung[-1].text) == (code, text):
            return
        self._count += 1
        self.rung = [*self.rung[1 - MOST_ALARMS :], Alarm(self._count, self._clock.unix(), code, text)]
        self._changed()

    def acknowledge(self, numbers: Collection[int], by: str) -> list[Alarm]:
        """Those of them that nobody had acknowledged yet."""
        found = [alarm for alarm in self.rung if alarm.number in numbers and not alarm.by]
        self.rung = [replace(alarm, by=by) if alarm in found else alarm for alarm in self.rung]
        self._changed()
        return found


class Picture:
    """Makes the pictures from the state; keeps nothing."""

    def __init__(
        self,
        state: SessionState,
        record: LiveRecord,
        desk: ShowDesk,
        ledger: Ledger,
        memory: Memory,
        alarms: Alarms,
        clock: Clock,
        witnesses: Witnesses,
        statements: Statements,
    ) -> None:
        self._state = state
        self._witnesses = witnesses
        self._statements = statements
        self._rundown = state.rundown
        self._record = record
        self._desk = desk
        self._ledger = ledger
        self._memory = memory
        self._alarms = alarms
        self._clock = clock

    # phones

    def for_phones(self) -> PhonePicture:
        cue = self._memory.order.current
        window = self._state.open_window
        revealed = self._state.windows.get(self._memory.revealed or "")
        return PhonePicture(
            size=self._state.size,
            phase=self._state.phase,
            cue=cue,
            unit=None if cue is None else cue.unit,
            window=None if window is None else self._open_picture(window),
            windows={window.name: window.state for window in self._state.windows.values()},
            revealed=None if revealed is None else self._ledger.public_report(revealed),
        )

    def _open_picture(self, window: Window) -> OpenPicture:
        turnout = {panel: (window.issued[panel], window.returned[panel]) for panel in window.panels}
        left = self.closes_in_ms(window) or 0
        return OpenPicture(window.name, window.round, left, turnout, present_before(self._state, window))

    def closes_in_ms(self, window: Window) -> int | None:
        """0 as soon as nothing more is taken: the close has been ordered and what came before is being recorded."""
        deadline = self._desk.deadline
        if window.state != "open" or deadline is None:
            return None
        if self._desk.is_closing:
            return 0
        return max(0, round((deadline.at - self._clock.monotonic()) * 1000))

    async def slot(self, window_name: str, key: bytes) -> SlotStanding | Refusal:
        window = self._state.windows.get(window_name)
        if window is None:
            return Refusal(RefusalCode.ROUND_NOT_OPEN)
        if self._state.panel_of(window.round, key) is None:
            return Refusal(RefusalCode.NOT_ON_ROLL)
        standing = window.standings.get(key)
        if standing is None:
            return SlotStanding(0)
        try:
            entry = await self._record.entry(standing.index)
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        return SlotStanding(
            standing.counter + 1, standing.index, self._record.receipt(standing.index), entry.decode("utf-8")
        )

    # the console

    def for_console(self, connected: Mapping[str, int]) -> dict[str, Any]:
        state, rundown = self._state, self._rundown
        order, now = self._memory.order, self._clock.unix()
        cue = order.current
        elapsed = now - cue.began if cue is not None and cue.began is not None else 0
        return {
            "origin": self._record.origin,
            "title": rundown.session.title,
            "place": rundown.session.place,
            "language": rundown.session.language,
            "phase": state.phase,
            "zeroed": state.zero_index is not None,
            "acts": state.acts_size,
            "cue": None if cue is None else _cue(cue),
            "cue_elapsed_ms": elapsed * 1000,
            "cues": [_cue(each) for each in order.cues],
            "connected": dict(connected),
            "panels": [self._panel(panel.id) for panel in rundown.panels],
            "units": [
                {"id": unit.id, "name": unit.name, "category": unit.category, "head": unit.head}
                for unit in rundown.units
            ],
            "scales": self._scales(),
            "criteria": {criterion.id: criterion.name for criterion in rundown.criteria},
            "categories": {category.id: category.name for category in rundown.categories},
            "rounds": [self._round(round_) for round_ in rundown.rounds],
            "record": self._record_facts(),
            "waiting_for": self._waiting_for(),
            "revealed": self._memory.revealed,
            "results": self._ledger.results_so_far(),
            "channels": self._channels(),
            "alarms": [
                {"number": alarm.number, "at": alarm.at, "code": alarm.code, "text": alarm.text, "by": alarm.by}
                for alarm in self._alarms.rung
            ],
            "store_ok": self._record.store_ok,
            "objections": self._objections(),
            "clock": asdict(order.clocks(now)),
        }

    def _objections(self) -> list[dict[str, Any]]:
        waiting = self._state.objections.open
        return [{"index": index, "at": body["at"], "text": body["text"]} for index, body in waiting.items()]

    def _panel(self, panel_id: str) -> dict[str, Any]:
        panel = self._rundown.panel(panel_id)
        expected = panel.invited if panel.admission == "card" else self._state.expected(panel_id, "r00")
        return {
            "id": panel.id,
            "name": panel.name,
            "admission": panel.admission,
            "unverified": panel.unverified,
            "expected": expected,
            "present": self._state.present_count[panel_id],
        }

    def _scales(self) -> dict[str, dict[str, str]]:
        return {
            criterion.id: {option.id: option.name for option in self._rundown.scale_of(criterion.id).options}
            for criterion in self._rundown.criteria
        }

    def _channels(self) -> list[dict[str, Any]]:
        return [
            {
                "id": channel.id,
                "name": channel.name,
                "weight": _plain(channel.weight),
                "imported": channel.id in self._state.channels,
            }
            for channel in self._rundown.result.channels
        ]

    def _record_facts(self) -> dict[str, Any]:
        size, root = self._record.size, self._record.root
        return {
            "size": size,
            "root": base64.b64encode(root).decode(),
            "fingerprint": fingerprint(self._record.origin, size, root),
            "witnesses": self._witnesses.rows(),
            "held": self._record.held,
            "quorum": bool(self._witnesses.seats) and self._witnesses.has_quorum(size),
            "drafts": self._statements.waiting(),
        }

    def _waiting_for(self) -> list[str]:
        """Whose doing the session waits for, as words of the protocol."""
        found = [f"notary {kind}" for kind in self._statements.waiting()]
        if self._record.held == "comparing":
            found += [f"witness {name}" for name in self._witnesses.unheard()]
        return found

    def _round(self, round_: Round) -> dict[str, Any]:
        window = self._state.standing_window(round_.id)
        windows = self._state.windows_of.get(round_.id, [])
        report = self._ledger.report(window) if window is not None else {}
        return {
            "round": round_.id,
            "kind": round_.kind,
            "title": round_.title,
            "units": list(round_.units),
            "criteria": list(round_.criteria),
            "panels": list(round_.panels),
            "seconds": round_.seconds,
            "state": self._round_state(round_, window),
            "window": window.name if window is not None else None,
            "voided": [each.name for each in windows if each.void_index is not None],
            "closes_in_ms": self.closes_in_ms(window) if window is not None else None,
            "extensions": window.extensions if window is not None else 0,
            "by": report.get("by", {}),
            "index": report.get("index"),
            "size": report.get("size"),
            "fingerprint": report.get("fingerprint"),
            "options": {option.id: option.name for option in round_.options},
        }

    def _round_state(self, round_: Round, window: Window | None) -> str:
        if window is None:
            return "not-held" if round_.id in self._state.not_held else "planned"
        return "closing" if self.closes_in_ms(window) == 0 else window.state


def _plain(weight: Any) -> str:
    return str(float(weight)) if weight.denominator != 1 else str(weight.numerator)


def _cue(cue: RunningCue) -> dict[str, Any]:
    return {
        "id": cue.id,
        "kind": cue.kind,
        "unit": cue.unit,
        "round": cue.round,
        "seconds": cue.seconds,
        "state": cue.state,
        "title": cue.title,
        "note": cue.note,
        "scene": cue.scene,
        "questions": list(cue.questions),
        "took": cue.took if cue.state == "done" else None,
    }
