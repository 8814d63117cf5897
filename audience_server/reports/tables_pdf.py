"""Tables as a PDF: A4 landscape, the head on every page, rows that break across pages, every mark on every page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF

from audience_server.reports.fonts import Fonts
from audience_server.reports.tables import Sheets, Table, plain
from audience_server.reports.text_fit import POINT, break_lines, line_height

WIDTH, HEIGHT = 297.0, 210.0
LEFT, TOP, BOTTOM = 12.0, 12.0, 16.0
SIZE, TITLE_SIZE, SMALL = 9.0, 15.0, 8.0
PADDING = 1.2
HEAD_COLOUR = (232, 238, 244)
RULE = (120, 130, 140)


@dataclass(frozen=True, slots=True)
class TablesPdf:
    """The PDF, and the characters that no font held (printed as 〓)."""

    pdf: bytes
    missing: frozenset[str]


def tables_pdf(sheets: Sheets, fallback_font: Path | None = None) -> TablesPdf:
    """Every table on pages of its own; the same tables give the same bytes."""
    pdf = FPDF(orientation="landscape", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
    pdf.set_title(plain(sheets.title))
    pdf.set_lang(sheets.language)
    with closing(Fonts(pdf, fallback_font)) as fonts:
        for table in sheets.tables:
            _TablePages(pdf, fonts, sheets, table).draw()
        data = bytes(pdf.output())
        return TablesPdf(data, frozenset(fonts.missing))


class _TablePages:
    """One table's pages."""

    def __init__(self, pdf: FPDF, fonts: Fonts, sheets: Sheets, table: Table) -> None:
        self._pdf = pdf
        self._fonts = fonts
        self._sheets = sheets
        self._table = table
        room = WIDTH - 2 * LEFT
        whole = sum(column.width for column in table.columns)
        self._widths = [column.width * room / whole for column in table.columns]
        self._y = TOP

    def draw(self) -> None:
        self._page()
        for row in self._table.rows:
            self._row([self._lines(cell, width) for cell, width in zip(row, self._widths, strict=True)])

    def _lines(self, cell: str | int, width: float) -> list[str]:
        return break_lines(plain(cell), lambda part: self._fonts.measure(part, SIZE), width - 2 * PADDING)

    # pages

    def _page(self) -> None:
        self._pdf.add_page()
        self._y = TOP
        self._write(f"{self._sheets.title}  {self._table.title}", LEFT, TITLE_SIZE)
        self._y += line_height(TITLE_SIZE)
        for text in (self._sheets.rehearsal, self._sheets.subtitle, self._table.note):
            for line in break_lines(plain(text), lambda part: self._fonts.measure(part, SMALL), WIDTH - 2 * LEFT):
                if line:
                    self._write(line, LEFT, SMALL)
                    self._y += line_height(SMALL)
        self._y += 2
        heads = [
            self._lines(column.title, width) for column, width in zip(self._table.columns, self._widths, strict=True)
        ]
        self._boxes(heads, max(map(len, heads)), HEAD_COLOUR)
        self._foot()

    def _foot(self) -> None:
        kept, self._y = self._y, HEIGHT - BOTTOM + 4
        self._write(self._sheets.footer, LEFT, SMALL)
        number = str(self._pdf.page_no())
        self._write(number, WIDTH - LEFT - self._fonts.measure(number, SMALL), SMALL)
        self._y = kept

    # rows

    def _row(self, cells: list[list[str]]) -> None:
        """One row, in as many parts as pages need."""
        while any(cells):
            room = int((HEIGHT - BOTTOM - self._y - 2 * PADDING) / line_height(SIZE))
            needed = max(map(len, cells))
            if room < min(needed, 3):
                self._page()
                continue
            taken = min(room, needed)
            self._boxes([lines[:taken] for lines in cells], taken, None)
            cells = [lines[taken:] for lines in cells]

    def _boxes(self, cells: Sequence[Sequence[str]], lines: int, colour: tuple[int, int, int] | None) -> None:
        height = lines * line_height(SIZE) + 2 * PADDING
        x = LEFT
        self._pdf.set_draw_color(*RULE)
        self._pdf.set_line_width(0.15)
        for texts, width in zip(cells, self._widths, strict=True):
            if colour is not None:
                self._pdf.set_fill_color(*colour)
            self._pdf.rect(x, self._y, width, height, style="D" if colour is None else "DF")
            top = self._y
            self._y += PADDING
            for text in texts:
                self._write(text, x + PADDING, SIZE)
                self._y += line_height(SIZE)
            self._y = top
            x += width
        self._y += height

    def _write(self, text: str, x: float, size: float) -> None:
        self._pdf.set_text_color(0)
        for family, part in self._fonts.runs(plain(text)):
            self._pdf.set_font(family, size=size)
            self._pdf.text(x, self._y + size * POINT, part)
            x += self._fonts.measure(part, size)
