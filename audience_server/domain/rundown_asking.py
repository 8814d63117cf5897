"""The parts of a session file about what people ask and what becomes of it: `[questions]` and `[register]`."""

from __future__ import annotations

import base64
import binascii
import datetime

from audience_server.domain.rundown import QuestionRules, RegisterRules
from audience_server.domain.rundown_tables import Table

LONGEST_QUESTION = 2000
MOST_PICTURE_KB = 4096
MOST_WORD = 40


def read_question_rules(root: Table) -> QuestionRules:
    table = root.table("questions")
    if table is None:
        return QuestionRules()
    rules = QuestionRules(
        enabled=table.boolean("enabled", True),
        longest=table.integer("longest", 200, 20, LONGEST_QUESTION),
        per_card=table.integer("per_card", 5, 1, 100),
        support=table.boolean("support", True),
        slow_seconds=table.integer("slow_seconds", 60, 5, 3600),
        picture_kb=table.integer("picture_kb", 0, 0, MOST_PICTURE_KB),
        report_key=_report_key(table),
        report_office=table.text("report_office", ""),
        words=table.texts("words", MOST_WORD) or (),
    )
    if rules.report_key and not rules.report_office:
        table.refuse("report_office", 'report_key needs report_office = "…", the name of the office that reads reports')
    table.done()
    return rules


def _report_key(table: Table) -> str:
    text = table.text("report_key", "")
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if text and (len(key) != 32 or base64.b64encode(key).decode() != text or not any(key)):
        table.refuse("report_key", "report_key is not a key; copy the line that `touchstone reports keys` printed")
        return ""
    return text


def read_register_rules(root: Table) -> RegisterRules:
    table = root.table("register")
    if table is None:
        return RegisterRules()
    rules = RegisterRules(
        reply_days=table.integer("reply_days", 15, 1, 250),
        holidays=_dates(table, "holidays"),
        working_weekends=_dates(table, "working_weekends"),
    )
    table.done()
    return rules


def _dates(table: Table, key: str) -> tuple[datetime.date, ...]:
    found = []
    for value in table.list_value(key) or []:
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            found.append(value)
        else:
            table.refuse(key, f"{key} holds dates without quotes, like [2026-10-01, 2026-10-02]")
    return tuple(found)
