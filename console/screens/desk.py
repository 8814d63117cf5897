"""The frame of every screen of the desk: title, screens, status, alarms; the screen's own part; message and buttons.

A subclass says its `place` (one of `console.actions.SCREENS`) and composes its body.  It is painted from the app's
ShowView, only while it is in front, and holds nothing that the session knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from audience_server.locale.catalogue import Catalogue
from console.actions import SCREENS
from console.messages import ActionAsked
from console.show_view import ShowView
from console.widgets.action_bar import ActionBar
from console.widgets.banners import (
    AlarmBanner,
    CommandBanner,
    LinkBanner,
    MessageBar,
    RehearsalBanner,
    TitleBar,
)
from console.widgets.painted import Painted
from console.widgets.screen_bar import ScreenBar
from console.widgets.status_strip import StatusStrip

if TYPE_CHECKING:
    from console.app import ConsoleApp

WIDE, TALL = 110, 32
# what most terminals send for alt and a digit (escape, digit) Textual reads as what a Mac types with them
MAC_DIGITS = (
    *("inverted_exclamation_mark", "trade_mark_sign", "pound_sign", "cent_sign", "infinity"),
    "section_sign",
)
BY_ALT = {
    key: f"screen_{screen}"
    for place, (screen, mac) in enumerate(zip(SCREENS, MAC_DIGITS, strict=True), 1)
    for key in (f"alt+{place}", mac)
}


class DeskScreen(Screen[None]):
    app: ConsoleApp
    place: ClassVar[str] = ""

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.words = words

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title-bar")
        with Horizontal(id="mark-bar"):
            yield ScreenBar(self.place, self.words, self.app.keys)
            yield RehearsalBanner(id="rehearsal-banner")
        yield StatusStrip(id="status-strip")
        yield LinkBanner(id="link-banner")
        yield CommandBanner(id="command-banner")
        yield AlarmBanner(id="alarm-banner")
        with Vertical(id="body"):
            yield from self.compose_body()
        yield MessageBar(id="message-bar")
        yield ActionBar(self.place, self.words, self.app.keys)

    def compose_body(self) -> ComposeResult:
        """What this screen is for."""
        yield from ()

    def on_mount(self) -> None:
        self.watch(self.app, "show", self._paint_all, init=False)
        self.watch(self.app, "now", self._paint_all, init=False)
        self.watch(self.app, "said", self._paint_all, init=False)
        self._paint_all()

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self._paint_all)

    def on_resize(self) -> None:
        self.set_class(self.size.width >= WIDE, "-wide")
        self.set_class(self.size.height >= TALL, "-tall")
        self.call_after_refresh(self._paint_all)

    def _paint_all(self) -> None:
        if self not in self.app.screen_stack:
            return
        show, now = self.app.show, self.app.now
        self.query_one(MessageBar).said = self.app.said
        for painted in self.query(Painted):
            painted.paint(show, now, self.words)
        self.query_one(ActionBar).paint(show)
        self.query_one("#body").set_class(not show.connected, "-stale")
        self.paint_body(show, now)

    def paint_body(self, show: ShowView, now: float) -> None:
        """What is not a Painted of its own."""

    def argument_for(self, action: str) -> str | None:
        """What the cursor stands on, for the actions that are about it."""
        return None

    def here(self, action: str) -> bool:
        """Do an action that concerns only what this screen shows; False for every other."""
        return False

    # keys

    def on_key(self, event: events.Key) -> None:
        """Every key of the table, wherever the focus is; what an input takes for itself never comes here."""
        action = self.app.keys.action(event.key, self.place)
        if action is not None:
            event.stop()
            event.prevent_default()
            # what the cursor stands on is asked when this arrives, behind the arrows that were pressed before
            self.post_message(ActionAsked(action))
