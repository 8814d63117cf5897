"""What the operator may do when: each act's conditions, and the body of the entry that it becomes.

Pure: the state, the arguments and the time in, a body (FORMAT.md, "Entries") or a refusal out.  Nothing here
appends; the body takes effect when it comes back out of the record.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audience_server.domain.ballots import grammar_of
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Round, Rundown
from audience_server.domain.running_order import RunningCue
from audience_server.domain.session import SessionState, Window

Body = dict[str, Any]
MOST_EXTENSIONS = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """An act about to be appended: its tag without `c1/`, its body, and whether the log key signs the entry itself."""

    kind: str
    body: Body
    is_statement: bool = False


def find_round(state: SessionState, round_id: str) -> Round | Refusal:
    found = next((round_ for round_ in state.rundown.rounds if round_.id == round_id), None)
    if found is None:
        known = ", ".join(round_.id for round_ in state.rundown.rounds)
        return Refusal(RefusalCode.UNKNOWN_ROUND, f"{round_id} ({known})")
    return found


def find_standing(state: SessionState, round_id: str) -> Window | Refusal:
    """The window of a round that has been opened and is not void."""
    round_ = find_round(state, round_id)
    if isinstance(round_, Refusal):
        return round_
    window = state.standing_window(round_id)
    return window if window is not None else Refusal(RefusalCode.ROUND_NOT_OPEN, round_id)


def find_open(state: SessionState, round_id: str) -> Window | Refusal:
    window = find_standing(state, round_id)
    if isinstance(window, Refusal) or window.state == "open":
        return window
    return Refusal(RefusalCode.ROUND_CLOSED, round_id)


def draft_zero(state: SessionState, at: int) -> Draft | Refusal:
    if state.zero_index is not None:
        return Refusal(RefusalCode.ALREADY_ZEROED)
    if state.open_window is not None:
        return Refusal(RefusalCode.WINDOW_OPEN, state.open_window.name)
    panels = state.rundown.card_panels
    return Draft(
        "zero",
        {
            "at": at,
            "ballots": 0,
            "printed": {panel.id: panel.cards for panel in panels},
            "spare": {panel.id: panel.spare for panel in panels},
            "size": state.size,
        },
        is_statement=True,
    )


def draft_open(
    state: SessionState, round_id: str, seconds: int | None, cue: RunningCue | None, despite_cue: bool, at: int
) -> Draft | Refusal:
    """`cue` is the current cue; a round of another unit is refused unless `despite_cue`."""
    round_ = find_round(state, round_id)
    if isinstance(round_, Refusal):
        return round_
    no = _may_not_open(state, round_) or (None if despite_cue else _cue_mismatch(state.rundown, round_, cue))
    if no is not None:
        return no
    return Draft("open", _open_body(state.rundown, round_, state.next_window_name(round_id), seconds, at))


def _may_not_open(state: SessionState, round_: Round) -> Refusal | None:
    if state.open_window is not None:
        return Refusal(RefusalCode.WINDOW_OPEN, state.open_window.name)
    if round_.counts and state.zero_index is None:
        return Refusal(RefusalCode.NOT_ZEROED)
    if state.standing_window(round_.id) is not None or round_.id in state.not_held:
        return Refusal(RefusalCode.ALREADY_HELD, round_.id)
    return None


def _cue_mismatch(rundown: Rundown, round_: Round, cue: RunningCue | None) -> Refusal | None:
    if cue is None or cue.unit is None or not round_.units or cue.unit in round_.units:
        return None
    meant = "、".join(rundown.unit(unit).name for unit in round_.units)
    return Refusal(RefusalCode.CUE_MISMATCH, f"{rundown.unit(cue.unit).name} ≠ {meant}")


def _open_body(rundown: Rundown, round_: Round, window: str, seconds: int | None, at: int) -> Body:
    body: Body = {
        "at": at,
        "ballots": 0,
        "criteria": list(round_.criteria),
        "grammar": grammar_of(round_, rundown),
        "kind": round_.kind,
        "panels": list(round_.panels),
        "round": round_.id,
        "seconds": seconds if seconds is not None else round_.seconds,
        "title": round_.title,
        "tolerance": rundown.session.tolerance_ms,
        "units": list(round_.units),
        "window": window,
    }
    return body


def draft_extend(state: SessionState, round_id: str, seconds: int, reason: str, at: int) -> Draft | Refusal:
    window = find_open(state, round_id)
    if isinstance(window, Refusal):
        return window
    if not reason:
        return Refusal(RefusalCode.REASON_NEEDED)
    if window.extensions >= MOST_EXTENSIONS:
        return Refusal(RefusalCode.EXTENDED_ENOUGH)
    body = {"at": at, "by": "operator", "open": window.open_index, "reason": reason, "seconds": seconds}
    return Draft("extend", body | {"window": window.name})


def draft_close(window: Window, cause: str, reason: str, at: int) -> Draft:
    """`cause`: time | early | lock | restart."""
    by = "clock" if cause in ("time", "restart") else "operator"
    body = {"at": at, "by": by, "cause": cause, "open": window.open_index, "reason": reason, "window": window.name}
    return Draft("close", body)


def draft_void_round(state: SessionState, round_id: str, reason: str, revealed: bool, at: int) -> Draft | Refusal:
    window = find_standing(state, round_id)
    if isinstance(window, Refusal):
        return window
    if not reason:
        return Refusal(RefusalCode.REASON_NEEDED)
    if window.state == "open":
        return Refusal(RefusalCode.NOT_CLOSED, round_id)
    if revealed and not state.rundown.session.void_after_reveal:
        return Refusal(RefusalCode.REVEALED, round_id)
    return Draft("void-round", {"at": at, "reason": reason, "window": window.name}, is_statement=True)


def draft_not_held(state: SessionState, round_id: str, reason: str, at: int) -> Draft | Refusal:
    round_ = find_round(state, round_id)
    if isinstance(round_, Refusal):
        return round_
    if state.standing_window(round_id) is not None or round_id in state.not_held:
        return Refusal(RefusalCode.ALREADY_HELD, round_id)
    if not reason:
        return Refusal(RefusalCode.REASON_NEEDED)
    return Draft("not-held", {"at": at, "reason": reason, "round": round_id})


def draft_void_card(
    state: SessionState, serial: int, keys: Mapping[str, str], check_in: bytes, reason: str, at: int
) -> Draft | Refusal:
    """`keys`: round -> base64 key of one card; those of rounds already closed are left out, so nothing is linked."""
    if not reason:
        return Refusal(RefusalCode.REASON_NEEDED)
    if state.panel_of("r00", check_in) is None:
        return Refusal(RefusalCode.NOT_ON_ROLL)
    if state.is_void("r00", check_in):
        return Refusal(RefusalCode.CARD_VOID)
    rounds = [round_id for round_id in state.rundown.roll_rounds() if round_id in keys and _may_name(state, round_id)]
    foreign = [round_id for round_id in rounds if not _is_on_roll(state, round_id, keys[round_id])]
    if foreign:
        return Refusal(RefusalCode.NOT_ON_ROLL, ", ".join(foreign))
    body = {"at": at, "keys": {round_id: keys[round_id] for round_id in rounds}, "reason": reason, "serial": serial}
    return Draft("void", body, is_statement=True)


def _is_on_roll(state: SessionState, round_id: str, key: str) -> bool:
    try:
        decoded = base64.b64decode(key, validate=True)
    except ValueError:
        return False
    return base64.b64encode(decoded).decode() == key and state.panel_of(round_id, decoded) is not None


def _may_name(state: SessionState, round_id: str) -> bool:
    window = state.standing_window(round_id)
    return window is None or window.state == "open"


def draft_reveal(state: SessionState, round_id: str) -> Window | Refusal:
    window = find_standing(state, round_id)
    if isinstance(window, Refusal) or window.state == "locked":
        return window
    return Refusal(RefusalCode.NOT_LOCKED, round_id)


def may_nod(state: SessionState, do: str, round_id: str) -> Window | Refusal:
    """The window whose lock (closed before) or reveal (locked before) people can agree to."""
    window = find_standing(state, round_id)
    if isinstance(window, Refusal):
        return window
    if window.state == "open":
        return Refusal(RefusalCode.NOT_CLOSED, round_id)
    if do == "lock" and window.state == "locked":
        return Refusal(RefusalCode.ALREADY_LOCKED, round_id)
    if do == "reveal" and window.state != "locked":
        return Refusal(RefusalCode.NOT_LOCKED, round_id)
    return window


def may_lock(state: SessionState, round_id: str) -> Window | Refusal:
    window = find_standing(state, round_id)
    if isinstance(window, Refusal):
        return window
    return Refusal(RefusalCode.ALREADY_LOCKED, round_id) if window.state == "locked" else window


def draft_hand(state: SessionState, round_id: str, body: Body) -> Draft | Refusal:
    """A paper count: after the close and before the tally, once per window and panel."""
    window = find_standing(state, round_id)
    if isinstance(window, Refusal):
        return window
    if window.state == "open":
        return Refusal(RefusalCode.NOT_CLOSED, round_id)
    if window.state == "locked":
        return Refusal(RefusalCode.ALREADY_LOCKED, round_id)
    panel = str(body["panel"])
    if panel not in window.panels or panel in window.hands:
        return Refusal(RefusalCode.BAD_FILE, f"panel {panel!r}: one paper count a panel of this round")
    room = window.expected[panel] + state.rundown.panel(panel).audit - window.issued[panel]
    if state.rundown.panel(panel).admission == "card" and body["present"] > room:
        return Refusal(
            RefusalCode.BAD_FILE, f"present = {body['present']}; of those invited only {room} are not here yet"
        )
    return Draft("hand", body | {"window": window.name}, is_statement=True)


def may_seal(state: SessionState) -> Refusal | None:
    if state.zero_index is None:
        return Refusal(RefusalCode.NOT_ZEROED)
    undecided = [window.name for window in state.windows.values() if window.state in ("open", "closed")]
    if undecided:
        return Refusal(RefusalCode.UNDECIDED_ROUNDS, ", ".join(undecided))
    return None


def draft_seal(state: SessionState, results_digest: str, at: int) -> Draft:
    tallies = sorted(
        window.tally_index
        for window in state.windows.values()
        if window.tally_index is not None and window.void_index is None
    )
    return Draft("seal", {"at": at, "results": results_digest, "tallies": tallies})
