"""The questions: the queue on one side, the question under the cursor on the other, filter and intake above.

Everything shown comes from the session; the screen keeps only where one looks: cursor, marks, filter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.questions import QuestionView
from console.messages import ActionAsked
from console.queue_board import STATES, Filter
from console.queue_rows import detail_of, line_of
from console.screens.desk import DeskScreen
from console.show_view import ShowView
from console.widgets.queue_list import QueueList, Row

# how long a question is looked at before others are told that somebody reads it
READING_SECONDS = 1.0
ON_THE_LIST = ("q_mark", "q_mark_all", "q_next", "q_unfilter")


class QuestionsScreen(DeskScreen):
    place: ClassVar[str] = "questions"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up", "scroll_detail(-3)", show=False),
        Binding("shift+down", "scroll_detail(3)", show=False),
    ]

    def __init__(self, words: Catalogue) -> None:
        super().__init__(words)
        self.filter = Filter()
        self._painted: tuple[object, ...] = ()
        self._reading: Timer | None = None
        self._held: str | None = None
        self._rows: dict[str, tuple[QuestionView, int, Row]] = {}

    def compose_body(self) -> ComposeResult:
        yield Static(id="queue-facts", markup=False)
        yield Static(id="queue-filter", markup=False)
        with Horizontal(id="queue-row"):
            yield QueueList(self._row, self.words.text("q_empty"))
            with VerticalScroll(id="queue-side", can_focus=False):
                yield Static(id="queue-detail", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.list.focus()

    def action_scroll_detail(self, lines: int) -> None:
        self.query_one("#queue-side", VerticalScroll).scroll_relative(y=lines, animate=False)

    @property
    def list(self) -> QueueList:
        return self.query_one(QueueList)

    def _row(self, number: str, columns: int) -> Row:
        """Made once for each question as it is: every step of the cursor draws the lines in sight again."""
        question = self.app.queue.questions[number]
        known = self._rows.get(number)
        if known is None or known[0] is not question or known[1] != columns:
            known = (question, columns, line_of(question, self.app.show, self.words, columns))
            self._rows[number] = known
        return known[2]

    # painting

    def paint_body(self, show: ShowView, now: float) -> None:
        queue = self.app.queue
        numbers = queue.listed(self.filter)
        columns = self.query_one("#queue-detail", Static).size.width or self.app.size.width  # before it is laid out
        marked, number = len(self.list.marked), self.list.number
        fresh = (queue.revision, self.filter, marked, show.view and show.view.queue, number, columns)
        self.list.show_numbers(numbers, fresh != self._painted)
        if fresh == self._painted:
            return
        self._painted = fresh
        # one line each, whatever they say: nothing else has to make room
        self.query_one("#queue-facts", Static).update(Content(self._facts(show)), layout=False)
        self.query_one("#queue-filter", Static).update(Content(self._filter_line(len(numbers))), layout=False)
        question = queue.questions.get(self.list.number or "")
        empty = Content(self.words.text("q_empty"))
        detail = empty if question is None else detail_of(question, show, self.words, columns)
        self.query_one("#queue-detail", Static).update(detail)

    def _facts(self, show: ShowView) -> str:
        queue = self.app.queue
        counts = [
            self.words.text("q_count", state=self.words.text(f"q_state_{state}"), count=queue.count(state))
            for state in STATES
            if queue.count(state)
        ]
        view = show.view.queue if show.view is not None else None
        intake = "" if view is None else self.words.text(f"q_intake_{view.intake}")
        return "  ".join([intake, *counts])

    def _filter_line(self, listed: int) -> str:
        wanted, text = self.filter, self.words.text
        parts = [text("q_listed", count=listed), text(f"q_order_{wanted.order}")]
        parts += [text(f"q_state_{wanted.state}")] if wanted.state else []
        parts += [self.app.show.unit_name(wanted.unit)] if wanted.unit else []
        parts += [text(f"q_kind_{wanted.kind}")] if wanted.kind else []
        parts += [text(f"q_language_{wanted.language}")] if wanted.language else []
        parts += [text("q_only_starred")] if wanted.starred else []
        parts += [text("q_only_flagged")] if wanted.flagged else []
        parts += [text("q_at_least", count=wanted.supporters)] if wanted.supporters else []
        parts += [text("q_says", text=wanted.text)] if wanted.text else []
        parts += [text("q_marked", count=len(self.list.marked))] if self.list.marked else []
        return "  ".join(parts)

    # what the cursor stands on, and what others are told of it

    def argument_for(self, action: str) -> str | None:
        """The marked questions, else the one under the cursor; for `q_filter`, nothing."""
        if not action.startswith("q_"):
            return None
        marked = [number for number in self.app.queue.listed(self.filter) if number in self.list.marked]
        return ",".join(marked) if marked else self.list.number

    def deal(self, done: bool | None) -> None:
        """A deed on the marked ones is on its way (None), done, or refused."""
        if done:
            # the change may have come before the answer or will come after it: the list knows
            self.list.marked = set()
        else:
            self.list.stay(done is None)
        self.refresh_list()

    def refresh_list(self) -> None:
        self._painted = ()
        self.paint_body(self.app.show, self.app.now)

    @on(QueueList.Moved)
    def _moved(self) -> None:
        self.refresh_list()
        if self._reading is not None:
            self._reading.stop()
        self._reading = self.set_timer(READING_SECONDS, self._read)

    def _read(self) -> None:
        """The cursor rests: others see that somebody reads this one."""
        number = self.list.number if self.app.screen is self else None
        if number == self._held:
            return
        former, self._held = self._held, number
        self.app.tell_reading(former, number)

    def on_screen_suspend(self) -> None:
        if self._held is not None:
            self.app.tell_reading(self._held, None)
            self._held = None

    @on(QueueList.Chosen)
    def _chosen(self) -> None:
        self.post_message(ActionAsked("q_approve", self.argument_for("q_approve")))

    # what is this screen's own

    def here(self, action: str) -> bool:
        """Do an action that only concerns the list; False for every other."""
        if action not in ON_THE_LIST:
            return False
        if action == "q_mark":
            self.list.toggle()
        elif action == "q_mark_all":
            self.list.mark_all()
        elif action == "q_next":
            self._next_undecided()
        else:
            self.filter = Filter(order=self.filter.order)
        self.refresh_list()
        return True

    def _next_undecided(self) -> None:
        """The first one that nobody has decided, wherever the filter looks."""
        numbers = self.app.queue.listed(replace(self.filter, state="received", order="waiting"))
        if not numbers:
            self.app.say("done", self.words.text("q_all_decided"))
            return
        if numbers[0] not in self.app.queue.listed(self.filter):
            self.filter = Filter()
        self.refresh_list()
        self.list.go_to(numbers[0])
