"""Who may check in, enrol and cast: the checks on a phone's request, in the order in which they answer.

Pure: state and plain values in, a panel or a refusal out.  What only the bytes can tell (form, commitment, signature)
is asked elsewhere.  `Bindings` is the memory of one open window that no entry holds (FORMAT.md, "Counting people").
"""

from __future__ import annotations

from dataclasses import dataclass, field

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import CHECK_IN_ROUND
from audience_server.domain.session import SessionState, Window

HIGHEST_COUNTER = 15


@dataclass(slots=True)
class Bindings:
    """Per open window: check-in key -> the first ballot key it cast with, and new voters not yet in the record."""

    window: str = ""
    ballot_key_of: dict[bytes, bytes] = field(default_factory=dict)
    waiting_voters: dict[str, int] = field(default_factory=dict)

    def turn_to(self, window: str) -> None:
        """Forget everything when another window is meant."""
        if self.window != window:
            self.window = window
            self.ballot_key_of = {}
            self.waiting_voters = {}


def admit_check_in(state: SessionState, key: bytes) -> str | Refusal:
    """The panel of a card or enrolled phone that checks in."""
    panel = state.panel_of(CHECK_IN_ROUND, key)
    if state.seal_index is not None:
        return Refusal(RefusalCode.SEALED)
    if panel is None:
        return Refusal(RefusalCode.NOT_ON_ROLL)
    if state.is_void(CHECK_IN_ROUND, key):
        return Refusal(RefusalCode.CARD_VOID)
    if key not in state.present and panel_is_full(state, panel):
        return Refusal(RefusalCode.PANEL_FULL, state.rundown.panel(panel).name)
    return panel


def panel_is_full(state: SessionState, panel_id: str) -> bool:
    """Whether everybody invited to a card panel is there: one more would make 实到 exceed 应到.

    Testers with audit cards come on top.  A spare card replaces one that was voided first.  Open panels have no bound.
    """
    panel = state.rundown.panel(panel_id)
    return panel.admission == "card" and state.present_count[panel_id] >= panel.invited + panel.audit


def find_window(state: SessionState, name: str, closing: bool) -> Window | Refusal:
    """The open window of that name; `closing` says that its end is reached but not written yet."""
    if state.seal_index is not None:
        return Refusal(RefusalCode.SEALED)
    window = state.windows.get(name)
    if window is None:
        return Refusal(RefusalCode.ROUND_NOT_OPEN)
    if window.state != "open" or closing:
        return Refusal(RefusalCode.ROUND_CLOSED)
    return window


def admit_ballot(
    state: SessionState, window: Window, key: bytes, check_in_key: bytes | None, bindings: Bindings
) -> str | Refusal:
    """The panel for which `key` may vote in the open `window`, presented on this connection as `check_in_key`."""
    panel = state.panel_of(window.round, key)
    if panel is None or panel not in window.panels:
        return Refusal(RefusalCode.NOT_ON_ROLL)
    if state.is_void(window.round, key):
        return Refusal(RefusalCode.CARD_VOID)
    if check_in_key is None or not _checked_in_for(state, window, panel, check_in_key):
        return Refusal(RefusalCode.NOT_PRESENT)
    if bindings.ballot_key_of.get(check_in_key, key) != key:
        return Refusal(RefusalCode.NOT_PRESENT, "this card has already voted with another key")
    return panel


def present_before(state: SessionState, window: Window) -> int | None:
    """The index before which a check-in must stand for a ballot in the open `window`; None: any check-in will do."""
    return window.open_index if state.rundown.session.late == "next-round" else None


def _checked_in_for(state: SessionState, window: Window, panel: str, check_in_key: bytes) -> bool:
    index = state.present.get(check_in_key)
    if index is None or state.panel_of(CHECK_IN_ROUND, check_in_key) != panel:
        return False
    if state.is_void(CHECK_IN_ROUND, check_in_key):
        return False
    before = present_before(state, window)
    return before is None or index < before


def exceeds_issued(window: Window, panel: str, bindings: Bindings) -> bool:
    """Whether one more voter of the panel would make returned exceed issued."""
    return window.returned[panel] + bindings.waiting_voters.get(panel, 0) >= window.issued[panel]


def check_counter(window: Window, key: bytes, counter: int, last_waiting: int | None) -> Refusal | None:
    """A key's counters are 0, then one more each time, at most 15.  `last_waiting`: of one not recorded yet."""
    standing = window.standings.get(key)
    last = last_waiting if last_waiting is not None else (-1 if standing is None else standing.counter)
    if counter == last + 1 and counter <= HIGHEST_COUNTER:
        return None
    return Refusal(RefusalCode.BAD_COUNTER, next=last + 1)


def enrolment_rounds(state: SessionState, panel_id: str, wanted: set[str]) -> list[str] | Refusal:
    """Of the wanted rounds those in which a phone of this open panel may still enrol (r00 always first)."""
    panel = next((panel for panel in state.rundown.open_panels if panel.id == panel_id), None)
    if panel is None:
        return Refusal(RefusalCode.NOT_ALLOWED)
    if state.seal_index is not None:
        return Refusal(RefusalCode.SEALED)
    known = state.rundown.roll_rounds()
    unknown = wanted.difference(known)
    if unknown or CHECK_IN_ROUND not in wanted:
        return Refusal(RefusalCode.BAD_MESSAGE, "keys are for r00 and rounds of this session")
    still_open = [round_id for round_id in known if round_id in wanted and round_id not in state.windows_of]
    if still_open == [CHECK_IN_ROUND] and len(wanted) > 1:
        return Refusal(RefusalCode.ENROLMENT_CLOSED)
    return still_open
