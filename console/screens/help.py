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
from console.actions import (
    AIR_ACTIONS,
    CASE_ACTIONS,
    DESK_ACTIONS,
    PEOPLE_ACTIONS,
    QUEUE_ACTIONS,
    RECORD_ACTIONS,
    ROUND_ACTIONS,
    RUNDOWN_ACTIONS,
)
from console.keys import Keys
from console.safe_text import fit

GROUPS = {
    "rounds": ROUND_ACTIONS,
    "air": AIR_ACTIONS,
    "rundown": RUNDOWN_ACTIONS,
    "queue": QUEUE_ACTIONS,
    "cases": CASE_ACTIONS,
    "people": PEOPLE_ACTIONS,
    "record": RECORD_ACTIONS,
    "desk": DESK_ACTIONS,
}
KEY = 8
NAME = 16


class HelpScreen(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter", "leave", "back", id="help.leave", tooltip="back to the show", priority=True)
    ]

    def __init__(self, words: Catalogue, keys: Keys) -> None:
        super().__init__()
        self._words = words
        self._keys = keys

    def compose(self) -> ComposeResult:
        words = self._words
        lines = [Content.assemble((words.text("help_title"), "bold"))]
        for group, actions in GROUPS.items():
            lines += [Content(""), Content.assemble((words.text(f"help_group_{group}"), "bold $primary"))]
            for action in actions:
                name = fit(words.text(f"do_{action.id}"), NAME)
                key = (fit(self._keys.text(action.id), KEY), "bold")
                lines.append(Content.assemble(key, name, " ", (words.text(f"help_{action.id}"), "dim")))
        lines += [Content(""), Content(words.text("help_about"))]
        with VerticalScroll(id="help"):
            yield Static(Content("\n").join(lines), markup=False)

    def on_mount(self) -> None:
        self.query_one("#help").focus()

    def on_click(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)
