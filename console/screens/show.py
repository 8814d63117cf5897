"""The main screen: rundown on the left; cue, round, clock, turnout and counts on the right; actions below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen

from audience_server.locale.catalogue import Catalogue, catalogue
from console.actions import ACTIONS
from console.messages import ActionAsked
from console.show_view import ShowView
from console.widgets.action_bar import ActionBar
from console.widgets.banners import AlarmBanner, LinkBanner, MessageBar, RehearsalBanner, Said, TitleBar
from console.widgets.count_board import CountBoard
from console.widgets.cue_panel import CuePanel
from console.widgets.painted import Painted
from console.widgets.round_panel import RoundPanel
from console.widgets.rundown_list import RundownList
from console.widgets.session_facts import SessionFacts
from console.widgets.turnout_board import TurnoutBoard

if TYPE_CHECKING:
    from console.app import ConsoleApp

WIDE, TALL = 110, 32
_TOOLTIPS = catalogue("en", "console")


class ShowScreen(Screen[None]):
    """Holds nothing: it is painted from the app's ShowView."""

    app: ConsoleApp
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            action.key,
            f"ask_for('{action.id}')",
            _TOOLTIPS.text(f"do_{action.id}"),
            id=f"console.{action.id}",
            tooltip=_TOOLTIPS.text(f"help_{action.id}"),
        )
        for action in ACTIONS
    ]

    def __init__(self, words: Catalogue) -> None:
        super().__init__()
        self.words = words

    def compose(self) -> ComposeResult:
        yield TitleBar(id="title-bar")
        yield RehearsalBanner(id="rehearsal-banner")
        yield LinkBanner(id="link-banner")
        yield AlarmBanner(id="alarm-banner")
        with Horizontal(id="body"):
            yield RundownList(id="rundown")
            with Vertical(id="board"):
                yield CuePanel(id="cue-panel")
                yield RoundPanel(id="round-panel")
                yield TurnoutBoard(id="turnout")
                with VerticalScroll(id="counts", can_focus=False):
                    yield CountBoard(id="count-board")
                yield SessionFacts(id="session-facts")
        yield MessageBar(id="message-bar")
        yield ActionBar(self.words, id="action-bar")

    def on_mount(self) -> None:
        self.query_one(RundownList).focus()
        self.watch(self.app, "show", self._paint_all, init=False)
        self.watch(self.app, "now", self._paint_all, init=False)
        self.watch(self.app, "said", self._take_said, init=False)
        self._take_said(self.app.said)

    def on_resize(self) -> None:
        self.set_class(self.size.width >= WIDE, "-wide")
        self.set_class(self.size.height >= TALL, "-tall")
        self.call_after_refresh(self._paint_all)

    def _take_said(self, said: Said | None) -> None:
        self.query_one(MessageBar).said = said
        self._paint_all()

    def _paint_all(self) -> None:
        show: ShowView = self.app.show
        now = self.app.now
        for painted in self.query(Painted):
            painted.paint(show, now, self.words)
        self.query_one(RoundPanel).paint(show)
        self.query_one(RundownList).paint(show, self.words)
        self.query_one(ActionBar).paint(show)
        self.query_one("#body").set_class(not show.connected, "-stale")

    def action_ask_for(self, action: str) -> None:
        self.post_message(ActionAsked(action))
