"""What may leave the console: no cell that shows how somebody voted, and none that gives it away by subtraction."""

from __future__ import annotations

from typing import Any

from audience_server.live_public import suppressed


def report(**panels: dict[str, int]) -> dict[str, Any]:
    """A lock report with one criterion; valid is the sum of the counts."""
    by = {name: {"valid": sum(counts.values()), "counts": {"overall": counts}} for name, counts in panels.items()}
    return {"round": "r01", "by": by}


def shown(**panels: dict[str, int]) -> set[str]:
    by = suppressed(report(**panels), 12)["by"]
    return {name for name, numbers in by.items() if numbers["counts"] is not None}


MANY, SOME, FEW, ALIKE = {"yes": 40, "no": 20}, {"yes": 20, "no": 10}, {"yes": 3, "no": 2}, {"yes": 30, "no": 0}


def test_large_mixed_panels_are_shown() -> None:
    """Nothing to hide."""
    assert {"a", "b"} == shown(a=MANY, b=SOME)


def test_a_small_panel_takes_the_next_smallest_with_it() -> None:
    """Otherwise a total elsewhere minus the shown ones would tell."""
    assert {"c"} == shown(a=FEW, b=SOME, c=MANY)


def test_unanimity_is_withheld_whatever_its_size() -> None:
    """Everybody voted yes: so did each."""
    assert set() == shown(a=ALIKE, b=MANY)


def test_an_empty_panel_withholds_nothing() -> None:
    """Nobody voted there, so nobody's vote can be told from it."""
    assert {"a", "b", "c"} == shown(a=MANY, b=SOME, c={"yes": 0, "no": 0})
