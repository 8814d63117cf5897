"""Evidence that leans on what a verifier might take for granted; each of these was once taken for right."""

from __future__ import annotations

from collections.abc import Callable

from tests.notary.bundle_bytes import Card
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import Defect


class Headless(Show):
    """Something else stands in the place of the session entry; everything after it is right."""

    def __init__(self, first: Callable[[Show], object]) -> None:
        super().__init__()
        self.first = first

    def statement(self, tag: str, **body: object) -> int:
        if tag != "session":
            return super().statement(tag, **body)
        self.first(self)
        return 0

    def check_in(self, *cards: Card) -> None:
        super().check_in(*(card for card in cards if card not in self.present))


def headless(first: Callable[[Show], object]) -> Callable[[], bytes]:
    return lambda: Headless(first).play().bundle()


def check_in_first(show: Show) -> None:
    show.check_in(Card("deputies", 0))


def ballot_first(show: Show) -> None:
    show.append(show.ballot_entry(Card("deputies", 0), "r02", 0, [1, 1, 1, 1]))


DEFECTS = [
    # no session entry
    Defect("check-in-instead-of-the-session", ("E401",), headless(check_in_first), at=0),
    Defect("ballot-instead-of-the-session", ("E401", "E411"), headless(ballot_first), at=0),
]
