"""The key sheet of a notary or observer: one A4 page to keep, to sign, and to compare keys with by voice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from fpdf import FPDF

from audience_server.locale.catalogue import Catalogue
from audience_server.reports.card_pen import Box, Pen, column_width, columns_of
from audience_server.reports.fonts import Fonts
from audience_server.reports.qr_squares import qr_squares
from audience_server.reports.tables import plain

LEFT, WIDTH, TOP = 20.0, 170.0, 16.0
INDENT = 26.0
KEY, SMALL = 10.0, 8.5
GROUP = 4
KEYS, KEY_LENGTH = ("witness", "statement"), 44


@dataclass(frozen=True, slots=True)
class SheetKey:
    """One key as the sheet shows it: what it is for, its vkey, and its digest in hex."""

    title: str
    vkey: str
    digest: str


def key_sheet(
    words: Catalogue,
    label: str,
    role: str,
    keys: Sequence[SheetKey],
    anchor: str | None,
    fields: Sequence[tuple[str, str]],
) -> bytes:
    """`role`: as people read it; `fields`: of the session file's line.  The same values give the same bytes."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
    pdf.set_title(words.text("sheet_title"))
    pdf.add_page()
    with closing(Fonts(pdf)) as fonts:
        _Sheet(Pen(pdf, fonts), words).draw(plain(label), role, keys, anchor, fields)
        return bytes(pdf.output())


class _Sheet:
    """Writes from the top of the page downwards."""

    def __init__(self, pen: Pen, words: Catalogue) -> None:
        self._pen = pen
        self._words = words
        self._y = TOP

    def draw(
        self, label: str, role: str, keys: Sequence[SheetKey], anchor: str | None, fields: Sequence[tuple[str, str]]
    ) -> None:
        words = self._words
        self._text(words.text("sheet_title"), 20, 12)
        self._text(words.text("sheet_holder", name=label, role=role), 14, 9)
        for key in keys:
            self._key(key)
        if anchor is not None:
            self._anchor(anchor)
        self._text(words.text("sheet_line"), 11, 7)
        for name, value in fields:
            self._field(f"{name} =", json.dumps(value, ensure_ascii=False), is_key=name in KEYS)
        self._y += 3
        for number in range(1, 5):
            self._text(words.text(f"sheet_do_{number}"), 11, 6.5)
        self._y = 266.0
        self._text(words.text("sheet_signature"), 12, 9)
        self._text(words.text("sheet_footer"), 9, 6)

    def _key(self, key: SheetKey) -> None:
        """Its three parts apart, for a base64 key has plus signs of its own."""
        name, number, public = key.vkey.split("+", 2)
        self._text(key.title, 12, 8, bold=True)
        parts = (("sheet_key_name", name, 0), ("sheet_key_id", number, GROUP), ("sheet_key_public", public, GROUP))
        for title, part, group in (*parts, ("sheet_digest", key.digest, GROUP)):
            self._named(self._words.text(title), part, KEY, group)
        self._y += 2

    def _anchor(self, anchor: str) -> None:
        self._text(self._words.text("sheet_anchor"), 12, 8, bold=True)
        self._pen.columns(anchor, (LEFT, self._y), 13, GROUP)
        self._pen.qr(qr_squares(anchor), LEFT + WIDTH - 30, self._y - 8, 30)
        self._y += 25

    def _field(self, name: str, value: str, is_key: bool) -> None:
        """Of a key its base64 begins a line, as it stands above."""
        head = value.rindex("+", 0, -KEY_LENGTH) + 1 if is_key else len(value)
        self._named(name, value[:head], SMALL)
        if is_key:
            self._named("", value[head:], SMALL)

    def _named(self, name: str, value: str, size: float, group: int = 0) -> None:
        """A value in columns, broken where the line ends and nowhere else."""
        self._pen.text(name, Box(LEFT, self._y - 0.7, INDENT - 1, size * 0.55), (9, 6), "left")
        room = int((WIDTH - INDENT) / column_width(size))
        for part in _cut(value, (room + 1) // (group + 1) * group if group else room):
            self._pen.columns(part, (LEFT + INDENT, self._y), size, group)
            self._y += size * 0.52
        self._y += 0.4

    def _text(self, text: str, size: float, height: float, bold: bool = False) -> None:
        self._pen.text(text, Box(LEFT, self._y, WIDTH, height), (size, 6), "left", bold=bold)
        self._y += height


def _cut(text: str, most: int) -> list[str]:
    """Parts of at most so many columns."""
    parts, taken = [""], 0
    for character in text:
        needed = columns_of(character)
        if taken + needed > most:
            parts.append("")
            taken = 0
        parts[-1] += character
        taken += needed
    return parts
