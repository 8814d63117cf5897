"""A list in which several lines may be marked; space or enter marks and unmarks.  The mark is a sign, not a colour."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class MarkList(OptionList):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "mark", id="marks.toggle", tooltip="mark or unmark this line", show=False)
    ]

    def __init__(self, lines: tuple[tuple[str, str], ...], marked: Collection[str], id: str) -> None:
        super().__init__(markup=False, id=id)
        self._told = dict(lines)
        self._marked = set(marked) & set(self._told)
        self.add_options([Option(self._line(each), id=each) for each in self._told])

    def _line(self, each: str) -> Content:
        return Content(f"[{'x' if each in self._marked else ' '}] {self._told[each]}")

    @property
    def marked(self) -> tuple[str, ...]:
        """In the order of the list."""
        return tuple(each for each in self._told if each in self._marked)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        each = event.option.id
        if each is not None:
            self._marked ^= {each}
            self.replace_option_prompt(each, self._line(each))
