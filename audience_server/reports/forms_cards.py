"""评议卡发放登记表: printed = handed out + spare unused + void, panel by panel, with audit cards where there are any.

The record knows what was printed and what is void; what was handed out is counted by hand, so its boxes are empty.  Of
audit cards the sheet holds their number only: which cards they are nobody learns from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from audience_server.reports.forms_document import Block, Form, Grid, Heading, Text
from audience_server.reports.forms_facts import MOST_TEXT, cut
from audience_server.reports.forms_parts import Parts

ROLES = ("role_issuer", "role_scrutineer", "role_host", "role_notary")


def card_register(parts: Parts) -> Form:
    return parts.chronicle("card-register", "card_register", _blocks(parts))


def _blocks(parts: Parts) -> Iterator[Block]:
    has_audit = any(panel.audit for panel in parts.facts.panels.values())
    yield Text(parts.text("cards_identity_audit" if has_audit else "cards_identity"), bold=True)
    yield _account(parts, has_audit)
    yield Text(parts.text("cards_by_hand"), "small")
    if has_audit:
        yield Text(parts.text("cards_audit"), "small")
    yield Heading(parts.text("section_present"))
    yield from _present(parts)
    yield Heading(parts.text("section_void_cards"))
    yield _void(parts)
    yield parts.signatures(ROLES)


def _account(parts: Parts, has_audit: bool) -> Grid:
    """A row a panel; the numbers of the record in figures and 大写, room for the others."""
    rows = []
    for panel in parts.facts.panels.values():
        if panel.has_cards:
            void = sum(act.panel == panel.id for act in parts.facts.acts_of("void"))
            printed = parts.counted(panel.seats + panel.spare, "cards")
            most = parts.text("audit_most", number=panel.audit) if panel.audit else parts.text("unknown")
            by_hand = ("", most, "") if has_audit else ("", "")
            rows.append((panel.name, printed, str(panel.spare), *by_hand, parts.counted(void, "cards")))
    audit: tuple[tuple[str, float], ...] = (("col_audit", 2),) if has_audit else ()
    columns = parts.columns(
        ("col_panel", 2.6),
        ("col_printed", 2, "centre"),
        ("col_spare", 1.4, "centre"),
        ("col_handed_out", 2, "centre"),
        *audit,
        ("col_unused", 2, "centre"),
        ("col_void", 2, "centre"),
    )
    return Grid(columns, tuple(rows) or ((parts.text("no_card_panels"), *[""] * 5),), tall=True)


def _present(parts: Parts) -> Iterator[Block]:
    """应到 and 实到 of each panel as its last locked round found them."""
    last = {panel: (held, numbers) for held in parts.facts.holdings for panel, numbers in (held.by or {}).items()}
    if not last:
        yield Text(parts.text("nothing_locked" if parts.facts.is_sound else "no_numbers"))
        return
    rows = tuple(
        (
            parts.panel(parts.facts.panel(panel)),
            *(parts.counted(numbers[key], "persons") for key in ("expected", "present")),
            parts.holding(held),
        )
        for panel, (held, numbers) in last.items()
    )
    yield Text(parts.text("present_at"), "small")
    yield Grid(parts.columns(("col_panel", 3), ("n_expected", 2), ("n_present", 2), ("col_round", 3)), rows)


def _void(parts: Parts) -> Grid:
    rows = tuple(
        (
            str(act.body["serial"]),
            parts.facts.panel(act.panel).name,
            act.time,
            cut(act.body["reason"], MOST_TEXT),
            str(act.index),
        )
        for act in parts.facts.acts_of("void")
    )
    columns = parts.columns(
        ("col_serial", 1.2, "centre"),
        ("col_panel", 2.2),
        ("col_time", 2.6),
        ("col_reason", 4),
        ("col_entry", 1.5, "centre"),
    )
    return Grid(columns, rows or ((parts.text("none"), "", "", "", ""),))
