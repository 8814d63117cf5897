"""Scenes filled with what is public now, as plain values for the wire; a refusal where nothing may be shown.

Nothing here remembers: every picture is made anew from the state, so that what was taken back is in no later one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from audience_server.clock import Clock
from audience_server.domain.questions import Question
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Rundown
from audience_server.domain.scene_names import SceneKind, board_of
from audience_server.domain.scenes import SceneRef, bar_groups
from audience_server.domain.session import SessionState, Window
from audience_server.live_boards import Boards
from audience_server.live_count import Ledger
from audience_server.live_memory import Memory
from audience_server.live_recounts import Recounts

Payload = dict[str, Any]


class AirableQuestion(Protocol):
    @property
    def number(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def supporters(self) -> int: ...


class Questions(Protocol):
    """What the air needs of the questions."""

    def airable(self, number: str) -> AirableQuestion | Refusal: ...
    def promise_of(self, unit: str) -> Question | None: ...


@dataclass(frozen=True, slots=True)
class JoinCode:
    """Address and QR of the phone page; `runs` are dark modules (column, row, length)."""

    url: str
    modules: int
    runs: tuple[tuple[int, int, int], ...]


class SceneMaker:
    """`closes_in_ms(window)` while it is open; `boards`: the ranking boards that are public."""

    def __init__(
        self,
        state: SessionState,
        ledger: Ledger,
        memory: Memory,
        questions: Questions,
        clock: Clock,
        closes_in_ms: Callable[[Window], int | None],
        boards: Boards,
        recounts: Recounts,
    ) -> None:
        self._state = state
        self._rundown: Rundown = state.rundown
        self._ledger = ledger
        self._memory = memory
        self._questions = questions
        self._clock = clock
        self._closes_in_ms = closes_in_ms
        self._boards = boards
        self.join: JoinCode | None = None
        self._recounts = recounts
        self._makers: Mapping[str, Callable[[SceneRef], Payload | Refusal]] = {
            "join": self._join,
            "unit": self._unit,
            "countdown": self._countdown,
            "turnout": lambda ref: self.turnout(ref.target),
            "question": self._question,
            "result": self._result,
            "mood": self._result,
            "ranking": self._ranking,
            "pledge": self._pledge,
            "promise": self._promise,
            "fingerprint": self._fingerprint,
            "title": self._title,
            "recount": self._recount,
            "blank": lambda ref: {},
        }

    def make(self, ref: SceneRef) -> Payload | Refusal:
        """The scene as it may be shown now."""
        made = self._makers[ref.kind](ref)
        return made if isinstance(made, Refusal) else {"kind": ref.kind, **made}

    def make_or_none(self, ref: SceneRef) -> Payload | None:
        made = self.make(ref)
        return None if isinstance(made, Refusal) else made

    def of_the_hall(self) -> Payload | None:
        """What the wall shows by itself: the open vote, else what is revealed, the vote to come, or how to join."""
        window = self._state.open_window
        if window is not None:
            return self.make_or_none(SceneRef("turnout", window.round))
        revealed = self._state.windows.get(self._memory.revealed or "")
        if revealed is not None:
            kind: SceneKind = "mood" if self._rundown.round(revealed.round).kind == "mood" else "result"
            if (shown := self.make_or_none(SceneRef(kind, revealed.round))) is not None:
                return shown
        cue = self._memory.order.current
        if cue is not None and cue.kind in ("vote", "trial", "mood") and cue.round is not None:
            return self.make_or_none(SceneRef("turnout", cue.round))
        return self.make_or_none(SceneRef("join"))

    # people and words

    def _join(self, ref: SceneRef) -> Payload | Refusal:
        if self.join is None:
            return Refusal(RefusalCode.NOTHING_TO_SHOW, "join")
        return {"url": self.join.url, "modules": self.join.modules, "qr": self.join.runs}

    def _unit(self, ref: SceneRef) -> Payload:
        unit = self._rundown.unit(ref.target)
        return {"unit": unit.name, "head": unit.head, "category": self._rundown.category(unit.category).name}

    def _pledge(self, ref: SceneRef) -> Payload | Refusal:
        unit = self._rundown.unit(ref.target)
        if not unit.pledges:
            return Refusal(RefusalCode.NOTHING_TO_SHOW, unit.name)
        return {"unit": unit.name, "head": unit.head, "pledges": unit.pledges}

    def _promise(self, ref: SceneRef) -> Payload | Refusal:
        unit = self._rundown.unit(ref.target)
        question = self._questions.promise_of(ref.target)
        if question is None:
            return Refusal(RefusalCode.NOTHING_TO_SHOW, unit.name)
        return {"unit": unit.name, "head": unit.head, "text": question.promise, "due": question.due}

    def _title(self, ref: SceneRef) -> Payload:
        session = self._rundown.session
        return {"text": ref.target or session.title, "place": session.place}

    def _question(self, ref: SceneRef) -> Payload | Refusal:
        question = self._questions.airable(ref.target)
        if isinstance(question, Refusal):
            return question
        unit = next((unit.name for unit in self._rundown.units if unit.id == question.unit), "")
        return {
            "number": question.number,
            "unit": unit,
            "text": question.text,
            "asked": question.kind,
            "supporters": question.supporters,
        }

    # clocks and turnout

    def _countdown(self, ref: SceneRef) -> Payload | Refusal:
        cue = self._memory.order.current
        if cue is None or cue.began is None:
            return Refusal(RefusalCode.NOTHING_TO_SHOW, "countdown")
        unit = self._rundown.unit(cue.unit).name if cue.unit else ""
        left = cue.seconds - (self._clock.unix() - cue.began)
        return {"unit": unit, "cue": cue.kind, "title": cue.title, "ends_in_ms": left * 1000, "seconds": cue.seconds}

    def turnout(self, round_id: str) -> Payload:
        """Issued and returned by panel: the only numbers that are public while a window is open."""
        round_ = self._rundown.round(round_id)
        window = self._state.standing_window(round_id)
        report = self._ledger.report(window)["by"] if window is not None else {}
        return {
            "title": round_.title,
            "state": window.state if window is not None else "planned",
            "closes_in_ms": self._closes_in_ms(window) if window is not None else None,
            "panels": [
                {"panel": self._rundown.panel(panel).name, "issued": told["issued"], "returned": told["returned"]}
                for panel, told in report.items()
            ],
            "trial": round_.kind == "trial",
        }

    # numbers

    def _revealed(self, round_id: str) -> Window | Refusal:
        """The window whose numbers the public has been shown: locked, not void, revealed."""
        window = self._state.standing_window(round_id)
        title = self._rundown.round(round_id).title
        if window is None or window.state != "locked" or window.name not in self._memory.ever_revealed:
            return Refusal(RefusalCode.NOT_REVEALED, title)
        return window

    def _result(self, ref: SceneRef) -> Payload | Refusal:
        window = self._revealed(ref.target)
        if isinstance(window, Refusal):
            return window
        groups = bar_groups(self._ledger.public_report(window), self._rundown)
        return {"title": self._rundown.round(ref.target).title, "groups": [asdict(group) for group in groups]}

    def _ranking(self, ref: SceneRef) -> Payload | Refusal:
        rows = self._boards.rows(ref.target)
        if isinstance(rows, Refusal):
            return rows
        name, of_vote = board_of(ref.target)
        category = self._rundown.category(name)
        shown = rows[max(0, len(rows) - ref.rows) :] if ref.rows else []
        bottom = 0 if of_vote else category.bottom
        return {"category": category.name, "rows": shown, "of": len(rows), "bottom": bottom, "of_vote": of_vote}

    def _fingerprint(self, ref: SceneRef) -> Payload | Refusal:
        window = self._state.standing_window(ref.target)
        title = self._rundown.round(ref.target).title
        if window is None or window.state != "locked":
            return Refusal(RefusalCode.NOT_LOCKED, title)
        report = self._ledger.report(window)
        return {"title": title, "groups": report["fingerprint"].split(" "), "index": report["index"]}

    def _recount(self, ref: SceneRef) -> Payload | Refusal:
        found = self._recounts.of(ref.target)
        title = self._rundown.round(ref.target).title
        if isinstance(refused := self._revealed(ref.target), Refusal):
            return refused
        return Refusal(RefusalCode.NOTHING_TO_SHOW, title) if found is None else {"title": title, **found}
