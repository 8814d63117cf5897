"""A table for people, before it becomes a workbook, a CSV or a PDF: titles, widths and plain cells.

Cells are texts and whole numbers only.  What the audience wrote is text wherever it goes: never a formula, a link or a
control character.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in millimetres of a page; a workbook takes it in proportion."""

    title: str
    width: float


@dataclass(frozen=True, slots=True)
class Table:
    """`id` names a file; `note` stands under the title."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheets:
    """One document: its tables, the marks that every page bears, and the language its words are in."""

    title: str
    subtitle: str
    footer: str
    rehearsal: str
    language: str
    tables: tuple[Table, ...]


def plain(cell: Cell) -> str:
    """The cell as one harmless line."""
    if isinstance(cell, int):
        return str(cell)
    return "".join(
        " " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each
        for each in cell
        if unicodedata.category(each) not in ("Cf", "Cs") or each == "\u200d"
    )


def unformulated(cell: Cell) -> str:
    """For files that spreadsheets open by themselves: a text that begins like a formula gets an apostrophe."""
    text = plain(cell)
    return f"'{text}" if isinstance(cell, str) and text.lstrip().startswith(FORMULA_STARTS) else text
