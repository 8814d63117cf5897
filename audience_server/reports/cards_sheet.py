"""The sheets of folding cards as one PDF: A4 landscape, four cards a sheet, each panel on sheets of its own.

The same issue, session file and font give the same bytes. The PDF holds every code: it goes to the printer
and is destroyed, and nothing here writes it anywhere.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF

from audience_server.domain.rundown import Panel, Rundown
from audience_server.locale.catalogue import Catalogue, catalogue
from audience_server.reports.card_face import STRIP, CardTexts, draw_card
from audience_server.reports.card_issue import Card, Issue
from audience_server.reports.card_links import anchor_of, card_link
from audience_server.reports.card_pen import Box, Pen
from audience_server.reports.fonts import Fonts
from audience_server.reports.panel_marks import panel_mark

CARDS_PER_SHEET = 4

_LEFT, _TOP, _HEIGHT = 12.0, 9.0, 46.5
_TICK = 5.0


@dataclass(frozen=True, slots=True)
class CardsSheet:
    """The PDF, how many sheets it has, and the characters that no font held (printed as 〓)."""

    pdf: bytes
    sheets: int
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Sheet:
    panel: Panel
    cards: tuple[Card, ...]


def cards_sheet(
    issue: Issue, rundown: Rundown, base: str, rehearsal: bool, fallback_font: Path | None = None
) -> CardsSheet:
    """Every card of `issue`, pointing to `base`; raises `fonts.BadFont` for a fallback that cannot be used."""
    words = catalogue(rundown.session.language, "cards")
    pdf = _new_document(rundown, words)
    with closing(Fonts(pdf, fallback_font)) as fonts:
        pen = Pen(pdf, fonts)
        anchor = anchor_of(rundown)
        sheets = _sheets(issue, rundown)
        for number, sheet in enumerate(sheets, start=1):
            pdf.add_page()
            texts = _texts(sheet.panel, rundown, words, base, rehearsal)
            for place, card in enumerate(sheet.cards):
                top = _TOP + place * _HEIGHT
                draw_card(pen, card, card_link(base, card.code, anchor), texts, _LEFT, top, _HEIGHT)
            _draw_cutting(pen, len(sheet.cards))
            _draw_foot(pen, sheet, texts, f"{number}/{len(sheets)}")
        return CardsSheet(bytes(pdf.output()), len(sheets), frozenset(fonts.missing))


def _new_document(rundown: Rundown, words: Catalogue) -> FPDF:
    pdf = FPDF(orientation="landscape", format="A4")
    pdf.set_auto_page_break(False)
    day = rundown.session.date
    # the session's day, not the clock: the same input gives the same bytes
    pdf.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
    pdf.set_title(f"{rundown.session.title} {words.text('card')}")
    pdf.set_lang(rundown.session.language)
    return pdf


def _sheets(issue: Issue, rundown: Rundown) -> list[_Sheet]:
    return [
        _Sheet(panel, cards[first : first + CARDS_PER_SHEET])
        for panel in rundown.card_panels
        for cards in [issue.of_panel(panel.id)]
        for first in range(0, len(cards), CARDS_PER_SHEET)
    ]


def _texts(panel: Panel, rundown: Rundown, words: Catalogue, base: str, rehearsal: bool) -> CardTexts:
    mark = panel_mark(rundown.panels.index(panel))
    return CardTexts(words, rundown.session.title, panel.name, mark, base, rehearsal)


def _draw_cutting(pen: Pen, cards: int) -> None:
    """Ticks in the margins, where the knife goes; nothing is left on a card that was cut a little askew."""
    right, bottom = _LEFT + STRIP, _TOP + cards * _HEIGHT
    for row in range(cards + 1):
        y = _TOP + row * _HEIGHT
        pen.line((_LEFT - _TICK, y), (_LEFT - 1, y), None)
        pen.line((right + 1, y), (right + _TICK, y), None)
        pen.line((_LEFT, y), (right, y), (0.2, 2.0))
    for x in (_LEFT, right):
        pen.line((x, _TOP - _TICK), (x, _TOP - 1), None)
        pen.line((x, bottom + 1), (x, bottom + _TICK), None)


def _draw_foot(pen: Pen, sheet: _Sheet, texts: CardTexts, number: str) -> None:
    words = texts.catalogue
    numbers = {"first": sheet.cards[0].number, "last": sheet.cards[-1].number}
    what = words.text("sheet", title=texts.title, panel=texts.panel, sheet=number, **numbers)
    if texts.rehearsal:
        what = f"{words.text('rehearsal')} · {what}"
    pen.text(what, Box(_LEFT + 2, 198, STRIP - 4, 4.5), (8, 4), align="left")
    pen.text(words.text("folding"), Box(_LEFT + 2, 202, STRIP - 4, 4.5), (8, 4), align="left")
