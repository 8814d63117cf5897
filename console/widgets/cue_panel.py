"""The current cue with its time, and the one that follows."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from console.round_texts import clock, cue_name
from console.safe_text import fit
from console.show_view import ShowView
from console.widgets.painted import Painted


class CuePanel(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        if show.view is None:
            return Content("")
        cue, following = show.view.cue, show.next_cue
        label, after = words.text("cue_now"), words.text("cue_next")
        if cue is None:
            first = Content.assemble((f"{label}  ", "dim"), words.text("no_cue"))
        else:
            passed = show.cue_seconds(now)
            over = passed > cue.seconds
            times = f"{clock(passed)} / {clock(cue.seconds)}"
            if over:
                times = f"{words.text('over_time')} {times}"
            room = self.columns - cell_len(label) - cell_len(times) - 4
            name = fit(cue_name(cue, show, words), max(room, 8))
            first = Content.assemble(
                (f"{label}  ", "dim"), (name, "bold"), "  ", (times, "bold $warning" if over else "")
            )
        name = words.text("no_next") if following is None else cue_name(following, show, words)
        return Content.assemble(first, "\n", (f"{after}  {name}", "dim"))
