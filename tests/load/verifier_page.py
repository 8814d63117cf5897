"""Target H: the page that verifies, 5,000 ballots: `python -m tests.load.verifier_page [SEATS] [ROUNDS]`.

The same evidence is verified by verify.py, by the page with the browser's own Ed25519, and by the page with noble in
workers; beside each wall stands its ratio to verify.py, and the longest time that the page did not answer.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Page, async_playwright

from audience_server.notary.verify import verify
from tests.browser.conftest import chromium_path
from tests.notary.agreement import Evidence, difference, engine_page, page_report
from tests.notary.bundle_bytes import Card, b64, canonical, merkle, sha
from tests.notary.bundle_maker import Show

BATCH = 50
SPARES = [f"r{900 + number}" for number in range(8)]
SCALE = ("yes", "fair", "no")
HEAD = """[session]
id = "show-1"
authority = "maker.example"
title = "大场"

[[panel]]
id = "hall"
name = "评议代表"
admission = "card"
seats = {seats}
weight = 100

[[scale]]
id = "sat"
options = [
  {{ id = "yes", name = "满意", score = 100 }},
  {{ id = "fair", name = "基本满意", score = 60 }},
  {{ id = "no", name = "不满意", score = 0 }},
]

[[criterion]]
id = "overall"
name = "总体评价"
scale = "sat"

[[category]]
id = "gov"
name = "政府部门"
bottom = 3
"""
UNIT = '\n[[unit]]\nid = "u{number}"\nname = "单位{number}"\ncategory = "gov"\n'
TARGETS = {"webcrypto": 5.0, "noble": 25.0}
# How long other work of the page had to wait at most, while the verifier ran.
WATCH = """() => {
  globalThis.longest = 0;
  let last = performance.now();
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const now = performance.now();
    globalThis.longest = Math.max(globalThis.longest, now - last);
    last = now;
    setTimeout(() => channel.port2.postMessage(null), 1);
  };
  channel.port2.postMessage(null);
}"""


class LargeHall(Show):
    """One panel, a round a unit, everybody votes once in each."""

    def __init__(self, seats: int, rounds: int) -> None:
        units = "".join(UNIT.format(number=number) for number in range(1, rounds + 1))
        super().__init__(rules=HEAD.format(seats=seats) + units)
        self.hall = [Card("hall", number) for number in range(seats)]
        self.round_ids = [f"r{number:02d}" for number in range(1, rounds + 1)]
        self.tallies: list[int] = []

    def play(self) -> LargeHall:
        self.files |= {"rules.toml": self.rules, "policy.txt": self.policy(), "page/index.html": b"page\n"}
        self.print_rolls()
        digests = {"rules": "rules.toml", "policy": "policy.txt", "rolls": "rolls/index.json"}
        page = sha(f"{sha(b'page' + bytes([10])).hex()} page/index.html\n".encode()).hex()
        self.statement(
            "session", kind="live", number=1, previous=None, page=page, codes_exported=False, software="load",
            fresh=b64(bytes(32)), **{name: sha(self.files[path]).hex() for name, path in digests.items()},
        )  # fmt: skip
        printed = {"hall": len(self.hall)}
        self.statement("zero", size=len(self.entries), ballots=0, printed=printed, spare={"hall": 0})
        for batch in batches(self.hall):
            self.append(*map(self.present_entry, batch))
        for number, name in enumerate(self.round_ids, 1):
            self.hold(name, f"u{number}")
        results = verify(self.bundle()).results
        assert results is not None
        self.files["results.json"] = canonical(results)
        self.act("seal", tallies=self.tallies, results=sha(self.files["results.json"]).hex())
        return self

    def print_rolls(self) -> None:
        index: dict[str, Any] = {}
        for name in ("r00", *self.round_ids, *SPARES):
            keys = sorted(bytes(card.key(self.origin, name).verify_key) for card in self.hall)
            self.files[f"rolls/hall.{name}"] = b"".join(keys)
            index[name] = {"count": len(keys), "root": b64(merkle([sha(b"\0" + key) for key in keys]))}
        self.files["rolls/index.json"] = canonical({"hall": index})

    def hold(self, name: str, unit: str) -> None:
        opened_at = self.now
        opened = self.act(
            "open", window=name, round=name, title="", kind="ballot", units=[unit], criteria=["overall"],
            grammar="1-3", panels=["hall"], seconds=60, tolerance=2000, ballots=0,
        )  # fmt: skip
        rows: list[str] = []
        for batch in batches(self.hall):
            entries = {self.ballot_entry(card, name, 0, [], self.choice(card)): card for card in batch}
            order = sorted(entries, key=lambda entry: sha(b"\x00" + entry))
            first = self.append(*order)
            rows += [self.opening(first + place, entries[entry], name) for place, entry in enumerate(order)]
        self.now = opened_at + 62
        closed = self.act("close", window=name, open=opened, cause="time", by="clock", reason="")
        number = Counter(SCALE[int(self.choice(card)) - 1] for card in self.hall)
        counts = {"hall": {unit: {"overall": {option: number[option] for option in SCALE}}}}
        openings = "".join(rows).encode()
        written = canonical({"window": name, "salt": b64(bytes(32)), "by": counts})
        self.files |= {f"rounds/{name}.openings": openings, f"rounds/{name}.counts": written}
        seats = dict.fromkeys(("expected", "present", "issued", "returned", "valid"), len(self.hall))
        tally = self.act(
            "tally", round=name, window=name, open=opened, close=closed, openings=sha(openings).hex(),
            counts=sha(written).hex(), by={"hall": {**seats, "invalid": 0, "abstained": 0, "not_cast": 0}},
        )  # fmt: skip
        self.tallies.append(tally)

    @staticmethod
    def choice(card: Card) -> str:
        return str(1 + card.number % 3)

    def opening(self, index: int, card: Card, window: str) -> str:
        return f"{index} {b64(self.nonce(card, window, 0))} {self.choice(card)}\n"


def batches(cards: list[Card]) -> Iterator[list[Card]]:
    for start in range(0, len(cards), BATCH):
        yield cards[start : start + BATCH]


async def measure(evidence: Evidence) -> None:
    started = time.perf_counter()
    ours = verify(evidence.data)
    reference = time.perf_counter() - started
    print(f"verify.py: {reference:.2f} s, {ours.verdict}, {ours.size} entries", flush=True)
    with TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
            for curve, target in TARGETS.items():
                async with engine_page(browser, Path(folder)) as page:
                    await in_the_page(page, evidence, curve, target, reference)
            await browser.close()


async def in_the_page(page: Page, evidence: Evidence, curve: str, target: float, reference: float) -> None:
    await page.evaluate(WATCH)
    started = time.perf_counter()
    report = await page_report(page, evidence, curve)
    wall = time.perf_counter() - started
    longest = await page.evaluate("globalThis.longest")
    assert [] == difference(verify(evidence.data), report)
    print(
        f"page with {curve}: {wall:.2f} s, {wall / reference:.1f} times verify.py, target <= {target:.0f} s; "
        f"longest turn {longest:.0f} ms",
        flush=True,
    )


def main(seats: int, rounds: int) -> None:
    started = time.perf_counter()
    data = LargeHall(seats, rounds).play().bundle()
    made = time.perf_counter() - started
    print(f"{seats} cards, {rounds} rounds, {len(data) / 1e6:.1f} MB, made in {made:.1f} s", flush=True)
    asyncio.run(measure(Evidence("load", data)))


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*(words or [500, 10]))
