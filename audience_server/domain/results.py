"""From counts to scores, ranks and the bottom rule: exact fractions throughout, rounded once at the very end.

What is public is decided here too: a figure behind which too few ballots or only alike ones stand is withheld, and one
more of the same criterion with it where subtraction would give it away (FORMAT.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from audience_server.domain.ballots import LEFT_BLANK
from audience_server.domain.rundown import VOTE_CHANNEL, Category, Panel, Rundown, Scale
from audience_server.domain.rundown_tables import exact_number
from audience_server.domain.tally import Cell, Counts, answered

HALF = Fraction(1, 2)

UnitCells = Mapping[tuple[str, str], Cell]  # (panel, criterion) -> option -> n


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """One unit's exact figures; None where there is none."""

    score: Fraction | None
    channels: Mapping[str, Fraction | None]
    means: Mapping[tuple[str, str], Fraction | None]
    cells: UnitCells


def results(
    rundown: Rundown,
    counts_by_round: Mapping[str, Counts],
    channels: Mapping[str, Mapping[str, str]],
    locked: Collection[str],
) -> dict[str, Any]:
    """The object of results.json. `counts_by_round` and `locked` name rounds, not windows; `channels` holds the
    imported ones of record: id -> unit -> decimal string."""
    places = rundown.result.places
    locked_counts = {round_id: counts for round_id, counts in counts_by_round.items() if round_id in locked}
    figures = {
        unit.id: _unit_figures(rundown, unit.id, locked_counts, channels, rundown.panels) for unit in rundown.units
    }
    scores = {unit: _half_up(figure.score, places) for unit, figure in figures.items()}
    all_locked = all(round_.id in locked for round_ in rundown.counting_rounds)
    complete = all_locked and all(score is not None for score in scores.values())
    places_by_unit = _standings(rundown, scores, complete)
    units = []
    for unit in rundown.units:
        figure, standing = figures[unit.id], places_by_unit[unit.id]
        units.append(
            {
                "unit": unit.id,
                "category": unit.category,
                "score": decimal_text(figure.score, places),
                "rank": standing.rank,
                "tied": standing.tied,
                "bottom": standing.bottom,
                "channels": {name: decimal_text(value, places) for name, value in figure.channels.items()},
                "panels": _panels_shape(rundown, unit.id, figure),
            }
        )
    return {"units": units, "complete": complete}


def verified_scores(
    rundown: Rundown,
    counts_by_round: Mapping[str, Counts],
    channels: Mapping[str, Mapping[str, str]],
    locked: Collection[str],
) -> dict[str, str | None]:
    """Each unit's score by the same formula without the panels whose voters nobody verified."""
    panels = [panel for panel in rundown.panels if not panel.unverified]
    locked_counts = {round_id: counts for round_id, counts in counts_by_round.items() if round_id in locked}
    return {
        unit.id: decimal_text(
            _unit_figures(rundown, unit.id, locked_counts, channels, panels).score, rundown.result.places
        )
        for unit in rundown.units
    }


def cell_mean(scale: Scale, cell: Cell) -> Fraction | None:
    """The mean over the ballots that chose an option with a score; marks lose the highest and lowest first."""
    if scale.is_marks:
        return _trimmed_mean(cell, scale.trim)
    total, ballots = Fraction(0), 0
    for option in scale.options:
        if option.score is not None:
            total += option.score * cell.get(option.id, 0)
            ballots += cell.get(option.id, 0)
    return total / ballots if ballots else None


def _trimmed_mean(cell: Cell, trim: int) -> Fraction | None:
    marks = sorted((int(mark), number) for mark, number in cell.items() if mark != LEFT_BLANK and number)
    ballots = sum(number for _, number in marks)
    if not ballots:
        return None
    total = sum(mark * number for mark, number in marks)
    if trim and ballots >= 2 * trim + 1:
        total -= _sum_of_first(marks, trim) + _sum_of_first(reversed(marks), trim)
        ballots -= 2 * trim
    return Fraction(total, ballots)


def _sum_of_first(marks: Iterable[tuple[int, int]], wanted: int) -> int:
    total = 0
    for mark, number in marks:
        taken = min(number, wanted)
        total += mark * taken
        wanted -= taken
    return total


