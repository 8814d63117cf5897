"""Scores that were collected elsewhere, as a CSV file: header `unit,score`, one row a unit, scores 0–100.

The text of a score is kept as it was written, so that the record holds what the file said.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import VOTE_CHANNEL, Rundown
from audience_server.domain.rundown_tables import RundownError, exact_number, some

HEADER = ["unit", "score"]
MOST_BYTES = 1_000_000

_SCORE = re.compile(r"(?:0|[1-9][0-9]?|100)(?:\.[0-9]{1,9})?")


def read_channel(data: bytes, rundown: Rundown, channel_id: str, name: str) -> dict[str, str] | Refusal:
    """The scores in the file `name`, by unit, or everything that is wrong with it, each with its line."""
    imported = [channel.id for channel in rundown.result.channels if channel.id != VOTE_CHANNEL]
    if channel_id not in imported:
        return Refusal(RefusalCode.UNKNOWN_CHANNEL, f"channels imported from files: {some(imported)}")
    if len(data) > MOST_BYTES:
        return _bad([RundownError(1, name, f"the file has {len(data)} bytes; at most {MOST_BYTES} is right")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _bad([RundownError(line, name, "not UTF-8 text; save the table as CSV UTF-8")])
    return _read_rows(text, name, {unit.id for unit in rundown.units})


def _read_rows(text: str, name: str, units: set[str]) -> dict[str, str] | Refusal:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    scores: dict[str, str] = {}
    errors: list[RundownError] = []
    strangers: dict[int, str] = {}
    try:
        header = next(rows, [])
        if header != HEADER:
            errors.append(RundownError(1, name, f"the first line is {','.join(header)!r:.60}; unit,score is right"))
        for row in rows:
            if len(row) == 2 and row[0] not in units:
                strangers[rows.line_num] = row[0]
                continue
            wrong = _take_row(row, scores) if row else None
            if wrong is not None:
                errors.append(RundownError(rows.line_num, name, wrong))
    except csv.Error as error:
        errors.append(RundownError(rows.line_num, name, f"not CSV: {error}"))
    if strangers:
        errors.append(RundownError(min(strangers), name, _no_such_units(strangers, units)))
    if not scores and not errors:
        errors.append(RundownError(1, name, "no scores; one row a unit follows the header"))
    return _bad(errors) if errors else scores


def _no_such_units(strangers: dict[int, str], units: set[str]) -> str:
    """One sentence for all of them: a table made for a longer session has a row too many for each unit left out."""
    named = [repr(unit[:40]) for unit in strangers.values()]
    what = f"unit {named[0]}" if len(named) == 1 else f"units {some(named)} ({len(named)} rows)"
    right = f"or write units of this session there: {some(sorted(units))}"
    lines = "line" if len(strangers) == 1 else "lines"
    return f"no {what} in this session; delete {lines} {_ranges(sorted(strangers))}, {right}"


def _ranges(numbers: Sequence[int]) -> str:
    """2, 4–31"""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return some(["–".join(map(str, run)) for run in runs])


def _take_row(row: list[str], scores: dict[str, str]) -> str | None:
    """Take one row into `scores`, or say what is wrong with it."""
    if len(row) != 2:
        return f"{len(row)} fields; two are right: unit,score"
    unit, score = row
    if unit in scores:
        return f"unit {unit} is there twice; one row a unit"
    number = exact_number(score) if _SCORE.fullmatch(score) else None
    if number is None or number > 100:
        return f"score {score[:20]!r}; a decimal number from 0 to 100 is right"
    scores[unit] = score
    return None


def _bad(errors: list[RundownError]) -> Refusal:
    return Refusal(RefusalCode.BAD_FILE, "\n".join(map(str, sorted(errors, key=lambda error: error.line))))
