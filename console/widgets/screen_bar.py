"""The screens by number and name; the one in front is marked."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from audience_server.locale.catalogue import Catalogue
from console.actions import SCREENS
from console.keys import Keys
from console.messages import ActionAsked


class ScreenBar(Horizontal):
    def __init__(self, here: str, words: Catalogue, keys: Keys) -> None:
        super().__init__(id="screen-bar")
        self._here = here
        self._words = words
        self._keys = keys

    def compose(self) -> ComposeResult:
        for screen in SCREENS:
            action = f"screen_{screen}"
            label = f"{self._keys.text(action)} {self._words.text(f'short_{action}')}"
            shown = Content.assemble((f" {label} ", "bold reverse" if screen == self._here else ""))
            button = Button(shown, id=f"tab-{action}", compact=True)
            button.can_focus = False
            button.styles.line_pad = 0
            yield button

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(ActionAsked((event.button.id or "").removeprefix("tab-")))
