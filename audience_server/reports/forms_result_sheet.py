"""测评结果报告单: the account of ballots first, then scores and ranks, the last ones, and the figures per panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audience_server.reports.forms_count_sheet import counted_items
from audience_server.reports.forms_document import Block, Column, Form, Grid, Heading, Text
from audience_server.reports.forms_parts import IDENTITY, Parts
from audience_server.reports.numerals import HIGHEST

ROLES = ("role_statistician", "role_chief", "role_host", "role_notary")
MANY_COLUMNS = 6

_TENS = "〇一二三四五六七八九十"


def result_sheet(parts: Parts) -> Form:
    facts = parts.facts
    is_wordy = parts.words.language == "en"
    wide = is_wordy or len(facts.channels()) + bool(facts.report["score_verified"]) + 3 > MANY_COLUMNS
    return parts.form("result-sheet", "result_sheet", _blocks(parts) if facts.is_sound else (), landscape=wide)


def _blocks(parts: Parts) -> Iterator[Block]:
    facts = parts.facts
    yield Heading(parts.text("section_account"))
    yield _account(parts)
    yield from _selections(parts)
    results = facts.results()
    if results is None:
        yield Text(parts.text("public_results"), bold=True)
    else:
        if not results["complete"]:
            yield Text(parts.text("incomplete"), bold=True)
        for category, title in facts.categories.items():
            rows = [row for row in results["units"] if row["category"] == category]
            if rows:
                yield from _category(parts, category, title, rows)
        yield Text(parts.text("weights_note"), "small")
        yield from _figures(parts, results)
    yield parts.signatures(ROLES)


def _account(parts: Parts) -> Grid:
    columns = (
        Column(parts.text("col_round"), 3.4),
        Column(parts.text("col_panel"), 2.4),
        *(Column(parts.text(f"n_{name}"), 1.35 if parts.words.language == "en" else 1, "centre") for name in IDENTITY),
    )
    rows = [
        (parts.holding(holding), parts.panel(parts.facts.panel(panel)), *(str(numbers[name]) for name in IDENTITY))
        for holding in parts.facts.locked()
        if holding.counts_for_the_result
        for panel, numbers in (holding.by or {}).items()
    ]
    return Grid(columns, tuple(rows) or ((parts.text("nothing_locked"), *[""] * 9),))


def _selections(parts: Parts) -> Iterator[Block]:
    for holding in parts.facts.locked():
        if holding.kind == "select" and parts.facts.is_counted:
            yield Heading(parts.text("section_selection", title=holding.title))
            for panel_id in holding.by or {}:
                yield Text(parts.panel(parts.facts.panel(panel_id)), bold=True)
                yield from counted_items(parts, holding, list(parts.facts.items(holding, panel_id)))


def _category(parts: Parts, category: str, title: str, rows: list[Mapping[str, Any]]) -> Iterator[Block]:
    facts, text = parts.facts, parts.text
    verified = facts.report["score_verified"]
    channels = facts.channels()
    columns = (
        Column(text("col_rank"), 1.5, "centre"),
        Column(text("col_unit"), 4),
        Column(text("col_score"), 1.8, "centre"),
        *(Column(text("col_channel", name=name, weight=weight), 2, "centre") for _, name, weight in channels),
        *([Column(text("col_verified"), 2.2, "centre")] if verified else []),
    )
    shown = []
    for row in sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0)):
        rank = text("no_rank") if row["rank"] is None else str(row["rank"])
        score = text("no_score") if row["score"] is None else row["score"]
        parted = [row["channels"].get(id) or text("no_score") for id, _, _ in channels]
        other = [verified.get(row["unit"]) or text("no_score")] if verified else []
        rank = text("tied", rank=rank) if row["tied"] else rank
        shown.append((rank, facts.units[row["unit"]], score, *parted, *other))
    yield Heading(text("section_category", category=title))
    yield Grid(columns, tuple(shown))
    low = [facts.units[row["unit"]] for row in rows if row["bottom"]]
    bottom = next(each["bottom"] for each in facts.report["names"]["categories"] if each["id"] == category)
    if bottom and low:
        yield Text(_bottom(parts, title, bottom, low), bold=True)


def _bottom(parts: Parts, title: str, bottom: int, low: list[str]) -> str:
    """“后三位因并列共4个单位:…” when units tie at the border."""
    number = _TENS[bottom] if bottom <= 10 and parts.words.language != "en" else str(min(bottom, HIGHEST))
    key = "bottom_tied" if len(low) > bottom else "bottom"
    return parts.text(key, category=title, number=number, units=parts.text("comma").join(low), count=len(low))


def _figures(parts: Parts, results: Mapping[str, Any]) -> Iterator[Block]:
    """What each panel gave for each criterion; a figure that would tell a vote is left out, and said to be."""
    facts = parts.facts
    names = [panel for panel in facts.panels if any(panel in row["panels"] for row in results["units"])]
    rows = [
        (
            facts.units[row["unit"]],
            facts.criteria[criterion],
            *(row["panels"].get(panel, {}).get(criterion) or parts.text("withheld") for panel in names),
        )
        for row in results["units"]
        for criterion in facts.criteria
        if any(criterion in figures for figures in row["panels"].values())
    ]
    if rows:
        panels = (Column(parts.panel(facts.panels[panel]), 2, "centre") for panel in names)
        yield Heading(parts.text("section_figures"))
        yield Grid((*parts.columns(("col_unit", 3.4), ("col_item", 3)), *panels), tuple(rows))
        yield Text(parts.text("withheld_note", small=facts.small_cell), "small")
