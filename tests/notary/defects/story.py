"""What stands where in the record: statements, zero, rounds, ballots, cards, the seal: E401–E416, E481, W4xx."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.notary.bundle_bytes import NOTARY, STRANGER, Card, b64, sha
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import ANCHOR, Defect, altered, flip, hooked, spoil, window_lost
from tests.notary.show_rules import LIVE, Answers


def vote(card: tuple[str, int], window: str, q: int, answers: Answers) -> Callable[[Show], object]:
    """One more ballot, alone in its batch, unknown to the maker's own count."""
    return lambda show: show.append(show.ballot_entry(Card(*card), window, q, answers))


def spoiled(show: Show) -> None:
    show.append(spoil(show.ballot_entry(Card("deputies", 1), "r01", 1, [1, 1])))


def other_key_id(show: Show) -> None:
    """The signature is good, the key id names another key."""
    head, _, line = show.ballot_entry(Card("deputies", 1), "r01", 1, [1, 1]).partition("— card ".encode())
    blob = base64.b64decode(line)
    show.append(head + "— card ".encode() + base64.b64encode(flip(blob, 0)) + b"\n")


def again(show: Show) -> None:
    show.append(show.entries[26])


def sixteen(show: Show) -> None:
    for q in range(1, 17):
        show.append(show.ballot_entry(Card("deputies", 1), "r01", q, [1, 1]))


def signed_by(tag: str, *signers: object, **body: object) -> Callable[[Show], object]:
    def hook(show: Show) -> None:
        names = [show.log if signer == "log" else signer for signer in signers]
        show.append(show.signed(show.body(tag, dict(body)), *names))  # type: ignore[arg-type]

    return hook


def statement_flipped(show: Show) -> None:
    show.append(spoil(show.signed(show.body("remark", {"text": "x"}))))


def second_session(show: Show) -> None:
    show.append(show.entries[0])


def no_zero() -> bytes:
    class Silent(Show):
        def statement(self, tag: str, **body: object) -> int:
            return len(self.entries) if tag == "zero" else super().statement(tag, **body)

    return Silent().play().bundle()


def late_zero(show: Show) -> None:
    show.statement("zero", size=len(show.entries), ballots=0, printed={"citizens": 4, "deputies": 8}, spare=SPARE)


SPARE = {"citizens": 0, "deputies": 2}
PRINTED = {"citizens": 4, "deputies": 8}


def zero_after_open() -> bytes:
    class Late(Show):
        def statement(self, tag: str, **body: object) -> int:
            return len(self.entries) if tag == "zero" else super().statement(tag, **body)

    return Late(hooks={"r01 open": lambda show: late(show)}).play().bundle()


def late(show: Show) -> None:
    text = show.body("zero", {"size": len(show.entries), "ballots": 0, "printed": PRINTED, "spare": SPARE})
    show.append(show.signed(text))


def session_late() -> bytes:
    class Late(Show):
        def begin(self) -> None:
            self.act("incident", kind="x", text="first")
            super().begin()

    return Late().play().bundle()


def reopened(show: Show) -> None:
    """r01 once more although its window stands; closed and tallied like any other."""
    show.open("r01.2")
    show.close("r01.2", "early")


def misnamed(show: Show) -> None:
    show.act(
        "open", window="r02.2", round="r02", title="题", kind="sheet", units=["env", "power"],
        criteria=["overall", "skill"], grammar="1.1=1-4;1.2=0-100;2.1=1-4;2.2=0-100",
        panels=["deputies", "citizens", "offsite"], seconds=60, tolerance=2000, ballots=0,
    )  # fmt: skip


def unknown_round(show: Show) -> None:
    show.act(
        "open", window="r77", round="r77", title="题", kind="mood", units=[], criteria=[], grammar="1-2",
        panels=["deputies"], seconds=60, tolerance=2000, ballots=0,
    )  # fmt: skip


def extend_twice_more(show: Show) -> None:
    show.extend("r02.2", 5)
    show.extend("r02.2", 5)


