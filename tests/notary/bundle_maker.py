"""A small session and its evidence, made from the pages of the format alone: it owns every key, so it can lie.

Shares no code with the server and none with the verifier. A defect is a hook at a named step of the show, or a change
to the entries before everything is signed again, or to the files, or to the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nacl.signing import SigningKey

from tests.notary.bundle_bytes import (
    NOTARY,
    NOTARY_WITNESS,
    OBSERVER,
    Card,
    b64,
    canonical,
    merkle,
    sha,
)
from tests.notary.record_maker import Record
from tests.notary.show_rules import (
    ALL,
    GRAMMARS,
    KINDS,
    LIVE,
    OFFSITE,
    OPTIONS,
    PANELS,
    ROLL_ROUNDS,
    RULES,
    SEATS,
    UNITS,
    WEIGHTS,
    WITNESSES,
    Answers,
    choice_text,
    half_up,
    items_of,
    mean_of,
    shown_panels,
)


@dataclass
class Held:
    """What the maker knows of one window."""

    name: str
    round: str
    open: int
    seconds: int
    opened_at: int
    close: int = 0
    ballots: dict[Card, tuple[int, bytes, bytes, Answers]] = field(default_factory=dict)
    hands: dict[str, dict[str, Any]] = field(default_factory=dict)
    void: bool = False
    tally: int = 0
    testers: list[Card] = field(default_factory=list)


Hook = Callable[["Show"], object]


class Show(Record):
    """One session from entry 0 to its seal. `hooks` run at the named steps; `alter` sees every body first."""

    def __init__(
        self,
        *,
        witnessed: bool = False,
        origin: str = LIVE,
        rules: str = RULES,
        hooks: Mapping[str, Hook] | None = None,
        alter: Callable[[str, dict[str, Any]], dict[str, Any]] | None = None,
        codes_exported: bool = False,
    ) -> None:
        super().__init__(origin, witnessed)
        self.codes_exported = codes_exported
        seals = WITNESSES.format(w=NOTARY_WITNESS.vkey, s=NOTARY.vkey, o=OBSERVER.vkey) if witnessed else ""
        self.rules = (rules + seals).encode()
        self.hooks, self.alter = dict(hooks or {}), alter
        self.windows: dict[str, Held] = {}
        self.present: dict[Card, int] = {}
        self.void: dict[Card, int] = {}
        self.survey = {"edu": "80.5", "env": "92", "power": "64.25"}
        self.texts: dict[tuple[str, Card], str] = {}
        self.cards = {panel: [Card(panel, n) for n in range(sum(seats))] for panel, seats in SEATS.items()}
        self.phones = [Card("offsite", n) for n in range(OFFSITE)]

    # ---- entries

    def step(self, name: str) -> None:
        hook = self.hooks.get(name)
        if hook is not None:
            hook(self)

    def append(self, *entries: bytes) -> int:
        """Append and publish a checkpoint; the index of the first."""
        self.entries += entries
        self.now += 1
        self.heads.append((len(self.entries), self.now))
        return len(self.entries) - len(entries)

    def body(self, tag: str, body: dict[str, Any]) -> bytes:
        if tag != "enrol":
            body = {"at": self.now, **body}
        if self.alter is not None:
            body = self.alter(tag, body)
        return f"c1/{tag}\n{self.origin}\n".encode() + canonical(body)

    def act(self, tag: str, **body: Any) -> int:
        return self.append(self.body(tag.replace("_", "-"), body))

    def statement(self, tag: str, **body: Any) -> int:
        return self.append(self.signed(self.body(tag, body)))

    def card_note(self, text: bytes, key: SigningKey) -> bytes:
        public = bytes(key.verify_key)
        blob = sha(b"card\n\x01" + public)[:4] + key.sign(text).signature
        return text + f"\n— card {b64(blob)}\n".encode()

    def present_entry(self, card: Card) -> bytes:
        key = card.key(self.origin, "r00")
        return self.card_note(f"c1/present\n{self.origin}\n{b64(bytes(key.verify_key))}\n".encode(), key)

    def check_in(self, *cards: Card) -> None:
        for card in cards:
            self.present[card] = self.append(self.present_entry(card))

    def ballot_entry(self, card: Card, window: str, q: int, answers: Answers, choice: str | None = None) -> bytes:
        """A ballot with its nonce derived, so that the opening can be made again."""
        key = card.key(self.origin, window.split(".")[0])
        public = b64(bytes(key.verify_key))
        text = choice if choice is not None else choice_text(window.split(".")[0], answers)
        sealed = f"c1/choice\n{self.origin}\n{window}\n{public}\n{q}\n".encode()
        commitment = b64(sha(sealed + self.nonce(card, window, q) + text.encode()))
        head = f"c1/ballot\n{self.origin}\n{window}\n{public}\n{q}\nm1 {commitment}\n"
        return self.card_note(head.encode(), key)

    def nonce(self, card: Card, window: str, q: int) -> bytes:
        return sha(f"nonce {card.panel} {card.number} {window} {q}".encode())

    def batch(self, window: str, votes: Mapping[Card, Answers]) -> None:
        """One batch of ballots, sorted by leaf hash."""
        held, made = self.windows[window], []
        for card, answers in votes.items():
            q = held.ballots[card][0] + 1 if card in held.ballots else 0
            entry = self.ballot_entry(card, window, q, answers, self.texts.get((window, card)))
            held.ballots[card] = (q, entry, self.nonce(card, window, q), answers)
            made.append(entry)
        self.append(*sorted(made, key=lambda entry: sha(b"\x00" + entry)))

    # ---- rounds

    def open(self, window: str, seconds: int = 60) -> None:
        round_id = window.split(".")[0]
        criteria = [] if round_id in ("t01", "r03") else ["overall", "skill"]
        at = self.now
        index = self.act(
            "open", window=window, round=round_id, title="题", kind=KINDS[round_id], units=UNITS[round_id],
            criteria=criteria, grammar=GRAMMARS[round_id], panels=list(PANELS[round_id]), seconds=seconds,
            tolerance=2000, ballots=0,
        )  # fmt: skip
        self.windows[window] = Held(window, round_id, index, seconds, at)
        self.step(f"{window} open")

    def extend(self, window: str, seconds: int) -> None:
        held = self.windows[window]
        held.seconds += seconds
        self.act("extend", window=window, open=held.open, seconds=seconds, by="operator", reason="等候")

    def close(self, window: str, cause: str = "time") -> None:
        held = self.windows[window]
        if cause == "time":
            self.now = held.opened_at + held.seconds + 2
        by = "clock" if cause == "time" else "operator"
        held.close = self.act("close", window=window, open=held.open, cause=cause, by=by, reason="")
        self.step(f"{window} closed")

    def hand(self, window: str, panel: str, counts: dict[str, Any], **numbers: int) -> None:
        body = dict.fromkeys(("present", "issued", "returned", "valid", "invalid", "abstained"), 0) | numbers
        self.windows[window].hands[panel] = body | {"counts": counts}
        sheet = sha(b"sheet").hex()
        self.statement("hand", window=window, panel=panel, counts=counts, sheet=sheet, **body)

    def tally(self, window: str) -> None:
        held = self.windows[window]
        by = {panel: {"window": window, **self.counts(held, panel)} for panel in PANELS[held.round]}
        counts = {panel: row.pop("counts") for panel, row in by.items()}
        for row in by.values():
            row.pop("window")
        self.files[f"rounds/{window}.openings"] = self.openings(held)
        salt = b64(sha(b"salt" + window.encode()))
        self.files[f"rounds/{window}.counts"] = canonical({"window": window, "salt": salt, "by": counts})
        self.step(f"{window} counted")
        digest = {name: sha(self.files[f"rounds/{window}.{name}"]).hex() for name in ("openings", "counts")}
        held.tally = self.act(
            "tally", round=held.round, window=window, open=held.open, close=held.close, by=by, **digest
        )
        self.step(f"{window} tallied")

    def void_round(self, window: str) -> None:
        self.statement("void-round", window=window, reason="题目读错")
        self.windows[window].void = True
        for name in ("openings", "counts"):
            self.files.pop(f"rounds/{window}.{name}", None)

    def void_card(self, card: Card, rounds: Sequence[str]) -> None:
        keys = {name: b64(bytes(card.key(self.origin, name).verify_key)) for name in rounds}
        self.void[card] = self.statement("void", serial=card.number, keys=keys, reason="污损")

    def sealed(self, window: str, expected: Mapping[Card, str]) -> dict[str, Any]:
        """What the notary seals: what each tester's card will vote."""
        rows = []
        for card, choice in expected.items():
            keys = [b64(bytes(card.key(self.origin, name).verify_key)) for name in ("r00", window.split(".")[0])]
            rows.append({"check_in": keys[0], "choice": choice, "key": keys[1]})
        return {"cards": rows, "salt": b64(sha(b"sealed" + window.encode())), "window": window}

    def audit(self, window: str, expected: Mapping[Card, str]) -> None:
        self.statement("audit", window=window, digest=sha(canonical(self.sealed(window, expected))).hex())

    def audit_open(self, window: str, expected: Mapping[Card, str]) -> None:
        """From here on the cards are spent."""
        index = self.statement("audit-open", **self.sealed(window, expected))
        self.windows[window].testers += expected
        self.void = dict.fromkeys(expected, index) | self.void

    # ---- counting, in the maker's own way

    def counted(self, held: Held) -> dict[Card, tuple[int, bytes, bytes, Answers]]:
        return {card: vote for card, vote in held.ballots.items() if self.void.get(card, held.close) >= held.close}

    def openings(self, held: Held) -> bytes:
        rows = {}
        for card, (_, entry, nonce, answers) in self.counted(held).items():
            place = self.entries.index(entry)
            rows[place] = f"{b64(nonce)} {self.texts.get((held.name, card), choice_text(held.round, answers))}"
        return "".join(f"{index} {rows[index]}\n" for index in sorted(rows)).encode()

    def counts(self, held: Held, panel: str) -> dict[str, Any]:
        """The identity of a panel and its counts."""
        hand = held.hands.get(panel, {})
        counted = {card: vote for card, vote in self.counted(held).items() if card not in held.testers}
        votes = [vote[3] for card, vote in counted.items() if card.panel == panel]
        limit = held.close if b'late = "until-close"' in self.rules else held.open
        here = [
            card
            for card, index in self.present.items()
            if card.panel == panel
            and index < limit
            and self.void.get(card, held.close) >= held.close
            and card not in held.testers
        ]
        blank = sum(all(answer is None for answer in answers) for answers in votes)
        row: dict[str, Any] = {
            "expected": OFFSITE if panel == "offsite" else SEATS[panel][0],
            "present": len(here) + hand.get("present", 0),
            "issued": len(here) + hand.get("issued", 0),
            "returned": len(votes) + hand.get("returned", 0),
            "valid": len(votes) - blank + hand.get("valid", 0),
            "invalid": hand.get("invalid", 0),
            "abstained": blank + hand.get("abstained", 0),
        }
        row["not_cast"] = row["issued"] - row["returned"]
        row["counts"] = self.add_up(held.round, votes, hand.get("counts"))
        return row

    def add_up(self, round_id: str, votes: Sequence[Answers], hand: dict[str, Any] | None) -> dict[str, Any]:
        if round_id == "t01":
            return {"yes": [*votes].count([1]), "no": [*votes].count([2])}
        if round_id == "r03":
            return {unit: sum(n in answers for answers in votes) for n, unit in enumerate(UNITS["r03"], 1)}
        counts: dict[str, Any] = {}
        for place, (unit, criterion, is_mark) in enumerate(items_of(round_id)):
            cell = {} if is_mark else dict.fromkeys(OPTIONS, 0)
            for answers in votes:
                answer = answers[place]
                if all(other is None for other in answers):
                    continue
                name = "blank" if answer is None else str(answer) if is_mark else OPTIONS[answer - 1]
                cell[name] = cell.get(name, 0) + 1
            for name, number in (hand or {}).get(unit, {}).get(criterion, {}).items():
                cell[name] = cell.get(name, 0) + number
            counts.setdefault(unit, {})[criterion] = cell
        return counts

    def results(self) -> dict[str, Any]:
        rows: list[dict[str, Any]] = []
        for unit, category in (("edu", "gov"), ("env", "gov"), ("power", "service")):
            held = self.windows["r01" if unit == "edu" else "r02.2"]
            cells = {panel: self.counts(held, panel)["counts"][unit] for panel in ALL}
            vote, total = Fraction(0), Fraction(0)
            for panel in ALL:
                overall, skill = mean_of(cells[panel]["overall"]), mean_of(cells[panel]["skill"])
                vote += WEIGHTS[panel] * (overall + 2 * skill) / 3
            vote /= 100
            total = (vote * 70 + Fraction(self.survey[unit]) * 30) / 100
            channels = {"vote": half_up(vote), "survey": half_up(Fraction(self.survey[unit]))}
            rows.append({"unit": unit, "category": category, "score": half_up(total), "channels": channels})
            rows[-1]["panels"] = shown_panels(cells)
        ranked = sorted((float(row["score"]) for row in rows[:2]), reverse=True)
        for row in rows[:2]:
            first = float(row["score"]) == ranked[0]
            row |= {
                "rank": 1 if first else 2,
                "tied": ranked[0] == ranked[1],
                "bottom": float(row["score"]) == ranked[1],
            }
        rows[2] |= {"rank": 1, "tied": False, "bottom": True}
        return {"complete": True, "units": rows}

    # ---- the whole show

    def begin(self) -> None:
        self.files |= {
            "rules.toml": self.rules,
            "policy.txt": self.policy(),
            "page/index.html": b"<!doctype html><title>page</title>\n",
            "page/app.js": b"'use strict';\n",
        }
        index: dict[str, Any] = {}
        for panel, cards in self.cards.items():
            for name in ROLL_ROUNDS:
                keys = sorted(bytes(card.key(self.origin, name).verify_key) for card in cards)
                self.files[f"rolls/{panel}.{name}"] = b"".join(keys)
        self.step("rolls")
        for panel in self.cards:
            for name in ROLL_ROUNDS:
                data = self.files[f"rolls/{panel}.{name}"]
                leaves = [sha(b"\x00" + data[place : place + 32]) for place in range(0, len(data), 32)]
                index.setdefault(panel, {})[name] = {"count": len(leaves), "root": b64(merkle(leaves))}
        self.files["rolls/index.json"] = canonical(index)
        self.step("files")
        pages = sorted(f"{sha(data).hex()} {path}\n" for path, data in self.files.items() if path.startswith("page/"))
        self.statement(
            "session", kind="live" if self.origin == LIVE else "rehearsal", number=1, previous=None,
            rules=sha(self.rules).hex(), page=sha("".join(pages).encode()).hex(),
            policy=sha(self.files["policy.txt"]).hex(), rolls=sha(self.files["rolls/index.json"]).hex(),
            codes_exported=self.codes_exported, software="maker 1", fresh=b64(sha(b"fresh")),
        )  # fmt: skip
        self.step("begun")

    def enrol(self, round_id: str, phones: Sequence[Card]) -> int:
        keys = sorted(bytes(phone.key(self.origin, round_id).verify_key) for phone in phones)
        return self.act("enrol", panel="offsite", round=round_id, keys=[b64(key) for key in keys])

    def play(self) -> Show:
        """The show from first to last."""
        deputies, citizens, phones = self.cards["deputies"], self.cards["citizens"], self.phones
        self.begin()
        for name in ("r00", "t01", "r01", "r02"):
            self.enrol(name, phones)
        self.check_in(*deputies[:5], *citizens, *phones)
        self.step("checked in")
        self.open("t01")
        self.batch("t01", {deputies[0]: [1], citizens[0]: [1], phones[0]: [2]})
        self.close("t01")
        self.tally("t01")
        self.step("before zero")
        spare = {panel: seats[1] for panel, seats in SEATS.items()}
        printed = {panel: sum(seats) for panel, seats in SEATS.items()}
        self.statement("zero", size=len(self.entries), ballots=0, printed=printed, spare=spare)
        self.step("before channel")
        self.act("channel", id="survey", source="survey.csv", digest=sha(b"csv").hex(), scores=self.survey)
        self.step("before r01")
        self.first_round(deputies, citizens, phones)
        self.second_round(deputies, citizens, phones)
        self.open("r03")
        self.batch("r03", {deputies[0]: [1, 2], deputies[1]: [1], deputies[2]: [2, 3], deputies[3]: [None]})
        self.close("r03")
        self.tally("r03")
        self.act("incident", kind="网络", text="三号机位断线,已恢复")
        self.step("before seal")
        self.files["results.json"] = canonical(self.results())
        self.step("results")
        tallies = sorted(held.tally for held in self.windows.values() if held.tally and not held.void)
        self.act("seal", tallies=tallies, results=sha(self.files["results.json"]).hex())
        self.step("sealed")
        return self

    def first_round(self, deputies: list[Card], citizens: list[Card], phones: list[Card]) -> None:
        self.open("r01")
        votes: list[Answers] = [[1, 90], [2, 80], [3, 70], [4, None], [1, 60]]
        self.batch("r01", dict(zip(deputies, votes, strict=False)))
        self.batch("r01", {card: [1, 50 + 10 * card.number] for card in citizens} | {deputies[0]: [2, 85]})
        self.batch("r01", {phones[0]: [1, 100], phones[1]: [2, 0], phones[2]: [3, 50]})
        self.step("r01 voted")
        self.close("r01")
        paper = {"edu": {"overall": {"yes": 1, "fair": 0, "no": 0, "dk": 0}, "skill": {"75": 1}}}
        self.hand("r01", "deputies", paper, present=1, issued=1, returned=1, valid=1)
        self.step("r01 handed")
        self.tally("r01")

    def second_round(self, deputies: list[Card], citizens: list[Card], phones: list[Card]) -> None:
        self.check_in(deputies[5])
        self.void_card(deputies[7], ["r00", "r02", "r03", "r900", "r901"])
        self.statement("remark", text="评议卡7号作废")
        self.open("r02", 90)
        self.batch("r02", {deputies[0]: [1, 10, 1, 10], phones[0]: [2, 20, 2, 20]})
        self.close("r02", "early")
        self.void_round("r02")
        self.step("r02 void")
        self.open("r02.2", 90)
        first: list[Answers] = [[1, 90, 2, 40], [2, 80, None, 50], [3, None, 2, 60], [None] * 4, [1, 70, 3, 70]]
        self.batch("r02.2", dict(zip(deputies, first, strict=False)))
        self.batch("r02.2", {card: [1 + card.number, 60, 1, 90 - card.number] for card in citizens})
        self.extend("r02.2", 30)
        self.batch("r02.2", {phones[0]: [1, 88, 4, 12], phones[1]: [2, 77, 2, 34]})
        self.void_card(citizens[3], ["r00", "r02", "r03", "r900", "r901"])
        self.step("r02.2 voted")
        self.close("r02.2")
        self.tally("r02.2")
