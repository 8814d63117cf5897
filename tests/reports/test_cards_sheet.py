"""The sheets of cards, looked at as paper: rendered by poppler, read by a QR reader."""

from pathlib import Path

import pytest
import zxingcpp

from audience_server.reports.card_issue import Card, Issue
from audience_server.reports.cards_sheet import cards_sheet
from tests.reports.card_session import (
    BASE,
    SESSION,
    card_session,
    counted_bytes,
    page_images,
    poppler,
    printed_codes,
)


def an_issue() -> Issue:
    """Cards with codes of the right form; what keys they have is no matter of paper."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    draw = counted_bytes()
    panels = ["deputies"] * 5 + ["citizens"] * 3
    codes = ["".join(alphabet[byte % 32] for byte in draw(20)) for _ in panels]
    cards = (Card(panel, place + 1, code) for place, (panel, code) in enumerate(zip(panels, codes, strict=True)))
    return Issue("pingyi.example/tv-2012-12", tuple(cards), {})


def words_of(pdf: bytes, folder: Path) -> str:
    (folder / "words.pdf").write_bytes(pdf)
    return poppler("pdftotext", "-raw", str(folder / "words.pdf"), "-")


def test_every_qr_code_opens_the_card_it_stands_on(tmp_path: Path) -> None:
    issue = an_issue()
    sheet = cards_sheet(issue, card_session(), BASE, rehearsal=False)
    assert [f"{BASE}/#c1.{card.code}" for card in issue.cards] == printed_codes(sheet.pdf, tmp_path)


def test_a_poor_copy_can_still_be_scanned(tmp_path: Path) -> None:
    """Level Q for paper: half the printer's dots, and a blot on the first square."""
    issue = an_issue()
    page = page_images(cards_sheet(issue, card_session(), BASE, rehearsal=False).pdf, tmp_path, dots=75)[0]
    across, down = page.width / 297, page.height / 210
    page.paste(255, (round(135 * across), round(24 * down), round(140 * across), round(29 * down)))
    assert len(zxingcpp.read_barcodes(page)) == 4


def test_panels_never_share_a_sheet(tmp_path: Path) -> None:
    """Sheets are cut and shuffled panel by panel: 5 and 3 cards make 2 and 1 sheets of four."""
    sheet = cards_sheet(an_issue(), card_session(), BASE, rehearsal=False)
    assert sheet.sheets == 3
    assert "Pages:           3" in poppler("pdfinfo", _written(sheet.pdf, tmp_path))


def test_a_card_says_its_number_panel_session_and_what_to_do(tmp_path: Path) -> None:
    words = words_of(cards_sheet(an_issue(), card_session(), BASE, rehearsal=False).pdf, tmp_path)
    for text in ("001", "008", "人大代表、政协委员", "市民代表", "2012年政风行风电视专项评议", "签到成功", BASE):
        assert text in words
    assert "场外群众" not in words
    assert "彩排" not in words


def test_the_number_stands_on_stub_and_cover_and_the_code_once(tmp_path: Path) -> None:
    issue = an_issue()
    words = words_of(cards_sheet(issue, card_session(), BASE, rehearsal=False).pdf, tmp_path)
    for card in issue.cards:
        squeezed = "".join(words.split())
        assert squeezed.count(card.code) == 1
        assert words.split().count(f"{card.serial:03d}") == 2


def test_every_card_of_a_rehearsal_says_so(tmp_path: Path) -> None:
    """On its cover and beside its code, and in the foot of each of the three sheets."""
    words = words_of(cards_sheet(an_issue(), card_session(), BASE, rehearsal=True).pdf, tmp_path)
    assert words.count("彩排 非正式结果") == 8 * 2 + 3


@pytest.mark.parametrize(("language", "word"), [("zh-Hant", "評議卡"), ("en", "Voting card")])
def test_cards_speak_the_sessions_language(language: str, word: str, tmp_path: Path) -> None:
    session = card_session(SESSION.replace('"zh-Hans"', f'"{language}"'))
    words = words_of(cards_sheet(an_issue(), session, BASE, rehearsal=False).pdf, tmp_path)
    assert word in " ".join(words.split())
    assert "签到" not in words


def test_every_font_is_embedded(tmp_path: Path) -> None:
    """A print shop has no Chinese font of ours."""
    pdf = cards_sheet(an_issue(), card_session(), BASE, rehearsal=True).pdf
    header, _, *fonts = poppler("pdffonts", _written(pdf, tmp_path)).splitlines()
    assert len(fonts) == 1
    assert fonts[0][header.index("emb") :].split()[0] == "yes"


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (cards_sheet(an_issue(), card_session(), BASE, rehearsal=False).pdf for _ in range(2))
    assert first == second


def test_a_character_that_no_font_holds_is_told_and_marked(tmp_path: Path) -> None:
    session = card_session(SESSION.replace("市民代表", "𠮷祥街道代表"))
    sheet = cards_sheet(an_issue(), session, BASE, rehearsal=False)
    assert {"𠮷"} == sheet.missing
    assert "〓祥街道代表" in words_of(sheet.pdf, tmp_path)


def test_long_names_shrink_and_stay_whole(tmp_path: Path) -> None:
    name = "市人民代表大会代表、市政协委员、各民主党派和工商联代表以及特邀监察员代表"
    session = card_session(SESSION.replace("人大代表、政协委员", name))
    words = words_of(cards_sheet(an_issue(), session, BASE, rehearsal=False).pdf, tmp_path)
    assert "".join(words.split()).count(name) >= 5


def _written(pdf: bytes, folder: Path) -> str:
    (folder / "sheet.pdf").write_bytes(pdf)
    return str(folder / "sheet.pdf")
