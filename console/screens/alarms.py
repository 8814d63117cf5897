"""Every alarm of this session that the server still knows, with its time; those not acknowledged are marked."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from audience_server.locale.catalogue import Catalogue
from console.keys import Keys
from console.log_lines import who
from console.show_view import ShowView
from console.widgets.banners import alarm_name


class AlarmsScreen(ModalScreen[tuple[int, ...]]):
    """Answers with the numbers of the alarms that were acknowledged here: all that stand in it, or none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "leave", "back", id="alarms.leave", tooltip="back to the show", priority=True)
    ]

    def __init__(self, show: ShowView, words: Catalogue, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._show = show
        self._words = words

    def compose(self) -> ComposeResult:
        words, lines = self._words, [Content.assemble((self._words.text("alarm_list_title"), "bold")), Content("")]
        alarms = () if self._show.view is None else self._show.view.alarms
        for alarm in reversed(alarms):
            at = datetime.fromtimestamp(alarm.at).strftime("%H:%M:%S")
            mark = words.text("alarm_new") if not alarm.by else words.text("alarm_seen", by=who(alarm.by, words))
            told = f"{at}  {mark}  {alarm_name(alarm.code, words)}  {alarm.text}"
            lines.append(Content.assemble((told, "dim" if alarm.by else "bold")))
        if not alarms:
            lines.append(Content(words.text("alarm_list_none")))
        if self._show.unseen_alarms:
            hint = words.text("alarm_list_all", press=self._keys.text("alarms"))
            lines += [Content(""), Content.assemble((hint, "dim"))]
        with VerticalScroll(id="alarm-list"):
            yield Static(Content("\n").join(lines), markup=False)

    def on_mount(self) -> None:
        self.query_one("#alarm-list").focus()

    def on_click(self) -> None:
        self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(())

    def on_key(self, event: events.Key) -> None:
        if event.key == self._keys.of["alarms"]:
            event.stop()
            self.dismiss(tuple(each.number for each in self._show.unseen_alarms))
