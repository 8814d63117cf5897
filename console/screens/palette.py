"""The command palette: every action with its key and what it does, filtered by what is typed.

What we may not do stands there too, dim, with the reason.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from audience_server.locale.catalogue import Catalogue
from console.actions import ACTIONS, Action
from console.authority import hindrance
from console.keys import Keys
from console.safe_text import fit
from console.show_view import ShowView
from console.widgets.typed_line import TypedLine

KEY = 8
NAME = 16


class PaletteScreen(ModalScreen[str | None]):
    """Answers with the id of the action, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", id="palette.leave", tooltip="choose nothing", priority=True),
        Binding("down", "move(1)", "down", id="palette.down", tooltip="next action"),
        Binding("up", "move(-1)", "up", id="palette.up", tooltip="previous action"),
    ]

    def __init__(self, words: Catalogue, keys: Keys, show: ShowView) -> None:
        super().__init__()
        self._words = words
        self._keys = keys
        self._show = show

    def compose(self) -> ComposeResult:
        with Vertical(id="palette"):
            yield TypedLine(placeholder=self._words.text("palette_hint"), id="palette-filter", compact=True)
            yield OptionList(id="palette-list", markup=False, compact=True)

    def on_mount(self) -> None:
        self._fill("")
        self.query_one(TypedLine).focus()

    def _fill(self, wanted: str) -> None:
        found = [action for action in ACTIONS if self._matches(action, wanted.strip().casefold())]
        found.sort(key=lambda action: hindrance(action, self._show, self._words) is not None)
        actions = self.query_one(OptionList)
        actions.set_options([Option(self._line(action), id=action.id) for action in found])
        if not found:
            actions.add_option(Option(Content(self._words.text("palette_nothing")), disabled=True))
        else:
            actions.highlighted = 0

    def _matches(self, action: Action, wanted: str) -> bool:
        key = self._keys.text(action.id)
        texts = (self._words.text(f"do_{action.id}"), self._words.text(f"help_{action.id}"), key, action.id)
        return any(wanted in text.casefold() for text in texts)

    def _line(self, action: Action) -> Content:
        name = fit(self._words.text(f"do_{action.id}"), NAME)
        key = fit(self._keys.text(action.id), KEY)
        hindered = hindrance(action, self._show, self._words)
        if hindered is not None:
            return Content.assemble((f"{key}{name} {hindered}", "dim"))
        return Content.assemble((key, "dim"), (name, "bold"), " ", (self._words.text(f"help_{action.id}"), "dim"))

    def action_move(self, step: int) -> None:
        actions = self.query_one(OptionList)
        (actions.action_cursor_down if step > 0 else actions.action_cursor_up)()

    @on(TypedLine.Changed)
    def _typed(self, event: TypedLine.Changed) -> None:
        self._fill(event.value)

    @on(TypedLine.Submitted)
    def _enter(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_leave(self) -> None:
        self.dismiss(None)
