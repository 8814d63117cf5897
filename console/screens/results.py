"""Results after the lock: what waits for a nod, the standings by category, and the count of each round in full."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, OptionList, Static, TabbedContent, TabPane
from textual.widgets.option_list import Option

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control import View
from audience_server.wire.control_view import RoundView
from console.counts import has_counts
from console.messages import ActionAsked
from console.round_texts import round_line
from console.screens.desk import DeskScreen
from console.show_view import ShowView
from console.widgets.count_board import round_report
from console.widgets.nods_board import NodsBoard

ALL_TABLES = 1000


class ResultsScreen(DeskScreen):
    """Follows the view while it is in front."""

    place: ClassVar[str] = "results"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="results.leave", tooltip="back to the show")
    ]

    def __init__(self, words: Catalogue) -> None:
        super().__init__(words)
        self._painted: dict[str, Any] = {"results": ()}

    def compose_body(self) -> ComposeResult:
        yield NodsBoard(id="nods")
        with TabbedContent(id="results-tabs"):
            with TabPane(Content(self.words.text("tab_standings")), id="tab-standings"):
                yield Static(id="standings-note", markup=False)
                yield DataTable(id="standings", cursor_type="row")
            with TabPane(Content(self.words.text("tab_rounds")), id="tab-rounds"), Horizontal():
                yield OptionList(id="counted-rounds", markup=False, compact=True)
                with VerticalScroll(id="round-scroll"):
                    yield Static(id="round-report", markup=False)

    def paint_body(self, show: ShowView, now: float) -> None:
        view = show.view
        if view is None:
            return
        if view.results != self._painted.get("results"):
            self._painted["results"] = view.results
            self._fill_standings(view)
        counted = tuple(each for each in view.rounds if has_counts(each))
        if counted != self._painted.get("rounds"):
            self._painted["rounds"] = counted
            self._fill_rounds(counted)

    def _fill_standings(self, view: View) -> None:
        results = view.results or {"units": [], "complete": False}
        key = "results_complete" if results["complete"] else "results_incomplete"
        self.query_one("#standings-note", Static).update(Content(self.words.text(key)))
        table: DataTable[Text] = self.query_one("#standings", DataTable)
        table.clear(columns=True)
        for name in ("rank", "unit", "score", "mark"):
            table.add_column(Text(self.words.text(f"results_{name}")))
        for channel in view.channels:
            table.add_column(Text(channel.name))
        for row in standings(view, self.words):
            table.add_row(*(Text(cell) for cell in row))

    def _fill_rounds(self, counted: tuple[RoundView, ...]) -> None:
        rounds = self.query_one("#counted-rounds", OptionList)
        kept = None if rounds.highlighted is None else rounds.get_option_at_index(rounds.highlighted).id
        lines = [(each.round, round_line(each, self.app.show, self.words)) for each in counted]
        rounds.set_options([Option(Content(text), id=round_id) for round_id, text in lines])
        ids = [each.round for each in counted]
        last = self.app.show.last_locked
        wanted = kept or (last.round if last is not None else None)
        if ids:
            rounds.highlighted = ids.index(wanted) if wanted in ids else 0

    @on(OptionList.OptionHighlighted, "#counted-rounds")
    def _show_round(self, event: OptionList.OptionHighlighted) -> None:
        view, round_ = self.app.show.view, self.app.show.round(event.option.id)
        if view is None or round_ is None:
            return
        scroll = self.query_one("#round-scroll")
        report = round_report(round_, view, self.words, max(40, scroll.size.width - 2), ALL_TABLES)
        self.query_one("#round-report", Static).update(report)

    def action_leave(self) -> None:
        self.post_message(ActionAsked("screen_show"))


def standings(view: View, words: Catalogue) -> list[tuple[str, ...]]:
    """Rank, unit, score, marks, every channel; by category, best first, units without a rank last."""
    if view.results is None:
        return []
    units = {unit.id: unit for unit in view.units}
    rows: list[tuple[str, ...]] = []
    for category, name in view.categories.items():
        of_category = [each for each in view.results["units"] if each["category"] == category]
        of_category.sort(key=lambda each: (each["rank"] is None, each["rank"] or 0))
        rows.append(("", f"— {name} —", "", "", *("" for _ in view.channels)))
        for each in of_category:
            rank = "-" if each["rank"] is None else str(each["rank"])
            scores = (each["channels"].get(channel.id) or "-" for channel in view.channels)
            marks = [words.text(f"mark_{mark}") for mark in ("tied", "bottom") if each[mark]]
            unit = units[each["unit"]].name if each["unit"] in units else each["unit"]
            rows.append((rank, unit, each["score"] or "-", " ".join(marks), *scores))
    return rows
