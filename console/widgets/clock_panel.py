"""The show's clock under the rundown: on air, over or under with sign and word, what remains, when it ends."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from console.round_texts import clock, long_clock
from console.show_clock import show_clock
from console.show_view import ShowView
from console.widgets.painted import Painted

ON_TIME = 5  # seconds that nobody would call late


class ClockPanel(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        told = show_clock(show, now)
        if told is None:
            return Content("")
        if told.on_air is None:
            lines = [Content.assemble((words.text("show_planned", time=long_clock(told.planned)), "dim"))]
        else:
            ends = "" if told.ends_at is None else datetime.fromtimestamp(told.ends_at).strftime("%H:%M")
            lines = [
                Content.assemble(
                    words.text("show_on_air", time=long_clock(told.on_air)),
                    "  ",
                    (over_text(told.over, words), "bold $warning" if told.over > ON_TIME else "dim"),
                ),
                Content.assemble((words.text("show_remaining", time=long_clock(told.remaining), ends=ends), "dim")),
            ]
        if told.too_long:
            lines.append(Content.assemble((words.text("show_too_long", time=long_clock(told.length)), "bold $warning")))
        return Content("\n").join(lines)


def over_text(over: int, words: Catalogue) -> str:
    """Sign and word, so that neither colour nor a minus alone must tell."""
    if abs(over) <= ON_TIME:
        return words.text("show_on_time")
    return words.text("show_over" if over > 0 else "show_under", time=clock(abs(over)))
