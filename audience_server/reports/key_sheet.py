"""The key sheet of a notary or observer: one A4 page to keep, to sign, and to compare keys with by voice."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from fpdf import FPDF

from audience_server.locale.catalogue import Catalogue
from audience_server.reports.card_pen import Box, Pen
from audience_server.reports.fonts import Fonts
from audience_server.reports.qr_squares import qr_squares
from audience_server.reports.tables import plain

LEFT, WIDTH, TOP = 20.0, 170.0, 18.0
LINE = 9.0
GROUP = 8
A_LINE = 48


@dataclass(frozen=True, slots=True)
class SheetKey:
    """One key as the sheet shows it: what it is for, its vkey, and its digest in groups of four."""

    title: str
    vkey: str
    digest: str


def key_sheet(
    words: Catalogue, label: str, role: str, keys: Sequence[SheetKey], anchor: str | None, line: str
) -> bytes:
    """`role`: as people read it; `line`: for the session file.  The same values give the same bytes."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
    pdf.set_title(words.text("sheet_title"))
    pdf.add_page()
    with closing(Fonts(pdf)) as fonts:
        _Sheet(Pen(pdf, fonts), words).draw(plain(label), role, keys, anchor, line)
        return bytes(pdf.output())


class _Sheet:
    """Writes from the top of the page downwards."""

    def __init__(self, pen: Pen, words: Catalogue) -> None:
        self._pen = pen
        self._words = words
        self._y = TOP

    def draw(self, label: str, role: str, keys: Sequence[SheetKey], anchor: str | None, line: str) -> None:
        words = self._words
        self._text(words.text("sheet_title"), 20, 12)
        self._text(words.text("sheet_holder", name=label, role=role), 14, 9)
        for key in keys:
            self._key(key)
        if anchor is not None:
            self._anchor(anchor)
        self._text(words.text("sheet_line"), 11, 7)
        for part in _cut(line, 88):
            self._text(part, 9, 5)
        self._y += 4
        for number in range(1, 5):
            self._text(words.text(f"sheet_do_{number}"), 11, 7)
        self._y = 262.0
        self._text(words.text("sheet_signature"), 12, 9)
        self._text(words.text("sheet_footer"), 9, 6)

    def _key(self, key: SheetKey) -> None:
        self._text(key.title, 12, 8, bold=True)
        for part in _cut(key.vkey, A_LINE):
            self._text(" ".join(_cut(part, GROUP)), 10, 5.5)
        self._text(self._words.text("sheet_digest", digest=key.digest), 11, 8)

    def _anchor(self, anchor: str) -> None:
        self._text(self._words.text("sheet_anchor", anchor=" ".join(_cut(anchor, 4))), 12, 8, bold=True)
        self._pen.qr(qr_squares(anchor), LEFT, self._y, 32)
        self._y += 36

    def _text(self, text: str, size: float, height: float, bold: bool = False) -> None:
        self._pen.text(text, Box(LEFT, self._y, WIDTH, height), (size, 6), "left", bold=bold)
        self._y += height


def _cut(text: str, length: int) -> list[str]:
    return [text[place : place + length] for place in range(0, len(text), length)]
