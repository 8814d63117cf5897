"""异常情况记录: everything that did not go as planned, in order, each with its time and its reason."""

from __future__ import annotations

from collections.abc import Iterator

from audience_server.reports.forms_document import Block, Form, Grid, Heading, Text
from audience_server.reports.forms_facts import Act, Facts
from audience_server.reports.forms_parts import Parts
from audience_server.reports.forms_told import told

ROLES = ("role_recorder", "role_chief", "role_host", "role_notary")
ALWAYS = ("extend", "void", "void-round", "not-held", "incident", "remark")
EMPTY_ROWS = 3


def incident_log(parts: Parts) -> Form:
    return parts.chronicle("incidents", "incident_log", _blocks(parts))


def is_unplanned(facts: Facts, act: Act) -> bool:
    """A lock before time is part of the plan when every ballot was back: nobody lost time to vote."""
    if act.kind != "close" or act.body["cause"] != "lock":
        return act.kind in ALWAYS or (act.kind == "close" and act.body["cause"] != "time")
    by = next((held.by for held in facts.holdings if held.window == act.body["window"]), None)
    return by is None or any(numbers["not_cast"] for numbers in by.values())


def _blocks(parts: Parts) -> Iterator[Block]:
    acts = [act for act in parts.facts.acts if is_unplanned(parts.facts, act)]
    yield Text(parts.text("times_are"), "small")
    columns = parts.columns(
        ("col_number", 0.8, "centre"),
        ("col_time", 1.7),
        ("col_act", 2),
        ("col_what", 5.6),
        ("col_entry", 1.4, "centre"),
    )
    rows = tuple(
        (str(number), act.time, parts.text(f"act_{act.kind}"), told(parts, act), str(act.index))
        for number, act in enumerate(acts, 1)
    )
    if rows:
        yield Grid(columns, rows)
        yield Text(parts.text("incidents_count", number=parts.counted(len(rows), "items")))
    else:
        yield Text(parts.text("no_incidents"), bold=True)
    yield Text(parts.text("incidents_note"), "small")
    yield Heading(parts.text("section_by_hand"))
    empty = tuple((str(number), "", "", "") for number in range(1, EMPTY_ROWS + 1))
    yield Grid(
        parts.columns(("col_number", 0.8, "centre"), ("col_time", 2), ("col_what", 6), ("col_signed", 2)),
        empty,
        tall=True,
    )
    yield parts.signatures(ROLES)
