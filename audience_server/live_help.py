"""Phones that ask for somebody to come: kept in memory until an usher has been there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from audience_server.clock import Clock
from audience_server.domain.question_text import clean_text
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person

MOST_WAITING = 500
LONGEST_WHERE = 40


@dataclass(frozen=True, slots=True)
class HelpCall:
    """`where` is the seat as the voter wrote it."""

    number: int
    at: int
    panel: str
    where: str


class HelpDesk:
    """One call a card at a time; asking again says where one sits now."""

    def __init__(self, clock: Clock, bump: Callable[[], None]) -> None:
        self._clock = clock
        self._bump = bump
        self._count = 0
        self._calls: dict[bytes, HelpCall] = {}
        self.commands = {"helped": self._helped}

    def call(self, card: bytes, panel: str, where: str) -> Refusal | None:
        """The number stays the same until somebody came."""
        told = clean_text(where)[:LONGEST_WHERE]
        former = self._calls.get(card)
        if former is None and len(self._calls) >= MOST_WAITING:
            return Refusal(RefusalCode.TRY_AGAIN)
        if former is None:
            self._count += 1
            self._calls[card] = HelpCall(self._count, self._clock.unix(), panel, told)
        else:
            self._calls[card] = replace(former, where=told or former.where)
        self._bump()
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """Who waits, the longest first."""
        return [asdict(call) for call in self._calls.values()]

    async def _helped(self, arguments: Mapping[str, Any], by: Person) -> dict[str, Any] | Refusal:
        number = arguments["number"]
        card = next((card for card, call in self._calls.items() if call.number == number), None)
        if card is None:
            return Refusal(RefusalCode.BAD_ARGUMENT, f"number: {number}")
        del self._calls[card]
        self._bump()
        return {"helped": number}
