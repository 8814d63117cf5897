"""现场监督工作记录: what the record says was done, in order, with times, and room for what the notary saw."""

from __future__ import annotations

from collections.abc import Iterator

from audience_server.reports.forms_document import Block, Column, Form, Grid, Heading, Text
from audience_server.reports.forms_parts import Parts
from audience_server.reports.forms_told import told

ROLES = ("role_notary", "role_notary_assistant", "role_host", "role_recorder")
BEFORE = ("before_rules", "before_roll", "before_equipment", "before_admission", "before_trial")


def watch_record(parts: Parts) -> Form:
    return parts.chronicle("watch-record", "watch_record", _blocks(parts))


def _blocks(parts: Parts) -> Iterator[Block]:
    facts, text = parts.facts, parts.text
    comma = text("comma")
    people = (
        (text("named_notaries"), comma.join(facts.notaries) or text("none_named")),
        (text("named_observers"), comma.join(facts.observers) or text("none_named")),
        (text("people_there"), ""),
        (text("time_of_work"), ""),
    )
    yield Grid((Column("", 2), Column("", 6)), people, bold_first=True)
    yield Heading(text("section_before"))
    before = tuple((text(key), "", "") for key in BEFORE)
    yield Grid(parts.columns(("col_checked", 4), ("col_time", 1.6), ("col_found", 4)), before, tall=True)
    yield Heading(text("section_acts"))
    yield Text(text("times_are"), "small")
    columns = parts.columns(("col_time", 1.7), ("col_act", 2), ("col_what", 5), ("col_seen", 2.2))
    rows = tuple((act.time, text(f"act_{act.kind}"), told(parts, act), "") for act in facts.acts)
    yield Grid(columns, rows or ((text("none"), "", "", ""),))
    yield Heading(text("section_checked"))
    yield Text(text("checked_code", verdict=parts.verdict(), code=facts.fingerprint or text("unknown")))
    yield from parts.warnings()
    yield parts.signatures(ROLES)
