"""计票表: every round that was counted, panel by panel, each round on a page of its own to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from audience_server.reports.forms_document import Block, Column, Form, Grid, Heading, NewPage, Text
from audience_server.reports.forms_facts import Holding, Item
from audience_server.reports.forms_parts import IDENTITY, PERSONS, Parts
from audience_server.reports.forms_scrutineers import audit_said

ROLES = ("role_teller", "role_scrutineer", "role_scrutineer", "role_chief")
LONG_FORM = 6  # items of a round, up to which every count is written in 大写 too
SIDE_BY_SIDE = 3
PAGE_ROWS, TIGHT_PAGE_ROWS = 21, 29  # rows of tables that stand on a page with the lines to sign on

T = TypeVar("T")


def count_sheet(parts: Parts) -> Form:
    return parts.form("count-sheet", "count_sheet", _blocks(parts) if parts.facts.is_sound else ())


def _blocks(parts: Parts) -> Iterator[Block]:
    facts = parts.facts
    if not facts.is_counted:
        yield Text(parts.text("public_counts"), bold=True)
    yield Text(parts.text("secret_note", small=facts.small_cell), "small")
    for number, holding in enumerate(facts.locked()):
        if number:
            yield NewPage()
        yield from _round(parts, holding)
        yield parts.signatures(ROLES)
    uncounted = [holding for holding in facts.holdings if holding.state != "locked" or holding.by is None]
    if uncounted or not facts.locked():
        yield Heading(parts.text("not_counted"))
        rows = tuple((parts.holding(each), parts.text(f"state_{each.state}")) for each in uncounted)
        yield Grid(parts.columns(("col_round", 3), ("col_state", 3)), rows or ((parts.text("none"), ""),))


def _round(parts: Parts, holding: Holding) -> Iterator[Block]:
    """What fits a page to be signed in smaller letters, and not otherwise, is written so."""
    blocks = list(_counted(parts, holding))
    rows = sum(len(block.rows) + 1 for block in blocks if isinstance(block, Grid))
    is_tight = PAGE_ROWS < rows <= TIGHT_PAGE_ROWS
    yield Heading(parts.holding(holding))
    yield parts.lock(holding)
    yield from (replace(block, small=True) if is_tight and isinstance(block, Grid) else block for block in blocks)


def _counted(parts: Parts, holding: Holding) -> Iterator[Block]:
    for panels in in_groups(list(holding.by or {})):
        yield _account(parts, holding, panels)
    if holding.audit:
        yield Text(audit_said(parts, holding.audit))
    yield from counted_items(parts, holding)


def in_groups(things: Sequence[T], size: int = SIDE_BY_SIDE) -> list[Sequence[T]]:
    """As many as stand side by side on a page."""
    return [things[place : place + size] for place in range(0, len(things), size)]


def _account(parts: Parts, holding: Holding, panels: Sequence[str]) -> Grid:
    """应到 … 未投, a column a panel, in figures and 大写."""
    by = holding.by or {}
    rows = tuple(
        (
            parts.text(f"n_{name}"),
            *(parts.counted(by[panel][name], "persons" if name in PERSONS else "papers") for panel in panels),
        )
        for name in IDENTITY
    )
    return Grid(_panel_columns(parts, parts.text("col_panel"), panels), rows, bold_first=True)


def _panel_columns(parts: Parts, first: str, panels: Sequence[str]) -> tuple[Column, ...]:
    share = SIDE_BY_SIDE / len(panels)
    names = (Column(parts.panel(parts.facts.panel(panel)), share, "centre") for panel in panels)
    return (Column(first, 0.9), *names)


def counted_items(parts: Parts, holding: Holding) -> Iterator[Block]:
    """A few items with 大写 beside every count, a column a panel; many as one table a panel and scale."""
    by_panel = {
        panel: list(parts.facts.items(holding, panel))
        for panel, numbers in (holding.by or {}).items()
        if "counts" in numbers
    }
    if all(len(items) <= LONG_FORM for items in by_panel.values()):
        for panels in in_groups(list(by_panel)):
            for alike in zip(*(by_panel[panel] for panel in panels), strict=True):
                yield _item(parts, holding, panels, alike)
        return
    for panel, items in by_panel.items():
        yield Text(parts.panel(parts.facts.panel(panel)), bold=True)
        by_scale: dict[tuple[tuple[str, str], ...], list[Item]] = {}
        for item in items:
            by_scale.setdefault(_heads(parts, holding, item), []).append(item)
        for options, mine in by_scale.items():
            yield _matrix(parts, options, mine)


def _item(parts: Parts, holding: Holding, panels: Sequence[str], items: Sequence[Item]) -> Grid:
    """One item in every panel. A selection has no sum, for a ballot may choose several."""
    first = items[0]
    rows: list[tuple[str, ...]] = []
    if _is_marks(holding, first):
        rows.append((parts.text("col_marks"), *(_marks(parts, item) or parts.text("none") for item in items)))
    else:
        for option, shown in _option_names(parts, holding, first):
            rows.append((shown, *(parts.counted(item.counts.get(option, 0)) for item in items)))
    if any("blank" in item.counts for item in items):
        rows.append((parts.text("blank"), *(parts.counted(item.counts.get("blank", 0)) for item in items)))
    if holding.kind != "select":
        rows.append((parts.text("sum"), *(parts.counted(sum(item.counts.values())) for item in items)))
    label = "\n".join(filter(None, (first.unit if len(holding.units) > 1 else "", first.criterion)))
    return Grid(_panel_columns(parts, label or parts.text("col_votes"), panels), tuple(rows), bold_first=True)


def _marks(parts: Parts, item: Item) -> str:
    each = (parts.text("mark_times", mark=mark, number=item.counts[mark]) for mark, _ in item.options)
    return parts.text("comma").join(each)


def _heads(parts: Parts, holding: Holding, item: Item) -> tuple[tuple[str, str], ...]:
    """The options of an item's scale with their names; none for marks."""
    return () if _is_marks(holding, item) else _option_names(parts, holding, item)


def _is_marks(holding: Holding, item: Item) -> bool:
    return bool(item.criterion) and all(option.isdigit() for option, _ in item.options)


def _option_names(parts: Parts, holding: Holding, item: Item) -> tuple[tuple[str, str], ...]:
    """A question that has no words of its own is answered with those of its kind."""
    if item.criterion or holding.kind not in ("trial", "mood"):
        return item.options
    return tuple(
        (option, parts.text(f"own_{holding.kind}_{option}") if shown == option and option in ("yes", "no") else shown)
        for option, shown in item.options
    )


def _matrix(parts: Parts, options: tuple[tuple[str, str], ...], items: Sequence[Item]) -> Grid:
    """One row an item; marks stand in one cell, each with its number."""
    heads = [shown for _, shown in options] or [parts.text("col_marks")]
    share = 1.3 if options else 6.0
    columns = (
        Column(parts.text("col_unit"), 4),
        Column(parts.text("col_item"), 2.4),
        *(Column(head, share, "centre" if options else "left") for head in heads),
        Column(parts.text("blank"), 1.2, "centre"),
        Column(parts.text("sum"), 1.2, "centre"),
    )
    rows = []
    for item in items:
        shown = [str(item.counts.get(option, 0)) for option, _ in options] or [_marks(parts, item)]
        blank, whole = item.counts.get("blank", 0), sum(item.counts.values())
        rows.append((item.unit, item.criterion, *shown, str(blank), str(whole)))
    return Grid(columns, tuple(rows))
