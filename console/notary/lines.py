"""The notary's picture as lines: pure, made safe for a terminal, every state in words and never by colour alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.cells import cell_len

from audience_server.locale.catalogue import Catalogue
from console.safe_text import fit, safe_text

Picture = Mapping[str, Any]
Todo = tuple[str, str]

NAME = 14


def verdict(picture: Picture, words: Catalogue) -> tuple[str, str]:
    """(tone, sentence): tone is good | bad | waiting."""
    if not picture["adds_up"] or any(alarm["code"] in SERIOUS for alarm in picture["alarms"]):
        return "bad", words.text("verdict_bad")
    if picture["line"] != "following":
        return "waiting", words.text(f"line_{picture['line']}")
    if picture["held"]:
        held = f"held_{picture['held']}"
        return "waiting", words.text(held) if held in words else safe_text(picture["held"], 60)
    if picture["cosigned"] < picture["size"]:
        return "waiting", words.text("verdict_checking", size=picture["size"])
    return "good", words.text("verdict_good", size=picture["size"])


SERIOUS = frozenset({"second_session", "rehearsal_as_live", "kind_differs", "fork"})
REHEARSAL = "W108"  # its own band says it


def heading(picture: Picture, words: Catalogue) -> str:
    title = safe_text(picture["title"] or picture["origin"] or "…", 60)
    return f"{words.text('notary_title')}  {title}  {safe_text(picture['origin'], 80)}"


def code(picture: Picture, words: Catalogue) -> str:
    mark = picture.get("fingerprint") or "–"
    return words.text("code_now", code=mark, size=picture["size"])


def people(picture: Picture, words: Catalogue) -> list[str]:
    """Expected, present, printed, spare, void; phones on the line as the server says."""
    lines = [words.text("people_head")]
    for panel in picture.get("panels", ()):
        printed = picture["printed"].get(panel["id"])
        lines.append(
            words.text(
                "people_line",
                name=fit(safe_text(panel["name"]), NAME),
                expected=f"{panel['expected']:>4}",
                present=f"{panel['present']:>4}",
                connected=f"{picture['connected'].get(panel['id'], 0):>4}",
                printed="   –" if printed is None else f"{printed:>4}",
                spare=picture["spare"].get(panel["id"], "–"),
            )
        )
    zero = picture.get("zero")
    lines.append(words.text("zero_none") if zero is None else words.text("zero_at", index=zero))
    if picture.get("void_cards"):
        lines.append(words.text("void_cards", count=picture["void_cards"]))
    return lines


def rounds(picture: Picture, words: Catalogue, most: int = 40) -> list[str]:
    """Newest first: what was issued and returned, what was counted here, and whether both agree."""
    lines: list[str] = []
    for window in reversed(picture.get("windows", ())[-most:]):
        name = safe_text("、".join(window["units"]) or window["title"], 40)
        state = words.text(f"window_{window['state']}")
        lines.append(f"{fit(window['window'], 7)} {fit(name, 24)} {state}  {_agrees(window, words)}")
        lines += [f"        {line}" for line in _panels(window, picture, words)]
        if window["audit"]:
            numbers = {name: window["audit"].get(name, "–") for name in ("cards", "returned", "agreed")}
            lines.append(f"        {words.text('audit_line', **numbers)}")
        elif window["sealed"]:
            lines.append(f"        {words.text('audit_sealed')}")
        if window["fingerprint"]:
            lines.append(f"        {words.text('code_of_round', code=window['fingerprint'])}")
    return lines or [words.text("rounds_none")]


def _agrees(window: Mapping[str, Any], words: Catalogue) -> str:
    if window["state"] != "locked":
        return ""
    return words.text({True: "count_agrees", False: "count_differs", None: "count_pending"}[window["agrees"]])


def _panels(window: Mapping[str, Any], picture: Picture, words: Catalogue) -> list[str]:
    names = {panel["id"]: safe_text(panel["name"]) for panel in picture.get("panels", ())}
    if window["counted"]:
        found = []
        for panel, row in window["counted"].items():
            numbers = _numbers(row)
            found.append(words.text("counted_line", name=fit(names.get(panel, panel), NAME), **numbers))
            found.append("  " + words.text("valid_line", **numbers))
            found += [f"  {line}" for line in _counts(row.get("counts", {}), picture["words"])]
        return found
    return [
        words.text("turnout_line", name=fit(names.get(panel, panel), NAME), **row)
        for panel, row in window["by"].items()
    ]


def _counts(counts: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """What was chosen how often, as the announcement will say it; one line for each criterion."""
    if all(isinstance(each, int) for each in counts.values()):
        return ["  ".join(f"{_named(option, names)} {count}" for option, count in counts.items())] if counts else []
    found = []
    for name, inner in counts.items():
        for line in _counts(inner, names):
            found.append(f"{_named(name, names)}: {line}")
    return found


def _named(name: str, names: Mapping[str, str]) -> str:
    return safe_text(names.get(name, name), 20)


def _numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")
    return {name: row[name] for name in names}


def todos(picture: Picture, words: Catalogue) -> list[tuple[Todo, str]]:
    """What waits for the notary: ((kind, argument), line), nods first."""
    found: list[tuple[Todo, str]] = []
    for each in picture["waiting"]:
        if "notary" in each["roles"]:
            found.append(((f"nod_{each['do']}", each["round"]), words.text(f"todo_{each['do']}", round=each["round"])))
    for each in picture["demands_missed"]:
        found.append((("demand", each["leaf"]), words.text("todo_demand", window=safe_text(each["window"], 20))))
    for draft in picture["drafts"]:
        if draft["agreed"]:
            continue
        kind = words.text(f"draft_{draft['kind'].replace('-', '_')}")
        line = words.text("todo_draft", kind=kind, by=by_whom(draft["by"], words))
        if draft["untrue"]:
            line += "  " + words.text("todo_untrue", what=safe_text(draft["untrue"], 20))
        if draft["signed_before"]:
            line += "  " + words.text("todo_signed_before")
        found.append((("draft", str(draft["id"])), line))
    return found


def alarms(picture: Picture, words: Catalogue, desk_words: Catalogue, most: int = 6) -> list[str]:
    """The newest first, with the time of this computer."""
    found = []
    for alarm in reversed(picture["alarms"][-most:]):
        when = f"{datetime.fromtimestamp(alarm['at']):%H:%M:%S}"
        found.append(f"{when} {_alarm_name(alarm['code'], words)} {safe_text(alarm['text'], 160)}")
    for each in picture["server_alarms"][-2:]:
        code, _, text = each.partition(": ")
        name = desk_words.text(f"alarm_{code}") if f"alarm_{code}" in desk_words else safe_text(code, 40)
        found.append(words.text("server_alarm", text=f"{name} {safe_text(text, 120)}"))
    return found or [words.text("alarms_none")]


def _alarm_name(code: str, words: Catalogue) -> str:
    return words.text(f"found_{code}") if f"found_{code}" in words else safe_text(code, 20)


def answers(picture: Picture, words: Catalogue, most: int = 5) -> list[str]:
    """What became of what the notary asked for, the newest first; a signature is told by what it stands under."""
    told = [each for each in picture["answers"] if not (each["about"] == "consent" and '"index"' in each["text"])]
    return list(dict.fromkeys(answer(each, words) for each in reversed(told)))[:most]


def answer(said: Mapping[str, Any], words: Catalogue) -> str:
    """What became of one thing that the notary asked for."""
    about = str(said["about"])
    key = f"draft_{about.replace('-', '_')}"
    what = words.text(f"about_{about}") if f"about_{about}" in words else words.text(key) if key in words else about
    why = str(said["text"])
    if said["done"]:
        return words.text("answer_done", what=safe_text(what, 20), how=_how(why, words))
    why = words.text(f"outcome_{why}") if f"outcome_{why}" in words else safe_text(why, 200)
    return words.text("answer_refused", what=safe_text(what, 20), why=why)


def _how(text: str, words: Catalogue) -> str:
    """Where it stands in the record, or whom it still waits for; a server's answer is a JSON object."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return words.text("outcome_done")
    index = told.get("index")
    if isinstance(index, int) and not isinstance(index, bool):
        return words.text("outcome_recorded", index=str(index)[:16])
    return words.text("outcome_pending" if told.get("pending") else "outcome_done")


