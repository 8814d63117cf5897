"""What the forms say, taken from the verifier's report and from nothing else: paper cannot disagree with the record.

A report that fails verification gives no numbers here: `is_sound` is False, and every form says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from audience_server.reports.tables import plain

BEIJING = timezone(timedelta(hours=8))
MOST_NAME = 60
MOST_TEXT = 1000

_LAST_SECOND = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel; a panel without cards is an open one.  `audit`: how many of the spare cards testers may hold."""

    id: str
    name: str
    has_cards: bool
    seats: int
    spare: int
    audit: int
    unverified: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the record that somebody or the clock did."""

    index: int
    kind: str
    body: Mapping[str, Any]
    panel: str | None

    @property
    def time(self) -> str:
        return clock_text(self.body.get("at"))


@dataclass(frozen=True, slots=True)
class Item:
    """What one cell of counts is about; empty names where the round asks its own question or for a choice of units."""

    unit: str
    criterion: str
    counts: Counts
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """One holding of a round; `by` is None unless it is locked and was counted anew."""

    window: str
    round: str
    state: str
    kind: str
    title: str
    units: tuple[str, ...]
    fingerprint: str | None
    by: Mapping[str, Mapping[str, Any]] | None
    audit: Mapping[str, Any] | None

    @property
    def counts_for_the_result(self) -> bool:
        return self.kind in ("ballot", "sheet", "select")


class Facts:
    """One report, read."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self.report = report
        names: Mapping[str, Any] = report["names"]
        session: Mapping[str, Any] = names.get("session", {})
        self.title, self.place, self.date = (name(session.get(key, "")) for key in ("title", "place", "date"))
        self.small_cell = int(session.get("small_cell", 0))
        self.origin = name(report["origin"])
        self.fingerprint: str | None = report["fingerprint"]
        self.codes = tuple(dict.fromkeys(row["code"] for row in report["failures"]))
        self.warnings = tuple(dict.fromkeys(row["code"] for row in report["warnings"]))
        self.is_sound = report["verdict"] != "fail"
        self.is_rehearsal = report["kind"] == "rehearsal" or "W108" in self.warnings
        self.is_self_asserted = "W106" in self.warnings
        self.acts = tuple(
            Act(row["index"], row["kind"], row["body"], row.get("panel"))  # a void card's panel
            for row in report["acts"]
        )
        self.panels = {row["id"]: _panel(row) for row in names.get("panels", ())}
        self.units = _named(names, "units")
        self.categories = _named(names, "categories")
        self.criteria = _named(names, "criteria")
        witnesses: Mapping[str, Sequence[str]] = names.get("witnesses", {})
        self.notaries = tuple(map(name, witnesses.get("notaries", ())))
        self.observers = tuple(map(name, witnesses.get("observers", ())))
        self._names = names
        self._opened = {act.body["window"]: act.body for act in self.acts if act.kind == "open"}
        self.holdings = tuple(self._holding(row) for row in report["rounds"])

    @property
    def page_digest(self) -> str:
        return next((str(act.body["page"]) for act in self.acts if act.kind == "session"), "")

    @property
    def is_counted(self) -> bool:
        """Whether the counts could be checked; a public bundle does not hold them."""
        return self.is_sound and all(
            "counts" in numbers for held in self.locked() for numbers in (held.by or {}).values()
        )

    def acts_of(self, *kinds: str) -> list[Act]:
        return [act for act in self.acts if act.kind in kinds]

    def locked(self) -> list[Holding]:
        """The holdings whose numbers stand, those that decide something first."""
        held = [holding for holding in self.holdings if holding.state == "locked" and holding.by is not None]
        return sorted(held, key=lambda holding: not holding.counts_for_the_result)

    def panel(self, panel_id: str | None) -> Panel:
        return self.panels.get(str(panel_id)) or Panel("", name(panel_id or ""), False, 0, 0, 0, False)

    def round_title(self, round_id: str) -> str:
        """By the entry that opened it, by the file, by its units; by its id when nothing else is known."""
        opened = next((body for body in self._opened.values() if body["round"] == round_id), None)
        if opened is not None:
            return name(opened["title"])
        row = next((row for row in self._names.get("rounds", ()) if row["id"] == round_id), None)
        units = "、".join(self.units[unit] for unit in row["units"]) if row else ""
        return name((row["title"] if row else "") or units or round_id)

    def results(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.report["results"] if self.is_sound else None
        return found

    def channels(self) -> list[tuple[str, str, str]]:
        """Id, name and weight."""
        return [(row["id"], name(row["name"] or row["id"]), row["weight"]) for row in self._names.get("channels", ())]

    def items(self, holding: Holding, panel: str) -> Iterator[Item]:
        """The counted cells of one panel, in the order of the record."""
        counts: Mapping[str, Any] = (holding.by or {})[panel].get("counts") or {}
        if holding.kind == "select":
            options = tuple((unit, self.units.get(unit, unit)) for unit in counts)
            yield Item("", "", counts, options)
        elif all(isinstance(number, int) for number in counts.values()):
            yield Item("", "", counts, self._own_options(holding, counts))
        else:
            only = "".join(holding.units[:1])
            is_nested = any(isinstance(cell, dict) for cells in counts.values() for cell in cells.values())
            for unit, cells in (counts if is_nested else {only: counts}).items():
                for criterion, cell in cells.items():
                    names = (self.units.get(unit, unit), self.criteria.get(criterion, criterion))
                    yield Item(*names, cell, self._options(criterion, cell))

    def _options(self, criterion: str, cell: Counts) -> tuple[tuple[str, str], ...]:
        """(id, name) of a scale's options; the marks that were given, falling, where there is no scale."""
        scale = next((row["scale"] for row in self._names["criteria"] if row["id"] == criterion), "")
        rows: list[Any] = next((row["options"] for row in self._names["scales"] if row["id"] == scale), [])
        if rows:
            return tuple((row["id"], name(row["name"])) for row in rows)
        return tuple((mark, mark) for mark in sorted((m for m in cell if m != "blank"), key=int, reverse=True))

    def _own_options(self, holding: Holding, cell: Counts) -> tuple[tuple[str, str], ...]:
        rows: list[Any] = next((row["options"] for row in self._names["rounds"] if row["id"] == holding.round), [])
        rows = [*rows, *(each for each in self._opened[holding.window].get("options", ()) if isinstance(each, dict))]
        names = {row["id"]: name(row.get("name", row["id"])) for row in rows}
        return tuple((option, names.get(option, option)) for option in cell if option != "blank")

    def _holding(self, row: Mapping[str, Any]) -> Holding:
        opened = self._opened[row["window"]]
        title, by = name(opened["title"]), row.get("by") if self.is_sound else None
        mark = row.get("fingerprint")
        units = tuple(opened["units"])
        audit = row.get("audit") if self.is_sound else None
        return Holding(row["window"], row["round"], row["state"], opened["kind"], title, units, mark, by, audit)


def name(text: object) -> str:
    """A name from a file that anybody may have written: one harmless line, cut with "…" where no name is that long."""
    return cut(text, MOST_NAME)


def cut(text: object, most: int) -> str:
    line = plain(str(text)[: 2 * most]).strip()
    return line if len(line) <= most else line[: most - 1] + "…"


def digest_text(digest: str) -> str:
    """In groups of four, as the inspection sheet and the office program have it, to be compared by eye."""
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def clock_text(at: object) -> str:
    """Seconds of the record as date and time of day in Beijing; as they are when no calendar holds them."""
    if not isinstance(at, int) or not 0 <= at < _LAST_SECOND:
        return str(at)
    return f"{datetime.fromtimestamp(at, BEIJING):%Y-%m-%d %H:%M:%S}"


def _panel(row: Mapping[str, Any]) -> Panel:
    numbers = (row["seats"], row["spare"], row["audit"])
    return Panel(row["id"], name(row["name"]), row["card"], *numbers, row["unverified"])


def _named(names: Mapping[str, Any], what: str) -> dict[str, str]:
    return {row["id"]: name(row["name"]) for row in names.get(what, ())}
