"""A session as a fold over its record: what has happened, in order, and nothing else.

`SessionState.apply` is the only place where state changes; it is given entries that are already in the record, so it
never refuses.  Whether something may be appended is asked of `admission` (phones) and `acts` (operator) beforehand.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audience_server.domain.objections import Objections
from audience_server.domain.rundown import CHECK_IN_ROUND, Rundown


@dataclass(frozen=True, slots=True)
class Presented:
    """A card (or an enrolled phone) checked in with this r00 key."""

    key: bytes


@dataclass(frozen=True, slots=True)
class BallotCast:
    window: str
    key: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class Act:
    """An entry with a JSON body: `kind` is its tag without `c1/`."""

    kind: str
    body: Mapping[str, Any]


Event = Presented | BallotCast | Act


@dataclass(slots=True)
class Standing:
    """Where one key stands in one window: its highest counter and that ballot's index."""

    counter: int
    index: int


@dataclass(slots=True)
class Window:
    """One holding of a round.  `issued` and `returned` count cards only, by panel; paper is in `hands`.

    `audit`: check-in key -> ballot key of its audit cards once they are known (`domain.audit`).
    """

    name: str
    round: str
    open_index: int
    opened_at: int
    seconds: int
    tolerance_ms: int
    panels: tuple[str, ...]
    expected: dict[str, int]
    issued: dict[str, int]
    returned: dict[str, int]
    standings: dict[bytes, Standing] = field(default_factory=dict)
    superseded: list[int] = field(default_factory=list)
    extensions: int = 0
    close_index: int | None = None
    tally_index: int | None = None
    void_index: int | None = None
    hands: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    tally: Mapping[str, Any] | None = None
    audit: dict[bytes, bytes] | None = None

    @property
    def state(self) -> str:
        """open | closed | locked | void"""
        if self.void_index is not None:
            return "void"
        if self.tally_index is not None:
            return "locked"
        return "open" if self.close_index is None else "closed"


