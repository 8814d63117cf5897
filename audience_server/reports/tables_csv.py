"""Tables as CSV: UTF-8 with a byte order mark, so that spreadsheets read Chinese; one file a table."""

from __future__ import annotations

import csv
import io

from audience_server.reports.tables import Sheets, Table, unformulated

MARK = b"\xef\xbb\xbf"


def csv_files(sheets: Sheets) -> dict[str, bytes]:
    """File name -> bytes."""
    return {f"{table.id}.csv": _csv(table) for table in sheets.tables}


def _csv(table: Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([unformulated(column.title) for column in table.columns])
    writer.writerows([unformulated(cell) for cell in row] for row in table.rows)
    return MARK + text.getvalue().encode("utf-8", "replace")
