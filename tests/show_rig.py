"""A whole show in one process: a clock that tests turn, phones without sockets, and a check of everything at the end.

`check_show` replays the record from zero, compares it with the live state, recomputes the root and hands the evidence
to the verifier, which shares no code with the server.
"""

from __future__ import annotations

import asyncio
import heapq
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from audience_server.domain.refusals import Refusal
from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import read_rundown
from audience_server.live_facts import Journals, SessionFiles
from audience_server.live_seats import PhoneSeat, Recorded
from audience_server.live_session import LiveSession
from audience_server.record.ballots import build_ballot, build_present, commitment
from audience_server.record.codes import round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.reports.card_issue import Card, issue_cards
from audience_server.stores.journal_memory import MemoryJournal
from audience_server.stores.memory import MemoryStore
from audience_server.stores.port import Store

SMALL_SESSION = """
[session]
id = "small-1"
authority = "rig.example"
title = "小场次"
place = "一号演播厅"
date = 2026-11-23
language = "zh-Hans"
batch_min = 1
small_cell = 3

[[panel]]
id = "deputies"
name = "人大代表"
admission = "card"
seats = 6
spare = 1
weight = 100

[[scale]]
id = "sat"
options = [
  { id = "yes", name = "满意", score = 100 },
  { id = "fair", name = "基本满意", score = 60 },
  { id = "no", name = "不满意", score = 0 },
  { id = "dk", name = "不了解" },
]

[[criterion]]
id = "overall"
name = "总体评价"
scale = "sat"
weight = 1

[[category]]
id = "gov"
name = "政府部门"
bottom = 1

[[unit]]
id = "edu"
name = "市教育局"
category = "gov"

[[unit]]
id = "env"
name = "市生态环境局"
category = "gov"

[result]
places = 2
channels = [ { id = "vote", name = "现场测评", weight = 100 } ]
"""

TOKEN = "token-of-the-test"
PAGE = {"index.html": b"<!doctype html><title>rig</title>\n", "app.js": b"// rig\n"}
REASONS = {"early": "提前截止", "lock": "锁定前截止", "restart": "重启后截止"}


class _RigTimer:
    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class RigClock:
    """Stands still until `advance` turns it."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._timers: list[tuple[float, int, _RigTimer, Callable[[], None]]] = []
        self._count = 0

    def unix(self) -> int:
        return 1_795_000_000 + int(self._now)

    def monotonic(self) -> float:
        return self._now

    def call_later(self, delay: float, callback: Callable[[], None]) -> _RigTimer:
        timer = _RigTimer()
        self._count += 1
        heapq.heappush(self._timers, (self._now + delay, self._count, timer, callback))
        return timer

    def forget_timers(self) -> None:
        """The process whose timers these were has died."""
        self._timers.clear()

    async def advance(self, seconds: float) -> None:
        """Let time pass; timers fire in order, and what they start gets its turns."""
        end = self._now + seconds
        while self._timers and self._timers[0][0] <= end:
            due, _, timer, callback = heapq.heappop(self._timers)
            self._now = max(self._now, due)
            if not timer.cancelled:
                callback()
            await settle()
        self._now = end
        await settle()


async def settle(turns: int = 60) -> None:
    """Give every task that is ready its turns; nothing here waits for real time."""
    for _ in range(turns):
        await asyncio.sleep(0)


@dataclass(slots=True)
class RigPhone:
    """One card's phone without a socket."""

    origin: str
    card: Card
    seat: PhoneSeat
    session: LiveSession
    counters: dict[str, int] = field(default_factory=dict)

    def seed(self, round_id: str) -> bytes:
        return round_seed(seed_of(self.card.code), self.origin, round_id)

    async def present(self) -> Recorded | Refusal:
        return await self.session.present(self.seat, build_present(self.origin, self.seed("r00")))

    def ballot(self, window: str, choice: str, counter: int | None = None) -> tuple[bytes, bytes]:
        """A signed ballot and its nonce; the counter is the phone's next unless given."""
        seed = self.seed(window.split(".")[0])
        counter = self.counters.get(window, 0) if counter is None else counter
        nonce = secrets.token_bytes(32)
        committed = commitment(self.origin, window, public_key(seed), counter, nonce, choice)
        self.counters[window] = counter + 1
        return build_ballot(self.origin, window, seed, counter, committed), nonce

    async def cast(self, window: str, choice: str) -> Recorded | Refusal:
        entry, nonce = self.ballot(window, choice)
        return await self.session.cast(self.seat, entry, nonce, choice)


