"""The show: rundown and its clock on the left; cue, round, clock, turnout and counts on the right."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll

from console.screens.desk import DeskScreen
from console.show_view import ShowView
from console.widgets.clock_panel import ClockPanel
from console.widgets.count_board import CountBoard
from console.widgets.cue_panel import CuePanel
from console.widgets.round_panel import RoundPanel
from console.widgets.rundown_list import RundownList
from console.widgets.session_facts import SessionFacts
from console.widgets.turnout_board import TurnoutBoard


class ShowScreen(DeskScreen):
    place: ClassVar[str] = "show"

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="order"):
                yield RundownList(id="rundown")
                yield ClockPanel(id="show-clock")
            with Vertical(id="board"):
                yield CuePanel(id="cue-panel")
                yield RoundPanel(id="round-panel")
                yield TurnoutBoard(id="turnout")
                with VerticalScroll(id="counts", can_focus=False):
                    yield CountBoard(id="count-board")
                yield SessionFacts(id="session-facts")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RundownList).focus()

    def paint_body(self, show: ShowView, now: float) -> None:
        self.query_one(RoundPanel).paint(show)
        self.query_one(RundownList).paint(show, self.words)

    def argument_for(self, action: str) -> str | None:
        return self.query_one(RundownList).selected_cue if action.startswith("cue_") else None
