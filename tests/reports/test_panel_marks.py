"""A panel's shape and colour."""

from math import hypot, isclose

import pytest

from audience_server.reports.panel_marks import COLOURS, SHAPES, corners, panel_mark


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", COLOURS)
def test_white_words_read_on_every_colour(colour: tuple[int, int, int]) -> None:
    """WORDS.md: contrast of 4.5:1 or better."""
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_forty_two_panels_have_marks_of_their_own() -> None:
    assert len({(panel_mark(place).shape, panel_mark(place).colour) for place in range(42)}) == 42


def test_neighbouring_panels_differ_in_shape_and_in_colour() -> None:
    for place in range(41):
        assert panel_mark(place).shape != panel_mark(place + 1).shape
        assert panel_mark(place).colour != panel_mark(place + 1).colour


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "circle"])
def test_shapes_stand_within_their_circle(shape: str) -> None:
    outline = corners(shape, (10, 20), 5)
    assert isclose(max(hypot(x - 10, y - 20) for x, y in outline), 5)
    assert {"triangle": 3, "square": 4, "diamond": 4, "star": 10, "hexagon": 6}[shape] == len(outline)
