"""What a notary looks at, as plain values: from this computer's own copy, but for what only the server can know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.audit import AuditRefused, said, shape_of
from audience_server.notary.bundle import is_signed
from audience_server.notary.follow import Follower
from audience_server.notary.mirror import MirrorRefused
from audience_server.notary.statements import Drafted
from audience_server.notary.witness import Witness


def picture(witness: Witness, line: str) -> dict[str, Any]:
    """Everything for the screen and for scripts.  `line`: connecting | following | lost."""
    follower, desk = witness.follower, witness.desk
    found: dict[str, Any] = {
        "line": line,
        "origin": witness.origin,
        "kind": witness.kind,
        "title": desk.told.title,
        "size": 0 if follower is None else follower.size,
        "cosigned": witness.cosigned,
        "adds_up": witness.adds_up,
        "held": desk.told.held,
        "connected": desk.told.connected,
        "drafts": [
            {
                "id": each.id,
                "kind": each.kind,
                "by": each.by,
                "agreed": each.agreed,
                "untrue": desk.untrue(each),
                "signed_before": desk.signed_before(each),
                **_cards_of(follower, each),
            }
            for each in desk.drafts.values()
        ],
        "demands_missed": [
            {"leaf": leaf, "window": window}
            for leaf, window in (() if witness.demands is None else witness.demands.missed.items())
        ],
        "waiting": [
            {"do": do, "round": round_, "window": window, "roles": list(roles)}
            for do, round_, window, roles in desk.told.waiting
        ],
        "alarms": [{"at": at, "code": code, "text": text} for at, code, text in witness.alarms],
        "server_alarms": list(desk.told.alarms),
        "answers": [{"about": about, "done": done, "text": text} for about, done, text in desk.answers[-20:]],
        "manifest_agrees": desk.manifest_agrees,
    }
    return found if follower is None else found | _record(witness, follower)


def _record(witness: Witness, follower: Follower) -> dict[str, Any]:
    case = follower.case
    root = follower.tree.root()
    return {
        "fingerprint": v.fingerprint(case.origin, follower.size, root) if follower.size else "",
        "root": v.b64(root),
        "panels": follower.panels(),
        "printed": {panel.id: panel.seats + panel.spare for panel in case.rules.card_panels()},
        "spare": {panel.id: panel.spare for panel in case.rules.card_panels()},
        "void_cards": len(case.voided.get(v.CHECK_IN, {})) - _spent(case),
        "zero": case.zero,
        "audits": sorted(case.audits),
        "seal": case.seal,
        "words": _names(case.rules),
        "rounds": {row["id"]: _label(case.rules, row["units"], row["title"]) for row in case.rules.names["rounds"]},
        "windows": [_window(follower, window) for window in case.windows.values()],
        "unwitnessed": [] if witness.coverage is None else list(map(list, witness.coverage.gaps(case.rules))),
        "warnings": [{"code": each.code, "text": f"{each.expected} / {each.found}"} for each in follower.warnings()],
        "evidence": _has_evidence(witness),
    }


def _spent(case: v.Case) -> int:
    """Audit cards that were told: void for what comes, but not lost or damaged."""
    return sum(len(window.audit_cards) for window in case.windows.values())


def _has_evidence(witness: Witness) -> bool:
    try:
        return witness.mirror is not None and is_signed(witness.mirror)
    except MirrorRefused:
        return False  # the line ends with the reason as soon as something is to be kept


def _cards_of(follower: Follower | None, drafted: Drafted) -> dict[str, Any]:
    """Of a draft that voids a card: its panel and whether it is there; of one that tells audit cards: their ballots."""
    if follower is None:
        return {}
    body = drafted.body
    if drafted.kind == "void":
        panel, is_present = follower.card(body["keys"])
        return {"panel": panel, "is_present": is_present}
    if drafted.kind == "audit-open":
        return {"choices": [_said(follower, str(body["window"]), str(card["choice"])) for card in body["cards"]]}
    return {}


def _said(follower: Follower, window: str, choice: str) -> list[tuple[str, str]]:
    """(what is asked, what is answered); the choice as it stands where it is none."""
    try:
        return said(follower.case.rules, shape_of(follower.case.rules, window), choice)
    except AuditRefused:
        return [("", choice)]


def _names(rules: v.Rules) -> dict[str, str]:
    """What units, criteria and options are called, for people; the counting never looks at it."""
    rows = [*rules.names["units"], *rules.names["criteria"]]
    rows += [option for scale in rules.names["scales"] for option in scale["options"]]
    return {str(row["id"]): str(row["name"]) for row in rows}


def _label(rules: v.Rules, units: Sequence[str], title: str) -> str:
    """What people call a round: its unit, or the title of one that has several or none."""
    names = [rules.units[unit].name for unit in units if unit in rules.units]
    return names[0] if len(names) == 1 else title or "、".join(names)


def _window(follower: Follower, window: v.Window) -> dict[str, Any]:
    """`state`: open | closed | locked | void; `counted`: what this computer counted of a locked window, or None."""
    row = follower.row_of(window.name)
    if window.void is not None:
        state = "void"
    elif window.tally is not None:
        state = "locked"
    else:
        state = "open" if window.close is None else "closed"
    counted = None if row is None else row.get("by")
    return {
        "window": window.name,
        "round": window.round,
        "title": _label(follower.case.rules, window.shape.units, str(window.body.get("title", ""))),
        "state": state,
        "opened_at": window.body["at"],
        "closes_at": window.body["at"] + window.body["seconds"] + sum(window.extensions),
        "names": _own_options(follower.case.rules, window),
        "by": follower.turnout(window),
        "counted": counted,
        "audit": None if row is None else row.get("audit"),
        "sealed": window.name in follower.case.audits and window.audit is None,
        "agrees": None if row is None else counted is not None and not _faulty(follower, window),
        "fingerprint": None if row is None else row.get("fingerprint"),
    }


def _own_options(rules: v.Rules, window: v.Window) -> dict[str, str]:
    """Of a round that asks a question of its own instead of criteria: option -> name."""
    rows = [row for each in rules.names["rounds"] if each["id"] == window.round for row in each["options"]]
    rows += [row for row in window.body.get("options", ()) if isinstance(row, dict)]
    return {str(row["id"]): str(row.get("name", row["id"])) for row in rows}


def _faulty(follower: Follower, window: v.Window) -> bool:
    audit = window.audit_row
    if audit and audit["agreed"] != audit["cards"]:
        return True
    return window.damaged or any(each.index == window.tally for each in follower.errors())
