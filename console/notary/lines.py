"""The notary's picture as lines: pure, made safe for a terminal, every state in words and never by colour alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len

from audience_server.locale.catalogue import Catalogue
from console.notary.moments import moment
from console.notary.sentences import field_name, statement_name
from console.safe_text import fit, safe_text

Picture = Mapping[str, Any]
Todo = tuple[str, str]

MOST_NAME = 60


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


def people(picture: Picture, words: Catalogue, room: int) -> list[str]:
    """Expected, present, printed, spare, void; phones on the line as the server says.

    A name that leaves no room for its numbers stands on a line of its own: no panel is ever named by half.
    """
    panels = picture.get("panels", ())
    names = [safe_text(panel["name"], MOST_NAME) for panel in panels]
    head = [words.text(f"col_{name}") for name in ("expected", "present", "connected", "printed")]
    first = max(cell_len(each) for each in (words.text("col_panel"), *names))
    first = first if first + cell_len("  ".join(["", *head])) <= room else cell_len(words.text("col_panel"))
    lines = [f"{fit(words.text('col_panel'), first)}  {'  '.join(head)}"]
    for panel, name in zip(panels, names, strict=True):
        printed = picture["printed"].get(panel["id"])
        cards = "–" if printed is None else f"{printed}({picture['spare'].get(panel['id'], '–')})"
        cells = (panel["expected"], panel["present"], picture["connected"].get(panel["id"], 0), cards)
        row = [str(each).rjust(cell_len(column)) for each, column in zip(cells, head, strict=True)]
        beside, above = (name, []) if cell_len(name) <= first else ("", [name])
        lines += [*above, f"{fit(beside, first)}  {'  '.join(row)}"]
    zero = picture.get("zero")
    lines.append(words.text("zero_none") if zero is None else words.text("zero_at", index=zero))
    if picture.get("void_cards"):
        lines.append(words.text("void_cards", count=picture["void_cards"]))
    return lines


def todos(picture: Picture, words: Catalogue) -> list[tuple[Todo, str]]:
    """What waits for the notary: ((kind, argument), line), nods first."""
    found: list[tuple[Todo, str]] = []
    for each in picture["waiting"]:
        if "notary" in each["roles"]:
            name = round_name(picture, each["round"])
            found.append(((f"nod_{each['do']}", each["round"]), words.text(f"todo_{each['do']}", round=name)))
    for each in picture["demands_missed"]:
        found.append((("demand", each["leaf"]), words.text("todo_demand", window=safe_text(each["window"], 20))))
    for draft in picture["drafts"]:
        if draft["agreed"]:
            continue
        kind = statement_name(draft["kind"], words.language)
        line = words.text("todo_draft", kind=kind, by=by_whom(draft["by"], words))
        if draft["untrue"]:
            line += "  " + words.text("todo_untrue", what=field_name(draft["untrue"], words.language))
        if draft["signed_before"]:
            line += "  " + words.text("todo_signed_before")
        found.append((("draft", str(draft["id"])), line))
    return found


def alarms(picture: Picture, words: Catalogue, desk_words: Catalogue, most: int = 6) -> list[str]:
    """The newest first, with the time of this computer."""
    found = []
    for alarm in reversed(picture["alarms"][-most:]):
        when = moment(alarm["at"], with_date=False)
        found.append(f"{when} {_alarm_name(alarm['code'], words)} {safe_text(alarm['text'], 300)}")
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
    if any(each["kind"] == "manifest" for each in picture["drafts"]):
        agrees = {True: "manifest_agrees", False: "manifest_differs", None: "manifest_pending"}
        found.append(words.text(agrees[picture["manifest_agrees"]]))
    if picture.get("evidence"):
        found.append(words.text("evidence_here"))
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
    return found


def by_whom(by: str, words: Catalogue) -> str:
    return words.text("by_desk") if by == "operator" else safe_text(by, 20)


def round_name(picture: Picture, name: str, limit: int = 40) -> str:
    """r03 and what people call it; also of a window (r03.2) and of one that the record does not know yet."""
    titles = {each["window"]: each["title"] for each in picture.get("windows", ())}
    title = titles.get(name) or picture.get("rounds", {}).get(name.partition(".")[0], "")
    return f"{safe_text(name, 20)} {safe_text(title, limit)}".strip()


def keys(words: Catalogue, width: int) -> str:
    """The footer: a key and its name are never torn apart at the end of a line."""
    rows = [""]
    for item in words.text("keys").split("  "):
        longer = f"{rows[-1]}  {item}" if rows[-1] else item
        if rows[-1] and cell_len(longer) > width:
            rows.append(item)
        else:
            rows[-1] = longer
    return "\n".join(rows)