def weighted_mean(parts: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """What has no figure leaves, and the other weights are scaled up; None when nothing with weight remains."""
    there = [(weight, figure) for weight, figure in parts if figure is not None]
    whole = sum((weight for weight, _ in there), Fraction(0))
    return sum((weight * figure for weight, figure in there), Fraction(0)) / whole if whole else None


def vote_figure(
    rundown: Rundown, cells: Mapping[tuple[str, str], Fraction | None], panels: Iterable[Panel]
) -> Fraction | None:
    """Σ panel weight × (Σ criterion weight × mean). A weighted panel without a figure follows `empty_panel`."""
    parts = []
    for panel in panels:
        by_criterion = ((criterion.weight, cells.get((panel.id, criterion.id))) for criterion in rundown.criteria)
        parts.append((panel.weight, weighted_mean(by_criterion)))
    if rundown.result.empty_panel == "void" and any(weight and figure is None for weight, figure in parts):
        return None
    return weighted_mean(parts)


def asked_cells(rundown: Rundown, unit: str) -> dict[tuple[str, str], str]:
    """(panel, criterion) -> the one round that asks it about the unit, panels in the order of the file."""
    asked = {
        (panel, criterion): round_.id
        for round_ in rundown.rounds
        if round_.scores and unit in round_.units
        for panel in round_.panels
        for criterion in round_.criteria
    }
    order = {panel.id: number for number, panel in enumerate(rundown.panels)}
    return dict(sorted(asked.items(), key=lambda entry: order[entry[0][0]]))


def _unit_cells(rundown: Rundown, unit: str, locked: Mapping[str, Counts]) -> dict[tuple[str, str], Cell]:
    """(panel, criterion) -> counts, of the rounds on the unit that are locked."""
    return {
        (panel, criterion): locked[round_id][panel][unit][criterion]
        for (panel, criterion), round_id in asked_cells(rundown, unit).items()
        if round_id in locked
    }


def _unit_figures(
    rundown: Rundown,
    unit: str,
    locked: Mapping[str, Counts],
    channels: Mapping[str, Mapping[str, str]],
    panels: Iterable[Panel],
) -> UnitFigures:
    cells = _unit_cells(rundown, unit, locked)
    means = {key: cell_mean(rundown.scale_of(key[1]), cell) for key, cell in cells.items()}
    waiting = any(round_id not in locked for round_id in asked_cells(rundown, unit).values())
    by_channel: dict[str, Fraction | None] = {}
    for channel in rundown.result.channels:
        if channel.id == VOTE_CHANNEL:
            by_channel[channel.id] = None if waiting else vote_figure(rundown, means, panels)
        else:
            by_channel[channel.id] = exact_number(channels.get(channel.id, {}).get(unit))
    weighted = [(channel.weight, by_channel[channel.id]) for channel in rundown.result.channels if channel.weight]
    lacking = waiting or any(figure is None for _, figure in weighted)
    return UnitFigures(None if lacking else weighted_mean(weighted), by_channel, means, cells)


def withheld_cells(rundown: Rundown, cells: UnitCells) -> set[tuple[str, str]]:
    """The (panel, criterion) figures of one unit that may not be shown: too few ballots, all alike, or what would
    give a single withheld one away by subtraction."""
    withheld = {key for key, cell in cells.items() if _is_telling(cell, rundown.session.small_cell)}
    for criterion in {criterion for _, criterion in cells}:
        of_criterion = [key for key in cells if key[1] == criterion]
        shown = [key for key in of_criterion if key not in withheld]
        if len(of_criterion) - len(shown) == 1 and shown:
            withheld.add(min(shown, key=lambda key: answered(cells[key])))
    return withheld


def _is_telling(cell: Cell, small_cell: int) -> bool:
    kinds = sum(1 for answer, number in cell.items() if number and answer != LEFT_BLANK)
    return answered(cell) < small_cell or kinds <= 1


def _panels_shape(rundown: Rundown, unit: str, figures: UnitFigures) -> dict[str, dict[str, str | None]]:
    withheld = withheld_cells(rundown, figures.cells)
    shape: dict[str, dict[str, str | None]] = {}
    for key in asked_cells(rundown, unit):
        figure = None if key in withheld else figures.means.get(key)
        shape.setdefault(key[0], {})[key[1]] = decimal_text(figure, rundown.result.places)
    return shape


@dataclass(frozen=True, slots=True)
class Standing:
    rank: int | None
    tied: bool
    bottom: bool


def _standings(rundown: Rundown, scores: Mapping[str, int | None], complete: bool) -> dict[str, Standing]:
    """Ranks by the announced score: equal scores share a rank, the next one is skipped."""
    found = {}
    for category in rundown.categories:
        units = [unit.id for unit in rundown.units if unit.category == category.id]
        known = [score for unit in units if (score := scores[unit]) is not None]
        border = _bottom_border(category, known) if complete else None
        for unit in units:
            score = scores[unit]
            if score is None:
                found[unit] = Standing(None, False, False)
                continue
            rank = 1 + sum(other > score for other in known)
            found[unit] = Standing(rank, known.count(score) > 1, border is not None and score <= border)
    return found


def _bottom_border(category: Category, scores: list[int]) -> int | None:
    return sorted(scores)[category.bottom - 1] if 0 < category.bottom <= len(scores) else None


def _half_up(number: Fraction | None, places: int) -> int | None:
    return None if number is None else int((number * 10**places + HALF) // 1)


def decimal_text(number: Fraction | None, places: int) -> str | None:
    """Rounded half up to `places` decimals, all of them written."""
    digits = _half_up(number, places)
    if digits is None:
        return None
    whole, part = divmod(digits, 10**places)
    return f"{whole}.{part:0{places}d}" if places else str(whole)
