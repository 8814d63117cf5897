"""What must not be missed: the title line, the rehearsal mark, a dead line, alarms, the outcome of the last command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rich.cells import cell_len
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from console.safe_text import broken, fit
from console.show_view import ShowView
from console.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class Said:
    """What came of the last command."""

    kind: Literal["done", "refused", "lost"]
    text: str
    at: str


def alarm_name(code: str, words: Catalogue) -> str:
    key = f"alarm_{code}"
    return words.text(key) if key in words else code


class TitleBar(Painted):
    """Session, phase, and whether the line stands."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        link = words.text("link_up" if show.connected else "link_down")
        time = datetime.now().strftime("%H:%M:%S")
        right = f"{link}  {time}"
        if show.view is None:
            left = words.text("app_title")
        else:
            left = f"{words.text('app_title')}  {show.view.title}  {words.text(f'phase_{show.view.phase}')}"
            right = f"{words.text('record_size', size=show.view.record.size)}  {right}"
        room = self.columns - cell_len(right) - 1
        return Content.assemble(
            (fit(left, max(room, 10)), "bold"), " ", (right, "" if show.connected else "bold reverse")
        )


class RehearsalBanner(Painted):
    """Nobody may take a rehearsal for the real thing, nor a picture of it."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        self.set_class(show.rehearsal, "-on")
        told = words.text("rehearsal")
        fits = cell_len(told) <= self.columns
        return Content((told if fits else words.text("rehearsal_short")) if show.rehearsal else "")


class LinkBanner(Painted):
    """Loud as long as there is no line: since when, and that the session goes on without us."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        self.set_shown(not show.connected)
        if show.down_since is None:
            return Content(words.text("connecting"))
        key = "never_connected" if show.view is None else "line_lost"
        told = words.text(key, seconds=show.down_seconds(now))
        trying = words.text(
            "line_retry", attempts=show.attempts, retry=show.retry_seconds(now), press=self.key("reconnect")
        )
        why = words.text(f"lost_{show.reason}") if show.reason else ""
        return Content("\n".join([told, *broken(f"{trying}  {why}", self.columns)]))


class CommandBanner(Painted):
    """Another console is in command: we watch."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        self.set_shown(show.connected and not show.in_command)
        return Content(words.text("watching_only", press=self.key("take_over")))


class AlarmBanner(Painted):
    """A failing store stays until it works again; other alarms until they are acknowledged."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        unseen = show.unseen_alarms
        self.set_shown(show.store_failed or bool(unseen))
        lines = [words.text("store_failed")] if show.store_failed else []
        if unseen:
            newest = unseen[-1]
            what = alarm_name(newest.code, words)
            at = datetime.fromtimestamp(newest.at).strftime("%H:%M:%S")
            lines.append(
                words.text("alarm", count=len(unseen), press=self.key("alarms"), at=at, what=what, text=newest.text)
            )
        # the whole line stands out, without colours too
        return Content("\n".join(_filled(f" {line}", self.columns) for line in lines))


def _filled(line: str, columns: int) -> str:
    return fit(line, columns) if cell_len(line) < columns else line


class MessageBar(Painted):
    """The answer to the last command stays until the next one."""

    said: Said | None = None

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        for kind in ("done", "refused", "lost"):
            self.set_class(self.said is not None and self.said.kind == kind, f"said-{kind}")
        if self.said is None:
            return Content(
                words.text("hint", help=self.key("help"), palette=self.key("palette"), leave=self.key("leave"))
            )
        told = f"{self.said.at}  {words.text(f'mark_{self.said.kind}')}  {self.said.text}"
        return Content("\n".join(broken(told, self.columns)))
