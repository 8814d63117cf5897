"""Messages between the worker that holds the line, the app and its screens."""

from __future__ import annotations

from textual.message import Message

from console.show_view import Happening, ViewArrived


class Happened(Message):
    """The line told something; of several views in the queue only the newest matters."""

    def __init__(self, happening: Happening) -> None:
        super().__init__()
        self.happening = happening

    def can_replace(self, message: Message) -> bool:
        newer_view = isinstance(self.happening, ViewArrived)
        return newer_view and isinstance(message, Happened) and isinstance(message.happening, ViewArrived)


class ActionAsked(Message):
    """A key, a button or the palette asked for an action of `console.actions`."""

    def __init__(self, action: str, argument: str | None = None) -> None:
        super().__init__()
        self.action = action
        self.argument = argument
