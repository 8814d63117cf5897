"""The audience: who is in and on the line, who asks for somebody to come, and who sits at the desk with which roles."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from audience_server.wire.control_view import HelpView, PersonView
from console.authority import role_names
from console.log_lines import who
from console.messages import ActionAsked
from console.safe_text import fit
from console.screens.desk import DeskScreen
from console.show_view import ShowView
from console.widgets.arrivals_board import ArrivalsBoard
from console.widgets.choice_list import ChoiceList

NAME, STATE = 14, 7


class AudienceScreen(DeskScreen):
    place: ClassVar[str] = "audience"

    def compose_body(self) -> ComposeResult:
        yield ArrivalsBoard(id="arrivals")
        with Horizontal(id="people-row"):
            with Vertical(id="help-side"):
                yield Static(Content(self.words.text("help_calls_title")), classes="side-title", markup=False)
                yield ChoiceList("help-calls")
            with Vertical(id="people-side"):
                yield Static(Content(self.words.text("people_title")), classes="side-title", markup=False)
                yield ChoiceList("people")

    def on_mount(self) -> None:
        super().on_mount()
        self._calls.focus()

    @property
    def _calls(self) -> ChoiceList:
        return self.query_one("#help-calls", ChoiceList)

    @property
    def _people(self) -> ChoiceList:
        return self.query_one("#people", ChoiceList)

    def paint_body(self, show: ShowView, now: float) -> None:
        calls = tuple((str(call.number), self._call_line(call, show)) for call in show.help_calls)
        self._calls.show_lines(calls, self.words.text("help_calls_none"))
        people = tuple((person.name, self._person_line(person, show)) for person in show.people)
        self._people.show_lines(people, self.words.text("people_none"))

    def _call_line(self, call: HelpView, show: ShowView) -> str:
        panels = () if show.view is None else show.view.panels
        panel = next((each.name for each in panels if each.id == call.panel), call.panel)
        at = datetime.fromtimestamp(call.at).strftime("%H:%M")
        return f"{at}  {call.where or self.words.text('help_no_place')}  {panel}"

    def _person_line(self, person: PersonView, show: ShowView) -> str:
        lines = self.words.text("person_here", count=person.lines) if person.lines else self.words.text("person_away")
        mine = show.view is not None and show.view.you.name == person.name
        name = who(person.name, self.words) + (self.words.text("person_you") if mine else "")
        return f"{fit(name, NAME)} {fit(lines, STATE)} {role_names(person.roles, self.words)}"

    def argument_for(self, action: str) -> str | None:
        """What the cursor stands on, for the actions that are about it."""
        if action == "helped":
            return self._calls.chosen
        return self._people.chosen if action == "revoke" else None

    @on(OptionList.OptionSelected, "#help-calls")
    def _went(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(ActionAsked("helped", event.option.id))
