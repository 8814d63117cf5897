"""Openings, counts, the accounting identity, rules, results, public figures: E421–E423, E451–E453, W471, W472."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.notary.bundle_bytes import Card, b64, canonical, sha
from tests.notary.bundle_maker import Show
from tests.notary.defects.defect import Defect, Files, altered, filed, hooked, window_lost
from tests.notary.show_rules import RULES

OPENINGS, COUNTS = "rounds/r01.openings", "rounds/r01.counts"


def openings(change: Callable[[list[str]], list[str]]) -> Callable[[], bytes]:
    """The openings of r01 changed before the tally takes their digest."""

    def hook(show: Show) -> None:
        lines = change(show.files[OPENINGS].decode().splitlines())
        show.files[OPENINGS] = "".join(f"{line}\n" for line in lines).encode()

    return hooked("r01 counted", hook)


def opening(name: str, code: str, change: Callable[[list[str]], list[str]], at: int | None = None) -> Defect:
    return Defect(name, (code,), openings(change), at=at, skipped=window_lost("r01"))


def superseded(lines: list[str]) -> list[str]:
    """An opening of the ballot that was voted over: whose index the first three lines leave out."""
    there = {int(line.split()[0]) for line in lines}
    gone = next(index for index in range(26, 39) if index not in there)
    return sorted([*lines, f"{gone} {b64(sha(b'x'))} 1=1;2=1"], key=lambda line: int(line.split()[0]))


def other_nonce(lines: list[str]) -> list[str]:
    index, _, choice = lines[0].split(" ")
    return [f"{index} {b64(sha(b'other'))} {choice}", *lines[1:]]


def other_choice(lines: list[str]) -> list[str]:
    index, nonce, _ = lines[0].split(" ")
    return [f"{index} {nonce} 1=1;2=99", *lines[1:]]


def choice(text: str) -> Defect:
    """A ballot that says `text`, committed and opened as it should be."""

    def hook(show: Show) -> None:
        show.texts["r01", Card("citizens", 1)] = text

    name = "choice-" + text.replace(";", "-").replace("=", "-is-").replace("/", "-")
    return Defect(name, ("E423",), hooked("before r01", hook), skipped=window_lost("r01"))


def edit(path: str, old: str, new: str) -> Callable[[Show], None]:
    def hook(show: Show) -> None:
        before = show.files[path].decode()
        assert old in before, before
        show.files[path] = before.replace(old, new, 1).encode()

    return hook


def tally(**change: Any) -> Callable[[], bytes]:
    """The numbers of deputies in the tally of r01 moved by the given amounts."""

    def make() -> bytes:
        def alter(kind: str, body: dict[str, Any]) -> dict[str, Any]:
            if kind == "tally" and body["window"] == "r01":
                row = body["by"]["deputies"]
                body = {**body, "by": {**body["by"], "deputies": {k: v + change.get(k, 0) for k, v in row.items()}}}
            return body

        return Show(alter=alter).play().bundle()

    return make


def paper(numbers: dict[str, int] | None = None, counts: dict[str, Any] | None = None) -> Callable[[], bytes]:
    """Another paper count of citizens in r01, tallied as it stands."""
    edu = {"overall": {"yes": 0, "fair": 0, "no": 0, "dk": 0}, "skill": {}}

    def hook(show: Show) -> None:
        show.hand("r01", "citizens", {"edu": edu} if counts is None else counts, **(numbers or {}))

    return hooked("r01 handed", hook)


def uninvited(show: Show) -> None:
    """A card votes that never checked in: more come back than went out."""
    show.batch("r01", {Card("deputies", 5): [1, 1], Card("citizens", 1): [1, 61]})


def results(change: Callable[[dict[str, Any]], object]) -> Callable[[], bytes]:
    """results.json changed before the seal takes its digest."""

    def hook(show: Show) -> None:
        body = json.loads(show.files["results.json"])
        change(body)
        show.files["results.json"] = canonical(body)

    return hooked("results", hook)


def unit(number: int, **change: Any) -> Callable[[], bytes]:
    return results(lambda body: body["units"][number].update(change))


def figure(number: int, panel: str, criterion: str, value: str | None) -> Callable[[], bytes]:
    return results(lambda body: body["units"][number]["panels"][panel].update({criterion: value}))


def public(change: Callable[[dict[str, Any]], object]) -> Callable[[], bytes]:
    def make() -> bytes:
        def hook(show: Show) -> None:
            body = json.loads(show.files["results.json"])
            change(body)
            show.files["results.json"] = canonical(body)

        return Show(hooks={"results": hook}).play().bundle(public=True)

    return make


def other_rules(old: str, new: str) -> Callable[[], bytes]:
    assert old in RULES, old
    return lambda: Show(rules=RULES.replace(old, new, 1)).play().bundle()


def channel(**change: Any) -> Callable[[], bytes]:
    return altered("channel", change)


def reordered(body: dict[str, Any]) -> None:
    body["units"].reverse()


def incomplete(body: dict[str, Any]) -> None:
    """Without a bottom, as if a round were missing."""
    body["complete"] = False
    for row in body["units"]:
        row["bottom"] = False


def drop_second(_: Show, files: Files) -> None:
    files["rounds/r02.2.openings"] = b""


SCORES = {"edu": "80.5", "env": "92", "power": "64.25"}
DEFECTS = [
    # openings
    opening("opening-missing", "E421", lambda lines: lines[1:]),
    opening("opening-of-a-superseded-ballot", "E421", superseded),
    opening("opening-of-no-ballot", "E421", lambda lines: [*lines, f"60 {b64(sha(b'x'))} 1"], at=60),
    opening("openings-not-rising", "E421", lambda lines: [lines[1], lines[0], *lines[2:]]),
    opening("opening-twice", "E421", lambda lines: [lines[0], *lines]),
    opening("opening-with-a-short-nonce", "E421", lambda lines: [*lines[:-1], "38 AAAA 1=1;2=1"]),
    opening("opening-without-choice", "E421", lambda lines: [lines[0].rpartition(" ")[0], *lines[1:]]),
    opening("opening-with-another-nonce", "E422", other_nonce),
    opening("opening-with-another-choice", "E422", other_choice),
    Defect("openings-emptied-after-the-tally", ("E421",), filed(drop_second), skipped=window_lost("r02.2")),
    *map(choice, ("2", "1=9;2=50", "1=1;2=101", "1=1;2=050", "2=50;1=1", "1=1", "1=-;2=-", "1=1;2=50;3=1", "1=0;2=5")),
    # tally, counts, identity
    *(
        Defect(f"tally-{name}-plus-one", ("E451",), tally(**{name: 1}), at=41)
        for name in ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")
    ),
    Defect("tally-moves-a-vote", ("E451",), tally(valid=-1, abstained=1), at=41),
    Defect("tally-of-another-open", ("E451",), altered("tally", {"open": 24}, 1), at=41),
    Defect("tally-of-another-close", ("E451",), altered("tally", {"close": 38}, 1), at=41),
    Defect("tally-of-other-openings", ("E451",), altered("tally", {"openings": sha(b"x").hex()}, 1), at=41),
    Defect("tally-of-other-counts", ("E451",), altered("tally", {"counts": sha(b"x").hex()}, 1), at=41),
    Defect("counts-of-one-more", ("E451",), hooked("r01 counted", edit(COUNTS, '"yes":2', '"yes":3')), at=41),
    Defect("counts-of-true", ("E451",), hooked("r01 counted", edit(COUNTS, ":1,", ":true,")), at=41),
    Defect("counts-of-another-window", ("E451",), hooked("r01 counted", edit(COUNTS, '"r01"}', '"r02"}')), at=41),
    Defect("counts-without-salt", ("E451",), hooked("r01 counted", edit(COUNTS, '"salt":"', '"salt":"A')), at=41),
    Defect("counts-not-canonical", ("E451",), hooked("r01 counted", edit(COUNTS, '"by":', '"by": ')), at=41),
    Defect("counts-with-a-zero-mark", ("E451",), hooked("r01 counted", edit(COUNTS, '"75":1', '"74":0,"75":1')), at=41),
    Defect("more-returned-than-issued", ("E451",), hooked("r01 voted", uninvited), at=43),
    Defect("more-present-than-invited", ("E451",), paper({"present": 1}), at=42),
    Defect("paper-issued-to-nobody", ("E451",), paper({"issued": 1}), at=42),
    Defect("paper-that-does-not-add-up", ("E451",), paper({"present": 0, "returned": 1}), at=42),
    Defect("paper-of-other-items", ("E451",), paper(counts={}), at=42),
    Defect(
        "select-counts-changed",
        ("E451",),
        hooked("r03 counted", edit("rounds/r03.counts", '"power":1', '"power":2')),
        at=72,
    ),
    # rules
    Defect("channel-weights-not-100", ("E452", "E453"), other_rules("weight = 70 }", "weight = 75 }")),
    Defect("panel-weights-not-100", ("E452", "E453"), other_rules("weight = 60", "weight = 50")),
    Defect("open-with-another-grammar", ("E452",), altered("open", {"grammar": "1=1-4;2=0-99"}, 1), at=25),
    Defect("open-with-another-panel", ("E452",), altered("open", {"panels": ["deputies"]}, 1), at=25),
    Defect("open-with-another-unit", ("E452",), altered("open", {"units": ["env"]}, 1), at=25),
    Defect("open-with-another-kind", ("E452",), altered("open", {"kind": "mood"}, 1), at=25),
    Defect("open-with-another-criterion", ("E452",), altered("open", {"criteria": ["skill", "overall"]}, 1), at=25),
    Defect("open-with-ballots", ("E452",), altered("open", {"ballots": 3}, 1), at=25),
    Defect("open-with-another-tolerance", ("E452",), altered("open", {"tolerance": 1999}, 1), at=25),
    Defect("channel-unknown", ("E452", "E453"), channel(id="other"), at=24),
    Defect("channel-named-vote", ("E452", "E453"), channel(id="vote"), at=24),
    Defect("channel-above-100", ("E452", "E453"), channel(scores={**SCORES, "edu": "100.01"}), at=24),
    Defect("channel-of-an-unknown-unit", ("E452",), channel(scores={**SCORES, "x": "1"}), at=24),
    Defect("rules-not-toml", ("E452",), lambda: Show(rules="[").play().bundle(), skipped=("E103–E511",)),
    Defect("rules-without-authority", ("E452",), other_rules("authority", "authorities"), skipped=("E103–E511",)),
    # results
    Defect("score-changed", ("E453",), unit(0, score="73.80")),
    Defect("score-rounded-down", ("E453",), unit(1, score="76.94")),
    Defect("rank-changed", ("E453",), unit(0, rank=1)),
    Defect("rank-that-is-true", ("E453",), unit(1, rank=True)),
    Defect("tie-claimed", ("E453",), unit(0, tied=True)),
    Defect("bottom-taken-away", ("E453",), unit(0, bottom=False)),
    Defect("channel-figure-changed", ("E453",), unit(0, channels={"survey": "80.50", "vote": "70.90"})),
    Defect("units-reordered", ("E453",), results(reordered)),
    Defect("unit-left-out", ("E453",), results(lambda body: body["units"].pop())),
    Defect("called-incomplete", ("E453",), results(lambda body: body.update(complete=False))),
    Defect("results-of-another-shape", ("E453",), results(lambda body: body.update(units=7))),
    Defect("figure-withheld-without-need", ("E453",), figure(0, "deputies", "overall", None)),
    Defect("hidden-figure-given-wrong", ("W471", "E453"), figure(0, "citizens", "overall", "99.00")),
    Defect("results-not-those-of-the-seal", ("E453",), altered("seal", {"results": sha(b"x").hex()}), at=74),
    # public figures
    Defect("figure-of-votes-all-alike", ("W471",), figure(0, "citizens", "overall", "100.00")),
    Defect("figure-that-follows-by-subtraction", ("W472",), figure(0, "offsite", "overall", "53.33")),
    # the public bundle
    *(
        Defect(f"public-{name}", codes, public(change), skipped=("E421–E423 and the counts",))
        for name, codes, change in (
            ("rank-changed", ("E453",), lambda body: body["units"][0].update(rank=1)),
            ("bottom-taken-away", ("E453",), lambda body: body["units"][0].update(bottom=False)),
            ("unit-left-out", ("E453",), lambda body: body["units"].pop()),
            ("unit-twice", ("E453",), lambda body: body["units"].insert(1, body["units"][0])),
            ("unit-that-is-a-number", ("E453",), lambda body: body["units"][0].update(unit=5)),
            ("called-incomplete", ("E453",), incomplete),
            ("score-that-is-a-number", ("E453",), lambda body: body["units"][0].update(score=5, rank=None)),
            ("rank-that-is-true", ("E453",), lambda body: body["units"][1].update(rank=True)),
        )
    ),
]
