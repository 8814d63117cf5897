"""The counts of a round as tables, and the sentence that is read aloud.  Pure; the numbers are the session's own.

It shows what the view holds and computes nothing: before the session lets counts out, the view holds none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control import View
from audience_server.wire.control_view import RoundView

IDENTITY = ("valid", "invalid", "abstained", "not_cast")
SPOKEN = ("expected", "present", "issued", "returned", *IDENTITY)


@dataclass(frozen=True, slots=True)
class CountTable:
    """One question: columns are its options, rows are panels."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def has_counts(round_: RoundView) -> bool:
    return any("counts" in numbers for numbers in round_.by.values())


def count_tables(round_: RoundView, view: View, words: Catalogue) -> tuple[CountTable, ...]:
    """One table for every question of the round, in the order of the session file."""
    if not has_counts(round_):
        return ()
    counts = {panel: numbers["counts"] for panel, numbers in round_.by.items() if "counts" in numbers}
    if round_.kind == "select":
        units = {unit.id: unit.name for unit in view.units if unit.id in round_.units}
        return (_table("", units, counts, view, words),)
    if not round_.criteria:
        return (_table("", round_.options, counts, view, words),)
    tables = []
    for unit, criterion in _questions(round_):
        cells = {panel: _cell(round_, shown, unit, criterion) for panel, shown in counts.items()}
        asked = "" if _only_criterion(view, criterion) else view.criteria.get(criterion, criterion)
        title = " · ".join(part for part in (_unit_name(view, unit, round_), asked) if part)
        tables.append(_table(title, view.scales.get(criterion, {}), cells, view, words))
    return tuple(tables)


def _only_criterion(view: View, criterion: str) -> bool:
    return set(view.criteria) == {criterion}


def _questions(round_: RoundView) -> list[tuple[str, str]]:
    return [(unit, criterion) for unit in round_.units or ("",) for criterion in round_.criteria]


def _cell(round_: RoundView, shown: Mapping[str, Any], unit: str, criterion: str) -> Mapping[str, int]:
    by_criterion = shown if round_.kind == "ballot" else shown.get(unit, {})
    found: Mapping[str, int] = by_criterion.get(criterion, {})
    return found


def _unit_name(view: View, unit_id: str, round_: RoundView) -> str:
    if len(round_.units) == 1:
        return ""
    return next((unit.name for unit in view.units if unit.id == unit_id), unit_id)


def _table(
    title: str, names: Mapping[str, str], cells: Mapping[str, Mapping[str, int]], view: View, words: Catalogue
) -> CountTable:
    """Options in the order of the scale; marks, which a scale does not name, rising; what was left blank last."""
    present = {option for cell in cells.values() for option in cell}
    unnamed = sorted(present - set(names) - {"blank"}, key=lambda each: (len(each), each))
    options = [*names, *unnamed, *(["blank"] if any(cell.get("blank") for cell in cells.values()) else [])]
    columns = tuple(words.text("left_blank") if each == "blank" else names.get(each, each) for each in options)
    panels = {panel.id: panel.name for panel in view.panels}
    rows = [
        (panels.get(panel, panel), tuple(cell.get(option, 0) for option in options)) for panel, cell in cells.items()
    ]
    if len(rows) > 1:
        sums = tuple(sum(numbers[place] for _, numbers in rows) for place in range(len(options)))
        rows.append((words.text("turnout_sum"), sums))
    return CountTable(title, columns, tuple(rows))


def identity_rows(round_: RoundView, view: View) -> tuple[tuple[str, Mapping[str, int]], ...]:
    """Panel name and accounting identity, once the round is counted."""
    panels = {panel.id: panel.name for panel in view.panels}
    return tuple((panels.get(each, each), numbers) for each, numbers in round_.by.items() if "valid" in numbers)


def read_aloud(name: str, numbers: Mapping[str, int], words: Catalogue) -> str:
    """The scrutineer's sentence for one panel."""
    equal = numbers["returned"] == numbers["issued"]
    compared = words.text("returned_equal" if equal else "returned_fewer")
    return words.text("read_aloud", panel=name, compared=compared, **{each: numbers[each] for each in SPOKEN})


def vote_score(round_: RoundView, view: View) -> str | None:
    """The vote channel's score of the one unit that the round was about."""
    if view.results is None or len(round_.units) != 1:
        return None
    units = (each for each in view.results["units"] if each["unit"] == round_.units[0])
    score = next((each["channels"].get("vote") for each in units), None)
    return None if score is None else str(score)
