"""Objections on the air (现场异议) and their decisions: two incidents, the second naming the first by its entry.  Pure.

An incident's fields are fixed ({kind, text, at}), so a decision says in its text which entry it decides: "812: …".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from audience_server.domain.refusals import Refusal, RefusalCode

OBJECTION = "objection"
DECISION = "decision"
# what the desk offers; any other word is a kind too, but these stand in a record for what the server itself did
KINDS = (OBJECTION, "equipment", "network", "power", "order", "procedure", "other")
OF_THE_SERVER = ("override", "without-witnesses", "demand")

_DECIDED = re.compile(r"([0-9]{1,15}): (.+)", re.DOTALL)


def decided(text: str) -> tuple[int, str] | None:
    """(entry of the objection, the decision's words) of a decision's text."""
    found = _DECIDED.fullmatch(text)
    return None if found is None else (int(found[1]), found[2])


class Objections:
    """Those that nobody has decided yet, by their entry."""

    def __init__(self) -> None:
        self.open: dict[int, Mapping[str, Any]] = {}

    def apply(self, index: int, body: Mapping[str, Any]) -> None:
        if body["kind"] == OBJECTION:
            self.open[index] = body
        elif body["kind"] == DECISION and (about := decided(str(body["text"]))) is not None:
            self.open.pop(about[0], None)

    def incident(self, kind: str, text: str, about: int | None, at: int) -> dict[str, Any] | Refusal:
        """The body of an incident; a decision is about the one open objection unless it names one of several."""
        if kind in OF_THE_SERVER:
            return Refusal(RefusalCode.BAD_ARGUMENT, f"{kind}: the server's own; one of {', '.join(KINDS)} is right")
        if kind != DECISION:
            return {"at": at, "kind": kind, "text": text}
        if about is None and len(self.open) == 1:
            [about] = self.open
        if about not in self.open:
            return Refusal(RefusalCode.UNKNOWN_OBJECTION, ", ".join(map(str, self.open)) or "-")
        return {"at": at, "kind": kind, "text": f"{about}: {text}"}
