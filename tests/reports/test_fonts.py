"""The embedded font: what it is, and what happens to a character that it lacks."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fpdf import FPDF

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue
from audience_server.reports.fonts import FONT_FILE, BadFont, Fonts

FALLBACK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


@pytest.fixture
def fonts() -> Iterator[Fonts]:
    with closing(Fonts(FPDF())) as made:
        yield made


def test_the_shipped_font_is_the_one_whose_origin_and_licence_lie_beside_it() -> None:
    provenance = (FONT_FILE.parent / "PROVENANCE.md").read_text("utf-8")
    assert hashlib.sha256(FONT_FILE.read_bytes()).hexdigest() in provenance
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONT_FILE.parent / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_holds_every_character_of_what_is_printed(language: Language, fonts: Fonts) -> None:
    fonts.runs("".join(catalogue(language, "cards").texts.values()))
    assert set() == fonts.missing


def test_a_character_beyond_the_font_is_marked_and_remembered(fonts: Fonts) -> None:
    assert [("main", "𠮷祥街道".replace("𠮷", "〓"))] == fonts.runs("𠮷祥街道")
    assert {"𠮷"} == fonts.missing


def test_measuring_alone_remembers_a_missing_character_too(fonts: Fonts) -> None:
    assert fonts.measure("𠮷", 10) == fonts.measure("〓", 10)
    assert {"𠮷"} == fonts.missing


def test_widths_are_those_of_the_document() -> None:
    pdf = FPDF()
    with closing(Fonts(pdf)) as fonts:
        pdf.set_font("main", size=12)
        assert pytest.approx(pdf.get_string_width("评议 Card 20")) == fonts.measure("评议 Card 20", 12)


@pytest.mark.skipif(not FALLBACK.exists(), reason="needs Debian's fonts-noto-cjk")
def test_a_fallback_font_holds_what_the_shipped_one_lacks() -> None:
    with closing(Fonts(FPDF(), FALLBACK)) as fonts:
        assert fonts.runs("𠮷祥") == [("fallback", "𠮷"), ("main", "祥")]
        assert set() == fonts.missing


def test_a_fallback_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"not a font" * 100)
    for file in ("a.ttf", "missing.ttf"):
        with pytest.raises(BadFont, match=file):
            Fonts(FPDF(), tmp_path / file)
