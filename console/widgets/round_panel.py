"""The round the screen is about: which one, its state in words, and the big clock."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from audience_server.locale.catalogue import Catalogue
from audience_server.wire.control_view import RoundView
from console.authority import role_names
from console.big_text import big_text
from console.counts import vote_score
from console.round_texts import clock, round_name, round_state
from console.show_view import LAST_SECONDS, OPEN_STATES, ShowView
from console.widgets.painted import Painted

ROOM_FOR_BOTH = 110
STATES = ("planned", "open", "closing", "closed", "locked", "not-held")


class RoundFacts(Painted):
    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        round_ = show.focus_round
        if show.view is None or round_ is None:
            return Content(words.text("no_round"))
        lines = [
            Content.assemble((f"{round_.window or round_.round}  ", "bold"), (round_name(round_, show), "bold")),
            Content.assemble(
                (f" {round_state(round_, words)} ", "reverse bold"), f"  {self._more(round_, show, words)}"
            ),
            Content(self._note(round_, show, now, words)),
        ]
        return Content("\n").join(lines)

    def _more(self, round_: RoundView, show: ShowView, words: Catalogue) -> str:
        score = None if show.view is None or round_.state != "locked" else vote_score(round_, show.view)
        parts = [words.text(f"kind_{round_.kind}") if score is None else words.text("vote_score", score=score)]
        if round_.extensions:
            parts.append(words.text("extended", times=round_.extensions))
        if round_.voided:
            parts.append(words.text("voided", windows=", ".join(round_.voided)))
        if show.view is not None and round_.window is not None and show.view.revealed == round_.window:
            parts.append(words.text("revealed"))
        return " · ".join(parts)

    def _note(self, round_: RoundView, show: ShowView, now: float, words: Catalogue) -> str:
        if round_.fingerprint:
            return words.text("fingerprint", code=round_.fingerprint)
        if roles := show.lock_waits_for(round_.round):
            return words.text("said_pending", roles=role_names(roles, words))
        if round_.state == "planned":
            return words.text("planned_seconds", seconds=round_.seconds)
        return words.text(f"note_{round_.state.replace('-', '_')}", press=self.key("lock"))


class BigClock(Painted):
    """Seconds left of the open window; without one, of the cue."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        left = show.left_ms(now)
        cue = None if show.view is None else show.view.cue
        if left is not None:
            seconds = -(-left // 1000)
            self.set_class(seconds <= LAST_SECONDS, "ending")
        else:
            seconds = cue.seconds - show.cue_seconds(now) if cue is not None else 0
            self.set_class(seconds < 0, "ending")
        text = "-:--" if cue is None and left is None else clock(seconds)
        return Content(big_text(text, wide=self.screen.has_class("-wide")))


class ClockLabel(Painted):
    """Says what the clock counts, so that its colour need not."""

    def content_for(self, show: ShowView, now: float, words: Catalogue) -> Content:
        left = show.left_ms(now)
        if left is not None:
            return Content(words.text("clock_ending" if left <= LAST_SECONDS * 1000 else "clock_window"))
        cue = None if show.view is None else show.view.cue
        over = cue is not None and show.cue_seconds(now) > cue.seconds
        return Content(words.text("clock_over" if over else "clock_cue"))


class RoundPanel(Horizontal):
    def compose(self) -> ComposeResult:
        yield RoundFacts(id="round-facts")
        with Horizontal(id="clock"):
            yield ClockLabel(id="clock-label")
            yield BigClock(id="big-clock")

    def paint(self, show: ShowView) -> None:
        round_ = show.focus_round
        state = "planned" if round_ is None else round_.state
        # the code is read aloud whole; how long the cue has lasted stands above as well
        crowded = round_ is not None and bool(round_.fingerprint) and self.app.size.width < ROOM_FOR_BOTH
        self.query_one("#clock").display = show.open_round is not None or not crowded
        for each in STATES:
            self.set_class(each == state, f"-{each}")
        self.set_class(state in OPEN_STATES, "-live")
