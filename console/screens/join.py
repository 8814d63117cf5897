"""The join address for phones, as a QR and as text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from audience_server.locale.catalogue import Catalogue
from console.widgets.join_code import qr_lines

LINES_BESIDE = 3


class JoinScreen(ModalScreen[None]):
    """Any of its keys, or a click, goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,enter,space,ctrl+g", "leave", "back", id="join.leave", tooltip="back to the show", priority=True
        )
    ]

    def __init__(self, url: str, rehearsal: bool, words: Catalogue) -> None:
        super().__init__()
        self._url = url
        self._rehearsal = rehearsal
        self._words = words

    def compose(self) -> ComposeResult:
        with Vertical(id="join"):
            yield Static(id="join-title", markup=False)
            yield Static(id="join-code", markup=False)
            yield Static(Content(self._url), id="join-url", markup=False)

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        title = self._words.text("join_title")
        if self._rehearsal:
            title = f"{title}   {self._words.text('rehearsal')}"
        self.query_one("#join-title", Static).update(Content(title))
        code = qr_lines(self._url, self.app.size.width, self.app.size.height - LINES_BESIDE)
        self.query_one("#join-code", Static).update(code or Content(self._words.text("join_too_small")))

    def on_click(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)
