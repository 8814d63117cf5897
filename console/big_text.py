"""Clock digits that are read from across a control room: three rows of half blocks, or five of full ones.  Pure."""

from __future__ import annotations

_PIXELS = {
    "0": ("111", "101", "101", "101", "111"),
    "1": ("010", "110", "010", "010", "111"),
    "2": ("111", "001", "111", "100", "111"),
    "3": ("111", "001", "111", "001", "111"),
    "4": ("101", "101", "111", "001", "001"),
    "5": ("111", "100", "111", "001", "111"),
    "6": ("111", "100", "111", "101", "111"),
    "7": ("111", "001", "001", "010", "010"),
    "8": ("111", "101", "111", "101", "111"),
    "9": ("111", "101", "111", "001", "111"),
    ":": ("0", "1", "0", "1", "0"),
    "-": ("00", "00", "11", "00", "00"),
}
_HALVES = {("0", "0"): " ", ("1", "0"): "▀", ("0", "1"): "▄", ("1", "1"): "█"}


def big_text(text: str, wide: bool) -> str:
    """`text` of digits, colon and minus, drawn with blocks."""
    rows = ["0".join(_PIXELS[character][row] for character in text) for row in range(5)]
    if wide:
        return "\n".join("".join("██" if pixel == "1" else "  " for pixel in row) for row in rows)
    rows.append("0" * len(rows[0]))
    pairs = zip(rows[0::2], rows[1::2], strict=True)
    return "\n".join("".join(_HALVES[pixels] for pixels in zip(*pair, strict=True)) for pair in pairs)
