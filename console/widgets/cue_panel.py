"""The current cue with its time, the one that follows, and what the host should be told."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control_view import CueView
from console.round_texts import clock, cue_name
from console.safe_text import fit
from console.show_view import ShowView
from console.widgets.painted import Painted


class CuePanel(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        if show.view is None:
            return Content("")
        cue, following = show.view.cue, show.next_cue
        lines = [self._current(cue, show, now, words)]
        if cue is not None and cue.note:
            lines.append(self._note(cue.note, words, ""))
        lines.append(self._next(following, show, words))
        if following is not None and following.note:
            lines.append(self._note(following.note, words, "dim"))
        return Content("\n").join(lines)

    def _current(self, cue: CueView | None, show: ShowView, now: float, words: Catalogue) -> Content:
        label = words.text("cue_now")
        if cue is None:
            return Content.assemble((f"{label}  ", "dim"), words.text("no_cue", press=self.key("next_cue")))
        passed = show.cue_seconds(now)
        over = passed > cue.seconds
        times = f"{clock(passed)} / {clock(cue.seconds)}"
        if over:
            times = f"{words.text('over_time')} {times}"
        room = self.columns - cell_len(label) - cell_len(times) - 4
        name = fit(cue_name(cue, show, words), max(room, 8))
        return Content.assemble((f"{label}  ", "dim"), (name, "bold"), "  ", (times, "bold $warning" if over else ""))

    def _next(self, cue: CueView | None, show: ShowView, words: Catalogue) -> Content:
        label = words.text("cue_next")
        if cue is None:
            return Content.assemble((f"{label}  {words.text('no_next')}", "dim"))
        length = clock(cue.seconds)
        room = self.columns - cell_len(label) - cell_len(length) - 4
        return Content.assemble((f"{label}  {fit(cue_name(cue, show, words), max(room, 8))}  {length}", "dim"))

    def _note(self, note: str, words: Catalogue, style: str) -> Content:
        """One line; the whole of it stands on the host's page."""
        label = words.text("host_note")
        told = fit(note, max(8, self.columns - cell_len(label) - 2)).rstrip()
        return Content.assemble((f"{label}  ", "dim italic"), (told, f"{style} italic".strip()))