class SessionState:
    """Everything that follows from the entries so far.  Owned by the one task that appends."""

    def __init__(self, rundown: Rundown, rolls: Mapping[str, Mapping[bytes, str]]) -> None:
        """`rolls`: round -> (public key -> panel) of the printed cards."""
        self.rundown = rundown
        self.size = 0
        self.acts_size = 0
        self.rolls: dict[str, dict[bytes, str]] = {round_id: dict(roll) for round_id, roll in rolls.items()}
        self.enrolled: dict[tuple[str, str], set[bytes]] = {}
        self.enrolled_keys: set[bytes] = set()
        self.present: dict[bytes, int] = {}
        self.present_count: dict[str, int] = {panel.id: 0 for panel in rundown.panels}
        self.void_keys: dict[str, dict[bytes, int]] = {}
        self.windows: dict[str, Window] = {}
        self.windows_of: dict[str, list[Window]] = {}
        self.open_window: Window | None = None
        self.channels: dict[str, Mapping[str, Any]] = {}
        self.channel_indices: dict[str, int] = {}
        self.not_held: set[str] = set()
        self.audits: dict[str, str] = {}
        self.zero_index: int | None = None
        self.seal_index: int | None = None
        self.objections = Objections()
        self._acts = {
            "session": self._nothing,
            "enrol": self._enrol,
            "zero": self._zero,
            "open": self._open,
            "extend": self._extend,
            "close": self._close,
            "tally": self._tally,
            "void": self._void,
            "void-round": self._void_round,
            "audit": self._audit,
            "audit-open": self._audit_open,
            "hand": self._hand,
            "channel": self._channel,
            "not-held": self._not_held,
            "seal": self._seal,
            "remark": self._nothing,
            "incident": self.objections.apply,
        }

    # what follows from the entries

    def panel_of(self, round_id: str, key: bytes) -> str | None:
        """The panel whose roll of that round holds the key."""
        roll = self.rolls.get(round_id)
        return None if roll is None else roll.get(key)

    def is_void(self, round_id: str, key: bytes) -> bool:
        voided = self.void_keys.get(round_id)
        return voided is not None and key in voided

    def current_window(self, round_id: str) -> Window | None:
        """The round's latest window, void or not; None before the first."""
        windows = self.windows_of.get(round_id)
        return windows[-1] if windows else None

    def standing_window(self, round_id: str) -> Window | None:
        """The round's window that is not void, if one has been opened."""
        window = self.current_window(round_id)
        return None if window is None or window.void_index is not None else window

    def next_window_name(self, round_id: str) -> str:
        held = len(self.windows_of.get(round_id, ()))
        return round_id if held == 0 else f"{round_id}.{held + 1}"

    def counted(self, window: Window) -> dict[int, str]:
        """Index -> panel of every ballot that counts: highest counter of its key, key not void at the close."""
        roll = self.rolls[window.round]
        voided = self.void_keys.get(window.round, {})
        limit = window.close_index if window.close_index is not None else self.size
        return {
            standing.index: roll[key]
            for key, standing in window.standings.items()
            if not (key in voided and voided[key] < limit)
        }

    def expected(self, panel_id: str, round_id: str) -> int:
        """应到: persons invited; of an open panel the phones enrolled for the round."""
        panel = self.rundown.panel(panel_id)
        if panel.admission == "card":
            return panel.invited
        return len(self.enrolled.get((panel_id, round_id), ()))

    @property
    def phase(self) -> str:
        """before | ready | open | sealed"""
        if self.seal_index is not None:
            return "sealed"
        if self.open_window is not None:
            return "open"
        return "before" if self.zero_index is None else "ready"

    # the fold

    def apply(self, index: int, event: Event) -> None:
        """Take the entry at `index`, which must be the next one."""
        if index != self.size:
            raise ValueError(f"entry {index} does not follow a record of {self.size}")
        self.size = index + 1
        if isinstance(event, BallotCast):
            self._ballot(index, event)
        elif isinstance(event, Presented):
            self._presented(index, event.key)
        else:
            self._acts[event.kind](index, event.body)
            if event.kind != "enrol":
                self.acts_size = self.size

    def _ballot(self, index: int, cast: BallotCast) -> None:
        window = self.windows[cast.window]
        standing = window.standings.get(cast.key)
        if standing is None:
            window.standings[cast.key] = Standing(cast.counter, index)
            window.returned[self.rolls[window.round][cast.key]] += 1
        else:
            window.superseded.append(standing.index)
            standing.counter = cast.counter
            standing.index = index

    def _presented(self, index: int, key: bytes) -> None:
        panel = self.rolls[CHECK_IN_ROUND][key]
        self.present[key] = index
        self.present_count[panel] += 1
        window = self.open_window
        if window is not None and self.rundown.session.late == "until-close" and panel in window.issued:
            window.issued[panel] += 1

    def _enrol(self, index: int, body: Mapping[str, Any]) -> None:
        keys = [base64.b64decode(key) for key in body["keys"]]
        panel, round_id = str(body["panel"]), str(body["round"])
        self.rolls.setdefault(round_id, {}).update(dict.fromkeys(keys, panel))
        self.enrolled.setdefault((panel, round_id), set()).update(keys)
        self.enrolled_keys.update(keys)

    def _zero(self, index: int, body: Mapping[str, Any]) -> None:
        self.zero_index = index

    def _open(self, index: int, body: Mapping[str, Any]) -> None:
        panels = tuple(str(panel) for panel in body["panels"])
        window = Window(
            name=str(body["window"]),
            round=str(body["round"]),
            open_index=index,
            opened_at=int(body["at"]),
            seconds=int(body["seconds"]),
            tolerance_ms=int(body["tolerance"]),
            panels=panels,
            expected={panel: self.expected(panel, str(body["round"])) for panel in panels},
            issued={panel: self.present_count[panel] for panel in panels},
            returned=dict.fromkeys(panels, 0),
        )
        self.windows[window.name] = window
        self.windows_of.setdefault(window.round, []).append(window)
        self.open_window = window

    def _extend(self, index: int, body: Mapping[str, Any]) -> None:
        window = self.windows[str(body["window"])]
        window.seconds += int(body["seconds"])
        window.extensions += 1

    def _close(self, index: int, body: Mapping[str, Any]) -> None:
        self.windows[str(body["window"])].close_index = index
        self.open_window = None

    def _tally(self, index: int, body: Mapping[str, Any]) -> None:
        window = self.windows[str(body["window"])]
        window.tally_index = index
        window.tally = body

    def _void(self, index: int, body: Mapping[str, Any]) -> None:
        self._void_keys(index, {str(round_id): base64.b64decode(key) for round_id, key in body["keys"].items()})

    def _void_keys(self, index: int, keys: Mapping[str, bytes]) -> None:
        for round_id, key in keys.items():
            self.void_keys.setdefault(round_id, {}).setdefault(key, index)
        self._take_back_presence(keys.get(CHECK_IN_ROUND))
        window = self.open_window
        if window is not None and keys.get(window.round) in window.standings:
            window.returned[self.rolls[window.round][keys[window.round]]] -= 1

    def _take_back_presence(self, check_in_key: bytes | None) -> None:
        if check_in_key is None or check_in_key not in self.present:
            return
        panel = self.rolls[CHECK_IN_ROUND][check_in_key]
        self.present_count[panel] -= 1
        window = self.open_window
        if window is None or panel not in window.issued:
            return
        if self.rundown.session.late == "until-close" or self.present[check_in_key] < window.open_index:
            window.issued[panel] -= 1

    def _audit(self, index: int, body: Mapping[str, Any]) -> None:
        self.audits[str(body["window"])] = str(body["digest"])

    def _audit_open(self, index: int, body: Mapping[str, Any]) -> None:
        """The cards are known from now on: spent, like void ones; the window is closed and keeps their ballots."""
        window = self.windows[str(body["window"])]
        window.audit = {base64.b64decode(card["check_in"]): base64.b64decode(card["key"]) for card in body["cards"]}
        for check_in, key in window.audit.items():
            self._void_keys(index, {CHECK_IN_ROUND: check_in, window.round: key})

    def _void_round(self, index: int, body: Mapping[str, Any]) -> None:
        self.windows[str(body["window"])].void_index = index

    def _hand(self, index: int, body: Mapping[str, Any]) -> None:
        self.windows[str(body["window"])].hands[str(body["panel"])] = body

    def _channel(self, index: int, body: Mapping[str, Any]) -> None:
        self.channels[str(body["id"])] = body
        self.channel_indices[str(body["id"])] = index

    def _not_held(self, index: int, body: Mapping[str, Any]) -> None:
        self.not_held.add(str(body["round"]))

    def _seal(self, index: int, body: Mapping[str, Any]) -> None:
        self.seal_index = index

    def _nothing(self, index: int, body: Mapping[str, Any]) -> None:
        """The session's beginning and remarks are for readers; they change nothing."""


def rolls_by_round(rolls: Mapping[str, Mapping[str, Iterable[bytes]]]) -> dict[str, dict[bytes, str]]:
    """panel -> round -> keys, turned into round -> key -> panel."""
    by_round: dict[str, dict[bytes, str]] = {}
    for panel, rounds in rolls.items():
        for round_id, keys in rounds.items():
            by_round.setdefault(round_id, {}).update(dict.fromkeys(keys, panel))
    return by_round
