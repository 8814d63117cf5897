"""A list of lines with ids that follows the view: filled anew only when it says something else."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from console.safe_text import fit


class ChoiceList(OptionList):
    """An empty list says so in a line that cannot be chosen.  What is too long is cut: a line is a line."""

    def __init__(self, id: str) -> None:
        super().__init__(markup=False, compact=True, id=id)
        self._shown: tuple[object, ...] = ()
        self._latest: tuple[tuple[tuple[str, str], ...], str] | None = None

    def show_lines(self, lines: tuple[tuple[str, str], ...], empty: str) -> None:
        """(id, text); the line under the cursor stays under it as long as it is there."""
        self._latest = (lines, empty)
        shape = (self.size.width, *lines)
        if shape == self._shown:
            return
        kept, self._shown = self.chosen, shape
        columns = max(20, self.size.width - 3)
        options = [Option(Content(fit(text, columns).rstrip()), id=each) for each, text in lines]
        self.set_options(options or [Option(Content.assemble((empty, "dim")), disabled=True)])
        ids = [each for each, _ in lines]
        if ids:
            self.highlighted = ids.index(kept) if kept in ids else 0

    def on_resize(self) -> None:
        if self._latest is not None:
            self.show_lines(*self._latest)

    @property
    def chosen(self) -> str | None:
        """The id under the cursor."""
        return None if self.highlighted is None else self.get_option_at_index(self.highlighted).id
