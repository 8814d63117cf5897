"""Sessions that are right, each in its own way: the verifier says so, and what it recomputed is what happened."""

from __future__ import annotations

from typing import Any

from audience_server.notary.verify import Report, verify
from tests.notary.bundle_bytes import NOTARY, NOTARY_WITNESS, Card, Signer, anchor, b64, canonical, sha, tar
from tests.notary.bundle_maker import Show
from tests.notary.record_maker import Record
from tests.notary.show_rules import LIVE, RULES


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


def test_a_self_asserted_session_has_one_warning() -> None:
    """W106, and nothing is skipped."""
    report = verify(Show().play().bundle())
    assert {"W106"} == codes(report)
    assert ([], "warn", 2) == (report.skipped, report.verdict, report.exit_status)


def test_a_witnessed_session_with_its_anchor_passes() -> None:
    """No finding at all."""
    report = verify(Show(witnessed=True).play().bundle(), anchor())
    assert (set(), "pass", 0) == (codes(report), report.verdict, report.exit_status)


def test_every_round_is_reported_as_it_was_held() -> None:
    """Windows in the order of their open; a trial, a paper, a void window, a re-vote, a void card, a blank ballot."""
    show = Show().play()
    rounds = verify(show.bundle()).rounds
    assert [
        ("t01", "locked", 22),
        ("r01", "locked", 41),
        ("r02", "void", 49),
        ("r02.2", "locked", 65),
        ("r03", "locked", 72),
    ] == [(row["window"], row["state"], row["index"]) for row in rounds]
    assert {"no": 1, "yes": 0} == rounds[0]["by"]["offsite"]["counts"]
    first = rounds[1]["by"]["deputies"]
    assert (6, 6, 6, 6, 6, 0, 0, 0) == tuple(first[name] for name in NUMBERS)
    assert (
        {"yes": 2, "fair": 2, "no": 1, "dk": 1} == first["counts"]["overall"] if "overall" in first["counts"] else True
    )
    assert {"60": 1, "70": 1, "75": 1, "80": 1, "85": 1, "blank": 1} == first["counts"]["skill"]
    again = rounds[3]["by"]
    assert (6, 6, 6, 5, 4, 0, 1, 1) == tuple(again["deputies"][name] for name in NUMBERS)
    assert (4, 3, 3, 3, 3, 0, 0, 0) == tuple(again["citizens"][name] for name in NUMBERS)
    assert {"edu": 2, "env": 2, "power": 1} == rounds[4]["by"]["deputies"]["counts"]


NUMBERS = ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")


def test_the_public_bundle_verifies_all_but_openings_and_counts() -> None:
    """It says what it could not check, and still counts who came and what came back."""
    show = Show().play()
    whole, public = verify(show.bundle()), verify(show.bundle(public=True))
    assert {"W106"} == codes(public)
    assert ["E421–E423 and the counts"] == public.skipped
    assert public.results is None
    assert whole.fingerprint == public.fingerprint
    stripped = [
        {**row, "by": {panel: {**n} for panel, n in row["by"].items()}} if "by" in row else row for row in whole.rounds
    ]
    for row in stripped:
        for numbers in row.get("by", {}).values():
            numbers.pop("counts")
    assert stripped == public.rounds


def test_a_late_check_in_counts_only_where_the_rules_say_so() -> None:
    """late = "until-close": whoever checks in while a window is open is issued a ballot in it."""

    def late(show: Show) -> None:
        show.check_in(Card("deputies", 6))

    rules = RULES.replace('language = "zh-Hans"', 'language = "zh-Hans"\nlate = "until-close"').replace(
        "seats = 6\n", "seats = 6\ninvited = 9\n"
    )
    hooks = {"r01 voted": late}
    numbers = verify(InvitedNine(rules=rules, hooks=hooks).play().bundle())
    assert {"W106"} == codes(numbers)
    assert 7 == numbers.rounds[1]["by"]["deputies"]["present"]
    numbers = verify(InvitedNine(rules=rules.replace("until-close", "next-round"), hooks=hooks).play().bundle())
    assert {"W106"} == codes(numbers)
    assert 6 == numbers.rounds[1]["by"]["deputies"]["present"]


