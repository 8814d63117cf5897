"""监票报告: for every round and panel the one sentence that is read aloud, word for word, in letters to read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from audience_server.reports.forms_document import Block, Form, Heading, Text
from audience_server.reports.forms_parts import IDENTITY, Parts

ROLES = ("role_scrutineer", "role_scrutineer", "role_chief", "role_host")


def scrutineers_report(parts: Parts) -> Form:
    return parts.form("scrutineers-report", "scrutineers_report", _blocks(parts) if parts.facts.is_sound else ())


def _blocks(parts: Parts) -> Iterator[Block]:
    held = parts.facts.locked()
    yield Text(parts.text("scrutineers_intro"))
    if not held:
        yield Text(parts.text("nothing_locked"), bold=True)
    for holding in held:
        yield Heading(parts.holding(holding))
        for panel_id, numbers in (holding.by or {}).items():
            yield Text(parts.panel(parts.facts.panel(panel_id)), bold=True)
            yield Text(read_aloud(parts, numbers), "large", indent=True)
        if holding.audit:
            yield Text(audit_said(parts, holding.audit), indent=True)
        yield parts.lock(holding)
    yield parts.signatures(ROLES)


def audit_said(parts: Parts, audit: Mapping[str, Any]) -> str:
    """The testers' cards of a round, which are in none of its numbers."""
    agreed = audit["agreed"]
    key = "audit_public" if agreed is None else "audit_same" if agreed == audit["cards"] else "audit_differs"
    return parts.text(key, cards=audit["cards"], returned=audit["returned"], agreed=agreed)


def read_aloud(parts: Parts, numbers: Mapping[str, Any]) -> str:
    """The sentence of the scrutineers; a count of more papers back than out never gets here: it fails (E451)."""
    key = "aloud_equal" if numbers["returned"] == numbers["issued"] else "aloud_fewer"
    return parts.text(key, **{name: numbers[name] for name in IDENTITY})
