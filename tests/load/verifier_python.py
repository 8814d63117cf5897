"""Target H: verify.py with PyNaCl: `python -m tests.load.verifier_python [CARDS] [ROUNDS] [BATCH] [RUNS]`.

500 cards in 10 rounds by default, which are 5,000 ballots; `33334 30 250 1` are a million, made in some minutes.  Each
run is a process of its own, isolated as a notary would start it; its time and its largest memory are the kernel's.
(A process begins with the largest memory of its parent, so the bundle is made in another one, which then ends.)
The reference that ran in the same minute: as many bare Ed25519 verifications as there are ballots and check-ins.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from audience_server.notary import verify
from audience_server.record.ballots import build_ballot, build_present, commitment
from audience_server.record.bundle import BundleParts, build_bundle
from audience_server.record.canonical import encode
from audience_server.record.checkpoint import Checkpoint, sign_checkpoint
from audience_server.record.ed25519 import public_key, sign
from audience_server.record.ed25519 import verify as verify_signature
from audience_server.record.entries import build_act, build_statement
from audience_server.record.forms import b64, sha256_hex
from audience_server.record.notes import render, sign_note, vkey
from audience_server.record.openings import openings_file
from audience_server.record.page_digest import page_digest
from audience_server.record.policy import policy_text
from audience_server.record.rolls import roll_bytes, rolls_index
from audience_server.record.tree import Tree, leaf_hash

ORIGIN = "maker.example/show-1"
LOG = sha256(b"log").digest()
OPTIONS = {"yes": 100, "fair": 60, "no": 0}
PAGE = {"index.html": b"page\n"}
RULES = """[session]
id = "show-1"
authority = "maker.example"
title = "大场"
spare_rounds = 0

[[panel]]
id = "hall"
name = "评议代表"
admission = "card"
seats = {cards}
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
"""
UNIT = '\n[[unit]]\nid = "u{number}"\nname = "单位{number}"\ncategory = "gov"\n'
TARGETS = {5_000: "target 1.2 s", 1_000_000: "target 180 s, 1 GiB"}


class Hall:
    """One panel, a ballot round a unit, everybody votes once in each; the server's own bytes, without its waiting."""

    def __init__(self, cards: int, rounds: int, batch: int) -> None:
        self.batch, self.now = batch, 1_795_262_400
        self.round_ids = [f"r{number:02d}" for number in range(1, rounds + 1)]
        self.seeds = [sha256(f"card {number}".encode()).digest() for number in range(cards)]
        units = "".join(UNIT.format(number=number) for number in range(1, rounds + 1))
        self.rules = (RULES.format(cards=cards) + units).encode()
        self.tree = Tree()
        self.entries: list[bytes] = []
        self.heads: list[bytes] = []
        self.openings: dict[str, bytes] = {}
        self.counts: dict[str, bytes] = {}
        self.tallies: list[int] = []

    def seed(self, card: int, round_id: str) -> bytes:
        return sha256(self.seeds[card] + round_id.encode()).digest()

    def append(self, *entries: bytes) -> int:
        """One batch and its checkpoint; the index of the first."""
        first = len(self.entries)
        self.entries += entries
        self.tree.extend(leaf_hash(entry) for entry in entries)
        self.heads.append(sign_checkpoint(Checkpoint(ORIGIN, self.tree.size, self.tree.root()), LOG))
        return first

    def act(self, tag: str, **body: Any) -> int:
        return self.append(build_act(tag, ORIGIN, {"at": self.now, **body}))

    def statement(self, tag: str, **body: Any) -> int:
        return self.append(build_statement(tag, ORIGIN, {"at": self.now, **body}, [(ORIGIN, LOG)]))

    def in_batches(self, entries: Sequence[bytes]) -> Iterator[list[bytes]]:
        for start in range(0, len(entries), self.batch):
            yield sorted(entries[start : start + self.batch], key=leaf_hash)

    def play(self) -> bytes:
        cards = range(len(self.seeds))
        keys = {name: [public_key(self.seed(card, name)) for card in cards] for name in ("r00", *self.round_ids)}
        rolls = {f"rolls/hall.{name}": roll_bytes(found) for name, found in keys.items()}
        rolls["rolls/index.json"] = rolls_index({"hall": keys})
        policy = policy_text(vkey(ORIGIN, 1, public_key(LOG)), [], []).encode()
        self.statement(
            "session", kind="live", number=1, previous=None, rules=sha256_hex(self.rules), policy=sha256_hex(policy),
            page=page_digest({f"page/{name}": data for name, data in PAGE.items()}), codes_exported=False,
            rolls=sha256_hex(rolls["rolls/index.json"]), software="load", fresh=b64(bytes(32)),
        )  # fmt: skip
        self.statement("zero", size=1, ballots=0, printed={"hall": len(cards)}, spare={"hall": 0})
        for batch in self.in_batches([build_present(ORIGIN, self.seed(card, "r00")) for card in cards]):
            self.append(*batch)
        for number, name in enumerate(self.round_ids, 1):
            self.hold(name, f"u{number}", keys[name])
        results = self.results()
        self.act("seal", tallies=self.tallies, results=sha256_hex(results))
        parts = BundleParts(
            origin=ORIGIN, policy=policy, checkpoint=self.heads[-1], history=b"".join(self.heads),
            entries=self.entries, leaf_hashes=[self.tree.leaf(index) for index in range(self.tree.size)],
            rolls=rolls, openings=self.openings, counts=self.counts, results=results, rules=self.rules, page=PAGE,
        )  # fmt: skip
        return build_bundle(parts, lambda text: render(text, [sign_note(text, ORIGIN, LOG)]))

    def hold(self, name: str, unit: str, keys: Sequence[bytes]) -> None:
        opened = self.act(
            "open", window=name, round=name, title="", kind="ballot", units=[unit], criteria=["overall"],
            grammar="1-3", panels=["hall"], seconds=60, tolerance=2000, ballots=0,
        )  # fmt: skip
        made = {}
        for card, key in enumerate(keys):
            nonce, choice = sha256(key).digest(), str(1 + card % 3)
            committed = commitment(ORIGIN, name, key, 0, nonce, choice)
            made[build_ballot(ORIGIN, name, self.seed(card, name), 0, committed)] = (nonce, choice)
        rows = []
        for batch in self.in_batches(list(made)):
            first = self.append(*batch)
            rows += [(first + place, *made[entry]) for place, entry in enumerate(batch)]
        self.now += 62
        closed = self.act("close", window=name, open=opened, cause="time", by="clock", reason="")
        counts = {"hall": {unit: {"overall": self.option_counts()}}}
        self.openings[name] = openings_file(rows)
        self.counts[name] = encode({"window": name, "salt": b64(bytes(32)), "by": counts}) + b"\n"
        seats = dict.fromkeys(("expected", "present", "issued", "returned", "valid"), len(keys))
        tally = self.act(
            "tally", round=name, window=name, open=opened, close=closed, openings=sha256_hex(self.openings[name]),
            counts=sha256_hex(self.counts[name]), by={"hall": {**seats, "invalid": 0, "abstained": 0, "not_cast": 0}},
        )  # fmt: skip
        self.tallies.append(tally)

    def option_counts(self) -> dict[str, int]:
        return {option: len(self.seeds[place::3]) for place, option in enumerate(OPTIONS)}

    def results(self) -> bytes:
        """Every unit has the same score."""
        exact = Fraction(sum(OPTIONS[option] * n for option, n in self.option_counts().items()), len(self.seeds))
        score = verify.rounded(exact, 2)
        units = [
            {
                "unit": f"u{number}", "category": "gov", "score": score, "rank": 1, "tied": len(self.round_ids) > 1,
                "bottom": False, "channels": {"vote": score}, "panels": {"hall": {"overall": score}},
            }
            for number in range(1, len(self.round_ids) + 1)
        ]  # fmt: skip
        return encode({"complete": True, "units": units}) + b"\n"


