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

KINDS = frozenset({"session", "zero", "void", "hand", "remark", "void-round", "audit", "audit-open", "manifest"})
CLOCKS_APART = 600  # seconds between this clock and the server's that are still no reason for an alarm


class Unsignable(Exception):
    """The text is not one that this notary agreed to, or it is not true; the words say what differs."""


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
        raise Unsignable(f"not a statement {kind} of {origin}")
    try:
        return v.canonical_json(lines[2])
    except v.FormError as error:
        raise Unsignable(str(error)) from None


def check_text(drafted: Drafted, follower: Follower, text: str, now: int, is_first: bool) -> None:
    """Refuse whatever was not agreed to, or is not so.  Raises Unsignable.

    `is_first`: this notary stands first in the session file, so the fresh bytes of the session entry can only be this
    one's.  Another notary takes those of one before it, and looks for that one's signature once the entry is there.
    """
    if not drafted.agreed:
        raise Unsignable("the notary has not agreed to this draft")
    if drafted.kind == "manifest":
        if text not in (drafted.body.get("text"), drafted.body.get("public")):
            raise Unsignable("another manifest than the one that was compared")
        return
    if drafted.signed and drafted.signed != text:
        raise Unsignable("another text of this draft was signed; it must be agreed to again")
    body = body_of(drafted.kind, follower.origin, text)
    differs = _difference(drafted.body, body)
    if differs:
        raise Unsignable(f"{differs} differs from what the notary agreed to")
    if not v.has_fields(body, v.FIELDS[drafted.kind]):
        raise Unsignable(f"a statement {drafted.kind} has other fields")
    if abs(body["at"] - now) > CLOCKS_APART:
        raise Unsignable("the server's clock and this one are more than ten minutes apart")
    if drafted.kind == "session" and body.get("fresh") != drafted.fresh and is_first:
        raise Unsignable("the fresh bytes are not this notary's")
    if drafted.kind == "zero" and body["size"] < follower.size:
        raise Unsignable(f"position {body['size']}, and {follower.size} entries are known here")


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
        return "ballots, printed or spare" if wrong else ""
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
