"""What a dialog asks before a command is given: choices, lines to fill in, a word to type as confirmation."""

from __future__ import annotations

from dataclasses import dataclass, field

CHOICE = "\0choice"


@dataclass(frozen=True, slots=True)
class Line:
    """One line to fill in.  `must`: the exact word that confirms; `CHOICE` stands for the id that was chosen.

    `value` stands in it from the start.
    """

    id: str
    label: str = ""
    must: str = ""
    required: bool = True
    value: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`choices`: (id, text); `default` is highlighted.  `many`: several of them may be marked, `marked` from the start.

    `grave` marks what cannot be taken back; `told` only tells, and has nothing to leave as it was.
    """

    title: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()
    default: str | None = None
    lines: tuple[Line, ...] = ()
    accept: str = ""
    grave: bool = False
    many: bool = False
    told: bool = False
    marked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    choice: str | None = None
    lines: dict[str, str] = field(default_factory=dict)
    marked: tuple[str, ...] = ()


def missing(question: Question, answer: Answer) -> Line | None:
    """The first line that is not filled in as it must be."""
    for line in question.lines:
        given = answer.lines.get(line.id, "").strip()
        wanted = (answer.choice or "") if line.must == CHOICE else line.must
        if (wanted and given != wanted) or (line.required and not given):
            return line
    return None
