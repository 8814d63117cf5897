"""One question at a time: what is to be signed stands there, and nothing happens but by an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

MOST_SCANNED = 2953  # what the largest QR code holds


class Ask(ModalScreen[str | None]):
    """`lines` are shown as they are; with `field` a text is asked for, which may be empty.  None: left with Esc.

    `raw`: the very text behind the lines, which Ctrl+T shows in their place.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("enter", "agree", show=False),
        Binding("ctrl+t", "turn", show=False, priority=True),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
    ]

    def __init__(
        self, title: str, lines: Sequence[str], hint: str, field: str | None = None, raw: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._title = title
        self._shown, self._other = lines, raw
        self._hint = hint
        self._field = field

    def compose(self) -> ComposeResult:
        with Vertical(id="ask"):
            yield Static(self._title, id="ask-title", markup=False)
            with VerticalScroll(id="ask-lines"):
                yield Static("\n".join(self._shown), id="ask-text", markup=False)
            if self._field is not None:
                yield Input(placeholder=self._field, id="ask-field", max_length=MOST_SCANNED)
            yield Static(self._hint, id="ask-hint", markup=False)

    def on_mount(self) -> None:
        self.query_one("#ask-lines").display = bool(self._shown)
        if self._field is not None:
            self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_agree(self) -> None:
        self.dismiss("" if self._field is None else self.query_one(Input).value)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_turn(self) -> None:
        if self._other:
            self._shown, self._other = self._other, self._shown
            self.query_one("#ask-text", Static).update("\n".join(self._shown))
            self.query_one("#ask-lines", VerticalScroll).scroll_home(animate=False)

    def action_scroll(self, lines: int) -> None:
        """Also while the cursor stands in the field."""
        self.query_one("#ask-lines", VerticalScroll).scroll_relative(y=lines, animate=False)