class Show:
    """One session with its cards; `restart` is what a new process would do with the same store."""

    def __init__(self, text: str = SMALL_SESSION, store: Store | None = None, rehearsal: bool = False) -> None:
        self.rules = text.encode()
        self.rundown: Rundown = read_rundown(self.rules, "rig.toml")
        self.origin = self.rundown.origin + ("/rehearsal-20261123T080000Z" if rehearsal else "")
        self.clock = RigClock()
        self.store: Store = store if store is not None else MemoryStore()
        self.issue = issue_cards(self.rundown, self.origin, secrets.token_bytes)
        self._desk: dict[str, Any] = {}
        self.journals = Journals(MemoryJournal(), MemoryJournal(), MemoryJournal())
        self.files = SessionFiles(
            kind="rehearsal" if rehearsal else "live",
            origin=self.origin,
            rules=self.rules,
            rolls=self.issue.rolls,
            page=PAGE,
            log_seed=secrets.token_bytes(32),
            codes_exported=False,
            software="rig",
            close_reasons=REASONS,
            load_desk=lambda: dict(self._desk),
            save_desk=self._keep_desk,
            operator_token=TOKEN,
        )
        self.session = LiveSession(self.rundown, self.files, self.store, self.clock, self.journals)

    def _keep_desk(self, desk: dict[str, Any]) -> None:
        self._desk = desk

    async def start(self) -> Show:
        await self.session.start()
        return self

    async def restart(self) -> None:
        """A new process on the same store: everything in memory is lost."""
        self.clock.forget_timers()
        self.session = LiveSession(self.rundown, self.files, self.store, self.clock, self.journals)
        await self.session.start()

    def phone(self, number: int) -> RigPhone:
        return RigPhone(self.origin, self.issue.cards[number], self.session.arrive(), self.session)

    async def phones(self, count: int) -> list[RigPhone]:
        """The first `count` cards, checked in."""
        phones = [self.phone(number) for number in range(count)]
        for outcome in await asyncio.gather(*(phone.present() for phone in phones)):
            assert isinstance(outcome, Recorded), outcome
        return phones

    async def do(self, name: str, at: int | None = None, **arguments: Any) -> dict[str, Any]:
        """A command that must succeed."""
        outcome = await self.session.command(name, arguments, at)
        assert not isinstance(outcome, Refusal), outcome
        return outcome

    async def refused(self, name: str, at: int | None = None, **arguments: Any) -> str:
        """The code with which a command is refused."""
        outcome = await self.session.command(name, arguments, at)
        assert isinstance(outcome, Refusal), outcome
        return outcome.code.value

    async def cast_all(self, phones: Sequence[RigPhone], window: str, choices: Sequence[str]) -> list[Recorded]:
        """Cast, let the batches run, and return the receipts."""
        tasks = [
            asyncio.ensure_future(phone.cast(window, choice)) for phone, choice in zip(phones, choices, strict=True)
        ]
        await settle()
        await self.clock.advance(4)
        outcomes = await asyncio.gather(*tasks)
        recorded = [outcome for outcome in outcomes if isinstance(outcome, Recorded)]
        assert len(recorded) == len(outcomes), outcomes
        return recorded

    async def hold(self, round_id: str, phones: Sequence[RigPhone], choices: Sequence[str]) -> dict[str, Any]:
        """Open, cast, run out the clock, lock."""
        opened = await self.do("open", round=round_id)
        await self.cast_all(phones, opened["window"], choices)
        await self.clock.advance(opened["seconds"] + 10)
        return await self.do("lock", round=round_id)


async def check_show(show: Show, expected_verdict: str = "warn") -> dict[str, Any]:
    """Replay, compare, recompute, verify; returns the verifier's report."""
    from audience_server.notary.verify import verify

    again = LiveSession(show.rundown, show.files, show.store, show.clock, show.journals)
    await again.load()
    assert again.record.size == show.session.record.size
    assert again.record.root == show.session.record.root
    for window in show.session.state.windows.values():
        twin = again.state.windows[window.name]
        assert (window.state, window.issued, window.returned) == (twin.state, twin.issued, twin.returned)
        assert show.session.ledger.report(window) == again.ledger.report(twin)
    _, bundle = await again.evidence()
    report = verify(bundle).as_json()
    assert report["failures"] == [], report["failures"]
    assert report["verdict"] == expected_verdict
    return dict(report)
