"""Reading a session file: bytes in, a `Rundown` out, or every error at once, each with its line and what is right.

Strict on purpose: a key that nobody knows, a float where exactness matters, a reference to nothing are refused
before the session exists, because afterwards the file is sealed into the record byte for byte.
"""

from __future__ import annotations

import re
import tomllib

from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_asking import read_question_rules, read_register_rules
from audience_server.domain.rundown_check import check_rundown
from audience_server.domain.rundown_parts import (
    read_categories,
    read_criteria,
    read_panels,
    read_result,
    read_scales,
    read_session,
    read_units,
    read_witnesses,
    refuse_repeats,
)
from audience_server.domain.rundown_rounds import Known, read_cues, read_rounds
from audience_server.domain.rundown_tables import FloatText, Problems, RundownError, RundownErrors, Table
from audience_server.domain.toml_lines import line_map

__all__ = ["MOST_BYTES", "RundownError", "RundownErrors", "parse_toml", "read_rundown"]

MOST_BYTES = 1_000_000

_AT_LINE = re.compile(r" \(at line ([0-9]+), column ([0-9]+)\)$")
_AT_END = " (at end of document)"


def read_rundown(data: bytes, name: str) -> Rundown:
    """The session that a file describes. Raises RundownErrors, and nothing else."""
    root = parse_toml(data, name)
    problems = root.problems
    session = read_session(root.table("session") or _missing_session(root))
    panel_tables, scale_tables = root.tables("panel"), root.tables("scale")
    criterion_tables, category_tables = root.tables("criterion"), root.tables("category")
    unit_tables = root.tables("unit")
    panels, scales = read_panels(panel_tables), read_scales(scale_tables)
    criteria = read_criteria(criterion_tables, [scale.id for scale in scales])
    categories = read_categories(category_tables)
    units = read_units(unit_tables, [category.id for category in categories])
    refuse_repeats(panel_tables, (panel.id for panel in panels), "panel")
    refuse_repeats(scale_tables, (scale.id for scale in scales), "scale")
    refuse_repeats(criterion_tables, (criterion.id for criterion in criteria), "criterion")
    refuse_repeats(category_tables, (category.id for category in categories), "category")
    refuse_repeats(unit_tables, (unit.id for unit in units), "unit")
    known = Known(session, panels, criteria, units)
    rounds = read_rounds(root, known)
    rundown = Rundown(
        session=session,
        panels=panels,
        scales=scales,
        criteria=criteria,
        categories=categories,
        units=units,
        rounds=rounds,
        cues=read_cues(root, known, rounds),
        result=read_result(root),
        witnesses=read_witnesses(root),
        questions=read_question_rules(root),
        register=read_register_rules(root),
    )
    root.done("session")
    check_rundown(rundown, problems)
    problems.raise_if_any()
    return rundown


def parse_toml(data: bytes, name: str) -> Table:
    """TOML bytes as a table under strict reading; also for the other files that people write by hand."""
    text = _decode(data, name)
    try:
        values = tomllib.loads(text, parse_float=FloatText)
        lines = line_map(text)
    except tomllib.TOMLDecodeError as error:
        raise _one(name, *_place(str(error), text)) from None
    except RecursionError:
        raise _one(name, 1, "lists or tables nested far too deep; a session file needs three levels") from None
    except ValueError:
        raise _one(name, 1, "a number or date that no calendar or counter knows; look for very long digits") from None
    return Table(Problems(name, lines), (), values)


def _decode(data: bytes, name: str) -> str:
    if len(data) > MOST_BYTES:
        raise _one(name, 1, f"the file has {len(data)} bytes; at most {MOST_BYTES} is right")
    if data.startswith(b"\xef\xbb\xbf"):
        raise _one(name, 1, "the file starts with a byte order mark; save it as UTF-8 without BOM")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _one(name, line, "not UTF-8 text; save the file as UTF-8") from None


def _place(message: str, text: str) -> tuple[int, str]:
    """tomllib's own words, with the line it names at the end taken out."""
    found = _AT_LINE.search(message)
    if found:
        return int(found[1]), f"not TOML: {message[: found.start()]} (column {found[2]}); correct this line"
    line = len(text.rstrip("\n").split("\n"))
    return line, f"not TOML: {message.removesuffix(_AT_END)}; the file ends too early"


def _missing_session(root: Table) -> Table:
    root.refuse("session", "[session] is missing; it holds id, authority, title and date")
    return Table(Problems("", {}), ("session",), {})


def _one(name: str, line: int, message: str) -> RundownErrors:
    return RundownErrors([RundownError(line, name, message)])