class InvitedNine(Show):
    """Nine persons were invited to the deputies' panel."""

    def counts(self, held: Any, panel: str) -> dict[str, Any]:
        row = super().counts(held, panel)
        return row | {"expected": 9} if panel == "deputies" else row


def test_a_record_of_several_tiles_is_read_whole() -> None:
    """More than 256 entries: full tiles, a partial one, a second level."""

    def many(show: Show) -> None:
        show.append(*(show.body("incident", {"kind": "x", "text": f"{n}"}) for n in range(700)))

    show = Show(hooks={"before seal": many}).play()
    files = show.evidence()
    assert "tile/entries/003.p/7" in files
    report = verify(show.bundle())
    assert {"W106"} == codes(report)
    broken = show.pack({**files, "tile/1/000.p/3": bytes(96)})
    assert {"W106", "E305"} == codes(verify(broken))
    gone = show.pack({path: data for path, data in files.items() if path != "tile/entries/001"})
    lost = verify(gone)
    assert {"W106", "E102", "E302"} == codes(lost)
    assert ["E303–E511"] == lost.skipped


def test_an_export_before_the_seal_says_where_things_stand() -> None:
    """E481 alone; open and closed windows are named as such; results are not complete."""
    taken: list[bytes] = []
    Show(hooks={"r02.2 voted": lambda show: taken.append(show.bundle())}).play()
    Show(hooks={"r02.2 closed": lambda show: taken.append(show.bundle())}).play()
    for data, state in zip(taken, ("open", "closed"), strict=True):
        report = verify(data)
        assert {"W106", "E481"} == codes(report)
        assert state == report.rounds[-1]["state"]
        assert report.results is not None
        assert not report.results["complete"]


def test_a_mood_round_added_on_the_day_is_counted_and_never_scored() -> None:
    """A spare round brings its own question in its `open`; results stay as they were."""

    def mood(show: Show) -> None:
        at = show.now
        opened = show.act(
            "open", window="r900", round="r900", title="满意吗", kind="mood", units=[], criteria=[], grammar="1-2",
            options=["yes", "no"], panels=["deputies"], seconds=30, tolerance=2000, ballots=0,
        )  # fmt: skip
        cards = [Card("deputies", 0), Card("deputies", 1)]
        entries = [show.ballot_entry(card, "r900", 0, [], "1") for card in cards]
        first = show.append(*sorted(entries, key=lambda entry: sha(b"\x00" + entry)))
        show.now = at + 32
        closed = show.act("close", window="r900", open=opened, cause="time", by="clock", reason="")
        rows = {show.entries.index(e): show.nonce(c, "r900", 0) for e, c in zip(entries, cards, strict=True)}
        assert first == min(rows)
        openings = "".join(f"{index} {b64(rows[index])} 1\n" for index in sorted(rows)).encode()
        counts = canonical({"window": "r900", "salt": b64(bytes(32)), "by": {"deputies": {"no": 0, "yes": 2}}})
        show.files |= {"rounds/r900.openings": openings, "rounds/r900.counts": counts}
        by = {"expected": 6, "present": 6, "issued": 6, "returned": 2, "valid": 2, "invalid": 0, "abstained": 0}
        show.act(
            "tally", round="r900", window="r900", open=opened, close=closed, by={"deputies": {**by, "not_cast": 4}},
            openings=sha(openings).hex(), counts=sha(counts).hex(),
        )  # fmt: skip

    def alter(tag: str, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "tallies": [*body["tallies"], 78]} if tag == "seal" else body

    show = Show(hooks={"before seal": mood}, alter=alter).play()
    report = verify(show.bundle())
    assert {"W106"} == codes(report), [finding.row() for finding in report.findings]
    assert {"yes": 2, "no": 0} == report.rounds[-1]["by"]["deputies"]["counts"]
    assert verify(Show().play().bundle()).results == report.results


