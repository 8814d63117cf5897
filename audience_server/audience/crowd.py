"""All simulated voters together: who votes when, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audience_server.audience.arrivals import Batches, arrivals, revotes
from audience_server.audience.asking import Askers, QuestionPlan
from audience_server.audience.card_keys import CardKeys
from audience_server.audience.choice_model import Temper, choose
from audience_server.audience.phone import SimulatedPhone
from audience_server.audience.phone_line import Message, PhoneLine

DIAL_AT_ONCE = 50
SHORTEST_VOTE_MS = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """How the audience behaves.  Rates are shares of voters, 0 to 1."""

    seed: int = 1
    batches: Batches = field(default_factory=Batches)
    absent: float = 0.0
    reconnects: float = 0.0
    revote: float = 0.0
    temper: Temper = field(default_factory=Temper)
    rounds: int | None = None
    questions: QuestionPlan = field(default_factory=QuestionPlan)


class Crowd:
    """Phones of one session.  `run` returns when the session is sealed, or after `plan.rounds` windows have ended.

    `ended` hears of each window that ends meanwhile: its name, and how many phones have a ballot in it.
    """

    def __init__(
        self, base: str, plan: Plan, ended: Callable[[str, int], None] = lambda window, recorded: None
    ) -> None:
        self._base = base
        self._plan = plan
        self._tell_ended = ended
        self._random = random.Random(plan.seed)
        self._phones: list[SimulatedPhone] = []
        self._told_to: dict[int, Mapping[str, str]] = {}
        self._windows_voted: set[str] = set()
        self._windows_ended: set[str] = set()
        self._windows_before: set[str] | None = None
        self._votes: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self._trouble: BaseException | None = None
        self._askers = Askers(plan.questions, random.Random(f"{plan.seed}/questions"), self._over)

    @staticmethod
    async def session(base: str) -> Message:
        """What the server says of its session."""
        line = await PhoneLine.dial(base, lambda message: None)
        welcome = await line.ask("hello", lang="zh-Hans")
        await line.hang_up()
        facts: Message = welcome["session"]
        return facts

    def add_cards(self, cards: Sequence[tuple[str, CardKeys]]) -> None:
        """(panel, keys) of cards whose holders are there."""
        for panel, keys in cards:
            if self._random.random() >= self._plan.absent:
                self._add(panel, keys, enrols=False)

    def add_tester(self, panel: str, keys: CardKeys, told: Mapping[str, str]) -> None:
        """The holder of an audit card votes what was sealed, window -> choice, and in no other window."""
        self._told_to[len(self._phones)] = told
        self._add(panel, keys, enrols=False)

    def add_open(self, panel: str, count: int) -> None:
        for _ in range(count):
            self._add(panel, CardKeys.fresh(), enrols=True)

    def _add(self, panel: str, keys: CardKeys, enrols: bool) -> None:
        self._phones.append(SimulatedPhone(len(self._phones), panel, keys, self._base, enrols, self._told))

    async def run(self) -> None:
        """Check everybody in, then vote in every window."""
        lines: list[asyncio.Task[None]] = []
        try:
            for start in range(0, len(self._phones), DIAL_AT_ONCE):
                group = self._phones[start : start + DIAL_AT_ONCE]
                await asyncio.gather(*(phone.line() for phone in group))
                lines += [self._watched(asyncio.ensure_future(phone.stay())) for phone in group]
            self._begin(self._phones[0].state if self._phones else None)
            await self._over.wait()
            await asyncio.gather(*self._votes)
            if self._trouble is not None:
                raise self._trouble
        finally:
            for task in (*lines, *self._votes):
                task.cancel()
            await asyncio.gather(*lines, *self._votes, return_exceptions=True)
            await asyncio.gather(*(phone.hang_up() for phone in self._phones), return_exceptions=True)

    def stop(self) -> None:
        """Who has not voted yet does not; what is under way is waited for."""
        self._over.set()

    def _begin(self, state: Message | None) -> None:
        """Everybody is there; what ended before is none of ours."""
        if state is None:
            self._over.set()
            return
        self._windows_before = {name for name, stands in state["windows"].items() if stands != "open"}
        for work in self._askers.works(self._phones):
            self._start(work)
        self._look(state)

    def _told(self, number: int, state: Message) -> None:
        """Any phone's new state will do: the server tells all of them the same."""
        if self._windows_before is not None:
            self._look(state)

    def _look(self, state: Message) -> None:
        self._see_ends(state)
        window = state["window"]
        if window is not None and window["window"] not in self._windows_voted:
            self._windows_voted.add(window["window"])
            self._start_votes(window)
        enough = self._plan.rounds is not None and len(self._windows_ended) >= self._plan.rounds
        if state["phase"] == "sealed" or enough:
            self._over.set()

    def _see_ends(self, state: Message) -> None:
        ended = {name for name, stands in state["windows"].items() if stands != "open"} - (
            self._windows_before or set()
        )
        for name in sorted(ended - self._windows_ended):
            self._tell_ended(name, sum(name in phone.diary.casts for phone in self._phones))
        self._windows_ended |= ended

    def _start_votes(self, window: Message) -> None:
        if window["closes_in_ms"] < SHORTEST_VOTE_MS:
            return
        voters = [phone.number for phone in self._phones if self._votes_in(phone, window)]
        seconds = window["closes_in_ms"] / 1000
        plan = arrivals(voters, seconds, self._plan.batches, self._random)
        changes = revotes(voters, self._plan.revote, seconds, self._plan.batches, self._random)
        for number, delay in plan.items():
            vote = self._vote(self._phones[number], window, delay, changes.get(number))
            self._start(vote)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._watched(asyncio.ensure_future(work))
        self._votes.add(task)
        task.add_done_callback(self._votes.discard)

    def _watched(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        """A task whose failure ends the run."""
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._trouble = task.exception()
            self._over.set()

    async def _vote(self, phone: SimulatedPhone, window: Message, delay: float, change: float | None) -> None:
        own = random.Random(f"{self._plan.seed}/{phone.number}/{window['window']}")
        await self._pause(delay)
        if not self._is_open(phone, window):
            return
        await phone.vote(window["window"], self._choice(phone, window, own), own.random() < self._plan.reconnects)
        if change is not None:
            await self._pause(change - delay)
            if self._is_open(phone, window):
                await phone.vote(window["window"], self._choice(phone, window, own))

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), max(0.0, seconds))

    def _is_open(self, phone: SimulatedPhone, window: Message) -> bool:
        return not self._over.is_set() and phone.state["windows"].get(window["window"]) == "open"

    def _votes_in(self, phone: SimulatedPhone, window: Message) -> bool:
        told = self._told_to.get(phone.number)
        return phone.panel in window["panels"] and (told is None or window["window"] in told)

    def _choice(self, phone: SimulatedPhone, window: Message, own: random.Random) -> str:
        told = self._told_to.get(phone.number)
        if told is not None:
            return told[window["window"]]
        subject = ",".join(window["units"]) or window["round"]
        return choose(window["grammar"], phone.panel, subject, self._plan.seed, self._plan.temper, own)

    # what came of it

    def summary(self) -> dict[str, Any]:
        """One object for the log: sums over all phones; waits in milliseconds."""
        diaries = [phone.diary for phone in self._phones]
        refused: Counter[str] = Counter(self._askers.refused)
        for diary in diaries:
            refused.update(diary.refused)
        waits = sorted(wait for diary in diaries for wait in diary.waits)
        return {
            "phones": len(self._phones),
            "presented": sum(diary.presented for diary in diaries),
            "cast": sum(diary.cast for diary in diaries),
            "recorded": sum(diary.recorded for diary in diaries),
            "verified": sum(diary.verified for diary in diaries),
            "asked": self._askers.received,
            "supported": self._askers.supported,
            "reconnects": sum(diary.reconnects for diary in diaries),
            "refused": dict(refused),
            "p50_ms": _percentile(waits, 0.5),
            "p99_ms": _percentile(waits, 0.99),
        }

    def write_ballots(self, path: Path) -> None:
        """What each phone's last recorded ballot of each window said, as JSON lines; never a code or key."""
        with path.open("w", encoding="utf-8") as file:
            for phone in self._phones:
                for window, cast in phone.diary.casts.items():
                    row = {"window": window, "panel": phone.panel, "phone": phone.number, **cast}
                    file.write(json.dumps(row) + "\n")


def _percentile(values: Sequence[float], share: float) -> float | None:
    return round(values[int(share * (len(values) - 1))] * 1000, 1) if values else None
