"""The join address as a QR of half blocks, black on white whatever the theme, with a quiet zone."""

from __future__ import annotations

from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode
from textual.content import Content
from textual.style import Style

BLACK, WHITE = "#000000", "#ffffff"
QUIET, LEAST_QUIET = 4, 2


def qr_lines(text: str, columns: int, rows: int) -> Content | None:
    """The largest code that fits: more correction and a wider quiet zone where there is room.  None: nothing fits."""
    for level in (ERROR_CORRECT_M, ERROR_CORRECT_L):
        for quiet in (QUIET, LEAST_QUIET):
            matrix = _matrix(text, level, quiet)
            if len(matrix) <= columns and (len(matrix) + 1) // 2 <= rows:
                return _half_blocks(matrix)
    return None


def _matrix(text: str, level: int, quiet: int) -> list[list[bool]]:
    code = QRCode(error_correction=level, border=quiet)
    code.add_data(text)
    code.make(fit=True)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


def _half_blocks(matrix: list[list[bool]]) -> Content:
    """Two modules a character: the upper one in the foreground, the lower one in the background."""
    lines = []
    for top in range(0, len(matrix), 2):
        upper = matrix[top]
        lower = matrix[top + 1] if top + 1 < len(matrix) else [False] * len(upper)
        lines.append(Content.assemble(*(("▀", _style(*pair)) for pair in zip(upper, lower, strict=True))))
    return Content("\n").join(lines)


def _style(upper: bool, lower: bool) -> Style:
    return Style.parse(f"{BLACK if upper else WHITE} on {BLACK if lower else WHITE}")
