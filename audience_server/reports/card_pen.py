"""Draws text, codes and shapes into boxes of a PDF page. Knows millimetres; knows no card."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal
from unicodedata import east_asian_width

from fpdf import FPDF

from audience_server.reports.fonts import Fonts
from audience_server.reports.panel_marks import PanelMark, corners
from audience_server.reports.qr_squares import QrSquares
from audience_server.reports.text_fit import POINT, FittedText, fit_text, line_height

Align = Literal["left", "centre"]
Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
_BASELINE = 0.88
_COLUMN = 0.64  # of the size; the few letters that are wider are set narrower


def column_width(size: float) -> float:
    """Millimetres from one column of `Pen.columns` to the next."""
    return size * POINT * _COLUMN


def columns_of(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width and height in millimetres."""

    x: float
    y: float
    width: float
    height: float

    def inside(self, margin: float) -> Box:
        return Box(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)


class Pen:
    """One document's drawing hand."""

    def __init__(self, pdf: FPDF, fonts: Fonts) -> None:
        self._pdf = pdf
        self._fonts = fonts
        self._fitted = cache(self._fit)

    def text(
        self,
        text: str,
        box: Box,
        sizes: tuple[float, float],
        align: Align = "centre",
        colour: Colour = BLACK,
        bold: bool = False,
    ) -> None:
        """`text` in the middle of the box's height, between the largest and the smallest of `sizes`."""
        fitted = self._fitted(text, box.width, box.height, *sizes)
        step = line_height(fitted.size)
        y = box.y + (box.height - fitted.height) / 2 + (step - fitted.size * POINT) / 2
        for line in fitted.lines:
            spare = box.width - self._fonts.measure(line, fitted.size)
            x = box.x + (spare / 2 if align == "centre" else 0)
            self._line(line, x, y + fitted.size * POINT * _BASELINE, fitted.size, colour, bold)
            y += step

    def spaced(self, text: str, box: Box, size: float) -> None:
        """Each character in the middle of a cell of its own, so that codes stand in columns."""
        cell = box.width / len(text)
        y = box.y + (box.height + size * POINT * 0.74) / 2
        for place, character in enumerate(text):
            x = box.x + place * cell + (cell - self._fonts.measure(character, size)) / 2
            self._line(character, x, y, size, BLACK, bold=True)

    def columns(self, text: str, at: tuple[float, float], size: float, group: int = 0) -> None:
        """Characters in columns of one width from the left, so that two keys can be compared by eye.

        `at`: left and top; `group`: behind so many of them a column stays free. A wide character takes two columns.
        """
        x, step, places = at[0], column_width(size), []
        for place, character in enumerate(text):
            x += step if group and place and place % group == 0 else 0
            room = step * columns_of(character)
            places.append((character, x, room, self._fonts.measure(character, size)))
            x += room
        # measured before, for a stretched font measures otherwise
        for character, left, room, width in places:
            most = room * 0.94
            self._pdf.set_stretching(min(100, 100 * most / width))
            self._line(character, left + (room - min(width, most)) / 2, at[1] + size * POINT, size, BLACK, bold=False)
        self._pdf.set_stretching(100)

    def fill(self, box: Box, colour: Colour) -> None:
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(box.x, box.y, box.width, box.height, style="F")

    def qr(self, squares: QrSquares, x: float, y: float, side: float) -> None:
        module = side / squares.modules
        self._pdf.set_fill_color(*BLACK)
        for column, row, length in squares.runs:
            # one path a rectangle; the sliver more closes the hairlines that viewers leave between rows
            self._pdf.rect(x + column * module, y + row * module, length * module, module * 1.02, style="F")

    def mark(self, mark: PanelMark, centre: tuple[float, float], radius: float, colour: Colour) -> None:
        self._pdf.set_fill_color(*colour)
        if mark.shape == "circle":
            self._pdf.circle(*centre, radius, style="F")
        else:
            self._pdf.polygon(corners(mark.shape, centre, radius), style="F")

    def line(self, start: tuple[float, float], end: tuple[float, float], dashes: tuple[float, float] | None) -> None:
        self._pdf.set_draw_color(110)
        self._pdf.set_line_width(0.15)
        if dashes:
            self._pdf.set_dash_pattern(*dashes)
        self._pdf.line(*start, *end)
        self._pdf.set_dash_pattern()

    def _fit(self, text: str, width: float, height: float, largest: float, smallest: float) -> FittedText:
        return fit_text(text, self._fonts.measure, width, height, largest, smallest)

    def _line(self, text: str, x: float, y: float, size: float, colour: Colour, bold: bool) -> None:
        self._pdf.set_text_color(*colour)
        for family, part in self._fonts.runs(text):
            self._pdf.set_font(family, size=size)
            if bold:
                with self._pdf.local_context(text_mode="FILL_STROKE", line_width=size * 0.008, draw_color=colour):
                    self._pdf.text(x, y, part)
            else:
                self._pdf.text(x, y, part)
            x += self._fonts.measure(part, size)
