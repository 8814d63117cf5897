"""Whatever a session file or an act says, a form holds it as text, and nothing of it does anything."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from audience_server.reports.forms import form_files
from audience_server.reports.forms_facts import MOST_NAME, clock_text, cut, name
from tests.reports.forms_reports import pages_of, report_of, solid, with_rules

MARKUP = "<script>alert(1)</script>&lt;]]><w:p/>\"'{title}${x}"
HOSTILE = {
    "markup": MARKUP,
    "control": "甲\x1b[31m红\x07\x00乙\r\n丙\u2028丁",
    "bidi": "\u202e倒\u2066序\u200f",
    "emoji": "家👨‍👩‍👧家🏳️‍🌈",
    "long": "长" * 100_000,
    "long word": "w" * 100_000,
    "nonsense": "\ufffe\uffff\U0010ffff\ue000",
    "empty": "",
}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def renamed(report: dict[str, Any], text: str) -> dict[str, Any]:
    """Every name and every text that somebody wrote, replaced."""
    names = report["names"]
    names["session"] |= {"title": text, "place": text, "date": text}
    for what in ("panels", "categories", "units", "criteria", "channels"):
        for row in names[what]:
            row["name"] = text
    for scale in names["scales"]:
        for option in scale["options"]:
            option["name"] = text
    names["witnesses"] = {"notaries": [text], "observers": [text]}
    for act in report["acts"]:
        for field in ("title", "reason", "text", "software", "source"):
            if field in act["body"]:
                act["body"][field] = text
        if act["kind"] == "incident":
            act["body"]["kind"] = text
    return report


def docx_of(files: Mapping[str, bytes]) -> list[str]:
    """The elements of its text, in order, after every part was read as XML."""
    with zipfile.ZipFile(io.BytesIO(files["statement.docx"])) as archive:
        assert archive.testzip() is None
        for part in archive.namelist():
            ElementTree.fromstring(archive.read(part))
        return [each.tag for each in ElementTree.fromstring(archive.read("word/document.xml")).iter()]


@cache
def plainly_named() -> list[str]:
    return docx_of(form_files(renamed(report_of("witnessed"), "名"), "zh-Hans").files)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_become_harmless_ones(kind: str, tmp_path: Path) -> None:
    """No control or direction character, no markup, no element added to the docx, the numbers as before."""
    files = form_files(renamed(report_of("witnessed"), HOSTILE[kind]), "zh-Hans").files
    texts = {file: "".join(pages_of(data, tmp_path)) for file, data in files.items() if file.endswith(".pdf")}
    texts["statement.txt"] = files["statement.txt"].decode("utf-8-sig")
    for file, text in texts.items():
        assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069\u200f]", text), file
    assert "73.79" in texts["result-sheet.pdf"]
    assert "本轮测评有效" in solid(texts["scrutineers-report.pdf"])
    assert plainly_named() == docx_of(files)


def test_markup_stands_as_it_was_written() -> None:
    files = form_files(renamed(report_of("witnessed"), "<b>甲&乙</b>"), "zh-Hans").files
    with zipfile.ZipFile(io.BytesIO(files["statement.docx"])) as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    assert "<b>甲&乙</b>" in "".join(each.text or "" for each in body.iter(f"{W}t"))
    assert "<b>甲&乙</b>" in files["statement.txt"].decode("utf-8-sig")


def test_a_braced_word_in_a_name_is_no_placeholder(tmp_path: Path) -> None:
    """`{page}` in a title stays `{page}`."""
    files = form_files(renamed(report_of("witnessed"), "{page}{pages}{title}"), "zh-Hans").files
    for page in pages_of(files["scrutineers-report.pdf"], tmp_path):
        assert "{page}{pages}{title}" in solid(page)


def test_a_hostile_session_file_goes_all_the_way(tmp_path: Path) -> None:
    """From the file through the verifier, which passes names on as they are."""
    escaped = r'"<b>甲</b>\u001b[31m\u202e乙\u0000"'
    report = with_rules(lambda rules: rules.replace('"演示场次"', escaped).replace('"人大代表"', escaped))
    assert report["verdict"] == "warn"
    text = "".join(pages_of(form_files(report, "zh-Hans").files["count-sheet.pdf"], tmp_path))
    assert "<b>甲</b>" in solid(text)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_very_many_panels_and_channels_still_fit(tmp_path: Path) -> None:
    """They go into tables one below the other."""
    report = report_of("witnessed")
    numbers = report["rounds"][1]["by"]["citizens"]
    for number in range(40):
        panel = report["names"]["panels"][1] | {"id": f"p{number}", "name": f"评议团第{number}团"}
        report["names"]["panels"].append(panel)
        report["rounds"][1]["by"][f"p{number}"] = numbers
        report["names"]["channels"].append({"id": f"c{number}", "name": f"渠道{number}", "weight": "0"})
        for row in report["results"]["units"]:
            row["panels"][f"p{number}"] = row["panels"]["citizens"]
            row["channels"][f"c{number}"] = "50.00"
    files = form_files(report, "zh-Hans").files
    text = solid("".join(pages_of(files["count-sheet.pdf"], tmp_path)))
    assert all(f"评议团第{number}团" in text for number in range(40))
    assert "渠道39" in solid("".join(pages_of(files["result-sheet.pdf"], tmp_path)))


def test_numbers_that_no_hall_holds_are_written_in_figures_alone(tmp_path: Path) -> None:
    """And a time that no calendar holds is the number of the record."""
    report = report_of("witnessed")
    report["rounds"][1]["by"]["offsite"] |= {"issued": 2**52, "not_cast": 2**52 - 3}
    report["acts"][0]["body"]["at"] = 2**52
    text = solid("".join(pages_of(form_files(report, "zh-Hans").files["count-sheet.pdf"], tmp_path)))
    assert f"{2**52}张" in text
    assert str(2**52) == clock_text(2**52)


def test_a_cut_shows() -> None:
    """With "…", and only where no name is that long."""
    assert "长" * MOST_NAME == name("长" * MOST_NAME)
    assert "长" * (MOST_NAME - 1) + "…" == name("长" * (MOST_NAME + 1))
    assert "短" == cut("短", 5)


def test_times_are_those_of_beijing_wherever_the_forms_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    assert "2026-11-22 20:00:00" == clock_text(1795348800)
