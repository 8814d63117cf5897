"""What one glance must tell on every screen: what is on air, what is open, what waits for somebody.  Pure."""

from __future__ import annotations

from audience_server.locale.catalogue import Catalogue
from console.round_texts import clock, round_state
from console.show_view import ShowView


def decisions(show: ShowView, words: Catalogue) -> tuple[str, ...]:
    """What waits, the most pressing first; each with its number."""
    asked = {each.round for each in show.pending if each.do == "lock"}
    counted = {
        "alarms": len(show.unseen_alarms),
        "held": int(show.waits_for_witnesses),
        "lock": sum(each.round not in asked for each in show.in_state("closed")),
        "nods": len(show.pending),
        "objections": len(show.objections),
        "help": len(show.help_calls),
        "drafts": 0 if show.view is None else len(show.view.record.drafts),
        "questions": show.questions_waiting,
        "overdue": 0 if show.view is None else show.view.register.overdue,
    }
    return tuple(words.text(f"waits_{name}", count=count) for name, count in counted.items() if count)


def round_now(show: ShowView, now: float, words: Catalogue) -> str:
    """The open round with what is left of it, or that none is open."""
    opened = show.open_round
    if opened is None:
        return words.text("status_no_round")
    left = show.left_ms(now)
    told = f"{opened.round} {round_state(opened, words)}"
    return told if left is None else f"{told} {clock(-(-left // 1000))}"