def extend_closed(show: Show) -> None:
    show.act("extend", window="r01", open=25, seconds=30, by="operator", reason="x")


def extend_another(show: Show) -> None:
    show.act("extend", window="r01", open=24, seconds=30, by="operator", reason="x")


def close_again(show: Show) -> None:
    show.act("close", window="r01", open=25, cause="lock", by="operator", reason="")


NONE = dict.fromkeys(("present", "issued", "returned", "valid", "invalid", "abstained"), 0)


def hand(show: Show, window: str, panel: str) -> None:
    skill = {"edu": {"overall": dict.fromkeys(("yes", "fair", "no", "dk"), 0), "skill": {}}}
    show.statement("hand", window=window, panel=panel, counts=skill, sheet=sha(b"").hex(), **NONE)


def tally_again(show: Show) -> None:
    show.append(show.entries[41])


def tally_early(show: Show) -> None:
    by = {"deputies": {**NONE, "expected": 6, "not_cast": 0}}
    digest = sha(b"").hex()
    show.act("tally", round="r01", window="r01", open=25, close=39, by=by, openings=digest, counts=digest)


def void_open_window(show: Show) -> None:
    show.statement("void-round", window="r01", reason="x")


def void_twice(show: Show) -> None:
    show.statement("void-round", window="r02", reason="x")


def not_held(show: Show) -> None:
    show.act("not_held", round="r01", reason="x")


def enrol_late(show: Show) -> None:
    key = bytes(Card("offsite", 9).key(show.origin, "r01").verify_key)
    show.act("enrol", panel="offsite", round="r01", keys=[b64(key)])


def enrol_cards(show: Show) -> None:
    key = bytes(Card("citizens", 9).key(show.origin, "r03").verify_key)
    show.act("enrol", panel="citizens", round="r03", keys=[b64(key)])


def void_keys(card: Card, *rounds: str) -> Callable[[Show], object]:
    def hook(show: Show) -> None:
        keys = {name: b64(bytes(card.key(show.origin, name).verify_key)) for name in rounds}
        show.statement("void", serial=1, keys=keys, reason="x")

    return hook


def void_two_cards(show: Show) -> None:
    keys = {
        "r00": b64(bytes(Card("deputies", 6).key(show.origin, "r00").verify_key)),
        "r03": b64(bytes(Card("citizens", 0).key(show.origin, "r03").verify_key)),
    }
    show.statement("void", serial=1, keys=keys, reason="x")


def present_spoiled(show: Show) -> None:
    show.append(spoil(show.present_entry(Card("deputies", 6))))


def present(card: Card) -> Callable[[Show], object]:
    return lambda show: show.append(show.present_entry(card))


def unsealed() -> bytes:
    show = Show()
    files: list[bytes] = []

    def stop(show: Show) -> None:
        files.append(show.bundle())

    show.hooks["before seal"] = stop
    show.play()
    return files[0]


def partial_with_open_window() -> bytes:
    files: list[bytes] = []
    Show(hooks={"r02.2 voted": lambda show: files.append(show.bundle())}).play()
    return files[0]


def left_open(show: Show) -> None:
    show.act(
        "open", window="r900", round="r900", title="心情", kind="mood", units=[], criteria=[], grammar="1-2",
        options=["yes", "no"], panels=["deputies"], seconds=60, tolerance=2000, ballots=0,
    )  # fmt: skip


def slow_close() -> bytes:
    return altered("close", {"at": 1_795_262_545 + 20}, 1)()


def small_batch(show: Show) -> None:
    show.batch("r01", {Card("deputies", 1): [2, 80]})


def channel_again(show: Show) -> None:
    show.act("channel", id="survey", source="again.csv", digest=sha(b"csv").hex(), scores=show.survey)


def wrong_place(name: str, step: str, hook: Callable[[Show], object]) -> Defect:
    return Defect(name, ("E403",), hooked(step, hook))


def ballot(name: str, code: str, step: str, hook: Callable[[Show], object], window: str = "r01") -> Defect:
    return Defect(name, (code,), hooked(step, hook), skipped=window_lost(window))


