"""What the published formula can give, before anybody votes: the lowest and highest score, and three hard cases.

Published formulas have gone wrong: one gave 50 % when everybody was dissatisfied, another could not go below 70. The
hard cases run through the very formula that the results use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from audience_server.domain.results import asked_cells, vote_figure, weighted_mean
from audience_server.domain.rundown import VOTE_CHANNEL, Rundown, Scale

LOWEST_CHANNEL, HIGHEST_CHANNEL = Fraction(0), Fraction(100)

Range = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Bounds:
    """For units that are asked about in the same way. None: no figure, hence no score and no rank.

    `worst_vote` is the vote when every voter takes the lowest option; `worst_score` what the unit then reaches, from
    the other channels' lowest to their highest. `best_score` likewise. `silent_score` is the score when nobody votes
    or nobody chooses an option with a score.
    """

    units: tuple[str, ...]
    vote: Range | None
    score: Range | None
    worst_vote: Fraction | None
    worst_score: Range | None
    best_score: Range | None
    silent_score: Range | None


def score_bounds(rundown: Rundown) -> list[Bounds]:
    """One entry for each way in which units are asked about, in the order of the file."""
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for unit in rundown.units:
        groups.setdefault(tuple(asked_cells(rundown, unit.id)), []).append(unit.id)
    return [_bounds(rundown, cells, tuple(units)) for cells, units in groups.items()]


def option_range(scale: Scale) -> Range | None:
    """The lowest and highest that one ballot can give on a scale; None when nothing on it has a score."""
    if scale.is_marks:
        return Fraction(0), Fraction(100)
    scores = [option.score for option in scale.options if option.score is not None]
    return (min(scores), max(scores)) if scores else None


def _bounds(rundown: Rundown, cells: Sequence[tuple[str, str]], units: tuple[str, ...]) -> Bounds:
    ranges = {cell: found for cell in cells if (found := option_range(rundown.scale_of(cell[1]))) is not None}
    lows: Mapping[tuple[str, str], Fraction | None] = {cell: found[0] for cell, found in ranges.items()}
    highs: Mapping[tuple[str, str], Fraction | None] = {cell: found[1] for cell, found in ranges.items()}
    worst = vote_figure(rundown, lows, rundown.panels)
    best = vote_figure(rundown, highs, rundown.panels)
    vote = _vote_range(rundown, ranges) if worst is not None else None
    return Bounds(
        units=units,
        vote=vote,
        score=_span(_score_range(rundown, end) for end in vote) if vote else _score_range(rundown, None),
        worst_vote=worst,
        worst_score=_score_range(rundown, worst),
        best_score=_score_range(rundown, best),
        silent_score=_score_range(rundown, vote_figure(rundown, {}, rundown.panels)),
    )


def _vote_range(rundown: Rundown, ranges: Mapping[tuple[str, str], Range]) -> Range | None:
    """The true ends of the vote: any criterion may stay without a score in a panel, and under `redistribute` any
    panel may stay without a figure, so the ends are those of whoever is left."""
    weights = {criterion.id: criterion.weight for criterion in rundown.criteria}
    by_panel = []
    for panel in rundown.panels:
        own = [found for (name, criterion), found in ranges.items() if name == panel.id and weights[criterion]]
        if panel.weight and own:
            by_panel.append((panel.weight, min(low for low, _ in own), max(high for _, high in own)))
    if rundown.result.empty_panel == "redistribute":
        ends = [low for _, low, _ in by_panel], [high for _, _, high in by_panel]
        return (min(ends[0]), max(ends[1])) if by_panel else None
    low = weighted_mean((weight, low) for weight, low, _ in by_panel)
    high = weighted_mean((weight, high) for weight, _, high in by_panel)
    return None if low is None or high is None else (low, high)


def _score_range(rundown: Rundown, vote: Fraction | None) -> Range | None:
    """The unit's score for this vote, from the imported channels' lowest to their highest."""
    ends = []
    for imported in (LOWEST_CHANNEL, HIGHEST_CHANNEL):
        parts = [
            (channel.weight, vote if channel.id == VOTE_CHANNEL else imported)
            for channel in rundown.result.channels
            if channel.weight
        ]
        if any(figure is None for _, figure in parts):
            return None
        ends.append(weighted_mean(parts))
    low, high = ends
    return None if low is None or high is None else (low, high)


def _span(ranges: Iterable[Range | None]) -> Range | None:
    there = [found for found in ranges if found is not None]
    return (min(low for low, _ in there), max(high for _, high in there)) if there else None
