"""The console: a client of the control port, and nothing else.

It owns one ShowView, which only what the line tells can change.  Killed and started again it is where it was; a second
one may run beside it.  What it ends by itself is itself: the session goes on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar, Literal

from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType
from textual.events import Event, Key
from textual.reactive import reactive

from audience_server.locale.catalogue import Catalogue, Language, catalogue, match_language
from audience_server.wire.commands import QuestionCommand
from console.actions import BY_ID
from console.authority import hindrance
from console.browser_page import open_page
from console.config import Config
from console.link import LinkLost
from console.link_keeper import LinkKeeper
from console.messages import ActionAsked, Happened
from console.operator import Operator
from console.questions import Answer, Question
from console.queue_board import Filter, QueueBoard
from console.safe_text import safe_text
from console.screens.alarms import AlarmsScreen
from console.screens.ask import AskScreen
from console.screens.audience import AudienceScreen
from console.screens.desk import BY_ALT, DeskScreen
from console.screens.help import HelpScreen
from console.screens.join import JoinScreen
from console.screens.palette import PaletteScreen
from console.screens.questions import QuestionsScreen
from console.screens.record import RecordScreen
from console.screens.register import RegisterScreen
from console.screens.results import ResultsScreen
from console.screens.show import ShowScreen
from console.show_view import Happening, LineUp, QueueArrived, ShowView, ViewArrived, fold
from console.taken_away import end_on_signals
from console.themes import STUDIO, THEMES
from console.widgets.banners import Said

SERVER_GOES_ON = 10
SERVER_STOPS = 0
LEFT = 0
TICK = 0.25
LANGUAGE_NAMES = {"zh-Hans": "中文(简体)", "zh-Hant": "中文(繁體)", "en": "English"}

SCREENS_BY_PLACE: dict[str, type[DeskScreen]] = {
    screen.place: screen
    for screen in (ShowScreen, QuestionsScreen, ResultsScreen, AudienceScreen, RecordScreen, RegisterScreen)
}
SCREEN_ACTION = "screen_"


class ConsoleApp(App[None]):
    """`language` None: the session's, once it is known."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "leave", id="app.leave", tooltip="leave the console", show=False)
    ]

    show: reactive[ShowView] = reactive(ShowView(), init=False, repaint=False)
    now: reactive[float] = reactive(0.0, init=False, repaint=False)
    said: reactive[Said | None] = reactive(None, init=False, repaint=False)

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        language: Language | None = None,
        join_url: str | None = None,
        under_run: bool = False,
        first_language: Language = "zh-Hans",
        clock: Callable[[], float] = time.monotonic,
        config: Config | None = None,
        open_page: Callable[[str], bool] = open_page,
    ) -> None:
        super().__init__()
        self.open_page = open_page
        self._config = config or Config()
        self.keys = self._config.keys
        self._places: dict[str, DeskScreen] = {}
        self._fixed_language = language
        self._join_url = join_url
        self._under_run = under_run
        self._clock = clock
        self._operator = Operator(self)
        self.busy = False
        self.words: Catalogue = catalogue(language or first_language, "console")
        self.queue = QueueBoard()
        self.queue_heard = asyncio.Event()
        self.keeper = LinkKeeper(url, token, self._tell)

    # life

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The stylesheet is read before a theme of ours is on."""
        return dict(STUDIO.variables)

    def on_mount(self) -> None:
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = self._config.theme
        self.title = self.words.text("app_title")
        self.now = self._clock()
        end_on_signals(self)
        self.push_screen(self._screen("show"))
        self.run_worker(self.keeper.run(), name="line", exit_on_error=True)
        self.set_interval(TICK, self._tick)

    def _tick(self) -> None:
        self.now = self._clock()

    # what the line tells

    def _tell(self, happening: Happening) -> None:
        self.post_message(Happened(happening))

    def on_happened(self, message: Happened) -> None:
        self.take(message.happening)

    def take(self, happening: Happening) -> None:
        """Fold in what happened; the only place where the picture changes."""
        if isinstance(happening, QueueArrived):
            self.queue.take(happening.questions.questions, happening.questions.complete)
            self.queue_heard.set()
            self.queue_heard = asyncio.Event()
            return
        if isinstance(happening, LineUp):
            self.queue.begin_again()
        before = self.show
        now = self._clock()
        self.now = now
        self.show = fold(before, happening, now)
        if isinstance(happening, ViewArrived) and before.view is None and self._fixed_language is None:
            self.speak(match_language(happening.view.language))
        rings = bool(set(self.show.unseen_alarms) - set(before.unseen_alarms))
        if rings or self.show.store_failed > before.store_failed or before.connected > self.show.connected:
            self._ring()

    def _ring(self) -> None:
        """Nothing that must be seen stays behind the join code, which fills the screen."""
        self.bell()
        if isinstance(self.screen, JoinScreen):
            self.screen.dismiss(None)

    def speak(self, language: Language) -> None:
        self.words = catalogue(language, "console")
        self.title = self.words.text("app_title")
        self._reword()

    def _reword(self) -> None:
        """The screens anew in the language spoken; a dialog in front of them is first brought to its end."""
        screen = self.screen
        if isinstance(screen, DeskScreen) and screen.words.language != self.words.language:
            former, self._places = self._places, {}
            self.switch_screen(self._screen(screen.place))
            for old in former.values():
                self.uninstall_screen(old)
                if old is not screen and old.is_attached:
                    old.remove()

    # the screens of the desk

    def _screen(self, place: str) -> DeskScreen:
        """Each is made once and kept, so that one comes back to where one was."""
        if place not in self._places:
            self._places[place] = SCREENS_BY_PLACE[place](self.words)
            self.install_screen(self._places[place], f"{place}-{self.words.language}")
        return self._places[place]

    def go_to(self, place: str) -> None:
        """Never out of a dialog: that is answered first."""
        if place in SCREENS_BY_PLACE and isinstance(self.screen, DeskScreen):
            self.switch_screen(self._screen(place))

    # the questions

    @property
    def queue_filter(self) -> Filter:
        return self._questions_screen.filter

    @queue_filter.setter
    def queue_filter(self, wanted: Filter) -> None:
        self._questions_screen.filter = wanted
        self.call_later(self._questions_screen.refresh_list)

    @property
    def _questions_screen(self) -> QuestionsScreen:
        screen = self._screen(QuestionsScreen.place)
        assert isinstance(screen, QuestionsScreen)
        return screen

    def questions_dealt_with(self, done: bool | None) -> None:
        """A deed on the marked questions is on its way (None), done, or refused."""
        if self._questions_screen.is_mounted:
            self._questions_screen.deal(done)

    def tell_reading(self, former: str | None, number: str | None) -> None:
        """Others are told who reads which question; nothing hangs on whether that arrives."""
        self.run_worker(self._tell_reading(former, number), group="reading")

    async def _tell_reading(self, former: str | None, number: str | None) -> None:
        try:
            if former is not None:
                await self.keeper.ask(QuestionCommand((former,), "release"), None)
            if number is not None:
                await self.keeper.ask(QuestionCommand((number,), "hold"), None)
        except LinkLost:
            return

    # what the operator asks for

    async def on_action_asked(self, message: ActionAsked) -> None:
        self.act(message.action, message.argument)

    def act(self, action: str, argument: str | None = None) -> None:
        """One at a time: a command that waits for its answer is not overtaken by the next.

        Two things wait for nothing: looking at another screen, and clearing the air.
        """
        if isinstance(self.screen, DeskScreen) and self.screen.here(action):
            return
        hindered = hindrance(BY_ID[action], self.show, self.words)
        if action.startswith(SCREEN_ACTION):
            self.go_to(action.removeprefix(SCREEN_ACTION))
        elif hindered is not None:
            self.say("refused", hindered)
        elif action == "clear_air":
            self.run_worker(self._operator.act(action), name=action, group="air")
        elif self.busy:
            self.say("refused", self.words.text("busy"))
        else:
            self.busy = True
            about = argument or self._under_cursor(action)
            self.run_worker(self._act(action, about), name=action, group="operator")

    async def on_event(self, event: Event) -> None:
        """Some keys are ours before any input sees them."""
        if isinstance(event, Key) and not event.is_forwarded:
            action = self._taken_first(event.key)
            if action == "clear_air":
                return self.act(action)
            if action is not None:
                self.screen.post_message(ActionAsked(action))
                return None
        await super().on_event(event)

    def _taken_first(self, key: str) -> str | None:
        """The air can be cleared whatever stands in front, a dialog too; alt and a key would be text in an input."""
        if key == self.keys.of["clear_air"]:
            return "clear_air"
        if not isinstance(self.screen, DeskScreen):
            return None
        alt = key.startswith("alt+") or key in BY_ALT
        return BY_ALT.get(key) or (self.keys.action(key, self.screen.place) if alt else None)

    async def _act(self, action: str, argument: str | None) -> None:
        try:
            here = getattr(self, f"_show_{action}", None)
            await (here() if here is not None else self._operator.act(action, argument))
        finally:
            self.busy = False
            self.call_later(self._reword)

    def _under_cursor(self, action: str) -> str | None:
        return self.screen.argument_for(action) if isinstance(self.screen, DeskScreen) else None

    def say(self, kind: Literal["done", "refused", "lost"], text: str) -> None:
        self.said = Said(kind, safe_text(text), datetime.now().strftime("%H:%M:%S"))
        if kind != "done":
            self.bell()

    async def ask(self, question: Question) -> Answer | None:
        return await self.push_screen_wait(AskScreen(question, self.words))

    async def _show_palette(self) -> None:
        chosen = await self.push_screen_wait(PaletteScreen(self.words, self.keys, self.show))
        if chosen is not None:
            self.call_later(self.act, chosen)

    async def _show_help(self) -> None:
        await self.push_screen_wait(HelpScreen(self.words, self.keys))

    async def _show_results(self) -> None:
        """There and back by the same key."""
        self.go_to("show" if isinstance(self.screen, ResultsScreen) else "results")

    async def _show_log_search(self) -> None:
        self.go_to("record")
        self.call_after_refresh(self._search_log)

    def _search_log(self) -> None:
        if isinstance(self.screen, RecordScreen):
            self.screen.search_log()

    async def _show_alarm_list(self) -> None:
        """From the list all that stand in it are acknowledged at once."""
        seen = await self.push_screen_wait(AlarmsScreen(self.show, self.words, self.keys))
        if seen:
            self.call_later(self.act, "alarms", " ".join(map(str, seen)))

    async def _show_theme(self) -> None:
        choices = tuple((name, self.words.text(f"theme_{name}")) for name in THEMES)
        answer = await self.ask(Question(self.words.text("theme_title"), "", choices, self.theme))
        if answer is None or answer.choice is None:
            return
        self.theme = answer.choice
        try:
            self._config.keep_theme(answer.choice)
        except OSError as error:
            self.say("refused", self.words.text("theme_not_kept", path=self._config.path, reason=error.strerror))

    async def _show_join(self) -> None:
        url = self._join_url or (self.show.view.join_url if self.show.view is not None else "")
        if not url:
            self.say("refused", self.words.text("no_join_url"))
            return
        await self.push_screen_wait(JoinScreen(safe_text(url), self.show.rehearsal, self.words))

    async def _show_language(self) -> None:
        title, text = self.words.text("language_title"), self.words.text("language_text")
        answer = await self.ask(Question(title, text, tuple(LANGUAGE_NAMES.items()), self.words.language))
        if answer is not None and answer.choice is not None:
            self._fixed_language = match_language(answer.choice)
            self.speak(self._fixed_language)

    async def _show_reconnect(self) -> None:
        self.keeper.hurry()

    # leaving

    def action_leave(self) -> None:
        self.act("leave")

    async def action_quit(self) -> None:
        self.act("leave")

    async def _show_leave(self) -> None:
        if not self._under_run:
            self.exit(return_code=LEFT, message=Text(self.words.text("leave_text")))
            return
        text = self.words.text("leave_open" if self.show.open_round is not None else "leave_text")
        title = self.words.text("leave_title")
        choices = (("on", self.words.text("leave_on")), ("stop", self.words.text("leave_stop")))
        answer = await self.ask(Question(title, text, choices, "on", accept=self.words.text("do_leave")))
        if answer is not None:
            self.exit(return_code=SERVER_STOPS if answer.choice == "stop" else SERVER_GOES_ON)
