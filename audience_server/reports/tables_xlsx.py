"""Tables as one workbook.  Every text is a string cell: no formula and no link is ever made of what people wrote."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import xlsxwriter  # type: ignore[import-untyped]

from audience_server.reports.tables import Sheets, Table, plain

CHARACTERS_A_MM = 0.55
LONGEST_CELL = 32_000
LONGEST_NAME = 31
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(sheets: Sheets) -> bytes:
    """The same tables give the same bytes."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, OPTIONS)
    book.set_properties({"title": plain(sheets.title), "created": datetime(2000, 1, 1, tzinfo=UTC)})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"italic": True}),
        "mark": book.add_format({"bold": True, "font_color": "#B00020"}),
        "head": book.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF4", "text_wrap": True}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
    }
    for table in sheets.tables:
        _sheet(book.add_worksheet(_name(table.title)), sheets, table, formats)
    book.close()
    return made.getvalue()


def _name(title: str) -> str:
    return "".join("_" if each in "[]:*?/\\'" else each for each in plain(title))[:LONGEST_NAME]


def _sheet(sheet: object, sheets: Sheets, table: Table, formats: dict[str, object]) -> None:
    write = sheet.write_string  # type: ignore[attr-defined]
    top = [(f"{sheets.title}  {table.title}", "title"), (sheets.subtitle, "note")]
    top += [(sheets.rehearsal, "mark")] if sheets.rehearsal else []
    top += [(table.note, "note")] if table.note else []
    for row, (text, kind) in enumerate(top):
        write(row, 0, plain(text), formats[kind])
    head = len(top)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width * CHARACTERS_A_MM)  # type: ignore[attr-defined]
        write(head, place, plain(column.title), formats["head"])
    for row, cells in enumerate(table.rows, start=head + 1):
        for place, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(row, place, cell, formats["cell"])  # type: ignore[attr-defined]
            else:
                write(row, place, plain(cell)[:LONGEST_CELL], formats["cell"])
    write(head + len(table.rows) + 2, 0, plain(sheets.footer), formats["note"])
    sheet.freeze_panes(head + 1, 0)  # type: ignore[attr-defined]
    sheet.set_landscape()  # type: ignore[attr-defined]
    sheet.repeat_rows(head)  # type: ignore[attr-defined]
    sheet.fit_to_pages(1, 0)  # type: ignore[attr-defined]
