"""Tables as workbook, CSV and PDF: readable, the same bytes each time, and harmless whatever people wrote."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from audience_server.reports.tables import Column, Sheets, Table, plain, unformulated
from audience_server.reports.tables_csv import csv_files
from audience_server.reports.tables_pdf import tables_pdf
from audience_server.reports.tables_xlsx import workbook

FORMULAS = ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0"]
HOSTILE = [*FORMULAS, "a\x1b[31mred\x1b]0;t\x07", "\u202eevil\u2066", "zero\u200bwidth", "<b>x</b>[red]", "家👨‍👩‍👧家"]


def sheets(*rows: tuple[str | int, ...]) -> Sheets:
    columns = (Column("编号", 20), Column("内容", 80))
    table = Table("register", "登记表", columns, rows, note="说明")
    return Sheets("测评", "副题", "本件由软件生成,供核对使用,不是公证书。", "彩排 非正式结果", "zh-Hans", (table,))


def cells_of(book: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "externalLink" in name]
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(part.itertext()) for part in strings]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_does_nothing_in_any_file(text: str) -> None:
    """No formula, no link, no control character, in none of the three."""
    made = sheets((1, text))
    shown = [each for each in cells_of(workbook(made)) if each.strip() == plain(text).strip()]
    assert shown
    row = list(csv.reader(io.StringIO(csv_files(made)["register.csv"].decode("utf-8-sig"))))[1]
    assert not row[1].lstrip().startswith(("=", "+", "-", "@"))
    assert all(ord(character) >= 32 for character in row[1])
    assert tables_pdf(made).pdf.startswith(b"%PDF-")


def test_a_number_stays_a_number_and_a_minus_of_ours_is_no_formula() -> None:
    """Only texts are defused."""
    assert "-3" == unformulated(-3)
    assert "'-3" == unformulated("-3")


def test_a_csv_tells_spreadsheets_that_it_is_utf_8() -> None:
    """Or Chinese becomes noise."""
    assert csv_files(sheets(("Q0001", "何时通车")))["register.csv"].startswith(b"\xef\xbb\xbf")


def test_the_same_tables_give_the_same_pdf() -> None:
    """A digest of it means something."""
    assert tables_pdf(sheets((1, "甲"))).pdf == tables_pdf(sheets((1, "甲"))).pdf


def test_what_no_font_holds_is_named() -> None:
    """Never a silent blank."""
    assert {"𠮷"} <= tables_pdf(sheets((1, "𠮷"))).missing


def test_long_rows_break_across_pages_and_every_page_bears_head_foot_and_mark(tmp_path: Path) -> None:
    """Nothing is cut: the last words of a text of four pages are on paper."""
    if shutil.which("pdftotext") is None:
        pytest.fail("poppler-utils are needed")
    long = "".join(f"第{number}句反映的问题。" for number in range(900)) + "最后一句。"
    file = tmp_path / "t.pdf"
    file.write_bytes(tables_pdf(sheets((1, long), (2, "短"))).pdf)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True).stdout.decode()
    pages = [page for page in text.split("\f") if page.strip()]
    assert len(pages) > 2
    for page in pages:
        assert "彩排" in page
        assert "不是公证书" in page
        assert "编号" in page
    assert "最后一句" in text.replace("\n", "").replace(" ", "")
    assert "短" in pages[-1]


def test_a_workbook_says_what_it_is_on_every_sheet() -> None:
    """Title, rehearsal, note and footer."""
    cells = cells_of(workbook(sheets((1, "甲"))))
    for part in ("测评  登记表", "彩排 非正式结果", "说明", "本件由软件生成,供核对使用,不是公证书。"):
        assert part in cells
