"""Tickets for the pictures of questions: whoever screens opens one in a browser, without a token in its address.

A ticket shows one picture for two minutes, lives in memory only, and is no token of anybody.
"""

from __future__ import annotations

import secrets

from audience_server.clock import Clock

SECONDS = 120
MOST = 200


class PictureTickets:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._given: dict[str, tuple[str, float]] = {}  # ticket -> question, and until when

    def give(self, number: str) -> str:
        ticket = secrets.token_urlsafe(9)
        self._given[ticket] = (number, self._clock.monotonic() + SECONDS)
        while len(self._given) > MOST:
            del self._given[next(iter(self._given))]
        return ticket

    def opens(self, ticket: str, number: str) -> bool:
        """Whether it was given for this question, not too long ago."""
        found, until = self._given.get(ticket, ("", 0.0))
        return found == number and self._clock.monotonic() <= until
