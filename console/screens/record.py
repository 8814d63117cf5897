"""The record: its size and code, who keeps a copy, every locked round as it was read out, and the show log."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, TabbedContent, TabPane

from audience_server.locale.catalogue import Catalogue
from audience_server.wire import commands, control
from console.authority import command_hindrance
from console.link import LinkLost
from console.log_lines import LogLine, log_lines, log_text, searched
from console.screens.desk import DeskScreen
from console.widgets.choice_list import ChoiceList
from console.widgets.record_facts import LockedRounds, RecordFacts
from console.widgets.typed_line import TypedLine

LINES = 200
OLDER = "older"


class RecordScreen(DeskScreen):
    place: ClassVar[str] = "record"

    def __init__(self, words: Catalogue) -> None:
        super().__init__(words)
        self._lines: tuple[LogLine, ...] = ()

    def compose_body(self) -> ComposeResult:
        yield RecordFacts(id="record-facts")
        with TabbedContent(id="record-tabs"):
            with TabPane(Content(self.words.text("tab_locked")), id="tab-locked"), VerticalScroll(id="locked-scroll"):
                yield LockedRounds(id="locked-rounds")
            with TabPane(Content(self.words.text("tab_log")), id="tab-log"), Vertical():
                yield TypedLine(placeholder=self.words.text("log_hint"), id="log-filter", compact=True)
                yield ChoiceList("log-lines")

    def on_mount(self) -> None:
        super().on_mount()
        self.watch(self.app, "said", self._look_again, init=False)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._look_again()

    # the show log

    def search_log(self) -> None:
        """To the search line."""
        self.query_one(TabbedContent).active = "tab-log"
        self.call_after_refresh(self.query_one("#log-filter", TypedLine).focus)

    @on(TabbedContent.TabActivated)
    @on(TypedLine.Submitted, "#log-filter")
    @on(TypedLine.Changed, "#log-filter")
    def _look_again(self) -> None:
        if self.is_mounted and self in self.app.screen_stack:
            self._read(None)

    @work(exclusive=True, group="show-log", exit_on_error=True)
    async def _read(self, before: int | None) -> None:
        """The newest lines that hold the words of the search line, or those before a place."""
        hindered = command_hindrance("show-log", self.app.show, self.words)
        if hindered is not None:
            return self.query_one("#log-lines", ChoiceList).show_lines((), hindered)
        text = self.query_one("#log-filter", TypedLine).value.strip()
        try:
            answer = await self.app.keeper.ask(commands.ShowLogCommand(searched(text, self.words), before, LINES), None)
        except LinkLost:
            return self.query_one("#log-lines", ChoiceList).show_lines((), self.words.text("log_no_line"))
        if isinstance(answer, control.Refused):
            return self.query_one("#log-lines", ChoiceList).show_lines((), answer.message)
        found = log_lines(answer.result)
        self._lines = found if before is None else (*self._lines, *found)
        self._fill(more=len(found) == LINES)

    def _fill(self, more: bool) -> None:
        lines = tuple((str(line.place), log_text(line, self.words)) for line in self._lines)
        older = ((OLDER, self.words.text("log_older")),) if more else ()
        self.query_one("#log-lines", ChoiceList).show_lines((*lines, *older), self.words.text("log_nothing"))

    @on(OptionList.OptionSelected, "#log-lines")
    def _older(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option.id == OLDER and self._lines:
            self._read(self._lines[-1].place)
