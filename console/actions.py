"""Everything an operator can do, once: bindings, buttons, palette and help are made from this table.

It says when an action makes sense, so that the next step stands out; whether it is allowed, the session decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.show_view import OPEN_STATES, ShowView

Sense = Callable[[ShowView], bool]


@dataclass(frozen=True, slots=True)
class Action:
    """`id` names the operator's method and the texts `do_<id>`, `help_<id>`; `on_bar` gives it a button."""

    id: str
    key: str
    makes_sense: Sense
    on_bar: bool = False

    @property
    def key_text(self) -> str:
        return self.key.upper() if self.key.startswith("f") else "^" + self.key.removeprefix("ctrl+").upper()


def _always(show: ShowView) -> bool:
    return True


def _running(show: ShowView) -> bool:
    return show.view is not None and not show.sealed


def _may_open(show: ShowView) -> bool:
    if not _running(show) or show.open_round is not None or show.next_round is None:
        return False
    trials = any(each.kind in ("trial", "mood") for each in show.in_state("planned"))
    return trials or (show.view is not None and show.view.zeroed)


ACTIONS = (
    Action("next_cue", "f2", lambda show: show.next_cue is not None, on_bar=True),
    Action("open", "f5", _may_open, on_bar=True),
    Action("extend", "f6", lambda show: show.open_round is not None, on_bar=True),
    Action("close", "f7", lambda show: show.open_round is not None, on_bar=True),
    Action("lock", "f8", lambda show: show.unlocked_round is not None, on_bar=True),
    Action("reveal", "f9", lambda show: bool(show.in_state("locked")), on_bar=True),
    Action("zero", "f4", lambda show: _running(show) and show.view is not None and not show.view.zeroed, on_bar=True),
    Action("results", "f3", lambda show: show.view is not None and show.view.results is not None, on_bar=True),
    Action("void_round", "f10", lambda show: _running(show) and bool(show.may_be_voided), on_bar=True),
    Action("channel", "ctrl+o", lambda show: _running(show) and len(show.view.channels if show.view else ()) > 1, True),
    Action("join", "ctrl+g", lambda show: show.view is not None, on_bar=True),
    Action("palette", "ctrl+p", _always, on_bar=True),
    Action("go_to_cue", "ctrl+f", lambda show: show.view is not None),
    Action("not_held", "ctrl+n", lambda show: _running(show) and bool(show.in_state("planned"))),
    Action("remark", "ctrl+t", _running),
    Action("incident", "ctrl+e", _running),
    Action("seal", "ctrl+x", lambda show: _running(show) and not show.in_state(*OPEN_STATES)),
    Action("alarms", "ctrl+k", lambda show: bool(show.unseen_alarms)),
    Action("reconnect", "ctrl+r", lambda show: not show.connected),
    Action("language", "ctrl+l", _always),
    Action("help", "f1", _always),
    Action("leave", "ctrl+q", _always),
)


def next_step(show: ShowView) -> str | None:
    """The action that the show most likely needs now; its button stands out."""
    if show.view is None or show.sealed or show.open_round is not None:
        return None
    if show.in_state("closed"):
        return "lock"
    if not show.view.zeroed:
        return "zero"
    cue = show.view.cue
    of_cue = show.cue_round
    if cue is not None and of_cue is not None and cue.kind in ("vote", "mood", "trial") and of_cue.state == "planned":
        return "open"
    announcing = cue is not None and cue.kind in ("vote", "announce")
    if announcing and of_cue is not None and of_cue.state == "locked" and show.view.revealed != of_cue.window:
        return "reveal"
    if show.next_cue is not None:
        return "next_cue"
    return "seal" if not show.in_state("planned") else None
