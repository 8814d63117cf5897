"""Sessions drawn by a number: other rules, other votes, other ends, now and then an act that is not right."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from audience_server.notary.verify import verify
from tests.notary.agreement import Evidence
from tests.notary.agreement_readers import change
from tests.notary.bundle_bytes import Card, anchor
from tests.notary.bundle_maker import Held, Show
from tests.notary.defects.audit import HOOKS
from tests.notary.show_rules import RULES, Answers

ODD: tuple[Any, ...] = (None, True, 0, 1, 7, 2**53 - 1, -1, "", "r01", "time", [], {}, ["edu"], {"edu": "1"})


class DrawnShow(Show):
    """The maker's show with votes and rules of its own."""

    def __init__(self, number: int) -> None:
        self.draw = random.Random(number)
        self.spoiled = self.draw.randrange(90) if self.draw.random() < 0.4 else -1
        self.told = 0
        self.unfinished: list[bytes] = []
        stop = self.draw.choice(["r01 voted", "r01 closed", "r02 void", "r02.2 tallied", "before seal"])
        super().__init__(
            witnessed=self.draw.random() < 0.4,
            rules=drawn_rules(self.draw).replace("spare = 2\n", "spare = 2\naudit = 1\n"),
            alter=self.spoil,
            hooks=(HOOKS if self.draw.random() < 0.3 else {})
            | {stop: lambda show: self.unfinished.append(show.bundle())},
            codes_exported=self.draw.random() < 0.1,
        )

    def spoil(self, _: str, body: dict[str, Any]) -> dict[str, Any]:
        """One field of one act is something else; everything after it is signed as if it were right."""
        self.told += 1
        if self.told != self.spoiled:
            return body
        return {**body, self.draw.choice(sorted(body)): self.draw.choice(ODD)}

    def batch(self, window: str, votes: Mapping[Card, Answers]) -> None:
        super().batch(window, {card: self.vote(window, answers) for card, answers in votes.items()})

    def vote(self, window: str, answers: Answers) -> Answers:
        if window in ("t01", "r03"):
            return answers
        if self.draw.random() < 0.15:
            return [None] * len(answers)
        marks = self.draw.choice([(0, 100), (60, 100), (77, 77)])
        drawn = [self.draw.randint(*marks) if place % 2 else self.draw.randint(1, 4) for place in range(len(answers))]
        blank = self.draw.randrange(len(answers))
        return [None if place == blank and self.draw.random() < 0.2 else answer for place, answer in enumerate(drawn)]

    def counts(self, held: Held, panel: str) -> dict[str, Any]:
        row = super().counts(held, panel)
        return row | {"expected": row["expected"] + self.draw.choice([0] * 400 + [1])}

    def results(self) -> dict[str, Any]:
        """What the verifier finds, so that most sessions end right; now and then one figure is another."""
        found = verify(self.bundle()).results or {"complete": False, "units": []}
        if self.draw.random() < 0.2 and found["units"]:
            row = self.draw.choice(found["units"])
            row[self.draw.choice(sorted(row))] = self.draw.choice(ODD[:6])
        return found


def drawn_rules(draw: random.Random) -> str:
    first, second = draw.choice([(60, 30), (45, 45), (0, 90), (33, 57)])
    changes = {
        "batch_min = 2": f"batch_min = {draw.choice([1, 2, 5])}",
        "small_cell = 2": f"small_cell = {draw.randint(0, 6)}",
        "weight = 60": f"weight = {first}",
        "weight = 30\n": f'weight = "{second}"\n',
        "trim = 1": f"trim = {draw.randint(0, 3)}",
        "places = 2": f"places = {draw.randint(0, 4)}" + draw.choice(["", '\nempty_panel = "void"']),
        "score = 60 ": f"score = {draw.choice(['60', '59.5', '66.6666', '60.0'])} ",
        "bottom = 1": f"bottom = {draw.randint(0, 2)}",
        'language = "zh-Hans"': 'language = "zh-Hans"' + draw.choice(["", '\nlate = "until-close"']),
        "weight = 2\n": f"weight = {draw.choice(['2', '0', '0.25', '1e0'])}\n",
    }
    rules = RULES
    for old, new in changes.items():
        assert old in rules
        rules = rules.replace(old, new)
    return rules


def random_session(number: int) -> Evidence:
    """Whole, public, or as it stood at some step; every second time with the anchor, and with receipts."""
    show = DrawnShow(number)
    show.play()
    draw = show.draw
    kind = draw.choice(["whole", "whole", "public", "unfinished"])
    data = show.unfinished[0] if kind == "unfinished" else show.bundle(public=kind == "public")
    size = len(show.entries)
    receipts = tuple(show.receipt(draw.randrange(size), size) for _ in range(draw.choice([0, 0, 2])))
    given = anchor() if draw.random() < (0.5 if show.witnessed else 0.1) else None
    return Evidence(f"session {number}", data, given, receipts)


def changed_files(count: int) -> Iterator[Evidence]:
    """One file of the evidence changed somewhere and the archive made whole again, so that later steps are reached."""
    show = Show(witnessed=True).play()
    files, draw = show.evidence(), random.Random("files")
    for number in range(count):
        path = draw.choice(sorted(files))
        data = change(draw, files[path], list(files.values()))
        yield Evidence(f"{number} {path}", show.pack({**files, path: data}), anchor())
