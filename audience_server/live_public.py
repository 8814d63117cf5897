"""What may leave the console: a lock report without the cells that would show how somebody voted.

A panel's counts are withheld when fewer than `small_cell` valid ballots stand behind them or all voted alike; when that
leaves exactly one panel withheld, the next smallest goes too, because totals elsewhere would give it away by
subtraction (WORDS.md, "Secrecy holds in small panels too").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def suppressed(report: Mapping[str, Any], small_cell: int) -> dict[str, Any]:
    """The report with `counts` null where the public may not see them.  Turnout stays: it is read aloud."""
    by: dict[str, dict[str, Any]] = {panel: dict(numbers) for panel, numbers in report["by"].items()}
    withheld = {panel for panel, numbers in by.items() if _tells(numbers, small_cell)}
    shown = [panel for panel in by if panel not in withheld]
    if len(withheld) == 1 and shown:
        withheld.add(min(shown, key=lambda panel: by[panel]["valid"]))
    for panel in withheld:
        by[panel]["counts"] = None
    return {**report, "by": by}


def _tells(numbers: Mapping[str, Any], small_cell: int) -> bool:
    if numbers["valid"] == 0:
        # an empty panel shows nobody's vote, and hides nobody else's by being withheld
        return False
    if numbers["valid"] < small_cell:
        return True
    return any(_all_alike(cell) for cell in _cells(numbers["counts"]))


def _all_alike(cell: Mapping[str, int]) -> bool:
    return sum(1 for number in cell.values() if number) == 1


def _cells(counts: Mapping[str, Any]) -> list[Mapping[str, int]]:
    """Every innermost table of option -> n."""
    if all(isinstance(value, int) for value in counts.values()):
        return [counts]
    return [cell for value in counts.values() if not isinstance(value, int) for cell in _cells(value)]