SECOND_WITNESS = Signer("notary.example/w2", 4, sha(b"second witness"))
SECOND = Signer("notary.example/s2", 1, sha(b"second statement"))
TWO = """
[witnesses]
notaries = [
  {{ name = "甲", witness = "{a}", statement = "{b}" }},
  {{ name = "乙", witness = "{c}", statement = "{d}" }},
]
quorum = {{ notaries = 1 }}
"""


class TwoNotaries(Show):
    """Two notaries, of whom one must sign; no observers."""

    def __init__(self, *signers: Signer) -> None:
        names = {"a": NOTARY_WITNESS, "b": NOTARY, "c": SECOND_WITNESS, "d": SECOND}
        super().__init__(rules=RULES + TWO.format(**{name: signer.vkey for name, signer in names.items()}))
        self.signers = signers

    def policy(self) -> bytes:
        return (
            f"log {self.log.vkey}\nwitness n1 {NOTARY_WITNESS.vkey}\nwitness n2 {SECOND_WITNESS.vkey}\n"
            "group notaries 1 n1 n2\ngroup all-of all notaries\nquorum all-of\n"
        ).encode()

    def signed(self, text: bytes, *signers: Signer) -> bytes:
        return Record.signed(self, text, *(signers or (self.log, *self.signers)))

    def head_note(self, size: int, time: int, *, text: bytes | None = None) -> bytes:
        text = self.head_text(size) if text is None else text
        return text + b"\n" + self.log.line(text) + SECOND_WITNESS.line(text, time)


def test_one_of_two_notaries_is_enough_where_the_quorum_is_one() -> None:
    """The others may be absent; the order is that of the session file. The anchor is the first one's, who must sign."""
    for signers in ((NOTARY,), (SECOND,), (NOTARY, SECOND)):
        data = TwoNotaries(*signers).play().bundle()
        assert ({"W107"}, {"E105"} if signers == (SECOND,) else set()) == (
            codes(verify(data)),
            codes(verify(data, anchor())),
        )
    for wrong in ((), (SECOND, NOTARY), (SECOND, SECOND)):
        report = verify(TwoNotaries(*wrong).play().bundle())
        assert {"E201", "E401", "W107"} == codes(report)


def test_a_session_may_name_the_one_before_it() -> None:
    """number 2 with the origin, size and root of the previous record."""
    previous = {"origin": LIVE, "size": 7, "root": b64(bytes(32))}

    def alter(tag: str, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "number": 2, "previous": previous} if tag == "session" else body

    assert {"W106"} == codes(verify(Show(alter=alter).play().bundle()))


def test_a_round_that_was_not_held_leaves_the_results_incomplete() -> None:
    """`not-held` is an entry of its own; its units have no score."""

    class Short(Show):
        def results(self) -> dict[str, Any]:
            return {}

    files: list[bytes] = []

    def stop(show: Show) -> None:
        show.act("not_held", round="r01", reason="时间不足")
        files.append(show.bundle())

    Short(hooks={"before r01": stop}).play()
    report = verify(files[0])
    assert {"W106", "E481"} == codes(report)
    assert report.results is not None
    assert (None, None) == (report.results["units"][0]["score"], report.results["units"][0]["rank"])


def test_a_bundle_of_a_name_alone_is_a_bundle() -> None:
    """Exit 3 is for what does not begin as one; everything else is 1."""
    report = verify(tar({"C1": b"c1/bundle 1\nx/y\n"}))
    assert report.exit_status == 1
    assert {"E102"} == codes(report)
    assert verify(tar({"C1": b"c1/bundle 2\nx/y\n"})).exit_status == 3
    assert verify(tar({"policy.txt": b""})).exit_status == 3
    assert verify(b"").as_json()["verdict"] == "fail"
