"""Evidence that leans on what a verifier might take for granted; each of these was once taken for right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.notary.bundle_bytes import NOTARY, NOTARY_WITNESS, OBSERVER, Card, Signer, sha, tar
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import ANCHOR, Defect, altered, hooked
from tests.notary.defects.tree import framed
from tests.notary.show_rules import RULES

UNREAD = ("E103–E511",)
SECOND, SECOND_WITNESS = Signer("second.example/s1", 1, sha(b"s1")), Signer("second.example/w1", 4, sha(b"w1"))


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


def member(witness: Signer, statement: Signer | None = None, *, called: str = "x") -> str:
    more = f', statement = "{statement.vkey}"' if statement else ""
    return f'{{ name = "{called}", witness = "{witness.vkey}"{more} }}'


def witnesses(notaries: Sequence[str], observers: Sequence[str], quorum: str) -> str:
    lists = f"notaries = [ {', '.join(notaries)} ]\nobservers = [ {', '.join(observers)} ]\n"
    return f"\n[witnesses]\n{lists}quorum = {{ {quorum} }}\n"


def beginning(rules: str) -> Callable[[], bytes]:
    """An archive of no more than a verifier reads before the session file: the rest would not be looked at."""
    show = Show()
    files = {"C1": f"c1/bundle 1\n{show.origin}\n".encode(), "policy.txt": show.policy(), "rules.toml": rules.encode()}
    return lambda: tar(files)


def unread(name: str, rules: str) -> Defect:
    """A session file that no session may run on."""
    return Defect(name, ("E452",), beginning(rules), skipped=UNREAD, witnessed=True)


FIRST, OTHER = member(NOTARY_WITNESS, NOTARY), member(SECOND_WITNESS, SECOND)
WATCHER, ONE_EACH = member(OBSERVER), "notaries = 1, observers = 1"
RENAMED = Signer("another.example/name", 4, NOTARY_WITNESS.seed)


class SecondNotary(Show):
    """One of two notaries is enough, and it is the second one who signs; the first cosigns up to a size."""

    def __init__(self, until: int, began: bool) -> None:
        super().__init__(rules=RULES + witnesses([FIRST, OTHER], [WATCHER], ONE_EACH))
        self.until, self.began = until, began

    def policy(self) -> bytes:
        names = f"witness n1 {NOTARY_WITNESS.vkey}\nwitness n2 {SECOND_WITNESS.vkey}\nwitness o1 {OBSERVER.vkey}\n"
        groups = "group notaries 1 n1 n2\ngroup observers 1 o1\ngroup all-of all notaries observers\nquorum all-of\n"
        return f"log {self.log.vkey}\n{names}{groups}".encode()

    def signed(self, text: bytes, *signers: Signer) -> bytes:
        first = [NOTARY] * (self.began and text.startswith(b"c1/session\n"))
        return super().signed(text, *(signers or (self.log, *first, SECOND)))

    def head_note(self, size: int, time: int, *, text: bytes | None = None) -> bytes:
        text = self.head_text(size) if text is None else text
        names = [NOTARY_WITNESS] * (size <= self.until) + [SECOND_WITNESS, OBSERVER]
        return text + b"\n" + self.log.line(text) + b"".join(name.line(text, time) for name in names)


def second_notary(name: str, code: str, until: int, *, began: bool = False, at: int | None = None) -> Defect:
    """With the anchor of the first, but for W107."""
    given = None if code == "W107" else ANCHOR
    return Defect(
        name, (code,), lambda: SecondNotary(until, began).play().bundle(), at=at, witnessed=True, anchor=given
    )


def changed(name: str, old: str, new: str) -> Defect:
    assert old in RULES, old
    return unread(f"rules-{name}", RULES.replace(old, new, 1))


def added(name: str, more: str) -> Defect:
    return unread(f"rules-{name}", RULES.replace("[result]", f"{more}\n[result]", 1))


PANEL = '[[panel]]\nid = "citizens"\nname = "x"\nadmission = "open"\n'
ROUND = '[[round]]\nid = "{id}"\nkind = "{kind}"\nunits = {units}\n'
YES_NO = 'options = [ { id = "yes" }, { id = "no" } ]\n'
MOOD_R01 = '[[round]]\nid = "r01"\nkind = "mood"\n'
NO_ROUNDS = RULES[: RULES.index("[[round]]")] + RULES[RULES.index("[result]") :]
SESSION_FILES = [
    # words that nobody knows
    changed("kind-unknown", 'kind = "ballot"', 'kind = "balot"'),
    changed("admission-unknown", 'admission = "open"', 'admission = "opened"'),
    changed("late-unknown", "batch_min", 'late = "never"\nbatch_min'),
    changed("empty-panel-unknown", "places = 2", 'places = 2\nempty_panel = "voided"'),
    # names that stand twice
    added("panel-twice", PANEL),
    added("scale-twice", '[[scale]]\nid = "sat"\nrange = [0, 100]\n'),
    added("criterion-twice", '[[criterion]]\nid = "skill"\nscale = "sat"\n'),
    added("category-twice", '[[category]]\nid = "gov"\nname = "x"\nbottom = 2\n'),
    added("unit-twice", '[[unit]]\nid = "env"\nname = "x"\ncategory = "gov"\n'),
    added("round-twice", ROUND.format(id="r01", kind="mood", units="[]")),
    added("round-called-like-a-spare-one", ROUND.format(id="r901", kind="mood", units="[]")),
    added("round-called-like-the-check-in", ROUND.format(id="r00", kind="mood", units="[]")),
    unread("rules-round-called-like-one-that-follows", NO_ROUNDS.replace("[result]", f"{MOOD_R01}\n[result]")),
    changed("option-twice", '{ id = "dk", name', '{ id = "yes", name'),
    changed("channel-twice", 'id = "survey"', 'id = "vote"'),
    changed("unit-twice-in-a-round", '["env", "power"]', '["env", "env"]'),
    changed("panel-twice-in-a-round", 'panels = ["deputies"]', 'panels = ["deputies", "deputies"]'),
    changed("criterion-twice-in-a-round", 'units = ["edu"]', 'units = ["edu"]\ncriteria = ["skill", "skill"]'),
    # one figure from two rounds, weights that take away
    changed("cell-in-two-rounds", '["env", "power"]', '["edu", "env", "power"]'),
    changed("panel-weight-below-0", "weight = 60", "weight = -60"),
    changed("criterion-weight-below-0", "weight = 2\n", "weight = -2\n"),
    changed("channel-weight-below-0", "weight = 30 }", 'weight = "-30" }'),
    # a question of its own, where criteria or units are asked
    changed("options-of-a-ballot", 'kind = "ballot"', f'kind = "ballot"\n{YES_NO}'),
    changed("options-of-a-selection", 'kind = "select"', f'kind = "select"\n{YES_NO}'),
    changed(
        "options-and-criteria", 'kind = "trial"', f'kind = "trial"\nunits = ["edu"]\ncriteria = ["skill"]\n{YES_NO}'
    ),
    changed("question-option-twice", 'kind = "trial"', 'kind = "trial"\noptions = [ { id = "no" }, { id = "no" } ]'),
]


def two_paragraphs(show: Show) -> None:
    """Signed by whom it must be, with text behind the JSON line that no reader shows."""
    show.append(show.signed(show.body("remark", {"text": "x"}) + b"\nand more\n"))


def many_entries(show: Show) -> None:
    show.append(*(show.body("incident", {"kind": "x", "text": str(number)}) for number in range(230)))


def tiles(first: int) -> Callable[[], bytes]:
    """A record of two entry tiles, with another number of its 305 entries in the first one."""

    def make() -> bytes:
        show = Show(hooks={"before seal": many_entries}).play()
        files, entries = show.evidence(), show.entries
        assert len(entries) == 305
        files["tile/entries/000"], files["tile/entries/001.p/49"] = framed(entries[:first]), framed(entries[first:])
        return show.pack(files)

    return make


def mood(units: list[str], criteria: list[str], grammar: str, **more: Any) -> Callable[[Show], object]:
    """A spare round, opened, closed and void: what it asks stands in its `open` alone."""

    def hook(show: Show) -> None:
        opened = show.act(
            "open", window="r900", round="r900", title="心情", kind="mood", units=units, criteria=criteria,
            grammar=grammar, panels=["deputies"], seconds=60, tolerance=2000, ballots=0, **more,
        )  # fmt: skip
        show.act("close", window="r900", open=opened, cause="early", by="operator", reason="")
        show.statement("void-round", window="r900", reason="x")

    return hook


def asked(name: str, hook: Callable[[Show], object]) -> Defect:
    return Defect(f"open-{name}", ("E452",), hooked("before seal", hook), at=74)


DEFECTS = [
    *SESSION_FILES,
    # what an `open` asks
    Defect("open-with-options-of-a-round-of-the-file", ("E452",), altered("open", {"options": ["yes", "no"]}), at=17),
    Defect("open-of-a-ballot-with-options", ("E452",), altered("open", {"options": []}, 1), at=25),
    asked("of-a-unit-twice", mood(["edu", "edu"], ["overall"], "1.1=1-4;2.1=1-4")),
    asked("of-an-option-twice", mood([], [], "1-3", options=["yes", "no", "yes"])),
    asked("of-far-too-much", mood(["edu"] * 400, ["overall"] * 400, "1-4")),
    # bytes that no reader shows
    Defect("statement-of-two-paragraphs", ("E306",), hooked("before seal", two_paragraphs), at=74),
    Defect("entry-tile-of-fewer", ("E302",), tiles(255)),
    Defect("entry-tile-of-more", ("E301",), tiles(257), skipped=("E303–E511",)),
    Defect("entry-tile-of-all", ("E301",), tiles(305), skipped=("E303–E511",)),
    # who vouches
    unread("quorum-of-nobody", RULES + witnesses([FIRST], [WATCHER], "notaries = 0, observers = 0")),
    unread("witnesses-naming-nobody", RULES + witnesses([], [], "notaries = 0")),
    unread("quorum-above-the-named", RULES + witnesses([FIRST], [WATCHER], "notaries = 2")),
    unread("three-notaries", RULES + witnesses([FIRST, OTHER, member(OBSERVER, NOTARY)], [], "notaries = 1")),
    unread("witness-named-twice", RULES + witnesses([FIRST], [WATCHER, WATCHER], "notaries = 1, observers = 2")),
    unread("witness-under-two-names", RULES + witnesses([FIRST], [member(RENAMED)], ONE_EACH)),
    unread(
        "statement-key-named-twice",
        RULES + witnesses([FIRST, member(SECOND_WITNESS, NOTARY)], [], "notaries = 2"),
    ),
    second_notary("anchor-of-a-notary-who-signed-nothing", "E105", 0),
    second_notary("anchor-of-a-notary-who-signed-the-beginning-only", "W463", 0, began=True, at=1),
    second_notary("anchor-of-a-notary-who-left", "W463", 40, at=40),
    second_notary("second-notary-alone-and-no-anchor", "W107", 0),
    # no session entry
    Defect("check-in-instead-of-the-session", ("E401",), headless(check_in_first), at=0),
    Defect("ballot-instead-of-the-session", ("E401", "E411"), headless(ballot_first), at=0),
]
