"""The rounds as lines: the one that matters now, all of them one a line, and each in full."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len

from audience_server.locale.catalogue import Catalogue
from console.notary.lines import MOST_NAME, Picture, round_name
from console.notary.moments import moment, stretch
from console.safe_text import fit, safe_text

Window = Mapping[str, Any]
WINDOW, SHORTEST_TITLE = 6, 8  # columns


def current(picture: Picture, words: Catalogue, now: int, *, brief: bool) -> list[str]:
    """The open round with its clock, else the one that waits for its lock, else the newest.

    `brief`: without what was chosen how often, which the question before the nod shows.
    """
    window = _that_matters(picture)
    if window is None:
        return [words.text("rounds_none")]
    lines = [f"{round_name(picture, window['window'])}  {_state(window, words)}  {clock(window, words, now)}".rstrip()]
    if window["fingerprint"]:
        lines.append(words.text("code_of_round", code=window["fingerprint"]))
    lines += _panels(window, picture, words, brief=brief)
    return [*lines, *_audit(window, words)]


def _that_matters(picture: Picture) -> Window | None:
    windows = list(picture.get("windows", ()))
    for state in ("open", "closed"):
        found = [each for each in windows if each["state"] == state]
        if found:
            return dict(found[-1])
    return dict(windows[-1]) if windows else None


def clock(window: Window, words: Catalogue, now: int) -> str:
    """Of an open round: what is left by the record, which says when it opened and for how long; else how long it is
    open."""
    if window["state"] != "open":
        return ""
    left = window["closes_at"] - now
    if window["closes_at"] <= window["opened_at"]:
        return words.text("clock_open", time=stretch(now - window["opened_at"]))
    due = moment(window["closes_at"], with_date=False)
    return words.text("clock_left" if left >= 0 else "clock_over", time=stretch(abs(left)), due=due)


def listed(picture: Picture, words: Catalogue, room: int) -> list[str]:
    """The others, one line each, newest first, under a line that counts all."""
    windows, matters = list(picture.get("windows", ())), _that_matters(picture)
    if matters is None or len(windows) == 1:
        return []
    locked = sum(each["state"] == "locked" for each in windows)
    void = sum(each["state"] == "void" for each in windows)
    lines = [words.text("rounds_head", locked=locked, void=void, total=len(picture["rounds"]))]
    rows = [_row(each, words) for each in reversed(windows) if each["window"] != matters["window"]]
    behind = max(cell_len(row[2]) for row in rows)
    longest = max(cell_len(row[1]) for row in rows)
    wide = max(SHORTEST_TITLE, min(longest, room - WINDOW - behind - 3))
    return lines + [f"{fit(window, WINDOW)} {fit(title, wide)}  {rest}".rstrip() for window, title, rest in rows]


def _row(window: Window, words: Catalogue) -> tuple[str, str, str]:
    """Name, title, and state; of a locked one whether the count agrees, and the code that was read out."""
    rest = words.text(f"window_{window['state']}")
    if window["state"] == "locked":
        mark = {True: "mark_agrees", False: "mark_differs", None: "mark_pending"}[window["agrees"]]
        rest = f"{words.text(mark)}  {window['fingerprint'] or ''}"
    return str(window["window"]), safe_text(window["title"], MOST_NAME), rest


def in_full(picture: Picture, words: Catalogue) -> list[str]:
    """Newest first: what was issued and returned, what was counted here, and whether both agree."""
    lines: list[str] = []
    for window in reversed(picture.get("windows", ())):
        opened = words.text("opened_at", time=moment(window["opened_at"], with_date=False))
        lines.append(f"{round_name(picture, window['window'])}  {_state(window, words)}  {opened}")
        lines += [f"    {line}" for line in _panels(window, picture, words, brief=False)]
        lines += [f"    {line}" for line in _audit(window, words)]
        if window["fingerprint"]:
            lines.append(f"    {words.text('code_of_round', code=window['fingerprint'])}")
    return lines or [words.text("rounds_none")]


def of_round(picture: Picture, words: Catalogue, round_id: str) -> list[str]:
    """The newest window of a round, in full."""
    found = [each for each in picture.get("windows", ()) if each["round"] == round_id]
    return in_full({**picture, "windows": found[-1:]}, words)


def _state(window: Window, words: Catalogue) -> str:
    state = words.text(f"window_{window['state']}")
    if window["state"] != "locked":
        return state
    counted = {True: "count_agrees", False: "count_differs", None: "count_pending"}[window["agrees"]]
    return f"{state}  {words.text(counted)}"


def _audit(window: Window, words: Catalogue) -> list[str]:
    if window["audit"]:
        numbers = {name: window["audit"].get(name, "–") for name in ("cards", "returned", "agreed")}
        return [words.text("audit_line", **numbers)]
    return [words.text("audit_sealed")] if window["sealed"] else []


def _panels(window: Window, picture: Picture, words: Catalogue, *, brief: bool) -> list[str]:
    """What was counted here, else what is out and back; of an open round also who is there."""
    panels = {panel["id"]: panel for panel in picture.get("panels", ())}
    lines = []
    for panel, row in (window["counted"] or window["by"]).items():
        known = panels.get(panel, {})
        name = safe_text(known.get("name", panel), MOST_NAME)
        if window["counted"]:
            numbers = {each: row[each] for each in IDENTITY}
            lines.append(words.text("counted_line", name=name, **numbers))
            lines.append("  " + words.text("valid_line", **numbers))
            if not brief:
                names = {**picture["words"], **window["names"]}
                lines += [f"  {line}" for line in counts(row.get("counts", {}), names)]
        elif window["state"] == "open":
            there = {"present": known.get("present", "–"), "connected": picture["connected"].get(panel, 0)}
            lines.append(words.text("open_line", name=name, **there, **row))
        else:
            lines.append(words.text("turnout_line", name=name, **row))
    return lines


IDENTITY = ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")


def counts(table: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """What was chosen how often, as the announcement will say it; one line for each criterion."""
    if all(isinstance(each, int) for each in table.values()):
        return ["  ".join(f"{_named(option, names)} {count}" for option, count in table.items())] if table else []
    found = []
    for name, inner in table.items():
        rows = counts(inner, names) if isinstance(inner, Mapping) else [safe_text(str(inner), 40)]
        found += [f"{_named(name, names)}: {line}" for line in rows]
    return found


def _named(name: str, names: Mapping[str, str]) -> str:
    return safe_text(names.get(name, name), 20)
