"""What a notary's program signs, and what it never signs.

A draft is shown to the notary first.  When the server asks for the signature, the text may differ from the agreed draft
in position and time only; everything that this computer can recompute, it recomputes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.audit import is_asked, untrue_audit
from audience_server.notary.follow import Follower
from audience_server.notary.messages import CHANGING
from audience_server.notary.said import Refused

KINDS = frozenset({"session", "zero", "void", "hand", "remark", "void-round", "audit", "audit-open", "manifest"})
CLOCKS_APART = 600  # seconds between this clock and the server's that are still no reason for an alarm


class Unsignable(Refused):
    """The text is not one that this notary agreed to, or it is not true."""


@dataclass(slots=True)
class Drafted:
    """A draft that waits.  `fresh`: the notary's own bytes for the session entry; `signed`: the one text that this
    agreement has signed; `earlier`: bodies of the same content that were ever signed here."""

    id: int
    kind: str
    body: Mapping[str, Any]
    by: str
    agreed: bool = False
    fresh: str = ""
    signed: str = ""
    earlier: list[dict[str, Any]] = field(default_factory=list)


def body_of(kind: str, origin: str, text: str) -> dict[str, Any]:
    """The JSON line of a statement's text, read strictly.  Raises Unsignable."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[0] != f"c1/{kind}" or lines[1] != origin or lines[3]:
        raise Unsignable("no_statement", statement=kind, origin=origin)
    try:
        return v.canonical_json(lines[2])
    except v.FormError as error:
        raise Unsignable("statement_unreadable", detail=error) from None


def check_text(drafted: Drafted, follower: Follower, text: str, now: int, is_first: bool) -> None:
    """Refuse whatever was not agreed to, or is not so.  Raises Unsignable.

    `is_first`: this notary stands first in the session file, so the fresh bytes of the session entry can only be this
    one's.  Another notary takes those of one before it, and looks for that one's signature once the entry is there.
    """
    if not drafted.agreed:
        raise Unsignable("not_agreed")
    if drafted.kind == "manifest":
        if text not in (drafted.body.get("text"), drafted.body.get("public")):
            raise Unsignable("other_manifest")
        return
    if drafted.signed and drafted.signed != text:
        raise Unsignable("signed_other_text")
    body = body_of(drafted.kind, follower.origin, text)
    differs = _difference(drafted.body, body)
    if differs:
        raise Unsignable("differs_from_agreed", field=differs)
    if not v.has_fields(body, v.FIELDS[drafted.kind]):
        raise Unsignable("statement_fields", statement=drafted.kind)
    if abs(body["at"] - now) > CLOCKS_APART:
        raise Unsignable("clocks_apart", minutes=CLOCKS_APART // 60)
    if drafted.kind == "session" and body.get("fresh") != drafted.fresh and is_first:
        raise Unsignable("fresh_not_ours")
    if drafted.kind == "zero" and body["size"] < follower.size:
        raise Unsignable("zero_behind", index=body["size"], size=follower.size)


def _difference(agreed: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """The first field, but for position and time, in which the two differ."""
    names = sorted((set(agreed) | set(asked)) - CHANGING)
    return next((name for name in names if agreed.get(name) != asked.get(name)), "")


def is_proposal(drafted: Drafted, command: str, arguments: Mapping[str, Any]) -> bool:
    """Whether a draft is what this notary asked for: the same kind and the same content."""
    body = drafted.body
    if command == "remark":
        return drafted.kind == "remark" and body.get("text") == arguments.get("text")
    if command == "void-round":
        same = str(body.get("window", "")).split(".")[0] == arguments.get("round")
        return drafted.kind == "void-round" and same and body.get("reason") == arguments.get("reason")
    if command == "void-card":
        keys = arguments.get("keys") or {}
        asked = all(keys.get(name) == key for name, key in (body.get("keys") or {}).items())
        same = (body.get("serial"), body.get("reason")) == (arguments.get("serial"), arguments.get("reason"))
        return drafted.kind == "void" and asked and same
    if command in ("audit", "audit-open"):
        return drafted.kind == command and is_asked(command, body, arguments)
    sheet = hashlib.sha256(base64.b64decode(str(arguments.get("data", "")))).hexdigest()
    return command == "hand" and drafted.kind == "hand" and body.get("sheet") == sheet


def untrue(drafted: Drafted, follower: Follower) -> str:
    """What in a draft is not as this computer's own copy has it; empty when nothing is."""
    case, body = follower.case, drafted.body
    if drafted.kind == "session":
        return _untrue_session(case, body)
    if drafted.kind == "zero":
        cards = case.rules.card_panels()
        printed = {panel.id: panel.seats + panel.spare for panel in cards}
        spare = {panel.id: panel.spare for panel in cards}
        wrong = (body.get("ballots"), body.get("printed"), body.get("spare")) != (0, printed, spare)
        return "printed" if wrong else ""
    if drafted.kind == "void-round":
        window = case.windows.get(str(body.get("window")))
        return "" if window is not None and window.close is not None and window.void is None else "window"
    if drafted.kind in ("audit", "audit-open"):
        return untrue_audit(drafted.kind, body, case)
    return "" if drafted.kind in KINDS else "kind"


def _untrue_session(case: v.Case, body: Mapping[str, Any]) -> str:
    lines = sorted(f"{v.sha256(data).hex()} {path}\n" for path, data in case.files.items() if path.startswith("page/"))
    own = {
        "kind": case.report.kind,
        "page": v.sha256("".join(lines).encode()).hex(),
        "policy": v.sha256(case.files["policy.txt"]).hex(),
        "rules": v.sha256(case.files["rules.toml"]).hex(),
        "rolls": v.sha256(case.files["rolls/index.json"]).hex(),
    }
    return next((name for name, value in own.items() if body.get(name) != value), "")
