"""The one font that every PDF embeds, and what happens to a character it lacks.

Viewers and print shops need no Chinese font of their own. A character that neither the shipped subset
(fonts/PROVENANCE.md) nor the fallback holds is printed as 〓 and named in `missing`: never a silent blank.
"""

from __future__ import annotations

import logging
from itertools import groupby
from pathlib import Path

from fontTools.ttLib import TTLibError  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.errors import FPDFException

from audience_server.reports.text_fit import POINT

FONT_FILE = Path(__file__).parent / "fonts" / "NotoSansCJKsc-Regular-subset.otf"
MISSING_MARK = "〓"

_EM = 1000
_FONT_STARTS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")


class BadFont(ValueError):
    """The fallback font cannot be read or may not be embedded."""


class Fonts:
    """The fonts of one document: which of them holds a character, and how wide it is. Close it after the output."""

    def __init__(self, pdf: FPDF, fallback: Path | None = None) -> None:
        # fontTools tells of every table it drops while subsetting
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        self._pdf = pdf
        self._add("main", FONT_FILE)
        self._families = ["main"]
        if fallback is not None:
            try:
                _refuse_other_files(fallback)
                self._add("fallback", fallback)
            except (OSError, FPDFException, TTLibError) as error:
                self.close()
                raise BadFont(f"{fallback}: {error}") from error
            self._families.append("fallback")
        self.missing: set[str] = set()
        self._widths: dict[str, float] = {}

    def runs(self, text: str) -> list[tuple[str, str]]:
        """`text` as (family, part); a character that no font holds has become 〓 and is remembered."""
        placed = [self._place(character) for character in text]
        return [(family, "".join(part for _, part in group)) for family, group in groupby(placed, key=lambda at: at[0])]

    def measure(self, text: str, size: float) -> float:
        """Millimetres that `text` takes at `size` points."""
        return sum(self._width(character) for character in text) * size * POINT / _EM

    def close(self) -> None:
        for family in self._families:
            self._pdf.fonts[family].close()  # type: ignore[union-attr]

    def _add(self, family: str, file: Path) -> None:
        self._pdf.add_font(family, fname=file)
        # the boxes of the whole font are right for a part of it, and drawing every glyph to find smaller ones takes
        # most of a form's time
        self._pdf.fonts[family].ttfont.recalcBBoxes = False  # type: ignore[union-attr]

    def _place(self, character: str) -> tuple[str, str]:
        for family in self._families:
            if self._holds(family, character):
                return family, character
        self.missing.add(character)
        return "main", MISSING_MARK

    def _holds(self, family: str, character: str) -> bool:
        return ord(character) in self._pdf.fonts[family].cmap  # type: ignore[union-attr]

    def _width(self, character: str) -> float:
        if character not in self._widths:
            family, shown = self._place(character)
            self._pdf.set_font(family, size=_EM)
            self._widths[character] = self._pdf.get_string_width(shown) / POINT
        return self._widths[character]


def _refuse_other_files(file: Path) -> None:
    with file.open("rb") as handle:
        if handle.read(4) not in _FONT_STARTS:
            raise FPDFException("neither TTF nor OTF nor TTC")
