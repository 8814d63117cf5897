"""The notary's program on a screen.  It shows what this computer has checked, and signs nothing without being asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from audience_server.locale.catalogue import Catalogue, Language, catalogue
from audience_server.notary.link import Line, NoEntrance, Outbox
from audience_server.notary.mirror import MirrorRefused
from audience_server.notary.picture import picture
from audience_server.notary.witness import NotFollowed, Witness, WitnessKeys
from console.notary import lines, rounds
from console.notary.ask import Ask
from console.notary.deeds import Deeds
from console.notary.sentences import sentence
from console.safe_text import safe_text
from console.taken_away import end_on_signals
from console.themes import STUDIO

TICK = 0.25
WIDE = 100


class NotaryApp(App[None]):
    """One session, one notary."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "do('help')", show=False),
        Binding("f2", "agree", show=False, priority=True),
        Binding("f3", "decline", show=False),
        Binding("f4", "do('remark')", show=False),
        Binding("f5", "do('void_round')", show=False),
        Binding("f6", "do('void_card')", show=False),
        Binding("f7", "do('demand')", show=False),
        Binding("f8", "do('bundle')", show=False),
        Binding("f9", "do('audit')", show=False),
        Binding("f10", "do('look')", show=False),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        keys: WitnessKeys,
        directory: Path,
        url: str,
        token: str,
        words: Catalogue,
        desk_words: Catalogue,
        clock: Callable[[], int],
    ) -> None:
        """`desk_words`: the console's catalogue, for alarms of the desk."""
        super().__init__()
        self.words = words
        self._desk_words = desk_words
        self._form_words = catalogue(words.language, "forms")
        outbox = Outbox()
        self.witness = Witness(keys, directory, outbox.put, clock)
        self.directory = directory
        self.witness.word = lambda refused: sentence(refused, words.language)
        self._line = Line(self.witness, outbox, url, token, lambda state: None)
        self._deeds = Deeds(self, desk_words)
        self._shown: list[lines.Todo] = []
        self._said: list[str] = []
        self._answers: list[dict[str, Any]] = []

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        yield Static(self.words.text("rehearsal"), id="rehearsal", markup=False)
        yield Static(id="verdict", markup=False)
        yield Static(id="code", markup=False)
        with Horizontal(id="middle"):
            with Vertical(id="left"):
                yield Static(id="current", markup=False)
                with VerticalScroll(id="rest", can_focus=False):
                    yield Static(id="listed", markup=False)
            with Vertical(id="right"):
                yield Static(id="waiting", classes="label", markup=False)
                yield Static(self.words.text("todo_none"), id="nothing", markup=False)
                yield OptionList(id="todos", markup=False)
                yield Static(id="answers", markup=False)
        yield Static(id="alarms", markup=False)
        yield Static(id="said", markup=False)
        yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        self.register_theme(STUDIO)
        self.theme = STUDIO.name
        end_on_signals(self)
        self.query_one("#todos").focus()
        self.run_worker(self._follow(), exclusive=True, group="line")
        self.set_interval(TICK, self.paint)
        self.paint()

    async def _follow(self) -> None:
        try:
            await self._line.run()
        except (NotFollowed, MirrorRefused, NoEntrance) as ended:
            self._line.state = "ended"
            self.say(self.words.text("ended", why=safe_text(sentence(ended, self.words.language), 300)))

    # painting

    def paint(self) -> None:
        """Only what has changed is drawn again."""
        if not self.query("#verdict"):
            return  # leaving: the screen has been taken down, and the clock ticks once more
        now = self.now()
        tone, told = lines.verdict(now, self.words)
        verdict = self.query_one("#verdict", Static)
        verdict.set_class(tone == "good", "-good").set_class(tone == "bad", "-bad")
        verdict.set_class(tone == "waiting", "-waiting")
        self.query_one("#rehearsal").set_class(now["kind"] == "rehearsal", "-on")
        self._write("#heading", lines.heading(now, self.words))
        self._write("#verdict", told)
        self._write("#code", lines.code(now, self.words))
        self._paint_rounds(now)
        self._write("#answers", "\n".join(lines.answers(now, self.words)))
        self._write("#keys", lines.keys(self.words, self.size.width - 2))
        self._write("#alarms", "\n".join(lines.alarms(now, self.words, self._desk_words)))
        waiting = lines.todos(now, self.words)
        self._write("#waiting", self.words.text("todo_title", count=len(waiting)))
        self._list(waiting)
        if now["answers"] != self._answers:
            self._answers = now["answers"]
            self.say(lines.answer(self._answers[-1], self.words))

    def _paint_rounds(self, now: dict[str, Any]) -> None:
        """The round that matters stands still; below it what can be scrolled, on a narrow screen the rounds first."""
        words, narrow = self.words, self.size.width < WIDE
        clock = self.witness.clock()
        self._write("#current", "\n".join(rounds.current(now, words, clock, brief=narrow)))
        room = self.query_one("#rest").scrollable_content_region.width
        people, listed = lines.people(now, words, room), rounds.listed(now, words, room)
        notes = lines.notes(now, words, self._form_words)
        parts = [notes, listed, people] if narrow and listed else [people, notes, listed]
        self._write("#listed", "\n".join(line for part in parts for line in part))

    def _write(self, place: str, text: str) -> None:
        widget = self.query_one(place, Static)
        if str(widget.content) != text:
            widget.update(text)

    def _list(self, todos: list[tuple[lines.Todo, str]]) -> None:
        """The list keeps what is highlighted while others come and go."""
        wanted = [todo for todo, _ in todos]
        if wanted == self._shown:
            return
        if set(wanted) - set(self._shown):
            self.bell()
        listed = self.query_one("#todos", OptionList)
        at = self._chosen()
        listed.clear_options()
        listed.add_options([Option(line) for _, line in todos])
        self._shown = wanted
        if wanted:
            listed.highlighted = wanted.index(at) if at in wanted else 0
        self.query_one("#nothing").display = not wanted

    def _chosen(self) -> lines.Todo | None:
        place = self.query_one("#todos", OptionList).highlighted
        return self._shown[place] if place is not None and place < len(self._shown) else None

    def say(self, text: str) -> None:
        """The newest below the one before, which an answer that comes in between must not cover."""
        if self._said[-1:] != [text]:
            self._said = [*self._said[-1:], text]
        self._write("#said", "\n".join(self._said))

    # keys

    def now(self) -> dict[str, Any]:
        return picture(self.witness, self._line.state)

    async def ask(
        self,
        title: str,
        shown: Sequence[str] = (),
        hint: str = "ask_hint",
        field: str | None = None,
        raw: Sequence[str] = (),
    ) -> str | None:
        """What was answered; None when it was left."""
        return await self.push_screen_wait(Ask(title, shown, self.words.text(hint), field, raw))

    def _begin(self, deed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """One question at a time: while one stands there, no other key asks."""
        if not isinstance(self.screen, Ask):
            self.run_worker(deed())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_agree()

    def action_agree(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._begin(lambda: self._deeds.agree(chosen))

    def action_decline(self) -> None:
        chosen = self._chosen()
        self._begin(lambda: self._deeds.decline(chosen))

    def action_do(self, deed: str) -> None:
        self._begin(getattr(self._deeds, deed))

    def action_page(self, pages: int) -> None:
        """The rounds, or what stands in the question; the list of what waits keeps the cursor keys."""
        place = "#ask-lines" if isinstance(self.screen, Ask) else "#rest"
        scrolled = self.screen.query_one(place, VerticalScroll)
        scrolled.scroll_relative(y=pages * max(1, scrolled.size.height - 1), animate=False)

    def action_leave(self) -> None:
        self._begin(self._leave)

    async def _leave(self) -> None:
        """Leaving stops the copy; so it is asked once."""
        if await self.ask(self.words.text("ask_leave")) is not None:
            self.exit()


def watch(keys: WitnessKeys, directory: Path, url: str, token: str, language: Language, serials: Path | None) -> int:
    """Run until the notary leaves; the exit code."""
    words, desk_words = catalogue(language, "notary"), catalogue(language, "console")
    app = NotaryApp(keys, directory, url, token, words, desk_words, lambda: int(time.time()))
    app.witness.serials = serials
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    app.run()
    return app.return_code or 0
