"""封存核对单: the digests of what is sealed, line by line, with boxes to tick and places to sign.

What the record's first entry binds comes first, under the name that it has there; then the software, then every roll.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime

from fpdf import FPDF

from audience_server.locale.catalogue import Catalogue
from audience_server.reports.card_pen import Box, Pen
from audience_server.reports.fonts import Fonts
from audience_server.reports.tables import plain

LEFT, WIDTH, TOP, BOTTOM = 18.0, 174.0, 16.0, 258.0
ROW, TIGHT = 13.0, 6.4
DIGEST, SMALL_DIGEST = 8.5, 6.8
PATH = 42.0
GROUP = 4
ROLLS = "rolls/"
TITLES = {
    "origin": "line_origin",
    "rules": "line_rules",
    "page": "line_page",
    "policy": "line_policy",
    "rolls": "line_rolls",
    "software server": "line_server",
    "software console": "line_console",
}


def named(words: Catalogue, name: str) -> str:
    """A line's name, with what people call it; a roll is called by its path in the evidence."""
    return f"{plain(name)}  {words.text(TITLES[name])}" if name in TITLES else plain(name)


def inspection_sheet(words: Catalogue, origin: str, sheet: Mapping[str, str]) -> bytes:
    """`sheet`: name -> SHA-256 in hex.  The same values give the same bytes."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
    pdf.set_title(words.text("inspection_title"))
    with closing(Fonts(pdf)) as fonts:
        drawn = _Sheet(pdf, Pen(pdf, fonts), words, plain(origin))
        for number, name in enumerate(sorted(sheet, key=lambda each: each.startswith(ROLLS)), 1):
            drawn.row(number, name, sheet[name])
        drawn.close()
        return bytes(pdf.output())


class _Sheet:
    """Writes from the top downwards; whoever does not fit begins the next page."""

    def __init__(self, pdf: FPDF, pen: Pen, words: Catalogue, origin: str) -> None:
        self._pdf = pdf
        self._pen = pen
        self._words = words
        self._origin = origin
        self._y = 0.0
        self._begin()

    def row(self, number: int, name: str, digest: str) -> None:
        """The box to tick stands at the right, the name above its digest; a roll's stands before it."""
        is_roll = name.startswith(ROLLS)
        height = TIGHT if is_roll else ROW
        if self._y + height > BOTTOM:
            self.close()
            self._begin()
        title = f"{number}.  {named(self._words, name)}"
        if is_roll:
            self._pen.text(title, Box(LEFT, self._y, PATH, height), (8, 6), "left")
            self._pen.columns(digest, (LEFT + PATH + 1, self._y + 1.8), SMALL_DIGEST, GROUP)
        else:
            self._pen.text(title, Box(LEFT, self._y, WIDTH - 12, 6), (11, 7), "left", bold=True)
            self._pen.columns(digest, (LEFT + 8, self._y + 6.5), DIGEST, GROUP)
        self._tick(4.4 if is_roll else 6, height)
        self._y += height

    def close(self) -> None:
        """What stands at the foot of every page: who was there, and what this page is not."""
        self._pen.text(self._words.text("inspection_sign"), Box(LEFT, BOTTOM + 6, WIDTH, 9), (12, 8), "left")
        foot = self._words.text("inspection_foot", page=self._pdf.page_no())
        self._pen.text(foot, Box(LEFT, BOTTOM + 17, WIDTH, 6), (9, 6), "left")

    def _begin(self) -> None:
        self._pdf.add_page()
        self._pen.text(self._words.text("inspection_title"), Box(LEFT, TOP, WIDTH, 12), (20, 12), "left")
        self._pen.text(self._origin, Box(LEFT, TOP + 12, WIDTH, 7), (11, 7), "left")
        self._pen.text(self._words.text("inspection_hint"), Box(LEFT, TOP + 19, WIDTH, 7), (10, 7), "left")
        self._y = TOP + 29

    def _tick(self, side: float, height: float) -> None:
        x, y = LEFT + WIDTH - side, self._y + (height - side) / 2
        a, b, c, d = (x, y), (x + side, y), (x + side, y + side), (x, y + side)
        for start, end in ((a, b), (b, c), (c, d), (d, a)):
            self._pen.line(start, end, None)
