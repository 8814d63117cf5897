"""What the queue says of a question: one line of the list, and the whole in the detail.  Pure."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from audience_server.domain.problem_codes import PROBLEM_CODES
from audience_server.domain.rundown_asking import LONGEST_QUESTION
from audience_server.locale.catalogue import Catalogue, catalogue
from audience_server.wire.questions import QuestionView
from console.log_lines import who
from console.round_texts import cue_name
from console.safe_text import broken, fit, safe_text
from console.show_view import ShowView

# each one cell wide in every terminal, also where ambiguous characters are shown wide
SIGNS = {
    "received": "?",
    "approved": "✓",
    "cued": "▸",
    "on_air": "►",
    "answered": "=",
    "refused": "x",
    "merged": "»",
    "withdrawn": "-",
}
STARRED, FLAGGED, SIMILAR, MARKED = "*", "!", "~", "+"
BOLD_STATES = ("received", "on_air")
DIM_STATES = ("refused", "merged", "withdrawn", "answered")
NUMBER, STATE, UNIT = 6, 6, 12
MOST_NUMBERS = 4


def line_of(question: QuestionView, show: ShowView, words: Catalogue, columns: int) -> tuple[str, str]:
    """The line, and whether it is bold or dim."""
    state = fit(f"{SIGNS.get(question.state, ' ')} {words.text(f'q_state_{question.state}')}", STATE + 2)
    marks = STARRED if question.starred else " "
    marks += FLAGGED if question.flags else " "
    marks += SIMILAR if question.similar else " "
    supporters = f"{question.supporters:>3}" if question.supporters else "   "
    unit = fit(show.unit_name(question.unit) if question.unit else "", UNIT) if columns >= 70 else ""
    head = f"{fit(question.number, NUMBER)}{state}{marks}{supporters} {unit} "
    kind = "bold" if question.state in BOLD_STATES else "dim" if question.state in DIM_STATES else ""
    # a longer beginning than any line holds: measuring 2,000 characters for each line would be felt
    return fit(head + question.text[: 8 * columns], columns), kind


def detail_of(question: QuestionView, show: ShowView, words: Catalogue, columns: int) -> Content:
    """Everything about a question, for whoever decides; plain text throughout, lines broken as sentences are."""
    at = datetime.fromtimestamp(question.at).strftime("%H:%M:%S")
    kind = words.text(f"q_kind_{question.kind}")
    unit = show.unit_name(question.unit) if question.unit else words.text("q_no_unit")
    head = f"{question.number}  {kind}  {unit}  {at}  {words.text(f'q_state_{question.state}')}"
    # what warns stands above the text: under a long one it would be out of sight
    lines = [(head, "bold"), *_warnings(question, show, words), (safe_text(question.text, LONGEST_QUESTION), "")]
    if question.original:
        lines.append((words.text("q_original", text=safe_text(question.original, LONGEST_QUESTION)), "dim"))
    lines += _facts(question, show, words)
    told = [("\n".join(broken(text, columns)), style) for text, style in lines]
    return Content("\n").join([Content.styled(text, style) if style else Content(text) for text, style in told])


def _warnings(question: QuestionView, show: ShowView, words: Catalogue) -> list[tuple[str, str]]:
    held = question.held_by and show.view is not None and question.held_by != show.view.you.name
    comma = words.text("list_comma")
    lines = [
        (words.text("q_held", value=who(question.held_by, words)) if held else "", "bold reverse"),
        (words.text("q_flags", value=comma.join(question.flags)) if question.flags else "", "bold"),
        (words.text("q_similar", value=_some(question.similar, comma)) if question.similar else "", "bold"),
    ]
    return [(text, style) for text, style in lines if text]


def _some(numbers: tuple[str, ...], comma: str) -> str:
    """The first few: a flood of one question must not push its own text out of sight."""
    more = len(numbers) - MOST_NUMBERS
    return comma.join(numbers[:MOST_NUMBERS]) + (f" … +{more}" if more > 0 else "")


def _problem(code: str, words: Catalogue) -> str:
    """The code with its name, where it is one of the table."""
    return f"{code} {catalogue(words.language, 'problems').text(f'problem_{code}')}" if code in PROBLEM_CODES else code


def _facts(question: QuestionView, show: ShowView, words: Catalogue) -> list[tuple[str, str]]:
    def told(key: str, value: object) -> str:
        return words.text(key, value=value) if value else ""

    cue = show.cue(question.cue)
    lines = [
        (told("q_merged", words.text("list_comma").join(question.merged)), ""),
        (told("q_into", question.into), ""),
        (told("q_supporters", question.supporters), ""),
        (told("q_problem", _problem(question.problem, words)), ""),
        (told("q_cue", cue_name(cue, show, words) if cue is not None else question.cue), ""),
        (told("q_reason", question.reason), ""),
        (told("q_answer", question.answer), ""),
        (words.text("q_promise", value=question.promise, due=question.due) if question.promise else "", ""),
        (words.text("q_picture", number=question.number) if question.picture else "", ""),
        (told("q_by", who(question.by, words)), "dim"),
    ]
    return [(text, style) for text, style in lines if text]
