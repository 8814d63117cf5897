"""The count of paper ballots of one round and panel, as people write it down after counting: a small TOML file.

    round = "r01"
    panel = "deputies"
    present = 3
    issued = 3
    returned = 3
    valid = 2
    invalid = 0
    abstained = 1

    [counts.edu.overall]
    yes = 1
    fair = 1

A round with a question of its own has `[counts]` with its options; a select round has `[counts]` with units; what was
left blank on a paper with several questions is counted as `blank`. What is left out is 0. Nothing that does not add
up is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audience_server.domain.ballots import LEFT_BLANK, BallotForm, BallotItem
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Round, Rundown
from audience_server.domain.rundown_file import parse_toml
from audience_server.domain.rundown_parts import reference
from audience_server.domain.rundown_tables import RundownErrors, Table, some
from audience_server.domain.tally import CHOSEN, Cell, empty_counts, written_counts

MOST_PAPERS = 100_000
NUMBERS = ("present", "issued", "returned", "valid", "invalid", "abstained")

PaperCounts = dict[str, dict[str, Cell]]


@dataclass(frozen=True, slots=True)
class HandPaper:
    """The papers of one round and panel; `body` holds the fields of the `hand` entry but `window` and `at`."""

    round: str
    panel: str
    body: Mapping[str, Any]


def read_hand(data: bytes, rundown: Rundown, name: str) -> HandPaper | Refusal:
    """The paper count in the file `name`, or everything that is wrong with it, each with its line."""
    try:
        return _read(data, rundown, name)
    except RundownErrors as errors:
        return Refusal(RefusalCode.BAD_FILE, str(errors))


def _read(data: bytes, rundown: Rundown, name: str) -> HandPaper:
    root = parse_toml(data, name)
    round_id = reference(root, "round", [round_.id for round_ in rundown.rounds])
    panel = reference(root, "panel", [panel.id for panel in rundown.panels])
    numbers = {key: root.integer(key, None, 0, MOST_PAPERS) for key in NUMBERS}
    table = root.table("counts")
    root.done()
    root.problems.raise_if_any()
    round_ = rundown.round(round_id)
    if panel not in round_.panels:
        root.refuse("panel", f'panel "{panel}" does not vote in {round_id}; its panels: {some(round_.panels)}')
    _check_numbers(root, numbers)
    form = BallotForm(round_, rundown)
    counts = _read_counts(table or Table(root.problems, ("counts",), {}), round_, form, numbers["valid"])
    root.problems.raise_if_any()
    sheet = hashlib.sha256(data).hexdigest()
    body = {"panel": panel, **numbers, "counts": written_counts(round_, counts), "sheet": sheet}
    return HandPaper(round_id, panel, body)


def _check_numbers(root: Table, numbers: Mapping[str, int]) -> None:
    kinds = numbers["valid"] + numbers["invalid"] + numbers["abstained"]
    if numbers["returned"] != kinds:
        root.refuse("returned", f"returned = {numbers['returned']}, but valid + invalid + abstained = {kinds}")
    for less, more in (("returned", "issued"), ("issued", "present")):
        if numbers[less] > numbers[more]:
            root.refuse(
                less, f"{less} = {numbers[less]} is more than {more} = {numbers[more]}; at most as many is right"
            )


def _read_counts(table: Table, round_: Round, form: BallotForm, valid: int) -> PaperCounts:
    counts = empty_counts(round_, form)
    if round_.kind == "select":
        for unit in round_.units:
            counts[unit][CHOSEN][CHOSEN] = table.integer(unit, 0, 0, valid)
        chosen = sum(criteria[CHOSEN][CHOSEN] for criteria in counts.values())
        if not valid <= chosen <= valid * round_.choose:
            right = f"{valid} valid papers choose {valid} to {valid * round_.choose}"
            table.problems.add(table.where, f"the counts sum to {chosen}; {right}")
    elif round_.asks_own_question:
        _read_cell(table, form.items[0], valid, counts, blank=False)
    else:
        _read_items(table, form, valid, counts)
    table.done()
    return counts


def _read_items(table: Table, form: BallotForm, valid: int, counts: PaperCounts) -> None:
    empty = Table(table.problems, table.where, {})
    units = {unit: table.table(unit) or empty for unit in counts}
    for item in form.items:
        unit, criterion = item.key
        cell = units[unit].table(criterion)
        if cell is not None:
            _read_cell(cell, item, valid, counts, blank=len(form.items) > 1)
            cell.done()
        elif valid:
            units[unit].refuse(criterion, f"no counts of {unit}, {criterion}; write [counts.{unit}.{criterion}]")
    for unit_table in units.values():
        if unit_table is not empty:
            unit_table.done()


def _read_cell(table: Table, item: BallotItem, valid: int, counts: PaperCounts, *, blank: bool) -> None:
    """One question's answers; every valid paper gives exactly one, or leaves it blank."""
    unit, criterion = item.key
    cell = counts[unit][criterion]
    answers = [*item.answers.values(), LEFT_BLANK] if blank else [*item.answers.values()]
    for answer in answers:
        number = table.integer(answer, 0, 0, MOST_PAPERS)
        if number:
            cell[answer] = number
    if sum(cell.values()) != valid:
        table.problems.add(table.where, f"these counts sum to {sum(cell.values())}; {valid} papers are valid")
