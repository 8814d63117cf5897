"""计票表: every round that was counted, panel by panel, each round on a page of its own to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from audience_server.reports.forms_document import Block, Column, Form, Grid, Heading, NewPage, Text
from audience_server.reports.forms_facts import Holding, Item
from audience_server.reports.forms_parts import Parts

ROLES = ("role_teller", "role_scrutineer", "role_scrutineer", "role_chief")
LONG_FORM = 6  # items of one panel, up to which every count stands in a row of its own with its 大写


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
    yield Heading(parts.holding(holding))
    yield parts.lock(holding)
    for panel_id, numbers in (holding.by or {}).items():
        yield Text(parts.panel(parts.facts.panel(panel_id)), bold=True)
        yield parts.account(dict(numbers))
        if "counts" in numbers:
            yield from counted_items(parts, holding, list(parts.facts.items(holding, panel_id)))


def counted_items(parts: Parts, holding: Holding, items: Sequence[Item]) -> Iterator[Block]:
    """A few items with 大写 beside every count; many as one table a scale, one row an item; marks always so."""
    by_scale: dict[tuple[tuple[str, str], ...], list[Item]] = {}
    for item in items:
        by_scale.setdefault(_heads(parts, holding, item), []).append(item)
    for options, mine in by_scale.items():
        if options and len(items) <= LONG_FORM:
            yield _long(parts, holding, mine)
        else:
            yield _matrix(parts, options, mine)


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


def _long(parts: Parts, holding: Holding, items: Sequence[Item]) -> Grid:
    """Two counts a row, the sum last; a selection has no sum, for a ballot may choose several."""
    rows: list[tuple[str, ...]] = []
    for item in items:
        cells = [(shown, item.counts.get(option, 0)) for option, shown in _option_names(parts, holding, item)]
        if "blank" in item.counts:
            cells.append((parts.text("blank"), item.counts["blank"]))
        if holding.kind != "select":
            cells.append((parts.text("sum"), sum(item.counts.values())))
        label = "\n".join(filter(None, (item.unit, item.criterion))) or holding.title
        texts = [(shown, parts.counted(number)) for shown, number in cells]
        texts += [("", "")] * (len(texts) % 2)
        for place in range(0, len(texts), 2):
            rows.append(("" if place else label, *texts[place], *texts[place + 1]))
    pair = parts.columns(("col_option", 2.2), ("col_votes", 2.4))
    return Grid((*parts.columns(("col_item", 3)), *pair, *pair), tuple(rows), bold_first=True)


def _matrix(parts: Parts, options: tuple[tuple[str, str], ...], items: Sequence[Item]) -> Grid:
    """One row an item; marks stand in one cell, each with its number."""
    heads = [shown for _, shown in options] or [parts.text("col_marks")]
    share = 1.3 if options else 6.0
    columns = (
        Column(parts.text("col_unit"), 3.4),
        Column(parts.text("col_item"), 2.6),
        *(Column(head, share, "centre" if options else "left") for head in heads),
        Column(parts.text("blank"), 1.2, "centre"),
        Column(parts.text("sum"), 1.2, "centre"),
    )
    rows = []
    for item in items:
        shown = [str(item.counts.get(option, 0)) for option, _ in options] or [
            parts.text("comma").join(
                parts.text("mark_times", mark=mark, number=item.counts[mark]) for mark, _ in item.options
            )
        ]
        blank, whole = item.counts.get("blank", 0), sum(item.counts.values())
        rows.append((item.unit, item.criterion, *shown, str(blank), str(whole)))
    return Grid(columns, tuple(rows))
