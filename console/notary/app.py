"""The notary's program on a screen.  It shows what this computer has checked, and signs nothing without being asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from audience_server.locale.catalogue import Catalogue, Language, catalogue
from audience_server.notary.desk import NotSent
from audience_server.notary.link import Line, NoEntrance, Outbox
from audience_server.notary.mirror import MirrorRefused
from audience_server.notary.orders import BadOrder, obey
from audience_server.notary.picture import picture
from audience_server.notary.statements import Unsignable
from audience_server.notary.witness import NotFollowed, Witness, WitnessKeys
from console.notary import lines
from console.notary.ask import Ask
from console.notary.sentences import sentence
from console.safe_text import safe_text
from console.taken_away import end_on_signals
from console.themes import STUDIO

TICK = 0.25


class NotaryApp(App[None]):
    """One session, one notary."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "agree", show=False, priority=True),
        Binding("f3", "decline", show=False),
        Binding("f4", "remark", show=False),
        Binding("f5", "void_round", show=False),
        Binding("f6", "void_card", show=False),
        Binding("f7", "demand", show=False),
        Binding("f8", "bundle", show=False),
        Binding("f9", "audit", show=False),
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
        self._shown: list[lines.Todo] = []
        self._said: list[str] = []
        self._answers: list[dict[str, Any]] = []

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        yield Static(self.words.text("rehearsal"), id="rehearsal", markup=False)
        yield Static(id="verdict", markup=False)
        yield Static(id="code", markup=False)
        with Horizontal(id="middle"):
            with VerticalScroll(id="left"):
                yield Static(id="people", markup=False)
                yield Static(id="notes", markup=False)
                yield Static(id="rounds", markup=False)
            with Vertical(id="right"):
                yield Static(self.words.text("todo_title"), classes="label", markup=False)
                yield Static(self.words.text("todo_none"), id="nothing", markup=False)
                yield OptionList(id="todos", markup=False)
                yield Static(id="answers", markup=False)
        yield Static(id="alarms", markup=False)
        yield Static(id="said", markup=False)
        yield Static(self.words.text("keys"), id="keys", markup=False)

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
        now = picture(self.witness, self._line.state)
        tone, told = lines.verdict(now, self.words)
        verdict = self.query_one("#verdict", Static)
        verdict.set_class(tone == "good", "-good").set_class(tone == "bad", "-bad")
        verdict.set_class(tone == "waiting", "-waiting")
        self.query_one("#rehearsal").set_class(now["kind"] == "rehearsal", "-on")
        self._write("#heading", lines.heading(now, self.words))
        self._write("#verdict", told)
        self._write("#code", lines.code(now, self.words))
        self._write("#people", "\n".join(lines.people(now, self.words)))
        self._write("#notes", "\n".join(lines.notes(now, self.words, self._form_words)))
        self._write("#answers", "\n".join(lines.answers(now, self.words)))
        self._write("#rounds", "\n".join(lines.rounds(now, self.words)))
        self._write("#alarms", "\n".join(lines.alarms(now, self.words, self._desk_words)))
        self._list(lines.todos(now, self.words))
        if now["answers"] != self._answers:
            self._answers = now["answers"]
            self.say(lines.answer(self._answers[-1], self.words))

    def _write(self, place: str, text: str) -> None:
        widget = self.query_one(place, Static)
        if str(widget.content) != text:
            widget.update(text)

    def _list(self, todos: list[tuple[lines.Todo, str]]) -> None:
        """The list keeps what is highlighted while others come and go."""
        wanted = [todo for todo, _ in todos]
        if wanted == self._shown:
            return
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

    # deeds

    def _obey(self, order: str, done: str) -> None:
        try:
            obey(self.witness, order)
            self.say(done if self.witness.on_line or order.startswith("bundle") else self.words.text("waits_for_line"))
        except NotSent:
            self.say(self.words.text("no_line"))
        except (BadOrder, Unsignable, MirrorRefused) as refused:
            self.say(self.words.text("not_done", why=safe_text(sentence(refused, self.words.language), 300)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_agree()

    def action_agree(self) -> None:
        chosen = self._chosen()
        if chosen is not None and not isinstance(self.screen, Ask):
            self.run_worker(self._agree(chosen))

    async def _agree(self, chosen: lines.Todo) -> None:
        """Show what it is, ask once, then sign or nod."""
        kind, argument = chosen
        words = self.words
        if kind == "demand":
            await self._tell_of_demand(argument)
            return
        if kind != "draft":
            title = words.text(f"ask_{kind}", round=argument)
            if await self.push_screen_wait(Ask(title, self._round_lines(argument), words.text("ask_hint"))) is not None:
                self._obey(f"nod {kind.removeprefix('nod_')} {argument}", words.text("nodded", round=argument))
            return
        drafted = self.witness.desk.drafts.get(int(argument))
        if drafted is None:
            return
        name = words.text(f"draft_{drafted.kind.replace('-', '_')}")
        field = words.text("fresh_words") if drafted.kind == "session" else None
        shown = lines.draft_lines(drafted.kind, drafted.body, picture(self.witness, self._line.state), words, 90)
        title = words.text("ask_draft", kind=name, by=lines.by_whom(drafted.by, words))
        answer = await self.push_screen_wait(Ask(title, shown, words.text("ask_hint"), field))
        if answer is not None and drafted.kind == "session" and not answer.strip():
            return self.say(words.text("fresh_needed"))
        if answer is not None:
            self._obey(f"consent {argument} {answer}".strip(), words.text("agreed", kind=name))

    async def _tell_of_demand(self, leaf: str) -> None:
        """The remark as it would stand; nothing of the ballot, for that would lead to a vote."""
        missed = {} if self.witness.demands is None else self.witness.demands.missed
        if leaf not in missed:
            return
        words = self.words
        text = words.text("demand_remark", window=safe_text(missed[leaf], 20))
        if (
            await self.push_screen_wait(Ask(words.text("ask_demand_remark"), [text], words.text("ask_hint")))
            is not None
        ):
            self._obey(f"demand-remark {leaf} {text}", words.text("proposed"))

    def _round_lines(self, round_id: str) -> list[str]:
        now = picture(self.witness, self._line.state)
        of_round = [each for each in now.get("windows", ()) if each["round"] == round_id]
        return lines.rounds({**now, "windows": of_round[-1:]}, self.words)

    def action_decline(self) -> None:
        chosen = self._chosen()
        if chosen is not None and chosen[0] == "draft":
            self._ask_order("ask_decline", f"decline {chosen[1]}", "declined")
        elif chosen is not None and chosen[0] == "demand":
            self._obey(f"demand-remark {chosen[1]}", self.words.text("demand_dropped"))
        else:
            self.say(self.words.text("nothing_to_decline"))

    def action_remark(self) -> None:
        self._ask_order("ask_remark", "remark", "proposed")

    def action_void_round(self) -> None:
        self._ask_order("ask_void_round", "void-round", "proposed")

    def action_void_card(self) -> None:
        self._ask_order("ask_void_card", "void-card", "proposed")

    def action_demand(self) -> None:
        self._ask_order("ask_demand", "demand", "demanded")

    def action_audit(self) -> None:
        self._ask_order("ask_audit", "audit", "audit_sent")

    def action_bundle(self) -> None:
        path = self.directory / f"{self.witness.origin.replace('/', '-') or 'session'}.c1.tar"
        self._obey(f"bundle '{path}'", self.words.text("bundled", path=str(path)))

    def _ask_order(self, title: str, order: str, done: str) -> None:
        async def ask() -> None:
            words = self.words
            answer = await self.push_screen_wait(
                Ask(words.text(title), (), words.text("ask_hint"), words.text(f"{title}_field"))
            )
            if answer and answer.strip():
                self._obey(f"{order} {answer.strip()}", words.text(done))

        if not isinstance(self.screen, Ask):
            self.run_worker(ask())

    def action_leave(self) -> None:
        self.run_worker(self._leave())

    async def _leave(self) -> None:
        """Leaving stops the copy; so it is asked once."""
        words = self.words
        if await self.push_screen_wait(Ask(words.text("ask_leave"), (), words.text("ask_hint"))) is not None:
            self.exit()


def watch(keys: WitnessKeys, directory: Path, url: str, token: str, language: Language, serials: Path | None) -> int:
    """Run until the notary leaves; the exit code."""
    words, desk_words = catalogue(language, "notary"), catalogue(language, "console")
    app = NotaryApp(keys, directory, url, token, words, desk_words, lambda: int(time.time()))
    app.witness.serials = serials
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    app.run()
    return app.return_code or 0
