"""Audit cards: fixed before the round, told between its close and its count, never in the count: E424."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.notary.bundle_bytes import Card, b64
from tests.notary.bundle_maker import Hook, Show
from tests.notary.defects.defect import Defect, window_lost
from tests.notary.show_rules import LIVE, RULES, Answers

Row = dict[str, str]

TESTER, CITIZEN = Card("deputies", 6), Card("citizens", 0)
SAID: Answers = [3, 20]
EXPECTED = {TESTER: "1=3;2=20"}


def come(show: Show) -> None:
    """A tester with a spare card is in, and what the card will vote is fixed."""
    show.check_in(TESTER)
    show.audit("r01", EXPECTED)


def vote(show: Show) -> None:
    """In company of somebody who changes a ballot."""
    show.batch("r01", {TESTER: SAID, Card("deputies", 1): [2, 80]})


def tell(show: Show) -> None:
    show.audit_open("r01", EXPECTED)


HOOKS: dict[str, Hook] = {"before r01": come, "r01 voted": vote, "r01 closed": tell}
AUDITED = RULES.replace("spare = 2\n", "spare = 2\naudit = 2\n")


def audited(changed: Mapping[str, Hook] | None = None, *, witnessed: bool = False) -> Callable[[], bytes]:
    """The show with an audit of its first round; `changed`: what happens at a step instead."""
    return lambda: Show(witnessed=witnessed, rules=AUDITED, hooks=HOOKS | dict(changed or {})).play().bundle()


def both(*hooks: Hook) -> Hook:
    def hook(show: Show) -> None:
        for each in hooks:
            each(show)

    return hook


def nothing(show: Show) -> None:
    """The tester does nothing."""


def flip(show: Show) -> None:
    """What the tester saw on the screen is not what was signed."""
    show.batch("r01", {TESTER: [1, 20], Card("deputies", 1): [2, 80]})


def arrive(show: Show) -> None:
    show.check_in(TESTER)


def misplaced(show: Show) -> None:
    """Told where nothing may be told: nobody is spent by it."""
    show.statement("audit-open", **show.sealed("r01", EXPECTED))


def void(show: Show) -> None:
    show.void_card(TESTER, ["r00", "r01"])


def told(expected: Mapping[Card, str]) -> Hook:
    return lambda show: show.audit_open("r01", expected)


def fixed(expected: Mapping[Card, str]) -> Hook:
    def hook(show: Show) -> None:
        show.check_in(TESTER)
        show.audit("r01", expected)

    return hook


class Spoiled(Show):
    """The rows of the sealed file are others, fixed and told alike."""

    def __init__(self, change: Callable[[Row], list[Row]], **given: Any) -> None:
        super().__init__(**given)
        self.change = change

    def sealed(self, window: str, expected: Mapping[Card, str]) -> dict[str, Any]:
        body = super().sealed(window, expected)
        return body | {"cards": [other for row in body["cards"] for other in self.change(row)]}


def spoiled(change: Callable[[Row], list[Row]]) -> Callable[[], bytes]:
    return lambda: Spoiled(change, rules=AUDITED, hooks=HOOKS).play().bundle()


def foreign(field: str, round_id: str) -> Callable[[Row], list[Row]]:
    """One key is of a card of another panel."""
    return lambda row: [row | {field: b64(bytes(CITIZEN.key(LIVE, round_id).verify_key))}]


def fixing(window: str) -> Hook:
    return lambda show: show.audit(window, EXPECTED)


def story(name: str, code: str, changed: Mapping[str, Hook], **more: Any) -> Defect:
    return Defect(f"audit-{name}", (code,), audited(changed), **more)


LOST = window_lost("r01")

DEFECTS = [
    story("flipped", "E424", {"r01 voted": flip}, at=41),
    Defect("audit-flipped-witnessed", ("E424", "W107"), audited({"r01 voted": flip}, witnessed=True), witnessed=True),
    story("swallowed", "E424", {"r01 voted": nothing}, at=42),
    story("blank-instead", "E424", {"before r01": fixed({TESTER: "-"}), "r01 closed": told({TESTER: "-"})}),
    story("no-choice", "E424", {"before r01": fixed({TESTER: "9"}), "r01 closed": told({TESTER: "9"})}),
    story("other-file", "E424", {"before r01": fixed({TESTER: "1=1;2=20"})}, at=44),
    story("told-twice", "E403", {"r01 handed": tell}),
    story("told-after-the-count", "E403", {"r01 closed": nothing, "r02 void": misplaced}),
    story("told-while-open", "E403", {"r01 voted": both(vote, misplaced)}),
    story("told-and-never-fixed", "E403", {"before r01": arrive, "r01 closed": misplaced}),
    story("never-told", "E403", {"r01 closed": nothing}),
    story("fixed-twice", "E403", {"before r01": both(come, fixing("r01"))}),
    story("fixed-after-the-open", "E403", {"r01 open": fixing("r01")}),
    story("of-no-round", "E403", {"before r01": both(come, fixing("r77"))}),
    story("of-the-check-in", "E403", {"before r01": both(come, fixing("r00"))}),
    story("of-the-second-window", "E403", {"before r01": both(come, fixing("r01.2"))}),
    story("told-of-a-void-card", "E413", {"r01 voted": both(vote, void)}, skipped=LOST),
    Defect("audit-one-card-twice", ("E413",), spoiled(lambda row: [row, row]), skipped=LOST),
    Defect("audit-of-another-panels-key", ("E412",), spoiled(foreign("key", "r01")), skipped=LOST),
    Defect("audit-of-another-panels-card", ("E412", "E451"), spoiled(foreign("check_in", "r00")), skipped=LOST),
]