REMARK = {"text": "x"}
DEFECTS = [
    # the session entry and signers
    Defect("session-says-rehearsal", ("E401", "W108"), altered("session", {"kind": "rehearsal"}), at=0),
    Defect("session-number-without-previous", ("E401",), altered("session", {"number": 2}), at=0),
    Defect("session-of-other-rules", ("E401",), altered("session", {"rules": sha(b"x").hex()}), at=0),
    Defect("session-of-another-policy", ("E401",), altered("session", {"policy": sha(b"x").hex()}), at=0),
    Defect("session-of-another-page", ("E401",), altered("session", {"page": sha(b"x").hex()}), at=0),
    Defect("session-of-other-rolls", ("E401",), altered("session", {"rolls": sha(b"x").hex()}), at=0),
    Defect("session-twice", ("E401",), hooked("before zero", second_session), at=23),
    Defect("session-not-first", ("E401",), session_late, at=0),
    Defect("codes-exported", ("W109",), lambda: Show(codes_exported=True).play().bundle(), at=0),
    Defect("rehearsal", ("W108",), lambda: Show(origin=f"{LIVE}/rehearsal-20261122T010203Z").play().bundle()),
    Defect("origin-with-a-bad-ending", ("E203", "W108"), lambda: Show(origin=f"{LIVE}/rehearsal-1").play().bundle()),
    Defect(
        "remark-signed-by-a-stranger", ("E401",), hooked("before seal", signed_by("remark", STRANGER, **REMARK)), at=74
    ),
    Defect("remark-signature-flipped", ("E401",), hooked("before seal", statement_flipped), at=74),
    Defect("remark-signed-twice", ("E401",), hooked("before seal", signed_by("remark", "log", "log", **REMARK)), at=74),
    *(
        Defect(
            name,
            ("E401",),
            hooked("before seal", signed_by("remark", *signers, **REMARK), witnessed=True),
            at=74,
            witnessed=True,
            anchor=ANCHOR,
        )
        for name, signers in (
            ("remark-without-notary", ("log",)),
            ("remark-without-log", (NOTARY,)),
            ("remark-notary-first", (NOTARY, "log")),
        )
    ),
    # the zero
    Defect("no-zero", ("E402",), no_zero),
    Defect("zero-after-the-first-round", ("E402",), zero_after_open, at=25),
    Defect("zero-twice", ("E402",), hooked("before channel", late), at=24),
    Defect("zero-other-size", ("E402",), altered("zero", {"size": 22}), at=23),
    Defect("zero-with-ballots", ("E402",), altered("zero", {"ballots": 1}), at=23),
    Defect("zero-other-printed", ("E402",), altered("zero", {"printed": {"citizens": 4, "deputies": 9}}), at=23),
    Defect("zero-other-spare", ("E402",), altered("zero", {"spare": {"citizens": 0, "deputies": 1}}), at=23),
    # places
    Defect("round-opened-again", ("E403", "E481"), hooked("r01 tallied", reopened), at=42),
    wrong_place("window-opened-twice", "r02.2 voted", misnamed),
    wrong_place("round-unknown", "before seal", unknown_round),
    wrong_place("third-extension", "r02.2 voted", extend_twice_more),
    wrong_place("extension-after-the-close", "r01 closed", extend_closed),
    wrong_place("extension-of-another-open", "r01 voted", extend_another),
    wrong_place("closed-twice", "r01 closed", close_again),
    wrong_place("hand-before-the-close", "r01 voted", lambda show: hand(show, "r01", "citizens")),
    wrong_place("hand-after-the-tally", "r01 tallied", lambda show: hand(show, "r01", "citizens")),
    wrong_place("hand-twice", "r01 handed", lambda show: hand(show, "r01", "deputies")),
    wrong_place("hand-of-a-panel-that-does-not-vote", "r01 handed", lambda show: hand(show, "r01", "experts")),
    wrong_place("tally-before-the-close", "r01 voted", tally_early),
    wrong_place("tally-twice", "r01 tallied", tally_again),
    wrong_place("void-round-while-open", "r01 voted", void_open_window),
    wrong_place("void-round-twice", "r02 void", void_twice),
    wrong_place("not-held-although-held", "r01 tallied", not_held),
    wrong_place("enrol-after-the-open", "r01 open", enrol_late),
    wrong_place("enrol-in-a-card-panel", "before zero", enrol_cards),
    # ballots
    ballot("ballot-after-the-close", "E411", "r01 closed", vote(("deputies", 1), "r01", 1, [1, 1])),
    Defect(
        "ballot-of-a-window-never-opened", ("E411",), hooked("r01 voted", vote(("deputies", 1), "r02", 0, [1, 1, 1, 1]))
    ),
    Defect("ballot-in-a-void-window", ("E411",), hooked("r02 void", vote(("deputies", 1), "r02", 0, [1, 1, 1, 1]))),
    ballot("ballot-of-a-card-never-printed", "E412", "r01 voted", vote(("deputies", 70), "r01", 0, [1, 1])),
    ballot("ballot-of-another-panel", "E412", "r03 open", vote(("citizens", 1), "r03", 0, [1]), "r03"),
    Defect("present-of-a-card-never-printed", ("E412",), hooked("before zero", present(Card("deputies", 70)))),
    ballot("ballot-of-a-void-card", "E413", "r02.2 voted", vote(("citizens", 3), "r02.2", 1, [1, 1, 1, 1]), "r02.2"),
    Defect("present-of-a-void-card", ("E413",), hooked("r02 void", present(Card("deputies", 7)))),
    Defect(
        "void-of-a-closed-round", ("E413",), hooked("r01 tallied", void_keys(Card("deputies", 6), "r00", "r01")), at=42
    ),
    Defect("void-of-a-card-never-printed", ("E412",), hooked("before zero", void_keys(Card("deputies", 70), "r00"))),
    Defect("void-of-two-cards", ("E412",), hooked("before zero", void_two_cards)),
    Defect("void-without-check-in-key", ("E306",), hooked("before zero", void_keys(Card("deputies", 6), "r03"))),
    ballot("counter-skipped", "E414", "r01 voted", vote(("deputies", 1), "r01", 2, [1, 1])),
    ballot("counter-used-again", "E414", "r01 voted", vote(("deputies", 1), "r01", 0, [1, 1])),
    ballot("counter-back", "E414", "r01 voted", vote(("deputies", 0), "r01", 0, [1, 1])),
    Defect(
        "counter-above-fifteen",
        ("E414", "E421", "W464"),
        hooked("r01 voted", sixteen),
        at=54,
        skipped=window_lost("r01"),
    ),
    Defect("ballot-signature-flipped", ("E415",), hooked("r01 voted", spoiled), at=39, skipped=window_lost("r01")),
    ballot("ballot-other-key-id", "E415", "r01 voted", other_key_id),
    Defect("present-signature-flipped", ("E415",), hooked("before zero", present_spoiled), at=23),
    ballot("ballot-again", "E416", "r01 voted", again),
    Defect("present-again", ("E416",), hooked("before zero", lambda show: show.append(show.entries[5])), at=23),
    # the seal
    Defect("not-sealed", ("E481",), unsealed),
    Defect("exported-while-a-window-is-open", ("E481",), partial_with_open_window),
    Defect(
        "entry-after-the-seal",
        ("E481",),
        hooked("sealed", lambda show: show.act("incident", kind="x", text="y")),
        at=75,
    ),
    Defect("seal-of-other-tallies", ("E481",), altered("seal", {"tallies": [41]}), at=74),
    Defect("window-left-open", ("E481",), hooked("before seal", left_open), at=75),
    # warnings
    Defect("channel-after-the-first-round", ("W454",), hooked("r01 tallied", channel_again), at=42),
    Defect("window-too-long", ("W462",), slow_close, at=39),
    Defect("batch-of-one", ("W464",), hooked("r01 voted", small_batch), at=39),
]
