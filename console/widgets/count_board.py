"""The counts of the round on screen, as soon as the view holds them and never before."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control import RoundView, View
from console.counts import IDENTITY, CountTable, count_tables, has_counts, identity_rows, read_aloud, vote_score
from console.safe_text import fit
from console.show_view import ShowView
from console.widgets.painted import Painted

NAME = 18
MOST_TABLES = 6
NARROWEST = 6


def table_lines(table: CountTable, columns: int) -> list[Content]:
    """The table as lines of at most `columns` cells; options that do not fit go on below."""
    width = max(NARROWEST, *(cell_len(name) + 2 for name in table.columns), 0)
    at_once = max(1, (columns - NAME) // width)
    lines = [Content.assemble((table.title, "bold"))] if table.title else []
    for first in range(0, len(table.columns), at_once):
        names = table.columns[first : first + at_once]
        lines.append(Content.assemble((" " * NAME + "".join(_right(name, width) for name in names), "dim")))
        for name, numbers in table.rows:
            shown = "".join(_right(str(number), width) for number in numbers[first : first + at_once])
            lines.append(Content(fit(name, NAME) + shown))
    return lines


def identity_lines(round_: RoundView, view: View, words: Catalogue) -> list[Content]:
    rows = identity_rows(round_, view)
    if not rows:
        return []
    width = max(NARROWEST, *(cell_len(words.text(f"identity_{name}")) + 2 for name in IDENTITY))
    head = " " * NAME + "".join(_right(words.text(f"identity_{name}"), width) for name in IDENTITY)
    lines = [Content.assemble((head, "dim"))]
    for name, numbers in rows:
        lines.append(Content(fit(name, NAME) + "".join(_right(str(numbers[each]), width) for each in IDENTITY)))
    return lines


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
    """Counts, identity, score and the sentences to read aloud."""
    lines: list[Content] = []
    score = vote_score(round_, view)
    if score is not None:
        lines.append(Content.assemble((words.text("vote_score", score=score), "bold")))
    tables = count_tables(round_, view, words)
    for table in tables[:most]:
        lines += table_lines(table, columns)
    if len(tables) > most:
        lines.append(Content(words.text("more_tables", count=len(tables) - most)))
    lines += [Content(""), *identity_lines(round_, view, words), Content("")]
    lines += [Content(read_aloud(name, numbers, words)) for name, numbers in identity_rows(round_, view)]
    return Content("\n").join(lines)
