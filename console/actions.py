"""Everything that can be done at the desk, once: keys, buttons, palette and help are made from this table.

It says when an action makes sense, so that the next step stands out; whether it is allowed, the session decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.show_view import OPEN_STATES, ShowView

Sense = Callable[[ShowView], bool]
SCREENS = ("show", "questions", "results", "audience", "record", "register")
EVERYWHERE = ""


@dataclass(frozen=True, slots=True)
class Action:
    """`id` names the flow and the texts `do_<id>`, `help_<id>` (and `short_<id>` on a bar).

    `key` as set out by us, "" for none; `command` the wire command it gives ("" = only this console's own affair);
    `scope` the one screen on which its key counts.
    """

    id: str
    key: str
    makes_sense: Sense
    command: str = ""
    scope: str = EVERYWHERE


def _always(show: ShowView) -> bool:
    return True


def _seen(show: ShowView) -> bool:
    return show.view is not None


def _running(show: ShowView) -> bool:
    return show.view is not None and not show.sealed


def _may_open(show: ShowView) -> bool:
    if not _running(show) or show.open_round is not None or show.next_round is None:
        return False
    trials = any(each.kind in ("trial", "mood") for each in show.in_state("planned"))
    return trials or (show.view is not None and show.view.zeroed)


def _may_zero(show: ShowView) -> bool:
    return _running(show) and show.view is not None and not show.view.zeroed


def _waits_for_somebody(show: ShowView) -> bool:
    """For a nod, or for a witness to compare with."""
    return bool(show.pending) or show.waits_for_witnesses


def _has_channels(show: ShowView) -> bool:
    return _running(show) and len(show.view.channels if show.view else ()) > 1


ROUND_ACTIONS = (
    Action("next_cue", "f2", lambda show: show.next_cue is not None, "cue"),
    Action("open", "f5", _may_open, "open"),
    Action("extend", "f6", lambda show: show.open_round is not None, "extend"),
    Action("close", "f7", lambda show: show.open_round is not None, "close"),
    Action("lock", "f8", lambda show: show.unlocked_round is not None, "lock"),
    Action("reveal", "f9", lambda show: bool(show.in_state("locked")), "reveal"),
    Action("zero", "f4", _may_zero, "zero"),
    Action("results", "f3", lambda show: show.view is not None and show.view.results is not None),
    Action("void_round", "f10", lambda show: _running(show) and bool(show.may_be_voided), "void-round"),
    Action("channel", "ctrl+o", _has_channels, "channel"),
    Action("join", "ctrl+g", _seen),
    Action("palette", "ctrl+p", _always),
    Action("go_to_cue", "ctrl+f", _seen, "cue"),
    Action("not_held", "ctrl+n", lambda show: _running(show) and bool(show.in_state("planned")), "not-held"),
    Action("nod", "ctrl+a", lambda show: bool(show.pending), "nod"),
    Action("recount", "", lambda show: bool(show.in_state("locked")), "recount"),
    Action("override", "alt+y", _waits_for_somebody, "override"),
    Action("hand", "alt+h", _running, "hand", scope="results"),
    Action("void_card", "alt+v", _running, "void-card"),
)

AIR_ACTIONS = (
    Action("take", "ctrl+y", lambda show: show.preview is not None, "air"),
    Action("clear_air", "f12", lambda show: show.programme is not None, "air"),
    Action("next_row", "ctrl+d", lambda show: show.programme is not None and show.programme.more, "air"),
    Action("scene", "ctrl+s", _seen, "air"),
    Action("scene_now", "", _seen, "air"),
)

RUNDOWN_ACTIONS = (
    Action("cue_up", "shift+up", _seen, "cue-edit", scope="show"),
    Action("cue_down", "shift+down", _seen, "cue-edit", scope="show"),
    Action("cue_skip", "delete", _seen, "cue-edit", scope="show"),
    Action("cue_insert", "insert", _seen, "cue-edit", scope="show"),
    Action("cue_repeat", "alt+r", _seen, "cue-edit", scope="show"),
    Action("cue_change", "space", _seen, "cue-edit", scope="show"),
    Action("cue_remove", "", _seen, "cue-edit", scope="show"),
)

QUEUE_ACTIONS = (
    Action("q_approve", "alt+a", _seen, "question", scope="questions"),
    Action("q_refuse", "delete", _seen, "question", scope="questions"),
    Action("q_edit", "alt+e", _seen, "question", scope="questions"),
    Action("q_merge", "alt+m", _seen, "question", scope="questions"),
    Action("q_assign", "insert", _seen, "question", scope="questions"),
    Action("q_air", "alt+o", _seen, "question", scope="questions"),
    Action("q_answered", "alt+d", _seen, "question", scope="questions"),
    Action("q_promise", "alt+p", _seen, "question", scope="questions"),
    Action("q_withdraw", "alt+z", _seen, "question", scope="questions"),
    Action("q_star", "alt+s", _seen, "question", scope="questions"),
    Action("q_undo", "alt+u", _seen, "question-undo", scope="questions"),
    Action("q_restore", "alt+j", _seen, "question", scope="questions"),
    Action("q_unmerge", "", _seen, "question", scope="questions"),
    Action("q_mark", "space", _seen, scope="questions"),
    Action("q_mark_all", "alt+l", _seen, scope="questions"),
    Action("q_picture", "alt+h", _seen, "question-picture", scope="questions"),
    Action("q_next", "alt+n", _seen, scope="questions"),
    Action("q_search", "ctrl+u", _seen, "questions", scope="questions"),
    Action("q_filter", "alt+g", _seen, "questions", scope="questions"),
    Action("q_unfilter", "alt+x", _seen, scope="questions"),
    Action("q_intake", "alt+i", _seen, "intake", scope="questions"),
    Action("q_words", "alt+w", _seen, "words", scope="questions"),
    Action("q_case", "alt+c", _seen, "case", scope="questions"),
)

CASE_ACTIONS = (
    Action("c_make", "insert", _seen, "case", scope="register"),
    Action("c_assign", "alt+a", _seen, "case", scope="register"),
    Action("c_handle", "alt+m", _seen, "case", scope="register"),
    Action("c_reply", "alt+r", _seen, "case", scope="register"),
    Action("c_test", "alt+c", _seen, "case", scope="register"),
    Action("c_close", "alt+d", _seen, "case", scope="register"),
    Action("c_satisfaction", "alt+s", _seen, "case", scope="register"),
    Action("c_reopen", "alt+j", _seen, "case", scope="register"),
    Action("c_change", "alt+e", _seen, "case", scope="register"),
    Action("c_filter", "alt+g", _seen, "cases", scope="register"),
)

PEOPLE_ACTIONS = (
    Action("helped", "space", lambda show: bool(show.help_calls), "helped", scope="audience"),
    Action("admit", "insert", _seen, "admit", scope="audience"),
    Action("revoke", "delete", lambda show: len(show.people) > 1, "revoke", scope="audience"),
    Action("take_over", "ctrl+w", lambda show: not show.in_command, "take-over"),
)

RECORD_ACTIONS = (
    Action("log_search", "ctrl+u", _seen, scope="record"),
    Action("remark", "ctrl+t", _running, "remark"),
    Action("incident", "ctrl+e", _running, "incident"),
    Action("decide", "alt+q", lambda show: _running(show) and bool(show.objections), "incident"),
    Action("seal", "ctrl+x", lambda show: _running(show) and not show.in_state(*OPEN_STATES), "seal"),
)

DESK_ACTIONS = (
    Action("alarms", "ctrl+k", lambda show: bool(show.unseen_alarms), "acknowledge"),
    Action("alarm_list", "alt+k", _seen),
    Action("reconnect", "ctrl+r", lambda show: not show.connected),
    Action("language", "ctrl+l", _always),
    Action("theme", "alt+t", _always),
    Action("help", "f1", _always),
    Action("leave", "ctrl+q", _always),
    *(Action(f"screen_{screen}", str(place), _always) for place, screen in enumerate(SCREENS, 1)),
)

ACTIONS = (
    *ROUND_ACTIONS,
    *AIR_ACTIONS,
    *RUNDOWN_ACTIONS,
    *QUEUE_ACTIONS,
    *CASE_ACTIONS,
    *PEOPLE_ACTIONS,
    *RECORD_ACTIONS,
    *DESK_ACTIONS,
)
# the buttons of each screen, six in a row
BARS: dict[str, tuple[str, ...]] = {
    "show": (
        *("take", "clear_air", "scene", "next_row", "cue_change", "cue_skip"),
        *("next_cue", "open", "extend", "close", "lock", "reveal"),
        *("zero", "results", "void_round", "channel", "join", "palette"),
    ),
    "questions": (
        *("q_approve", "q_refuse", "q_edit", "q_merge", "q_assign", "q_air"),
        *("q_answered", "q_promise", "q_withdraw", "q_star", "q_undo", "q_next"),
        *("q_mark", "q_search", "q_filter", "q_intake", "clear_air", "palette"),
    ),
    "results": (
        *("lock", "nod", "override", "reveal", "void_round", "channel"),
        *("hand", "void_card", "incident", "remark", "clear_air", "palette"),
    ),
    "audience": ("helped", "admit", "revoke", "take_over", "join", "palette"),
    "record": ("log_search", "remark", "incident", "decide", "seal", "palette"),
    "register": (
        *("c_make", "c_assign", "c_handle", "c_reply", "c_test", "c_close"),
        *("c_satisfaction", "c_reopen", "c_change", "c_filter", "clear_air", "palette"),
    ),
}
BY_ID = {action.id: action for action in ACTIONS}


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
