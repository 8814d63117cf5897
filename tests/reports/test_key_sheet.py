"""The key sheet: keys stand in columns, in groups, and break where a line ends; nothing runs over its edge."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue
from audience_server.reports.key_sheet import GROUP, LEFT, WIDTH, SheetKey, key_sheet
from tests.reports.forms_reports import pages_of, solid

PUBLIC = "BLHe/tprQGkbd5SGelhqiBFuW92vp7lkyHq4lw0APu1+"
LONGEST = "g" * 64 + "/" + "z" * 32
WORD = re.compile(r'xMin="([\d.]+)" .* xMax="([\d.]+)"')
POINTS = 72 / 25.4


def sheet(name: str, label: str, language: Language = "zh-Hans") -> bytes:
    vkey = f"{name}+6690cc8c+{PUBLIC}"
    keys = [SheetKey("副署密钥", vkey, "0735" * 8), SheetKey("签署密钥", vkey, "9fa2" * 8)]
    fields = [("name", label), ("witness", vkey), ("statement", vkey), ("box", PUBLIC)]
    return key_sheet(catalogue(language, "notary_tools"), label, "公证员", keys, "vsD8-dURomEIqYKIyjSqPQ", fields)


def test_a_key_is_compared_group_by_group(tmp_path: Path) -> None:
    """Its three parts apart, four characters a group, the whole public key on one line."""
    (page,) = pages_of(sheet("gongzheng.example/zhang-1", "公证员张三"), tmp_path)
    lines = [solid(line) for line in page.split("\n")]
    assert 2 == lines.count(f"公钥{PUBLIC}")
    assert 2 == lines.count(f'{PUBLIC}"')
    assert 2 == lines.count("名称gongzheng.example/zhang-1")
    groups = [PUBLIC[place : place + GROUP] for place in range(0, len(PUBLIC), GROUP)]
    assert 2 == len(re.findall(r"\s+".join(r"\s?".join(map(re.escape, group)) for group in groups), page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_names_stay_on_the_page(tmp_path: Path, language: Language) -> None:
    """One page, whatever the holder is called."""
    file = tmp_path / "sheet.pdf"
    file.write_bytes(sheet(LONGEST, "公" * 60, language))
    told = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, check=True, text=True).stdout
    edges = [(float(start), float(end)) for start, end in WORD.findall(told)]
    assert 1 == told.count("<page ")
    assert edges
    assert all(LEFT * POINTS - 1 <= start and end <= (LEFT + WIDTH) * POINTS + 1 for start, end in edges)
    assert 4 == solid(pages_of(file.read_bytes(), tmp_path)[0]).count(LONGEST)