def notes(picture: Picture, words: Catalogue, form_words: Catalogue) -> list[str]:
    """Stretches that too few have cosigned, what the checks warn of, and how the manifest compares."""
    found = []
    gaps = picture.get("unwitnessed")
    if gaps:
        spans = "、".join(f"{first}–{last}" if first < last else f"{first}" for first, last in gaps[-3:])
        found.append(words.text("gaps_some", count=len(gaps), spans=spans))
    elif gaps is not None and picture["size"]:
        found.append(words.text("gaps_none"))
    for code in dict.fromkeys(str(each["code"]) for each in picture.get("warnings", ())):
        if code != REHEARSAL:
            name = form_words.text(f"code_{code}") if f"code_{code}" in form_words else ""
            found.append(words.text("warning", code=safe_text(code, 8), text=name))
    if any(each["kind"] == "manifest" for each in picture["drafts"]):
        agrees = {True: "manifest_agrees", False: "manifest_differs", None: "manifest_pending"}
        found.append(words.text(agrees[picture["manifest_agrees"]]))
    if picture.get("evidence"):
        found.append(words.text("evidence_here"))
    return found


def by_whom(by: str, words: Catalogue) -> str:
    return words.text("by_desk") if by == "operator" else safe_text(by, 20)


def draft_lines(kind: str, body: Mapping[str, Any], picture: Picture, words: Catalogue, width: int) -> list[str]:
    """What a statement would say: in a sentence where the trade has one, and field by field."""
    if kind == "zero":
        return _zero_lines(body, picture, words)
    if kind == "manifest":
        return [words.text("manifest_sentence"), words.text("manifest_public")]
    lines = [words.text("session_sentence")] if kind == "session" else []
    for name, value in sorted(body.items()):
        text = safe_text(str(value), 2 * width)
        room = max(10, width - cell_len(name) - 2)
        lines.append(f"{name}: {text if cell_len(text) <= room else fit(text, room)}")
    return lines


def _zero_lines(body: Mapping[str, Any], picture: Picture, words: Catalogue) -> list[str]:
    names = {panel["id"]: safe_text(panel["name"]) for panel in picture.get("panels", ())}
    lines = [words.text("zero_sentence")]
    for panel, printed in body.get("printed", {}).items():
        spare = body.get("spare", {}).get(panel, 0)
        lines.append(words.text("zero_cards", name=names.get(panel, panel), printed=printed, spare=spare))
    return lines
