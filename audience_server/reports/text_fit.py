"""Lines that fit a box: Chinese breaks between any two characters, Latin between words.

Pure: the width of a string is asked of the caller. A text that fits at no allowed size is cut with "…", visibly.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[str, float], float]

LEADING = 1.3
POINT = 25.4 / 72

_PIECES = re.compile(r"[!-~À-ž]+[ \u00a0]?|.")
_NEVER_FIRST = "，。、；：？！）》〉」』】〕”’…·%,.;:?!)]}"
_NEVER_LAST = "([{（《〈「『【〔“‘①②③④⑤⑥⑦⑧⑨"
_STEP = 0.5


@dataclass(frozen=True, slots=True)
class FittedText:
    """Lines and the size (points) at which they fit."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """In millimetres."""
        return len(self.lines) * line_height(self.size)


def line_height(size: float) -> float:
    """Millimetres from line to line."""
    return size * POINT * LEADING


def fit_text(text: str, measure: Measure, width: float, height: float, largest: float, smallest: float) -> FittedText:
    """`text` at the largest size, in half points, at which it stands within the box of millimetres."""
    size = largest
    while True:
        fitted = FittedText(tuple(break_lines(text, lambda part, at=size: measure(part, at), width)), size)  # type: ignore[misc]
        if fitted.height <= height:
            return fitted
        if size - _STEP < smallest:
            return _cut(fitted, measure, width, height)
        size -= _STEP


def break_lines(text: str, measure: Callable[[str], float], width: float) -> list[str]:
    """Greedy lines no wider than `width`, unless a single character is."""
    lines = [""]
    for piece in _unbreakable(text):
        if not lines[-1] or measure((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
        while measure(lines[-1].rstrip()) > width and len(lines[-1]) > 1:
            kept = _longest_start(lines[-1], measure, width)
            lines[-1:] = [lines[-1][:kept], lines[-1][kept:]]
    return [line.strip() for line in lines]


def _unbreakable(text: str) -> list[str]:
    """Words and single characters, with signs kept beside what they belong to."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        if pieces and (piece[0] in _NEVER_FIRST or pieces[-1][-1] in _NEVER_LAST):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _longest_start(text: str, measure: Callable[[str], float], width: float) -> int:
    length = 1
    while length < len(text) - 1 and measure(text[: length + 1]) <= width:
        length += 1
    return length


def _cut(fitted: FittedText, measure: Measure, width: float, height: float) -> FittedText:
    rows = max(1, int(height / line_height(fitted.size)))
    lines = list(fitted.lines[:rows])
    last = lines[-1]
    while last and measure(last + "…", fitted.size) > width:
        last = last[:-1]
    return FittedText((*lines[:-1], last + "…"), fitted.size)
