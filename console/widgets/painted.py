"""A part of the screen that is painted from the ShowView, and only when what it says has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from audience_server.locale.catalogue import Catalogue
from console.show_view import ShowView

if TYPE_CHECKING:
    from console.app import ConsoleApp


class Painted(Static):
    """Subclasses say what stands there; it never holds markup."""

    app: ConsoleApp

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, **options)
        self._last: tuple[str, tuple[object, ...]] | None = None
        self._shape: tuple[int, ...] = ()

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        """What stands there now; nothing unless a subclass says something."""
        return Content()

    def paint(self, show: ShowView, now: float, words: Catalogue) -> None:
        content = self.content_for(show, now, words)
        fresh = (content.plain, tuple(content.spans))
        if fresh != self._last:
            self._last = fresh
            shape = tuple(cell_len(line) for line in content.plain.split("\n"))
            # numbers that only change need no new layout of the whole screen
            self.update(content, layout=shape != self._shape)
            self._shape = shape

    @property
    def columns(self) -> int:
        """How wide a line may be."""
        return self.content_size.width or self.app.size.width

    def key(self, action: str) -> str:
        """The key of an action, as it is here."""
        return self.app.keys.text(action)

    def set_shown(self, shown: bool) -> None:
        self.display = shown
