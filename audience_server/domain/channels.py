"""Scores that were collected elsewhere, as a CSV file: header `unit,score`, one row a unit, scores 0–100.

The text of a score is kept as it was written, so that the record holds what the file said.
"""

from __future__ import annotations

import csv
import io
import re

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
    try:
        header = next(rows, [])
        if header != HEADER:
            errors.append(RundownError(1, name, f"the first line is {','.join(header)!r:.60}; unit,score is right"))
        for row in rows:
            wrong = _take_row(row, scores, units) if row else None
            if wrong is not None:
                errors.append(RundownError(rows.line_num, name, wrong))
    except csv.Error as error:
        errors.append(RundownError(rows.line_num, name, f"not CSV: {error}"))
    if not scores and not errors:
        errors.append(RundownError(1, name, "no scores; one row a unit follows the header"))
    return _bad(errors) if errors else scores


def _take_row(row: list[str], scores: dict[str, str], units: set[str]) -> str | None:
    """Take one row into `scores`, or say what is wrong with it."""
    if len(row) != 2:
        return f"{len(row)} fields; two are right: unit,score"
    unit, score = row
    if unit not in units:
        return f"no unit {unit[:40]!r} in this session; known: {some(sorted(units))}"
    if unit in scores:
        return f"unit {unit} is there twice; one row a unit"
    number = exact_number(score) if _SCORE.fullmatch(score) else None
    if number is None or number > 100:
        return f"score {score[:20]!r}; a decimal number from 0 to 100 is right"
    scores[unit] = score
    return None


def _bad(errors: list[RundownError]) -> Refusal:
    return Refusal(RefusalCode.BAD_FILE, "\n".join(map(str, errors)))
