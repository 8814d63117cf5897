"""How rounds, cues and times are said, in one place, for every screen and dialog."""

from __future__ import annotations

import unicodedata

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control_view import CueView, RoundView
from console.show_view import ShowView

LONGEST_CUE = 86_400


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
    kind = cue.title or cue_kind(cue.kind, words)
    return f"{show.unit_name(cue.unit)} · {kind}" if cue.unit else kind


def clock(seconds: int) -> str:
    """`1:05`, and `-0:20` when over time."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes}:{rest:02d}"


def long_clock(seconds: int) -> str:
    """`0:42:10`: a whole show is told in hours."""
    hours, rest = divmod(abs(seconds), 3600)
    return f"{'-' if seconds < 0 else ''}{hours}:{rest // 60:02d}:{rest % 60:02d}"


def seconds_of(text: str) -> int | None:
    """`90`, `1:30` or `1:00:00` as seconds, in full-width digits too; None for anything else."""
    parts = unicodedata.normalize("NFKC", text).strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        return None
    seconds = 0
    for part in parts:
        seconds = 60 * seconds + int(part)
    return seconds if 1 <= seconds <= LONGEST_CUE else None
