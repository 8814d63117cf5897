"""A form as PDF: A4, the one embedded font, head and foot on every page; the same form gives the same bytes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF

from audience_server.reports.fonts import Fonts
from audience_server.reports.forms_document import Form
from audience_server.reports.forms_layout import BOTTOM, LEFT, RIGHT, SMALL, Frame, Layout, Mark, Rule, Word, fitted
from audience_server.reports.text_fit import POINT, line_height

_BASELINE = 0.88


@dataclass(frozen=True, slots=True)
class FormPdf:
    """The PDF, and the characters that no font held (printed as 〓)."""

    pdf: bytes
    pages: int
    missing: frozenset[str]


def form_pdf(form: Form, fallback_font: Path | None = None) -> FormPdf:
    pdf = FPDF(orientation="landscape" if form.landscape else "portrait", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
    pdf.set_title(f"{form.head.session} {form.title}")
    pdf.set_lang(form.head.language)
    with closing(Fonts(pdf, fallback_font)) as fonts:
        layout = Layout(form, fonts.measure)
        pages = layout.lay()
        pen = _Pen(pdf, fonts)
        for number, page in enumerate(pages, 1):
            pdf.add_page()
            for mark in [*page.marks, *_foot(form, layout, fonts, number, len(pages))]:
                pen.draw(mark)
        return FormPdf(bytes(pdf.output()), len(pages), frozenset(fonts.missing))


def _foot(form: Form, layout: Layout, fonts: Fonts, number: int, pages: int) -> list[Mark]:
    y = layout.height - BOTTOM + 4
    marks: list[Mark] = [Rule(LEFT, y, layout.room)]
    y += 1
    size = SMALL - 1
    page = form.head.page.replace("{page}", str(number)).replace("{pages}", str(pages))
    for place, line in enumerate((*form.head.foot, form.head.footer)):
        room = layout.room - 26 * (place == len(form.head.foot))
        shown, fits = fitted(line, fonts.measure, room, size, 5)
        marks.append(Word(LEFT, y, fits, shown))
        if place == len(form.head.foot):
            marks.append(Word(layout.width - RIGHT - fonts.measure(page, size), y, size, page))
        y += line_height(size)
    return marks


class _Pen:
    def __init__(self, pdf: FPDF, fonts: Fonts) -> None:
        self._pdf = pdf
        self._fonts = fonts

    def draw(self, mark: Mark) -> None:
        if isinstance(mark, Word):
            self._word(mark)
        elif isinstance(mark, Frame):
            self._frame(mark)
        else:
            self._pdf.set_line_width(0.25)
            self._pdf.set_draw_color(60)
            self._pdf.line(mark.x, mark.y, mark.x + mark.width, mark.y)

    def _frame(self, frame: Frame) -> None:
        self._pdf.set_draw_color(0 if frame.thick else 90)
        self._pdf.set_line_width(0.7 if frame.thick else 0.2)
        if frame.fill is not None:
            self._pdf.set_fill_color(*frame.fill)
        style = "D" if frame.fill is None else "DF"
        self._pdf.rect(frame.x, frame.y, frame.width, frame.height, style=style)

    def _word(self, word: Word) -> None:
        self._pdf.set_text_color(0)
        x, y = word.x, word.y + word.size * POINT * _BASELINE + word.size * POINT * 0.12
        for family, part in self._fonts.runs(word.text):
            self._pdf.set_font(family, size=word.size)
            if word.bold:
                width = word.size * 0.008
                with self._pdf.local_context(text_mode="FILL_STROKE", line_width=width, draw_color=(0, 0, 0)):
                    self._pdf.text(x, y, part)
            else:
                self._pdf.text(x, y, part)
            x += self._fonts.measure(part, word.size)
