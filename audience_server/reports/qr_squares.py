"""A QR code as rectangles: vectors stay sharp on every printer."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

QUIET_ZONE = 4


@dataclass(frozen=True, slots=True)
class QrSquares:
    """`runs` are (column, row, length) of dark modules, counted from the corner of the quiet zone."""

    modules: int
    runs: tuple[tuple[int, int, int], ...]


def qr_squares(text: str) -> QrSquares:
    """Level Q, for paper that is folded and handled; the quiet zone is part of the square."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    runs = tuple((column, row, length) for row, line in enumerate(matrix) for column, length in _runs(line))
    return QrSquares(len(matrix), runs)


def _runs(line: list[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for column, dark in enumerate(line):
        if not dark:
            continue
        if found and sum(found[-1]) == column:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((column, 1))
    return found
