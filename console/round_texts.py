"""How rounds, cues and times are said, in one place, for every screen and dialog."""

from __future__ import annotations

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control_view import CueView, RoundView
from console.show_view import ShowView


def round_name(round_: RoundView, show: ShowView) -> str:
    """The round's title; a round on one unit is called like the unit."""
    if round_.title:
        return round_.title
    return show.unit_name(round_.units[0]) if len(round_.units) == 1 else round_.round


def round_state(round_: RoundView, words: Catalogue) -> str:
    return words.text(f"state_{round_.state.replace('-', '_')}")


def round_line(round_: RoundView, show: ShowView, words: Catalogue) -> str:
    """One line in a list to choose from."""
    return f"{round_.round}  {round_name(round_, show)} · {round_state(round_, words)}"


def cue_kind(kind: str, words: Catalogue) -> str:
    key = f"cue_{kind}"
    return words.text(key) if key in words else kind


def cue_name(cue: CueView, show: ShowView, words: Catalogue) -> str:
    kind = cue_kind(cue.kind, words)
    return f"{show.unit_name(cue.unit)} · {kind}" if cue.unit else kind


def clock(seconds: int) -> str:
    """`1:05`, and `-0:20` when over time."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes}:{rest:02d}"
