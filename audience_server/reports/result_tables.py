"""Results, account of ballots and counts as tables, from what the record decided: nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from audience_server.domain.rundown import Rundown
from audience_server.locale.catalogue import catalogue
from audience_server.reports.tables import Cell, Column, Table

IDENTITY = ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")


class ResultTables:
    """`results` as in results.json; `reports` the published lock shapes, in the order of their rounds."""

    def __init__(self, rundown: Rundown, results: Mapping[str, Any], reports: Sequence[Mapping[str, Any]]) -> None:
        self._rundown = rundown
        self._words = catalogue(rundown.session.language, "register")
        self._results = results
        self._reports = reports
        self._unit_names = {unit.id: unit.name for unit in rundown.units}

    def results(self) -> Table:
        channels = self._rundown.result.channels
        columns = [Column(self._words.text(f"col_{name}"), 24) for name in ("category", "rank", "unit", "score")]
        for channel in channels:
            weight = f"{float(channel.weight):g}"
            columns.append(Column(self._words.text("col_channel", name=channel.name, weight=weight), 24))
        rows: list[tuple[Cell, ...]] = []
        for unit in sorted(self._results["units"], key=self._order):
            scores = [unit["channels"].get(channel.id) or "" for channel in channels]
            rank = unit["rank"] if unit["rank"] is not None else ""
            category = self._rundown.category(unit["category"]).name
            rows.append((category, rank, self._unit_names[unit["unit"]], unit["score"] or "", *scores))
        note = "" if self._results["complete"] else self._words.text("results_incomplete")
        return Table("results", self._words.text("results_title"), tuple(columns), tuple(rows), note)

    def _order(self, unit: Mapping[str, Any]) -> tuple[int, int]:
        places = [category.id for category in self._rundown.categories]
        return places.index(unit["category"]), unit["rank"] or len(self._unit_names)

    def accounting(self) -> Table:
        """应到 … 未投, round by round and panel by panel."""
        columns = [Column(self._words.text(f"col_{name}"), 40) for name in ("round", "panel")]
        columns += [Column(self._words.text(f"col_{name}"), 16) for name in IDENTITY]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self._title(report), self._rundown.panel(panel).name, *(int(numbers[name]) for name in IDENTITY))
            for report in self._reports
            for panel, numbers in report["by"].items()
        )
        return Table("accounting", self._words.text("accounting_title"), tuple(columns), rows)

    def counts(self) -> Table:
        """Every published cell; what is withheld says so."""
        names = ("round", "panel", "unit", "criterion", "option", "votes")
        columns = tuple(Column(self._words.text(f"col_{name}"), 30) for name in names)
        rows = tuple(row for report in self._reports for row in self._count_rows(report))
        note = self._words.text("counts_note", small=self._rundown.session.small_cell)
        return Table("counts", self._words.text("counts_title"), columns, rows, note)

    def _count_rows(self, report: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
        round_ = self._rundown.round(report["round"])
        for panel, numbers in report["by"].items():
            start = (self._title(report), self._rundown.panel(panel).name)
            counts = numbers["counts"]
            if counts is None:
                yield (*start, "", "", "", self._words.text("withheld"))
            elif round_.kind == "select":
                yield from ((*start, self._unit_names[unit], "", "", number) for unit, number in counts.items())
            elif round_.asks_own_question:
                own = {option.id: option.name for option in round_.options}
                yield from self._cell_rows((*start, "", round_.title), own, counts)
            else:
                by_unit = counts if round_.kind == "sheet" else {round_.units[0]: counts}
                for unit, cells in by_unit.items():
                    for item, cell in cells.items():
                        names = {option.id: option.name for option in self._rundown.scale_of(item).options}
                        title = self._rundown.criterion(item).name
                        yield from self._cell_rows((*start, self._unit_names[unit], title), names, cell)

    def _cell_rows(
        self, start: tuple[Cell, ...], names: Mapping[str, str], cell: Mapping[str, int]
    ) -> Iterator[tuple[Cell, ...]]:
        labels = {**names, "blank": self._words.text("blank_option")}
        yield from ((*start, labels.get(option, option), number) for option, number in cell.items())

    def _title(self, report: Mapping[str, Any]) -> str:
        return f"{report['round']}  {self._rundown.round(report['round']).title}"
