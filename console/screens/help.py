"""Every key with what it does, and how the console relates to the session."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from audience_server.locale.catalogue import Catalogue
from console.actions import ACTIONS
from console.safe_text import fit

KEY = 6
NAME = 16


class HelpScreen(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter", "leave", "back", id="help.leave", tooltip="back to the show", priority=True)
    ]

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        words = self._words
        lines = [Content.assemble((words.text("help_title"), "bold")), Content("")]
        for action in ACTIONS:
            name = fit(words.text(f"do_{action.id}"), NAME)
            keys = (fit(action.key_text, KEY), "bold")
            lines.append(Content.assemble(keys, name, " ", (words.text(f"help_{action.id}"), "dim")))
        lines += [Content(""), Content(words.text("help_about"))]
        with VerticalScroll(id="help"):
            yield Static(Content("\n").join(lines), markup=False)

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def on_click(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)
