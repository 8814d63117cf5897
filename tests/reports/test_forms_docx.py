"""The texts to edit: a docx as word processors expect it, and plain text for the oldest of them."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue
from tests.reports.forms_reports import made, report_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def parts_of(kind: str, language: Language = "zh-Hans") -> dict[str, ElementTree.Element]:
    """Every part of the docx, parsed."""
    data = made(kind, language).files["statement.docx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {path: ElementTree.fromstring(archive.read(path)) for path in archive.namelist()}


def text_of(part: ElementTree.Element) -> list[str]:
    """Paragraph by paragraph."""
    return ["".join(run.text or "" for run in each.iter(f"{W}t")) for each in part.iter(f"{W}p")]


def test_every_part_is_declared_and_every_relation_has_its_target() -> None:
    """Word refuses a package in which something is missing."""
    parts = parts_of("witnessed")
    declared = {each.attrib["PartName"] for each in parts["[Content_Types].xml"].iter(f"{TYPES}Override")}
    assert {f"/{path}" for path in parts if path.startswith("word/") and path.endswith(".xml")} == declared
    for base, path in (("", "_rels/.rels"), ("word/", "word/_rels/document.xml.rels")):
        for relation in parts[path].iter(f"{PACKAGE}Relationship"):
            assert base + relation.attrib["Target"] in parts


def test_every_row_of_a_table_has_as_many_cells_as_the_table_has_columns() -> None:
    """And every cell ends with a paragraph, as the format asks."""
    for table in parts_of("witnessed")["word/document.xml"].iter(f"{W}tbl"):
        columns = len(list(table.iter(f"{W}gridCol")))
        for row in table.iter(f"{W}tr"):
            cells = list(row.iter(f"{W}tc"))
            assert columns == len(cells)
            assert all(f"{W}p" == cell[-1].tag for cell in cells)


@pytest.mark.parametrize("language", LANGUAGES)
def test_docx_and_txt_say_the_same(language: Language) -> None:
    files = made("witnessed", language).files
    lines = files["statement.txt"].decode("utf-8-sig").split("\r\n")
    plain = {line.lstrip("\u3000") for line in lines if "\t" not in line}
    for text in text_of(parts_of("witnessed", language)["word/document.xml"]):
        assert text in plain or any(text in line.split("\t") for line in lines), text


def test_head_and_foot_stand_on_every_page_of_the_docx() -> None:
    """Marks above; origin, fingerprint, digest, footer and the numbers of the pages below."""
    parts = parts_of("rehearsal")
    words = catalogue("zh-Hans", "forms")
    assert [words.text("rehearsal"), words.text("self_asserted")] == text_of(parts["word/header1.xml"])
    foot = "".join(text_of(parts["word/footer1.xml"]))
    report = report_of("rehearsal")
    for each in (report["origin"], report["fingerprint"], report["acts"][0]["body"]["page"], words.text("footer")):
        assert each in foot
    fields = [each.attrib[f"{W}instr"].strip() for each in parts["word/footer1.xml"].iter(f"{W}fldSimple")]
    assert ["PAGE", "NUMPAGES"] == fields


def test_a_failing_bundle_says_so_in_the_docx_too() -> None:
    parts = parts_of("broken")
    assert "数据核验不一致" in text_of(parts["word/document.xml"])
    assert "数据核验不一致" in text_of(parts["word/header1.xml"])


def test_the_text_opens_in_the_oldest_editors() -> None:
    """A byte order mark and CRLF."""
    data = made("witnessed").files["statement.txt"]
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")


def test_the_archive_holds_no_time_and_no_compression() -> None:
    """So that the same form is the same bytes on every computer."""
    data = made("witnessed").files["statement.docx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            assert ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED) == (info.date_time, info.compress_type)
