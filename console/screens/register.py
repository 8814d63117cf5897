"""The register 登记表: the cases on one side, the case under the cursor on the other; enter does what it needs next."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static

from audience_server.locale.catalogue import Catalogue
from audience_server.wire import commands, control
from console.authority import command_hindrance
from console.case_rows import FILTERS, CaseRow, case_detail, case_line, case_rows, listed, next_deed, state_name
from console.link import LinkLost
from console.messages import ActionAsked
from console.screens.desk import DeskScreen
from console.show_view import ShowView
from console.widgets.choice_list import ChoiceList


class RegisterScreen(DeskScreen):
    """Reads the cases anew whenever the view says that one has changed."""

    place: ClassVar[str] = "register"

    def __init__(self, words: Catalogue) -> None:
        super().__init__(words)
        self._cases: tuple[CaseRow, ...] = ()
        self._revision: int | None = None
        self._rate = ""
        self._filter = ""
        self._empty = words.text("c_none")

    def compose_body(self) -> ComposeResult:
        yield Static(id="case-facts", markup=False)
        with Horizontal(id="case-row"):
            yield ChoiceList("case-list")
            with VerticalScroll(id="case-side", can_focus=False):
                yield Static(id="case-detail", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self._list.focus()

    @property
    def _list(self) -> ChoiceList:
        return self.query_one("#case-list", ChoiceList)

    def paint_body(self, show: ShowView, now: float) -> None:
        revision = None if show.view is None or not show.connected else show.view.register.revision
        if revision is not None and revision != self._revision:
            self._revision = revision
            self._read()

    @work(exclusive=True, group="register", exit_on_error=True)
    async def _read(self) -> None:
        hindered = command_hindrance("cases", self.app.show, self.words)
        if hindered is not None:
            self._empty = hindered
            return self._fill()
        try:
            answer = await self.app.keeper.ask(commands.CasesCommand(), None)
        except LinkLost:
            # the line comes back with a view, and then it is read again
            self._revision = None
            return
        if isinstance(answer, control.Refused):
            self._empty = answer.message
        else:
            self._cases = case_rows(answer.result)
            self._rate = str(answer.result.get("statistics", {}).get("closing_rate", ""))
        self._fill()

    def _fill(self) -> None:
        show, words = self.app.show, self.words
        shown = listed(self._cases, self._filter)
        self._list.show_lines(tuple((case.number, case_line(case, show, words)) for case in shown), self._empty)
        self.query_one("#case-facts", Static).update(Content(self._facts(len(shown))))
        self._show_detail()

    def _facts(self, count: int) -> str:
        words = self.words
        overdue = sum(case.overdue for case in self._cases)
        states = (case.state for case in self._cases)
        closed = sum(state == "closed" for state in states)
        parts = [words.text("c_listed", count=count, filter=self._filter_name())]
        parts.append(words.text("c_closed", closed=closed, total=len(self._cases), rate=self._rate or "-"))
        parts += [words.text("waits_overdue", count=overdue)] if overdue else []
        return "  ".join(parts)

    def _filter_name(self) -> str:
        known = self._filter in ("", "open", "overdue")
        key = f"c_filter_{self._filter or 'all'}"
        return self.words.text(key) if known else state_name(self._filter, self.words)

    @on(OptionList.OptionHighlighted, "#case-list")
    def _show_detail(self) -> None:
        case = self._chosen
        told = Content("") if case is None else case_detail(case, self.app.show, self.words)
        self.query_one("#case-detail", Static).update(told)

    @property
    def _chosen(self) -> CaseRow | None:
        return next((case for case in self._cases if case.number == self._list.chosen), None)

    # what is asked for here

    @on(OptionList.OptionSelected, "#case-list")
    def _step(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._chosen is not None:
            self.post_message(ActionAsked(f"c_{next_deed(self._chosen)}", self._chosen.number))

    def argument_for(self, action: str) -> str | None:
        return self._list.chosen if action.startswith("c_") else None

    def here(self, action: str) -> bool:
        if action != "c_filter":
            return False
        self._filter = FILTERS[(FILTERS.index(self._filter) + 1) % len(FILTERS)]
        self._fill()
        return True
