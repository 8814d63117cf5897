"""The buttons for the mouse, which also show the keys; the one that the show needs next stands out.

What cannot be done now, or not by us, is dim; the tip of a button says why.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.widgets import Button

from audience_server.locale.catalogue import Catalogue
from console.actions import BARS, BY_ID, Action, next_step
from console.authority import hindrance
from console.keys import Keys
from console.messages import ActionAsked
from console.show_view import ShowView

IN_A_ROW = 6


class ActionBar(Grid):
    def __init__(self, screen: str, words: Catalogue, keys: Keys) -> None:
        super().__init__(id="action-bar")
        self._words = words
        self._keys = keys
        self._actions = [BY_ID[action] for action in BARS.get(screen, ())]
        self.styles.height = -(-len(self._actions) // IN_A_ROW)

    def compose(self) -> ComposeResult:
        for action in self._actions:
            button = Button(self._label(action, False), id=f"bar-{action.id}", compact=True)
            button.can_focus = False
            button.styles.line_pad = 0
            yield button

    def _label(self, action: Action, is_next: bool) -> Content:
        name = self._words.text(f"short_{action.id}")
        key = (self._keys.text(action.id), "" if is_next else "dim")
        return Content.assemble(key, " ", (name, "bold underline" if is_next else ""))

    def paint(self, show: ShowView) -> None:
        needed = next_step(show)
        for action in self._actions:
            button = self.query_one(f"#bar-{action.id}", Button)
            hindered = hindrance(action, show, self._words)
            possible = hindered is None and action.makes_sense(show)
            tip = hindered or self._words.text(f"help_{action.id}")
            is_next = action.id == needed and possible
            if (button.disabled, button.has_class("-next"), button.tooltip) != (not possible, is_next, Content(tip)):
                button.tooltip = Content(tip)
                button.disabled = not possible
                button.set_class(is_next, "-next")
                button.label = self._label(action, is_next)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(ActionAsked((event.button.id or "").removeprefix("bar-")))
