"""The counts of the round on screen, as soon as the view holds them and never before."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control import View
from audience_server.wire.control_view import RoundView
from console.counts import CountTable, count_tables, has_counts, identity_rows, read_aloud
from console.safe_text import broken, fit
from console.show_view import ShowView
from console.widgets.painted import Painted

NAME = 14
MOST_TABLES = 6
NARROWEST, GAP = 4, 2
SCROLLBAR = 1


def table_lines(table: CountTable, columns: int) -> list[Content]:
    """The table as lines of at most `columns` cells; options that do not fit go on below."""
    lines = [Content.assemble((table.title, "bold"))] if table.title else []
    for places in _folded(table.columns, columns - NAME):
        widths = {place: _width(table.columns[place]) for place in places}
        head = "".join(_right(table.columns[place], widths[place]) for place in places)
        lines.append(Content.assemble((" " * NAME + head, "dim")))
        for name, numbers in table.rows:
            shown = "".join(_right(str(numbers[place]), widths[place]) for place in places)
            lines.append(Content(fit(name, NAME) + shown))
    return lines


def _width(name: str) -> int:
    return max(NARROWEST, cell_len(name)) + GAP


def _folded(names: tuple[str, ...], room: int) -> list[list[int]]:
    """The places of the columns, broken into as many lines as it takes."""
    folded: list[list[int]] = [[]]
    used = 0
    for place, name in enumerate(names):
        if folded[-1] and used + _width(name) > room:
            folded.append([])
            used = 0
        folded[-1].append(place)
        used += _width(name)
    return folded


def _right(text: str, width: int) -> str:
    return " " * max(0, width - cell_len(text)) + text


class CountBoard(Painted):
    """Short on the main screen; the results screen shows all of a large sheet."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        round_ = show.focus_round
        if show.view is None or round_ is None or not has_counts(round_):
            return Content("")
        return round_report(round_, show.view, words, self.columns, MOST_TABLES)


def round_report(round_: RoundView, view: View, words: Catalogue, columns: int, most: int) -> Content:
    """Counts by question, and the sentences to read aloud."""
    tables = count_tables(round_, view, words)
    lines: list[Content] = []
    for table in tables[:most]:
        lines += table_lines(table, columns)
    if len(tables) > most:
        lines.append(Content(words.text("more_tables", count=len(tables) - most)))
    said = [read_aloud(name, numbers, words) for name, numbers in identity_rows(round_, view)]
    spoken = [Content(line) for sentence in said for line in broken(sentence, columns - SCROLLBAR)]
    return Content("\n").join([*lines, Content(""), *spoken])
