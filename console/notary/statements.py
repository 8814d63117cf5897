"""What is to be signed, as a notary reads it: named lines in the words of the trade, and the very text on demand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from audience_server.locale.catalogue import Catalogue
from console.notary.lines import Picture, round_name
from console.notary.moments import moment
from console.notary.rounds import counts
from console.notary.sentences import field_name
from console.safe_text import safe_text

Body = Mapping[str, Any]
Draft = Mapping[str, Any]  # its row in the picture
MOST_RAW = 100_000
LONG = 500


def named_lines(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    """`body`: what the draft says; nothing of it is taken as true that this computer has not compared."""
    lines = []
    if draft["untrue"]:
        lines.append(words.text("statement_untrue", what=field_name(draft["untrue"], words.language)))
    if draft["signed_before"]:
        lines.append(words.text("todo_signed_before"))
    lines += _KINDS[draft["kind"]](draft, body, picture, words)
    if "at" in body:
        lines.append(line("at", moment(body["at"]), words))
    return lines


def raw_lines(kind: str, origin: str, body: Body) -> list[str]:
    """The text that is signed; position and time may still be those of its recording."""
    if kind == "manifest":
        return [safe_text(line, LONG) for name in ("text", "public") for line in str(body[name]).split("\n")[:MOST_RAW]]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return [f"c1/{kind}", safe_text(origin), safe_text(text, MOST_RAW)]


def line(name: str, value: object, words: Catalogue) -> str:
    return words.text("field_line", name=words.text(f"field_{name}"), value=safe_text(str(value), LONG))


def _session(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    lines = [] if draft["untrue"] else [words.text("session_sentence")]
    before = body["previous"]
    number = words.text("session_number", number=body["number"])
    if isinstance(before, Mapping):
        number += words.text("session_after", origin=safe_text(str(before.get("origin")), 80))
    lines += [line("kind", words.text(f"kind_{body['kind']}"), words), line("number", number, words)]
    lines += [line(name, _digest(body[name]), words) for name in ("rules", "page", "policy", "rolls")]
    lines.append(line("codes_exported", words.text(f"codes_exported_{str(body['codes_exported']).lower()}"), words))
    return [*lines, line("software", body["software"], words)]


def _digest(text: str) -> str:
    """Enough to compare by eye; the whole of it stands in the text."""
    return f"{' '.join(text[place : place + 4] for place in range(0, 16, 4))} …"


def _zero(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    lines = [words.text("zero_sentence")] if body["ballots"] == 0 else [line("ballots", body["ballots"], words)]
    for panel, printed in body["printed"].items():
        spare = body["spare"].get(panel, 0)
        lines.append(words.text("zero_cards", name=_panel(panel, picture), printed=printed, spare=spare))
    return lines


def _panel(panel: str, picture: Picture) -> str:
    names = {each["id"]: each["name"] for each in picture.get("panels", ())}
    return safe_text(names.get(panel, panel), 60)


def _void(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    panel, is_present = draft.get("panel", ""), draft.get("is_present", False)
    return card_lines(int(body["serial"]), panel, is_present, str(body["reason"]), picture, words)


def card_lines(serial: int, panel: str, is_present: bool, reason: str, picture: Picture, words: Catalogue) -> list[str]:
    """Which card, whose, and what becomes of it when it is void."""
    named = _panel(panel, picture) if panel else words.text("panel_unknown")
    return [
        line("serial", serial, words),
        line("panel", named, words),
        line("check_in", words.text("card_present" if is_present else "card_absent"), words),
        line("reason", reason, words),
        words.text("void_effect"),
    ]


def _hand(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    lines = [words.text("hand_sentence"), line("window", round_name(picture, body["window"]), words)]
    numbers = ("present", "issued", "returned", "valid", "invalid", "abstained")
    lines.append(line("panel", _panel(body["panel"], picture), words))
    lines.append(words.text("hand_numbers", **{name: body[name] for name in numbers}))
    lines += counts(body["counts"], picture.get("words", {}))
    return [*lines, line("sheet", _digest(body["sheet"]), words)]


def _remark(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    return [line("text", body["text"], words)]


def _void_round(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    lines = [line("window", round_name(picture, body["window"]), words), line("reason", body["reason"], words)]
    return [*lines, words.text("void_round_effect")]


def _audit(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    lines = [line("window", round_name(picture, body["window"]), words)]
    return [*lines, line("digest", _digest(body["digest"]), words), words.text("audit_effect")]


def _audit_open(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    lines = [line("window", round_name(picture, body["window"]), words), words.text("audit_open_effect")]
    for number, said in enumerate(draft.get("choices", ()), 1):
        told = "  ".join(f"{safe_text(asked, 40)} {safe_text(answer, 40)}".strip() for asked, answer in said)
        lines.append(words.text("audit_card", number=number, told=told))
    return lines


def _manifest(draft: Draft, body: Body, picture: Picture, words: Catalogue) -> list[str]:
    lines = [] if draft["untrue"] else [words.text("manifest_sentence")]
    for name in ("text", "public"):
        rows = str(body[name]).rstrip("\n").split("\n")
        size = safe_text(rows[2], 16) if len(rows) > 2 else "–"
        lines.append(words.text(f"manifest_{name}_files", size=size, files=max(0, len(rows) - 4)))
    return [*lines, words.text("manifest_public")]


_KINDS: Mapping[str, Callable[[Draft, Body, Picture, Catalogue], Sequence[str]]] = {
    "session": _session,
    "zero": _zero,
    "void": _void,
    "hand": _hand,
    "remark": _remark,
    "void-round": _void_round,
    "audit": _audit,
    "audit-open": _audit_open,
    "manifest": _manifest,
}
