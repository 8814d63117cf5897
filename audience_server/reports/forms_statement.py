"""Material for the 公证词: facts of the record to choose from, and blanks for everything that is the notary's own.

Nothing is decided here: neither a verdict nor its wording. What software found stands apart, as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from audience_server.reports.forms_document import Block, Form, Grid, Heading, Signatures, Text
from audience_server.reports.forms_parts import Parts
from audience_server.reports.forms_scrutineers import read_aloud


def statement(parts: Parts) -> Form:
    return parts.chronicle("statement", "statement", _blocks(parts))


def _blocks(parts: Parts) -> Iterator[Block]:
    text = parts.text
    yield Text(text("statement_note"))
    yield Heading(text("section_wording"))
    for key in ("opening", "before", "held", "counted", "verdict"):
        yield Text(
            text(f"statement_{key}", title=parts.facts.title, place=parts.facts.place, date=parts.facts.date),
            indent=True,
        )
    yield Signatures((text("role_notary"), text("role_office")), text("sign_date"))
    yield Heading(text("section_material"))
    yield from _material(parts)


def _material(parts: Parts) -> Iterator[Block]:
    facts, text = parts.facts, parts.text
    yield Text(text("checked_code", verdict=parts.verdict(), code=facts.fingerprint or text("unknown")))
    if facts.notaries or facts.observers:
        yield Text(text("signature_words"))
    if not facts.is_sound:
        return
    for act in facts.acts_of("zero"):
        yield Text(text("material_zero", time=act.time))
    for holding in facts.locked():
        if holding.counts_for_the_result:
            yield Text(parts.holding(holding), bold=True)
            for panel, numbers in (holding.by or {}).items():
                yield Text(f"{parts.panel(facts.panel(panel))}  {read_aloud(parts, numbers)}")
            yield parts.lock(holding)
    results = facts.results()
    if results is not None and results["complete"]:
        yield Text(text("material_scores"), bold=True)
        yield Grid(
            parts.columns(("col_category", 3), ("col_rank", 1.5), ("col_unit", 4), ("col_score", 2)), _scores(parts)
        )


def _scores(parts: Parts) -> tuple[tuple[str, ...], ...]:
    """By category and rank."""
    facts = parts.facts
    results = facts.results() or {"units": []}
    places = list(facts.categories)
    rows = sorted(results["units"], key=lambda row: (places.index(row["category"]), row["rank"] or 0))
    return tuple(
        (
            facts.categories[row["category"]],
            parts.text("tied", rank=row["rank"]) if row["tied"] else str(row["rank"]),
            facts.units[row["unit"]],
            str(row["score"]),
        )
        for row in rows
    )
