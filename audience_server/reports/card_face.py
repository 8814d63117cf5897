"""What stands on one card: a strip of stub, cover, code and guide, printed on one side.

The guide folds in over the code, the cover folds back: then number and panel are outside, the code inside.
The stub bears the number only and is torn off when the card is handed out.
"""

from __future__ import annotations

from dataclasses import dataclass

from audience_server.locale.catalogue import Catalogue
from audience_server.reports.card_issue import Card
from audience_server.reports.card_pen import BLACK, WHITE, Box, Pen
from audience_server.reports.panel_marks import PanelMark
from audience_server.reports.qr_squares import qr_squares

STUB, COVER, CODE, GUIDE = 24.0, 83.0, 83.0, 83.0
STRIP = STUB + COVER + CODE + GUIDE

_BAND = 10.5
_ROWS = 4


@dataclass(frozen=True, slots=True)
class CardTexts:
    """What all cards of one panel share."""

    catalogue: Catalogue
    title: str
    panel: str
    mark: PanelMark
    address: str
    rehearsal: bool


def draw_card(pen: Pen, card: Card, link: str, texts: CardTexts, left: float, top: float, height: float) -> None:
    _draw_stub(pen, card, Box(left, top, STUB, height))
    _draw_cover(pen, card, texts, Box(left + STUB, top, COVER, height))
    _draw_code(pen, card, link, texts, Box(left + STUB + COVER, top, CODE, height))
    _draw_guide(pen, texts, Box(left + STUB + COVER + CODE, top, GUIDE, height))
    _draw_folds(pen, left, top, height)


def _draw_stub(pen: Pen, card: Card, box: Box) -> None:
    pen.text(card.number, box.inside(2), (26, 8), bold=True)


def _draw_cover(pen: Pen, card: Card, texts: CardTexts, box: Box) -> None:
    pen.fill(Box(box.x, box.y, box.width, _BAND), texts.mark.colour)
    pen.text(texts.panel, Box(box.x + 3, box.y + 0.5, box.width - 6, _BAND - 1), (20, 6), colour=WHITE, bold=True)
    pen.mark(texts.mark, (box.x + 15, box.y + 22), 8.5, texts.mark.colour)
    pen.text(texts.catalogue.text("card"), Box(box.x + 27, box.y + 12, 20, 20), (16, 8), align="left")
    pen.text(card.number, Box(box.x + 45, box.y + 12, 36, 20), (44, 12), bold=True)
    foot = box.y + box.height
    if texts.rehearsal:
        pen.text(texts.title, Box(box.x + 3, foot - 14, box.width - 6, 6.5), (12, 6))
        _draw_rehearsal(pen, texts, Box(box.x + 3, foot - 7.2, box.width - 6, 6))
    else:
        pen.text(texts.title, Box(box.x + 3, foot - 13, box.width - 6, 12), (13, 6))


def _draw_code(pen: Pen, card: Card, link: str, texts: CardTexts, box: Box) -> None:
    side = box.height - 2
    pen.qr(qr_squares(link), box.x + 1, box.y + 1, side)
    column = Box(box.x + side + 2, box.y, box.width - side - 5, box.height)
    pen.text(texts.catalogue.text("code_label"), Box(column.x, box.y + 2, column.width, 6), (11, 6))
    used = 14 if texts.rehearsal else 8
    row = (box.height - used - 2) / _ROWS
    length = len(card.code) // _ROWS
    for place in range(_ROWS):
        part = card.code[place * length : (place + 1) * length]
        pen.spaced(part, Box(column.x, box.y + 8 + place * row, column.width, row), 20)
    if texts.rehearsal:
        _draw_rehearsal(pen, texts, Box(column.x, box.y + box.height - 7.2, column.width, 6))


def _draw_guide(pen: Pen, texts: CardTexts, box: Box) -> None:
    words = texts.catalogue
    inner = Box(box.x + 4, box.y, box.width - 7, box.height)
    for place, step in enumerate(("step_network", "step_scan", "step_done")):
        row = Box(inner.x, box.y + 1 + place * 7.5, inner.width, 7.5)
        pen.text(words.text(step), row, (16.5, 7), align="left", bold=True)
    pen.text(words.text("typing"), Box(inner.x, box.y + 24, inner.width, 5.1), (11, 5), align="left")
    pen.text(texts.address, Box(inner.x, box.y + 29, inner.width, 6), (13, 5), align="left", bold=True)
    pen.text(words.text("keep"), Box(inner.x, box.y + 35.5, inner.width, 10.1), (11, 5), align="left")


def _draw_rehearsal(pen: Pen, texts: CardTexts, box: Box) -> None:
    pen.fill(box, BLACK)
    pen.text(texts.catalogue.text("rehearsal"), box.inside(0.4), (13, 5), colour=WHITE, bold=True)


def _draw_folds(pen: Pen, left: float, top: float, height: float) -> None:
    tear, back, over = left + STUB, left + STUB + COVER, left + STUB + COVER + CODE
    for x, dashes in ((tear, (0.4, 0.8)), (back, (4.0, 1.2)), (over, (1.6, 1.2))):
        pen.line((x, top), (x, top + height), dashes)
