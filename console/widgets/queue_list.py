"""The queue as a list of lines: only those in sight are drawn, so that 5,000 questions cost as much as fifty."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.queue_rows import MARKED
from console.safe_text import fit

Row = tuple[str, str]  # (text that fits one line, kind of line: "" | "dim" | "bold")
PAGE = 10


class QueueList(ScrollView, can_focus=True):
    """`row_of(number, columns)` says what a line shows; it is asked for lines in sight only."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("pageup", "step(-10)", show=False),
        Binding("pagedown", "step(10)", show=False),
        Binding("home", "step(-1000000)", show=False),
        Binding("end", "step(1000000)", show=False),
        Binding("enter", "choose", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another question."""

    class Chosen(Message):
        """Enter on a question."""

    def __init__(self, row_of: Callable[[str, int], Row], empty: str) -> None:
        super().__init__(id="queue-list")
        self._row_of = row_of
        self._empty = empty
        self._numbers: tuple[str, ...] = ()
        self.place = 0
        self.marked: set[str] = set()
        self._stays = False

    @property
    def number(self) -> str | None:
        """The question under the cursor."""
        return self._numbers[self.place] if self.place < len(self._numbers) else None

    def show_numbers(self, numbers: tuple[str, ...], changed: bool) -> None:
        """A new list; the cursor goes with its question, or stays where that stood when it is gone or dealt with."""
        if numbers is not self._numbers:
            under = self.number
            self._numbers = numbers
            self.marked &= set(numbers)
            follows = under in numbers and not self._stays
            place = numbers.index(under or "") if follows else min(self.place, max(0, len(numbers) - 1))
            self._stays = False
            self.virtual_size = Size(self.size.width, len(numbers))
            self._go(place, under != (numbers[place] if numbers else None))
            self.refresh()
        elif changed:
            self.refresh()

    def stay(self, stays: bool) -> None:
        """The question under the cursor is being dealt with: the cursor stays where it is, on the one that comes up."""
        self._stays = stays

    def toggle(self) -> None:
        """Mark the question under the cursor, or take its mark off, and go on to the next."""
        if self.number is not None:
            self.marked ^= {self.number}
            self.refresh()
            self.action_step(1)

    def mark_all(self) -> None:
        """All that is listed; again, none."""
        self.marked = set() if self.marked == set(self._numbers) else set(self._numbers)
        self.refresh()

    # keys and mouse

    def action_step(self, step: int) -> None:
        self._go(max(0, min(len(self._numbers) - 1, self.place + step)), True)

    def go_to(self, number: str) -> None:
        if number in self._numbers:
            self._go(self._numbers.index(number), True)

    def action_choose(self) -> None:
        if self.number is not None:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        self._go(min(len(self._numbers) - 1, event.y + self.scroll_offset.y), True)

    def _go(self, place: int, moved: bool) -> None:
        self.place = max(0, place)
        self.scroll_to_region(Region(0, self.place, 1, 1), animate=False, force=True)
        self.refresh()
        if moved:
            self.post_message(self.Moved())

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._numbers))

    # drawing

    def render_line(self, y: int) -> Strip:
        columns = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        base = self.rich_style
        if not self._numbers:
            text = fit(self._empty if y == 0 else "", columns)
            return Strip([Segment(text, base + Style(dim=True))], columns)
        if row >= len(self._numbers):
            return Strip.blank(columns, base)
        number = self._numbers[row]
        text, kind = self._row_of(number, columns - 2)
        mark = f"{MARKED} " if number in self.marked else "  "
        style = base + Style(bold=kind == "bold", dim=kind == "dim")
        if row == self.place:
            style += Style(reverse=self.has_focus, bold=True, underline=not self.has_focus)
        return Strip([Segment(mark + text, style)], columns)