def make(path: Path, cards: int, rounds: int, batch: int) -> None:
    path.write_bytes(Hall(cards, rounds, batch).play())


def run_once(bundle: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds, and the largest memory in MiB, of one verification."""
    started = time.perf_counter()
    command = [sys.executable, "-I", str(verify.__file__), str(bundle), "--plain", "--lang", "en"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode != 2:
        raise RuntimeError(f"exit {process.returncode}: the bundle must pass with W106 alone")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def bare_signatures(count: int) -> float:
    """Seconds for `count` verifications and nothing else, from a sample of at most 20,000."""
    seed, sample = sha256(b"bare").digest(), min(count, 20_000)
    key, message = public_key(seed), bytes(200)
    signature = sign(seed, message)
    started = time.perf_counter()
    for _ in range(sample):
        verify_signature(key, message, signature)
    return (time.perf_counter() - started) * count / sample


def main(cards: int, rounds: int, batch: int, runs: int) -> None:
    ballots = cards * rounds
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hall.c1.tar"
        started = time.perf_counter()
        maker = multiprocessing.get_context("spawn").Process(target=make, args=(path, cards, rounds, batch))
        maker.start()
        maker.join()
        made, size = time.perf_counter() - started, path.stat().st_size
        print(
            f"{cards} cards, {rounds} rounds: {ballots} ballots, {size / 1e6:.0f} MB, made in {made:.0f} s", flush=True
        )
        bare, found = [], []
        for _ in range(runs):
            bare.append(bare_signatures(ballots + cards))
            found.append(run_once(path))
    wall, cpu, memory = (statistics.median(column) for column in zip(*found, strict=True))
    ratio = wall / statistics.median(bare)
    target = next((text for least, text in sorted(TARGETS.items(), reverse=True) if ballots >= least), "no target")
    print(f"verify.py: {wall:.2f} s (CPU {cpu:.2f} s), {ratio:.2f} × bare signatures, {memory:.0f} MiB; {target}")


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*(words + [500, 10, 50, 9][len(words) :]))
