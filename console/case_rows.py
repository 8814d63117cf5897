"""The register as it is read: one line a case, and the whole of the one under the cursor.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from textual.content import Content

from audience_server.domain.cases import CLOSING_TESTS, STATES
from audience_server.locale.catalogue import Catalogue, catalogue
from console.log_lines import who
from console.safe_text import fit
from console.show_view import ShowView

NUMBER, STATE, UNIT, DUE = 6, 8, 12, 10
OPEN, OVERDUE = "open", "overdue"
FILTERS = ("", OPEN, OVERDUE, *STATES)
FACTS = ("unit", "person", "deadline", "problem", "promise", "measures", "result", "reply", "satisfaction", "code")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the answer to `cases`; `texts` by the names of the register, "" where nothing stands."""

    number: str
    state: str
    source: str
    overdue: bool
    tests: tuple[str, ...]
    missing: tuple[str, ...]
    steps: tuple[tuple[int, str, str, str], ...]
    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.texts.get(name, "")


def case_rows(result: Mapping[str, Any]) -> tuple[CaseRow, ...]:
    """From the answer to `cases`, which the line has made safe; those that came last first."""
    return tuple(reversed([case_row(case) for case in result.get("cases", ())]))


def case_row(case: Mapping[str, Any]) -> CaseRow:
    return CaseRow(
        str(case["number"]),
        str(case["state"]),
        str(case["source"]),
        bool(case["overdue"]),
        tuple(case["tests"]),
        tuple(case["missing"]),
        tuple((int(step["at"]), str(step["by"]), str(step["do"]), str(step["text"])) for step in case["steps"]),
        {name: value for name, value in case.items() if isinstance(value, str)},
    )


def listed(cases: Iterable[CaseRow], wanted: str) -> tuple[CaseRow, ...]:
    """`wanted`: one of `FILTERS`."""
    if wanted == OPEN:
        return tuple(case for case in cases if case.state != "closed")
    if wanted == OVERDUE:
        return tuple(case for case in cases if case.overdue)
    return tuple(case for case in cases if wanted in ("", case.state))


def next_deed(case: CaseRow) -> str:
    """What this case most likely needs now."""
    if case.state == "replied":
        return "test" if any(test in CLOSING_TESTS for test in case.missing) else "close"
    return {"registered": "assign", "assigned": "handle", "handling": "reply"}.get(case.state, "satisfaction")


def state_name(state: str, words: Catalogue) -> str:
    return catalogue(words.language, "register").text(f"state_{state}")


def case_line(case: CaseRow, show: ShowView, words: Catalogue) -> str:
    """As much as tells cases apart; what is overdue says so by a sign."""
    due = ("!" if case.overdue else " ") + fit(case.text("deadline"), DUE)
    unit = fit(show.unit_name(case.text("unit")), UNIT)
    return f"{fit(case.number, NUMBER)}{fit(state_name(case.state, words), STATE)}{due} {unit} {case.text('content')}"


def case_detail(case: CaseRow, show: ShowView, words: Catalogue) -> Content:
    """Everything of a case: what it is about, what was done, what is still missing."""
    of_register = catalogue(words.language, "register")
    source = of_register.text(f"source_{case.source}")
    head = f"{case.number}  {state_name(case.state, words)}  {source}  {case.text('origin_number')}"
    lines: list[tuple[str, str]] = [(head.rstrip(), "bold")]
    lines += [(words.text("c_overdue"), "bold reverse")] if case.overdue else []
    lines.append((case.text("content"), ""))
    if case.state in ("handling", "replied"):
        # what stands between the case and its end comes first
        lines += [(_test_line(test, case, of_register), "") for test in CLOSING_TESTS]
    for fact in FACTS:
        told = _told(case, fact, show, of_register)
        lines += [(f"{of_register.text(f'col_{fact}')}  {told}", "")] if told else []
    for at, by, do, text in case.steps:
        when = datetime.fromtimestamp(at).strftime("%m-%d %H:%M")
        lines.append((f"{when}  {words.text(f'c_did_{do}')}  {who(by, words)}  {text}".rstrip(), "dim"))
    return Content("\n").join([Content.styled(text, style) if style else Content(text) for text, style in lines])


def _told(case: CaseRow, fact: str, show: ShowView, of_register: Catalogue) -> str:
    value = case.text(fact)
    if fact == "unit":
        return show.unit_name(value)
    if fact == "satisfaction" and value:
        return of_register.text(f"satisfaction_{value}")
    return value


def _test_line(test: str, case: CaseRow, of_register: Catalogue) -> str:
    return f"[{'x' if test in case.tests else ' '}] {of_register.text(f'test_{test}')}"
