"""测评结果报告单: the account of ballots first, then scores and ranks, the last ones, and the figures per panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from audience_server.reports.forms_count_sheet import counted_items, in_groups
from audience_server.reports.forms_document import Block, Column, Form, Grid, Heading, Text
from audience_server.reports.forms_facts import Holding
from audience_server.reports.forms_parts import IDENTITY, Parts
from audience_server.reports.numerals import HIGHEST

ROLES = ("role_statistician", "role_chief", "role_host", "role_notary")
MOST_NARROW = 3  # columns of scores on a page upright
MOST_CHANNELS = 5  # side by side
LONG_ACCOUNT = 16

_TENS = "〇一二三四五六七八九十"


def result_sheet(parts: Parts) -> Form:
    facts = parts.facts
    wide = parts.words.language == "en" or len(facts.channels()) + bool(facts.report["score_verified"]) > MOST_NARROW
    return parts.form("result-sheet", "result_sheet", _blocks(parts) if facts.is_sound else (), landscape=wide)


def _blocks(parts: Parts) -> Iterator[Block]:
    """The account of ballots comes first; a long one goes behind, and the counts stand beside each score."""
    account = list(_account(parts))
    is_long = sum(len(block.rows) for block in account if isinstance(block, Grid)) > LONG_ACCOUNT
    if not is_long:
        yield from account
    yield from _selections(parts)
    results = parts.facts.results()
    if results is None:
        yield Text(parts.text("public_results"), bold=True)
    else:
        yield from _scores(parts, results)
        yield from _figures(parts, results)
    if is_long:
        yield from account
    yield parts.signatures(ROLES)


def _account(parts: Parts) -> Iterator[Block]:
    columns = (
        Column(parts.text("col_round"), 3.6),
        Column(parts.text("col_panel"), 2.6),
        *(Column(parts.text(f"n_{name}"), 1.5 if parts.words.language == "en" else 1, "centre") for name in IDENTITY),
    )
    rows: list[tuple[str, ...]] = []
    has_unverified = False
    for holding in parts.facts.locked():
        if holding.counts_for_the_result:
            for panel_id, numbers in (holding.by or {}).items():
                panel = parts.facts.panel(panel_id)
                has_unverified = has_unverified or panel.unverified
                shown = f"{panel.name}※" if panel.unverified else panel.name
                rows.append((parts.holding(holding), shown, *(str(numbers[name]) for name in IDENTITY)))
    yield Heading(parts.text("section_account"))
    if not rows:
        yield Text(parts.text("nothing_locked"))
        return
    yield Grid(columns, tuple(rows), small=True)
    if has_unverified:
        yield Text(parts.text("unverified_note"), "small")


def _selections(parts: Parts) -> Iterator[Block]:
    for holding in parts.facts.locked():
        if holding.kind == "select" and parts.facts.is_counted:
            yield Heading(parts.text("section_selection", title=parts.holding(holding)))
            yield from counted_items(parts, holding)


def _scores(parts: Parts, results: Mapping[str, Any]) -> Iterator[Block]:
    if not results["complete"]:
        yield Text(parts.text("incomplete"), bold=True)
    for category, title in parts.facts.categories.items():
        rows = [row for row in results["units"] if row["category"] == category]
        if rows:
            yield from _category(parts, category, title, rows)
    panels = [parts.panel(panel) for panel in parts.facts.panels.values()]
    yield Text(parts.text("valid_note", panels=parts.text("comma").join(panels)), "small")
    yield Text(parts.text("weights_note"), "small")


def _category(parts: Parts, category: str, title: str, rows: list[Mapping[str, Any]]) -> Iterator[Block]:
    facts, text = parts.facts, parts.text
    ranked = sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0))
    yield Heading(text("section_category", category=title))
    groups = in_groups(facts.channels(), MOST_CHANNELS)
    for place, channels in enumerate(groups):
        yield _score_table(parts, ranked, channels, has_verified=place == len(groups) - 1)
    low = [facts.units[row["unit"]] for row in rows if row["bottom"]]
    bottom = next(each["bottom"] for each in facts.report["names"]["categories"] if each["id"] == category)
    if bottom and low:
        yield Text(_bottom(parts, title, bottom, low), bold=True)


def _score_table(
    parts: Parts, rows: list[Mapping[str, Any]], channels: Sequence[tuple[str, str, str]], has_verified: bool
) -> Grid:
    facts, text = parts.facts, parts.text
    verified = facts.report["score_verified"] if has_verified else None
    columns = (
        *parts.columns(("col_rank", 1.5, "centre"), ("col_unit", 4), ("col_valid", 2.4, "centre")),
        Column(text("col_score"), 1.8, "centre"),
        *(Column(text("col_channel", name=name, weight=weight), 2, "centre") for _, name, weight in channels),
        *(parts.columns(("col_verified", 2.2, "centre")) if verified else ()),
    )
    shown = []
    for row in rows:
        rank = text("no_rank") if row["rank"] is None else str(row["rank"])
        shown.append(
            (
                text("tied", rank=rank) if row["tied"] else rank,
                facts.units[row["unit"]],
                _valid(parts, row["unit"]),
                row["score"] or text("no_score"),
                *(row["channels"].get(id) or text("no_score") for id, _, _ in channels),
                *([verified.get(row["unit"]) or text("no_score")] if verified else []),
            )
        )
    return Grid(columns, tuple(shown))


def _valid(parts: Parts, unit: str) -> str:
    """The valid ballots on a unit, panel by panel; its rounds apart where there are several."""
    counts = [
        " / ".join(
            str(each.by[panel]["valid"]) if each.by and panel in each.by else "-" for panel in parts.facts.panels
        )
        for each in _held(parts, unit)
    ]
    return "\n".join(counts) or parts.text("none")


def _held(parts: Parts, unit: str) -> list[Holding]:
    """The rounds that give a unit its score."""
    return [each for each in parts.facts.locked() if each.kind in ("ballot", "sheet") and unit in each.units]


def _bottom(parts: Parts, title: str, bottom: int, low: list[str]) -> str:
    """“后三位因并列共4个单位:…” when units tie at the border."""
    number = _TENS[bottom] if bottom <= 10 and parts.words.language != "en" else str(min(bottom, HIGHEST))
    key = "bottom_tied" if len(low) > bottom else "bottom"
    return parts.text(key, category=title, number=number, units=parts.text("comma").join(low), count=len(low))


def _figures(parts: Parts, results: Mapping[str, Any]) -> Iterator[Block]:
    """What each panel gave for each criterion; a figure that would tell a vote is left out, and said to be."""
    facts = parts.facts
    every = [panel for panel in facts.panels if any(panel in row["panels"] for row in results["units"])]
    if every:
        yield Heading(parts.text("section_figures"))
        for names in in_groups(every, MOST_CHANNELS):
            yield _figure_table(parts, results, names)
        yield Text(parts.text("withheld_note", small=facts.small_cell), "small")


def _figure_table(parts: Parts, results: Mapping[str, Any], names: Sequence[str]) -> Grid:
    facts = parts.facts
    rows = [
        (
            facts.units[row["unit"]],
            facts.criteria[criterion],
            *(_figure(parts, row["unit"], row["panels"].get(panel, {}), criterion) for panel in names),
        )
        for row in results["units"]
        for criterion in facts.criteria
        if any(criterion in figures for figures in row["panels"].values())
    ]
    panels = (Column(parts.panel(facts.panels[panel]), 2, "centre") for panel in names)
    return Grid((*parts.columns(("col_unit", 3.4), ("col_item", 3)), *panels), tuple(rows))


def _figure(parts: Parts, unit: str, figures: Mapping[str, str | None], criterion: str) -> str:
    """A panel that was not asked has no figure, a unit without a vote no score; a figure that is withheld says so."""
    if criterion not in figures:
        return parts.text("unknown")
    return figures[criterion] or parts.text("withheld" if _held(parts, unit) else "no_score")
