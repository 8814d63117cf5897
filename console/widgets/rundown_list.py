"""The rundown: where the show is, and what each cue carries.

Choosing a unit unfolds its cues, choosing a cue asks to go there; the cue under the cursor is what edits are about.
"""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from audience_server.locale.catalogue import Catalogue
from console.messages import ActionAsked
from console.rundown_rows import RundownRow, rundown_rows
from console.safe_text import fit
from console.show_view import ShowView

STYLES = {"done": "dim", "current": "bold", "planned": "", "skipped": "dim strike"}
SCROLLBAR = 2
LEAST_NAME = 8


class RundownList(OptionList):
    """Keeps only which units are unfolded; everything else comes with the view."""

    def __init__(self, **options: str) -> None:
        super().__init__(markup=False, compact=True, id=options.get("id"))
        self._unfolded: frozenset[str] = frozenset()
        self._painted: tuple[object, ...] = ()
        self._current: str | None = None
        self._latest: tuple[ShowView, Catalogue] | None = None

    def paint(self, show: ShowView, words: Catalogue) -> None:
        self._latest = (show, words)
        rows = rundown_rows(show, self._unfolded, words)
        columns = max(12, self.size.width - SCROLLBAR)
        if (rows, columns) == self._painted:
            return
        self._painted = (rows, columns)
        kept = None if self.highlighted is None else self.get_option_at_index(self.highlighted).id
        self.set_options([Option(_prompt(row, columns), id=row.id) for row in rows])
        self._place_highlight(rows, show, kept)

    def _place_highlight(self, rows: tuple[RundownRow, ...], show: ShowView, kept: str | None) -> None:
        """The highlight follows the show when the show moves, and the operator otherwise."""
        current = None if show.view is None or show.view.cue is None else f"cue:{show.view.cue.id}"
        moved, self._current = current != self._current, current
        ids = [row.id for row in rows]
        wanted = current if moved else kept
        if wanted in ids:
            self.highlighted = ids.index(wanted)

    @property
    def selected_cue(self) -> str | None:
        """The cue under the cursor; None on a unit."""
        if self.highlighted is None:
            return None
        kind, _, name = (self.get_option_at_index(self.highlighted).id or "").partition(":")
        return name if kind == "cue" else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        kind, _, name = (event.option.id or "").partition(":")
        if kind == "cue":
            self.post_message(ActionAsked("go_to_cue", name))
        elif self._latest is not None and event.option.id is not None:
            self._unfolded = self._unfolded ^ {event.option.id}
            self.paint(*self._latest)

    def on_resize(self) -> None:
        if self._latest is not None:
            self.paint(*self._latest)


def _prompt(row: RundownRow, columns: int) -> Content:
    left = f"{row.mark} {'  ' * row.depth}"
    room = columns - cell_len(left) - cell_len(row.right) - 1
    carries = _fitting(row.carries, room - min(LEAST_NAME, cell_len(row.text)) - 1)
    name = fit(row.text, max(4, room - cell_len(carries) - (1 if carries else 0)))
    gap = " " if carries else ""
    return Content.assemble((left + name, STYLES[row.state]), gap, (f"{carries} {row.right}", "dim"))


def _fitting(parts: tuple[str, ...], room: int) -> str:
    """As many as have room, whole."""
    shown = ""
    for part in parts:
        longer = f"{shown} {part}".strip()
        if cell_len(longer) > room:
            break
        shown = longer
    return shown
