"""Every dialog of the console: a question, perhaps choices, perhaps lines to fill in; an Answer or None."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, OptionList
from textual.widgets.option_list import Option

from audience_server.locale.catalogue import Catalogue
from console.questions import CHOICE, Answer, Line, Question, missing
from console.safe_text import broken
from console.widgets.mark_list import MarkList
from console.widgets.typed_line import TypedLine

# as app.tcss has them: the width of a dialog and of its padding
WIDEST, PADDING = 68, 6


class AskScreen(ModalScreen[Answer | None]):
    """Enter goes on, escape leaves everything as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", id="ask-cancel", tooltip="leave everything as it was", priority=True)
    ]

    def __init__(self, question: Question, words: Catalogue) -> None:
        super().__init__()
        self.question = question
        self._words = words

    def compose(self) -> ComposeResult:
        question = self.question
        with Vertical(id="ask", classes="grave" if question.grave else ""):
            yield Label(Content(question.title), id="ask-title")
            if question.text:
                yield Label(Content("\n".join(self._told)), id="ask-text")
            if question.choices:
                yield self._choice_list()
            for line in question.lines:
                yield Label(Content(self._label(line)), classes="ask-label", id=f"label-{line.id}")
                # not selected when the cursor comes: what was typed before, or stood there, would be replaced by a key
                yield TypedLine(line.value, id=f"line-{line.id}", compact=True, select_on_focus=False)
            yield Label(Content(""), id="ask-missing")
            with Horizontal(id="ask-buttons"):
                accept = question.accept or self._words.text("ask_accept")
                yield Button(Content(accept), id="ask-accept", variant="error" if question.grave else "primary")
                if not question.told:
                    yield Button(Content(self._words.text("ask_cancel")), id="ask-cancel")

    def _choice_list(self) -> OptionList:
        question = self.question
        if question.many:
            return MarkList(question.choices, question.marked, id="ask-choices")
        return OptionList(*(Option(Content(text)) for _, text in question.choices), id="ask-choices", markup=False)

    def on_mount(self) -> None:
        self.call_after_refresh(self._make_room)
        if self.question.choices:
            ids = [each for each, _ in self.question.choices]
            self._choices.highlighted = ids.index(self.question.default) if self.question.default in ids else 0
        first = self.query(Input).first() if self.question.lines else None
        target = self._choices if self.question.choices and not (self.question.many and first) else first
        (target or self.query_one("#ask-accept", Button)).focus()

    @property
    def _told(self) -> list[str]:
        return broken(self.question.text, min(WIDEST, self.app.size.width * 24 // 25) - PADDING)

    def _make_room(self) -> None:
        """Without the free lines between its parts, where the buttons would not be seen."""
        inside = self.query_one("#ask").content_region
        self.set_class(self.query_one("#ask-buttons").region.bottom > inside.bottom, "low")

    @property
    def _choices(self) -> OptionList:
        return self.query_one("#ask-choices", OptionList)

    @property
    def _choice(self) -> str | None:
        if not self.question.choices or not self.is_mounted or self._choices.highlighted is None:
            return None
        return self.question.choices[self._choices.highlighted][0]

    @property
    def _marked(self) -> tuple[str, ...]:
        return self.query_one("#ask-choices", MarkList).marked if self.question.many else ()

    def _label(self, line: Line) -> str:
        wanted = (self._choice or self.question.default) if line.must == CHOICE else line.must
        return self._words.text("ask_type", what=wanted) if wanted else line.label

    def on_key(self, event: events.Key) -> None:
        """Whoever begins to write while the cursor is still in the list loses nothing."""
        in_list = isinstance(self.focused, OptionList) and not self.question.many
        written = event.character if event.is_printable and not event.key.startswith("alt+") else None
        if in_list and self.question.lines and written and written.strip():
            first = self.query(Input).first()
            first.focus()
            first.insert_text_at_cursor(written)
            event.stop()

    @on(OptionList.OptionHighlighted)
    def _name_the_word(self) -> None:
        """The word to type follows the choice."""
        for line in self.question.lines:
            if line.must == CHOICE:
                self.query_one(f"#label-{line.id}", Label).update(Content(self._label(line)))

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        if self.question.lines:
            self.query(Input).first().focus()
        else:
            self._accept()

    @on(Input.Submitted)
    def _line_done(self, event: Input.Submitted) -> None:
        inputs = list(self.query(Input))
        place = inputs.index(event.input)
        if place + 1 < len(inputs):
            inputs[place + 1].focus()
        else:
            self._accept()

    @on(Button.Pressed, "#ask-accept")
    def _accept(self) -> None:
        lines = {line.id: self.query_one(f"#line-{line.id}", Input).value.strip() for line in self.question.lines}
        answer = Answer(self._choice, lines, self._marked)
        lacking = missing(self.question, answer)
        if lacking is None:
            self.dismiss(answer)
            return
        wanted = (answer.choice or "") if lacking.must == CHOICE else lacking.must
        key, value = ("ask_type", wanted) if wanted else ("ask_fill", lacking.label)
        self.query_one("#ask-missing", Label).update(Content(self._words.text(key, what=value)))
        self.query_one(f"#line-{lacking.id}", Input).focus()

    @on(Button.Pressed, "#ask-cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
