"""Turnout by panel: invited, present, issued, returned, not cast; people and ballots, never choices."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control_view import PanelView, RoundView
from console.safe_text import fit
from console.show_view import ShowView
from console.widgets.painted import Painted

NUMBER, NARROW_NUMBER, NARROWEST_NUMBER = 7, 6, 5
BAR = 20
WIDE = 70
WIDE_ENOUGH_FOR_BARS = 86  # the names come first
COLUMNS = ("expected", "present", "online", "issued", "returned", "not_cast")
NARROW_COLUMNS = ("expected", "present", "issued", "returned", "not_cast")
COUNTED_COLUMNS = ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")


@dataclass(frozen=True, slots=True)
class Turnout:
    """One row.  Issued and returned are None before the round opens, the rest of the identity before it is counted."""

    name: str
    expected: int
    present: int
    online: int | None
    issued: int | None
    returned: int | None
    valid: int | None = None
    invalid: int | None = None
    abstained: int | None = None

    @property
    def not_cast(self) -> int | None:
        return None if self.issued is None or self.returned is None else self.issued - self.returned

    def cell(self, column: str) -> str:
        value = getattr(self, column)
        return "-" if value is None else str(value)


def turnout(show: ShowView) -> tuple[Turnout, ...]:
    """A row for every panel of the focus round, then the sum where there are several."""
    if show.view is None:
        return ()
    round_ = show.focus_round
    panels = [each for each in show.view.panels if round_ is None or not round_.panels or each.id in round_.panels]
    rows = [_row(panel, round_, show.view.connected.get(panel.id)) for panel in panels]
    return (*rows, _sum(rows)) if len(rows) > 1 else tuple(rows)


def _row(panel: PanelView, round_: RoundView | None, online: int | None) -> Turnout:
    numbers = {} if round_ is None else round_.by.get(panel.id, {})
    name = panel.name + (" *" if panel.unverified else "")
    return Turnout(
        name,
        numbers.get("expected", panel.expected),
        numbers.get("present", panel.present),
        online,
        *(numbers.get(each) for each in ("issued", "returned", "valid", "invalid", "abstained")),
    )


def _sum(rows: list[Turnout]) -> Turnout:
    def total(column: str) -> int | None:
        values = [getattr(row, column) for row in rows]
        return None if any(value is None for value in values) else sum(values)

    return Turnout(
        "",
        sum(row.expected for row in rows),
        sum(row.present for row in rows),
        *(total(each) for each in ("online", "issued", "returned", "valid", "invalid", "abstained")),
    )


class TurnoutBoard(Painted):
    """While people vote: who is there and what is back.  Once counted: the whole accounting identity."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        rows = turnout(show)
        wide, counted = self.columns >= WIDE, any(row.valid is not None for row in rows)
        columns, width = _columns(wide, counted)
        bar = self.columns >= WIDE_ENOUGH_FOR_BARS and not counted
        room = self.columns - width * len(columns) - (BAR + 1 if bar else 0)
        head = fit(words.text("panel"), room) + "".join(
            _right(words.text(f"turnout_{name}"), width) for name in columns
        )
        lines = [Content.assemble((head, "dim"))]
        for row in rows:
            name = row.name or words.text("turnout_sum")
            text = fit(name, room) + "".join(_right(row.cell(column), width) for column in columns)
            lines.append(Content.assemble((text, "" if row.name else "bold"), (_bar(row) if bar else "", "$primary")))
        if show.view is not None and any(panel.unverified for panel in show.view.panels):
            lines.append(Content.assemble((words.text("unverified"), "dim italic")))
        return Content("\n").join(lines)


def _columns(wide: bool, counted: bool) -> tuple[tuple[str, ...], int]:
    if counted:
        return COUNTED_COLUMNS, NUMBER if wide else NARROWEST_NUMBER
    return (COLUMNS, NUMBER) if wide else (NARROW_COLUMNS, NARROW_NUMBER)


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def _bar(row: Turnout) -> str:
    """How many of the issued ballots are back; the numbers stand beside it."""
    if not row.issued or row.returned is None:
        return ""
    full = min(BAR, row.returned * BAR // row.issued)
    return " " + "━" * full + "·" * (BAR - full)
