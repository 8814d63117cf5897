"""封存核对单: the digests of what is sealed, line by line, with boxes to tick and places to sign."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime

from fpdf import FPDF

from audience_server.locale.catalogue import Catalogue
from audience_server.reports.card_pen import Box, Pen
from audience_server.reports.fonts import Fonts
from audience_server.reports.tables import plain

LEFT, WIDTH, TOP, BOTTOM = 18.0, 174.0, 16.0, 262.0
ROW = 13.0


Row = tuple[int, tuple[str, str]]


def inspection_sheet(words: Catalogue, origin: str, sheet: Mapping[str, str]) -> bytes:
    """`sheet`: name -> SHA-256 in hex.  The same values give the same bytes."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
    pdf.set_title(words.text("inspection_title"))
    with closing(Fonts(pdf)) as fonts:
        pen = Pen(pdf, fonts)
        rows = list(enumerate(sheet.items(), 1))
        while rows:
            rows = _page(pdf, pen, words, origin, rows)
        return bytes(pdf.output())


def _page(pdf: FPDF, pen: Pen, words: Catalogue, origin: str, rows: list[Row]) -> list[Row]:
    """One page; the rows that did not fit."""
    pdf.add_page()
    pen.text(words.text("inspection_title"), Box(LEFT, TOP, WIDTH, 12), (20, 12), "left")
    pen.text(plain(origin), Box(LEFT, TOP + 12, WIDTH, 7), (11, 7), "left")
    pen.text(words.text("inspection_hint"), Box(LEFT, TOP + 19, WIDTH, 7), (10, 7), "left")
    y = TOP + 29
    place = 0
    while place < len(rows) and y + ROW <= BOTTOM:
        number, (name, digest) = rows[place]
        pen.text(f"{number}.  {_title(words, name)}", Box(LEFT, y, WIDTH - 12, 6), (11, 7), "left", bold=True)
        groups = " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
        pen.text(groups, Box(LEFT + 8, y + 6, WIDTH - 20, 5), (9.5, 7), "left")
        for start, end in _square(LEFT + WIDTH - 8, y + 2, 6):
            pen.line(start, end, None)
        y += ROW
        place += 1
    pen.text(words.text("inspection_sign"), Box(LEFT, BOTTOM + 4, WIDTH, 9), (12, 8), "left")
    pen.text(words.text("sheet_footer"), Box(LEFT, BOTTOM + 14, WIDTH, 6), (9, 6), "left")
    return rows[place:]


Line = tuple[tuple[float, float], tuple[float, float]]


def _square(x: float, y: float, side: float) -> list[Line]:
    a, b, c, d = (x, y), (x + side, y), (x + side, y + side), (x, y + side)
    return [(a, b), (b, c), (c, d), (d, a)]


def _title(words: Catalogue, name: str) -> str:
    """What people call a line; rolls keep their path, which the evidence uses too."""
    key = {"rules.toml": "line_rules", "page": "line_page", "software server": "line_server"}.get(name)
    if name == "software console":
        key = "line_console"
    if key is not None:
        return words.text(key)
    return words.text("line_roll", path=plain(name)) if name.startswith("rolls/") else plain(name)
