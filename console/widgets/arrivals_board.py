"""Arrivals by panel, and when all will be in at this pace."""

from __future__ import annotations

from datetime import datetime

from rich.cells import cell_len
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from console.arrivals import NUMBERS, Arrival, arrivals
from console.safe_text import fit
from console.show_view import ShowView
from console.widgets.painted import Painted

WIDTH, BAR = 9, 24
WIDE = 90


class ArrivalsBoard(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        bar = self.columns >= WIDE
        room = min(40, self.columns - WIDTH * len(NUMBERS) - (BAR + 2 if bar else 0))
        heads = "".join(_right(words.text(f"arrivals_{name}")) for name in NUMBERS)
        lines = [Content.assemble((fit(words.text("panel"), room) + heads, "dim"))]
        for row in arrivals(show):
            text = fit(row.name or words.text("turnout_sum"), room)
            text += "".join(_right(str(getattr(row, name))) for name in NUMBERS)
            style = "" if row.name else "bold"
            lines.append(Content.assemble((text, style), (f"  {_bar(row)}" if bar else "", "$primary")))
        lines += [Content(""), self._forecast(show, words)]
        if show.view is not None and any(panel.unverified for panel in show.view.panels):
            lines.append(Content.assemble((words.text("unverified"), "dim italic")))
        return Content("\n").join(lines)

    def _forecast(self, show: ShowView, words: Catalogue) -> Content:
        rows = arrivals(show)
        if show.view is None or not rows:
            return Content("")
        if not rows[-1].missing:
            return Content(words.text("arrivals_all_in"))
        full_at = show.view.arrivals.full_at
        if full_at is None:
            return Content.assemble((words.text("arrivals_no_pace", missing=rows[-1].missing), "dim"))
        at = datetime.fromtimestamp(full_at).strftime("%H:%M")
        return Content(words.text("arrivals_forecast", missing=rows[-1].missing, at=at))


def _right(text: str) -> str:
    return " " * max(1, WIDTH - cell_len(text)) + text


def _bar(row: Arrival) -> str:
    """Who is in, of those invited; the numbers stand beside it."""
    if not row.expected:
        return ""
    full = min(BAR, row.present * BAR // row.expected)
    return "━" * full + "·" * (BAR - full)
