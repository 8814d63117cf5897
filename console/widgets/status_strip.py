"""Two lines that stand on every screen: programme and the open round; preview and what waits for a decision."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from console.air_scenes import scene_title
from console.safe_text import fit
from console.show_view import ShowView
from console.status import decisions, round_now
from console.widgets.painted import Painted

LEAST = 24


class StatusStrip(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        opened = round_now(show, now, words)
        waiting = words.text("status_gap").join(decisions(show, words))
        right = max(cell_len(opened), cell_len(waiting), self.columns // 2)
        room = max(LEAST, self.columns - right - 1)
        programme, preview = scene_title(show.programme, words), scene_title(show.preview, words)
        on_air, ready = words.text("status_programme"), words.text("status_preview")
        first = Content.assemble(
            (f" {on_air} ", "bold $on-mark on $on-air" if show.programme is not None else "dim"),
            " ",
            (fit(programme, room - cell_len(on_air) - 3), "bold" if show.programme is not None else "dim"),
            " ",
            (opened, "bold reverse" if show.open_round is not None else "dim"),
        )
        second = Content.assemble(
            (f" {ready} ", "$on-mark on $preview" if show.preview is not None else "dim"),
            " ",
            (fit(preview, room - cell_len(ready) - 3), "" if show.preview is not None else "dim"),
            " ",
            (waiting, "bold $warning") if waiting else (words.text("status_nothing"), "dim"),
        )
        return Content("\n").join([first, second])
