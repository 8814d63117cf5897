"""Audit cards (抽验卡): the sealed file of what testers will vote, made before the day and told after the close.

The file holds public keys, choices and a salt, no codes.  Its digest is all that the server gets before the window has
closed; whoever sees the file earlier knows which ballots are watched.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.said import Refused

MOST_CARDS = 200  # one entry holds them all


class AuditRefused(Refused):
    """No such audit can be made or told."""


@dataclass(frozen=True, slots=True)
class Tester:
    """A tester's card, `keys` as its line of the sealed list of serials holds them, and what it will vote."""

    serial: int
    panel: str
    keys: Mapping[str, str]
    choice: str


def shape_of(rules: v.Rules, window: str) -> v.Round:
    """The round of a window like r05 or r05.2.  Raises AuditRefused."""
    match = v.WINDOW.fullmatch(window)
    shape = rules.rounds.get(match[1]) if match else None
    if shape is None:
        raise AuditRefused("audit_no_round", window=window, rounds=", ".join(rules.rounds))
    return shape


def drawn_choice(rules: v.Rules, shape: v.Round) -> str:
    """A ballot that somebody might cast, drawn so that nobody can guess it."""
    form = v.form_of(shape, rules)
    if form.units:
        number = 1 + secrets.randbelow(form.choose)
        drawn = secrets.SystemRandom().sample(range(1, len(form.units) + 1), min(number, len(form.units)))
        return ",".join(str(each) for each in sorted(drawn))
    answers = [(label, secrets.choice(sorted(allowed))) for _, label, allowed in form.items]
    return ";".join(f"{label}={answer}" if label else answer for label, answer in answers)


def said(rules: v.Rules, shape: v.Round, choice: str) -> list[tuple[str, str]]:
    """(what is asked, what is answered) as the session file names it, for the slip.  Raises AuditRefused."""
    try:
        form = v.form_of(shape, rules)
        answers = v.read_choice(form, choice)
    except v.FormError as error:
        raise AuditRefused("audit_choice", choice=choice, detail=error, grammar=form.grammar) from None
    if answers is None:
        return [("", "blank")]
    names = {row["id"]: row["name"] for table in ("units", "criteria") for row in rules.names[table]}
    several = len(shape.units) > 1
    slip = []
    for (unit, criterion), option in answers.items():
        asked = [names.get(each, each) for each in ((unit, criterion) if several else (criterion,)) if each]
        slip.append((" ".join(asked), _option_names(rules, shape, criterion).get(option, option)))
    return slip


def _option_names(rules: v.Rules, shape: v.Round, criterion: str) -> dict[str, str]:
    """Option -> name, of a criterion's scale or of the round's own question."""
    tables = rules.names["scales"] if criterion else rules.names["rounds"]
    wanted = rules.criteria[criterion][0] if criterion else shape.id
    return {row["id"]: row["name"] for table in tables if table["id"] == wanted for row in table["options"]}


def sealed_file(rules: v.Rules, window: str, testers: Sequence[Tester]) -> bytes:
    """The file whose digest is fixed before the open.  Raises AuditRefused."""
    shape = shape_of(rules, window)
    if not 0 < len(testers) <= MOST_CARDS or len({tester.serial for tester in testers}) < len(testers):
        raise AuditRefused("audit_count", most=MOST_CARDS)
    rows = []
    for tester in testers:
        said(rules, shape, tester.choice)
        if tester.panel not in shape.panels:
            raise AuditRefused("audit_panel", serial=tester.serial, panel=tester.panel, window=window)
        keys = {"check_in": tester.keys[v.CHECK_IN], "key": tester.keys[shape.id]}
        rows.append(keys | {"choice": tester.choice})
    return written({"cards": rows, "salt": v.b64(secrets.token_bytes(32)), "window": window})


def written(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def read_sealed(data: bytes) -> dict[str, Any]:
    """The fields of a sealed file.  Raises AuditRefused."""
    try:
        body = v.json_file(data)
    except v.FormError as error:
        raise AuditRefused("audit_no_file", detail=error) from None
    if not v.has_fields(body, v.fields_of("window:window cards:audit-cards salt:key")):
        raise AuditRefused("audit_no_file", detail="window, cards, salt")
    return body


def next_deed(case: v.Case, data: bytes) -> tuple[str, dict[str, Any]]:
    """What is to be done with a sealed file now: (command, arguments).  Raises AuditRefused."""
    body = read_sealed(data)
    name, digest = str(body["window"]), hashlib.sha256(data).hexdigest()
    fixed, window = case.audits.get(name), case.windows.get(name)
    if fixed is None:
        if window is not None:
            raise AuditRefused("audit_opened", window=name)
        _refuse_foreign_cards(case, name, body)
        return "audit", {"digest": digest, "window": name}
    if fixed != digest:
        raise AuditRefused("audit_other_file", window=name)
    if window is None or window.close is None:
        raise AuditRefused("audit_waits", window=name)
    if window.tally is not None or window.void is not None or window.audit is not None:
        raise AuditRefused("audit_over", window=name)
    return "audit-open", {"data": v.b64(data)}


def _refuse_foreign_cards(case: v.Case, window: str, body: Mapping[str, Any]) -> None:
    """Fixed all the same, such a file could never be told, and its round never be locked."""
    wanted = {"check_in": v.CHECK_IN, "key": window.partition(".")[0]}
    for card in body["cards"]:
        if any(case.panel_of(round_id, v.unb64(card[name])) is None for name, round_id in wanted.items()):
            raise AuditRefused("audit_foreign_cards", origin=case.origin)


def is_asked(kind: str, body: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
    """Whether a draft is the very audit deed that was asked for."""
    if kind == "audit":
        return all(body.get(name) == arguments.get(name) for name in ("digest", "window"))
    asked = read_sealed(v.unb64(str(arguments.get("data", ""))))
    return all(body.get(name) == asked[name] for name in ("cards", "salt", "window"))


def untrue_audit(kind: str, body: Mapping[str, Any], case: v.Case) -> str:
    """What in an audit draft is not as this computer's own copy has it."""
    name = str(body.get("window"))
    window = case.windows.get(name)
    if kind == "audit":
        return "" if window is None and name not in case.audits else "window"
    sealed = written({field: body.get(field) for field in ("cards", "salt", "window")})
    is_fixed = case.audits.get(name) == hashlib.sha256(sealed).hexdigest()
    return "" if is_fixed and window is not None and window.close is not None else "cards"
