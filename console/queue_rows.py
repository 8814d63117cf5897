"""What the queue says of a question: one line of the list, and the whole in the detail.  Pure."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.questions import QuestionView
from console.safe_text import fit, safe_text
from console.show_view import ShowView

SIGNS = {
    "received": "○",
    "approved": "✓",
    "cued": "▷",
    "on_air": "●",
    "answered": "■",
    "refused": "×",
    "merged": "⇒",
    "withdrawn": "↓",
}
BOLD_STATES = ("received", "on_air")
DIM_STATES = ("refused", "merged", "withdrawn", "answered")
NUMBER, STATE, UNIT = 6, 6, 12


def line_of(question: QuestionView, show: ShowView, words: Catalogue, columns: int) -> tuple[str, str]:
    """The line, and whether it is bold or dim."""
    state = fit(f"{SIGNS.get(question.state, '?')} {words.text(f'q_state_{question.state}')}", STATE + 2)
    marks = "★" if question.starred else " "
    marks += "!" if question.flags else " "
    marks += "≈" if question.similar else " "
    supporters = f"{question.supporters:>3}" if question.supporters else "   "
    unit = fit(show.unit_name(question.unit) if question.unit else "", UNIT) if columns >= 70 else ""
    head = f"{fit(question.number, NUMBER)}{state}{marks}{supporters} {unit} "
    kind = "bold" if question.state in BOLD_STATES else "dim" if question.state in DIM_STATES else ""
    return fit(head + question.text, columns), kind


def detail_of(question: QuestionView, show: ShowView, words: Catalogue) -> Content:
    """Everything about a question, for whoever decides; plain text throughout."""
    at = datetime.fromtimestamp(question.at).strftime("%H:%M:%S")
    kind = words.text(f"q_kind_{question.kind}")
    unit = show.unit_name(question.unit) if question.unit else words.text("q_no_unit")
    head = f"{question.number}  {kind}  {unit}  {at}  {words.text(f'q_state_{question.state}')}"
    lines: list[tuple[str, str]] = [(head, "bold"), (safe_text(question.text, 4000), "")]
    if question.original:
        lines.append((words.text("q_original", text=safe_text(question.original, 4000)), "dim"))
    lines += [(text, style) for text, style in _facts(question, show, words) if text]
    return Content("\n").join([Content.styled(text, style) if style else Content(text) for text, style in lines])


def _facts(question: QuestionView, show: ShowView, words: Catalogue) -> list[tuple[str, str]]:
    def told(key: str, value: object) -> str:
        return words.text(key, value=value) if value else ""

    held = question.held_by and show.view is not None and question.held_by != show.view.you.name
    return [
        (told("q_held", question.held_by) if held else "", "bold reverse"),
        (told("q_flags", words.text("list_comma").join(question.flags)), "bold"),
        (told("q_similar", words.text("list_comma").join(question.similar)), "bold"),
        (told("q_merged", words.text("list_comma").join(question.merged)), ""),
        (told("q_into", question.into), ""),
        (told("q_supporters", question.supporters), ""),
        (told("q_problem", question.problem), ""),
        (told("q_cue", question.cue), ""),
        (told("q_reason", question.reason), ""),
        (told("q_answer", question.answer), ""),
        (words.text("q_promise", value=question.promise, due=question.due) if question.promise else "", ""),
        (words.text("q_picture", number=question.number) if question.picture else "", ""),
        (told("q_by", question.by), "dim"),
    ]
