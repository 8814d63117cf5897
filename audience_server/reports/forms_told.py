"""What an entry of the record says, as one line for people: used wherever acts are listed with their times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from audience_server.domain.objections import DECISION, KINDS, OF_THE_SERVER, decided
from audience_server.reports.forms_facts import MOST_TEXT, Act, cut, digest_text, name
from audience_server.reports.forms_parts import IDENTITY, Parts

KNOWN_INCIDENTS = (*KINDS, DECISION, *OF_THE_SERVER)


def told(parts: Parts, act: Act) -> str:
    """The act in words, its reason included."""
    return _TELLERS[act.kind](parts, act)


def reason(parts: Parts, given: object) -> str:
    text = cut(given, MOST_TEXT)
    return parts.text("reason", reason=text) if text else parts.text("no_reason")


def window_title(parts: Parts, body: Mapping[str, Any]) -> str:
    round_id = str(body["window"]).partition(".")[0]
    return parts.text("round_title", title=parts.facts.round_title(round_id), window=name(body["window"]))


def _session(parts: Parts, act: Act) -> str:
    kind = parts.text(f"kind_{act.body['kind']}")
    return parts.text("told_session", kind=kind, number=act.body["number"], software=name(act.body["software"]))


def _zero(parts: Parts, act: Act) -> str:
    printed = [
        parts.text("told_printed", panel=parts.facts.panel(panel).name, printed=number, spare=act.body["spare"][panel])
        for panel, number in act.body["printed"].items()
        if panel in act.body["spare"]
    ]
    return parts.text("told_zero", printed=parts.text("comma").join(printed) or parts.text("none"))


def _open(parts: Parts, act: Act) -> str:
    return parts.text("told_open", round=window_title(parts, act.body), seconds=act.body["seconds"])


def _extend(parts: Parts, act: Act) -> str:
    said = parts.text("told_extend", round=window_title(parts, act.body), seconds=act.body["seconds"])
    return f"{said} {reason(parts, act.body['reason'])}"


def _close(parts: Parts, act: Act) -> str:
    said = parts.text(f"told_close_{act.body['cause']}", round=window_title(parts, act.body))
    given = act.body["reason"]
    # the server's own reason for a close says what the cause has said already
    is_said = act.body["cause"] == "time" or (given and given in said)
    return said if is_said else f"{said} {reason(parts, given)}"


def _hand(parts: Parts, act: Act) -> str:
    numbers = {key: act.body[key] for key in IDENTITY if key in act.body}
    panel = parts.facts.panel(act.body["panel"]).name
    return parts.text("told_hand", round=window_title(parts, act.body), panel=panel, **numbers)


def _tally(parts: Parts, act: Act) -> str:
    """The numbers as they were counted anew, not as the entry has them."""
    held = next((each for each in parts.facts.holdings if each.window == act.body["window"]), None)
    code = held.fingerprint if held is not None and held.fingerprint else parts.text("unknown")
    lines = [parts.text("told_tally", round=window_title(parts, act.body), code=code)]
    for panel, numbers in ((held.by if held is not None else None) or {}).items():
        lines.append(parts.text("told_numbers", panel=parts.facts.panel(panel).name, **numbers))
    return "\n".join(lines)


def _void(parts: Parts, act: Act) -> str:
    said = parts.text("told_void", number=act.body["serial"], panel=parts.facts.panel(act.panel).name)
    return f"{said} {reason(parts, act.body['reason'])}"


def _void_round(parts: Parts, act: Act) -> str:
    said = parts.text("told_void_round", round=window_title(parts, act.body))
    return f"{said} {reason(parts, act.body['reason'])}"


def _audit(parts: Parts, act: Act) -> str:
    return parts.text("told_audit", round=window_title(parts, act.body), digest=digest_text(act.body["digest"]))


def _audit_open(parts: Parts, act: Act) -> str:
    return parts.text("told_audit_open", round=window_title(parts, act.body), count=len(act.body["cards"]))


def _not_held(parts: Parts, act: Act) -> str:
    said = parts.text("told_not_held", round=parts.facts.round_title(act.body["round"]))
    return f"{said} {reason(parts, act.body['reason'])}"


def _incident(parts: Parts, act: Act) -> str:
    kind = act.body["kind"]
    shown = parts.text(f"incident_{kind}") if kind in KNOWN_INCIDENTS else name(kind)
    about = decided(act.body["text"]) if kind == DECISION else None
    if about is not None:
        return parts.text("told_decision", kind=shown, entry=about[0], text=cut(about[1], MOST_TEXT))
    return parts.text("told_incident", kind=shown, text=cut(act.body["text"], MOST_TEXT))


def _remark(parts: Parts, act: Act) -> str:
    return parts.text("told_remark", text=cut(act.body["text"], MOST_TEXT))


def _channel(parts: Parts, act: Act) -> str:
    channel = next((shown for id, shown, _ in parts.facts.channels() if id == act.body["id"]), name(act.body["id"]))
    return parts.text("told_channel", channel=channel, source=name(act.body["source"]), count=len(act.body["scores"]))


def _seal(parts: Parts, act: Act) -> str:
    return parts.text("told_seal", count=len(act.body["tallies"]), size=act.index + 1)


_TELLERS: dict[str, Callable[[Parts, Act], str]] = {
    "session": _session,
    "zero": _zero,
    "open": _open,
    "extend": _extend,
    "close": _close,
    "hand": _hand,
    "tally": _tally,
    "void": _void,
    "void-round": _void_round,
    "audit": _audit,
    "audit-open": _audit_open,
    "not-held": _not_held,
    "incident": _incident,
    "remark": _remark,
    "channel": _channel,
    "seal": _seal,
}
