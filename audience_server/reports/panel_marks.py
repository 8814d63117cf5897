"""How a panel's cards are told apart: by word, and by a shape and a colour, so that neither eye nor printer matters.

Shapes repeat after six panels and colours after seven, so 42 panels have pairs of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

Point = tuple[float, float]

SHAPES = ("circle", "triangle", "square", "diamond", "star", "hexagon")
COLOURS = (
    (0, 84, 147),  # blue
    (176, 58, 0),  # vermilion
    (0, 104, 71),  # green
    (122, 30, 110),  # purple
    (92, 68, 0),  # brown
    (0, 98, 110),  # teal
    (60, 60, 60),  # grey
)


@dataclass(frozen=True, slots=True)
class PanelMark:
    """White on `colour` reads at 4.5:1 or better."""

    shape: str
    colour: tuple[int, int, int]


def panel_mark(place: int) -> PanelMark:
    """The mark of the panel at `place` in the session file, from 0."""
    return PanelMark(SHAPES[place % len(SHAPES)], COLOURS[place % len(COLOURS)])


def corners(shape: str, centre: Point, radius: float) -> list[Point]:
    """The outline of a shape other than the circle."""
    if shape == "star":
        return [_on_circle(centre, radius * (0.42 if turn % 2 else 1), turn / 10) for turn in range(10)]
    count, turned = {"triangle": (3, 0.0), "square": (4, 1 / 8), "diamond": (4, 0.0), "hexagon": (6, 1 / 12)}[shape]
    return [_on_circle(centre, radius, turn / count + turned) for turn in range(count)]


def _on_circle(centre: Point, radius: float, turn: float) -> Point:
    angle = 2 * pi * turn - pi / 2
    return centre[0] + radius * cos(angle), centre[1] + radius * sin(angle)
