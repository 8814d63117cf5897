"""The buttons for the mouse, which also show the keys; the one that the show needs next stands out."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.widgets import Button

from audience_server.locale.catalogue import Catalogue
from console.actions import ACTIONS, Action, next_step
from console.messages import ActionAsked
from console.show_view import ShowView


class ActionBar(Grid):
    def __init__(self, words: Catalogue, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self._actions = [action for action in ACTIONS if action.on_bar]

    def compose(self) -> ComposeResult:
        for action in self._actions:
            button = Button(self._label(action, False), id=f"bar-{action.id}", compact=True)
            button.tooltip = Content(self._words.text(f"help_{action.id}"))
            button.can_focus = False
            button.styles.line_pad = 0
            yield button

    def _label(self, action: Action, is_next: bool) -> Content:
        name = self._words.text(f"short_{action.id}")
        return Content.assemble((action.key_text, "dim"), " ", (name, "bold underline" if is_next else ""))

    def paint(self, show: ShowView) -> None:
        needed = next_step(show)
        for action in self._actions:
            button = self.query_one(f"#bar-{action.id}", Button)
            sensible = action.makes_sense(show)
            is_next = action.id == needed and sensible
            if (button.disabled, button.has_class("-next")) != (not sensible, is_next):
                button.disabled = not sensible
                button.set_class(is_next, "-next")
                button.label = self._label(action, is_next)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(ActionAsked((event.button.id or "").removeprefix("bar-")))
