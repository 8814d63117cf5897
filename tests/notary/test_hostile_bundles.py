"""Whatever bytes come in, a report comes out: no exception, no endless loop, no great memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audience_server.notary.verify import Page, verify
from tests.notary.bundle_bytes import Signer, b64, canonical, sha, tar
from tests.notary.bundle_maker import Show
from tests.notary.show_rules import RULES

TINY = (Path(__file__).resolve().parent.parent / "vectors" / "tiny.c1.tar").read_bytes()
QUIET = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
BASE = Show().play()
FILES = BASE.evidence()


def judged(data: bytes) -> None:
    """Every part of the report must be made, too."""
    report = verify(data)
    assert report.exit_status in (0, 1, 2, 3)
    assert Page(report, True).text()
    assert Page(report, False).text()
    canonical(report.as_json())


@QUIET
@given(st.lists(st.tuples(st.integers(0, len(TINY) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_never_raise(changes: list[tuple[int, int]]) -> None:
    """Random bytes of the tiny session changed."""
    data = bytearray(TINY)
    for place, value in changes:
        data[place] = value
    judged(bytes(data))


@QUIET
@given(st.integers(0, len(TINY)), st.integers(0, len(TINY)), st.binary(max_size=40))
def test_cut_and_spliced_archives_never_raise(start: int, end: int, more: bytes) -> None:
    """A stretch taken out and other bytes put in."""
    judged(TINY[: min(start, end)] + more + TINY[max(start, end) :])


@QUIET
@given(st.sampled_from(sorted(FILES)), st.data())
def test_changed_files_never_raise(path: str, data: st.DataObject) -> None:
    """A file changed and the archive made whole again, so that the later steps are reached."""
    before = FILES[path]
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, min(len(before), start + 60)))
    after = before[:start] + data.draw(st.binary(max_size=30)) + before[end:]
    judged(BASE.pack({**FILES, path: after}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**53) | st.text(max_size=5) | st.just(b64(bytes(32))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abw"), inner, max_size=3),
    max_leaves=6,
)


@QUIET
@given(st.integers(0, 30), st.data())
def test_acts_with_odd_values_never_raise(number: int, data: st.DataObject) -> None:
    """One field of one act is anything; everything after is signed as if it were right."""
    seen = [0]

    def alter(_: str, body: dict[str, object]) -> dict[str, object]:
        seen[0] += 1
        if seen[0] != number + 1:
            return body
        field = data.draw(st.sampled_from(sorted(body)))
        return {**body, field: data.draw(JSON)}

    judged(Show(alter=alter).play().bundle())


@QUIET
@given(st.sampled_from(("results.json", "rolls/index.json", "rounds/r01.counts", "rounds/t01.counts")), JSON, JSON)
def test_tables_with_odd_shapes_never_raise(path: str, value: object, other: object) -> None:
    """Canonical JSON of another shape in the tables."""
    body = {"by": value, "salt": b64(bytes(32)), "window": "r01", "units": value, "complete": other, "deputies": other}
    judged(BASE.pack({**FILES, path: canonical(body)}))


@QUIET
@given(st.integers(0, RULES.count("\n")), st.sampled_from(["", "[", "x = 1", "id = 7", "weight = -1", 'kind = "mood"']))
def test_session_files_with_odd_lines_never_raise(number: int, line: str) -> None:
    """A line of the session file replaced."""
    lines = RULES.splitlines()
    lines[number : number + 1] = [line]
    rules = "\n".join(lines).encode()
    judged(BASE.pack({**FILES, "rules.toml": rules}))


@pytest.mark.parametrize(
    "rules",
    [
        b"a = " + b"[" * 100_000,
        b"a" + b".a" * 50_000 + b" = 1",
        b"".join(b"[t%d]\na" % n + b".a" * 990 + b" = 1\n" for n in range(60)),
        b"[t" + b".a" * 900 + b"]\n" + b"".join(b"a%d = 1\n" % n for n in range(60_000)),
        b'[session]\nid = "x"\nauthority = "y"\nspare_rounds = 999999999',
        b'[session]\nid = "x"\nauthority = "y"\nbatch_min = ' + b"9" * 5000,
        b'[session]\nid = "x"\nauthority = "y"\n[[scale]]\nid = "p"\noptions = [{ id = "p", score = 1e999999999 }]',
        b'[session]\nid = "x"\nauthority = "y"\ndate' + b".a" * 999 + b" = 1",
        b'[session]\nid = "x"\nauthority = "y"\n'
        + b"".join(b'[[unit]]\nid = "u%d"\nname = "u"\ncategory = "c"\n' % n for n in range(3000))
        + b"".join(b'[[criterion]]\nid = "u%d"\nname = "u"\nscale = "c"\n' % n for n in range(3000))
        + b'[[panel]]\nid = "p"\nname = "p"\nadmission = "open"\n',
    ],
    ids=["deep", "dotted", "often-dotted", "far-below", "spares", "digits", "exponent", "date", "grid"],
)
def test_session_files_that_want_to_be_too_much(rules: bytes) -> None:
    """Depth, sizes and exponents are bounded before anything is built from them."""
    judged(BASE.pack({**FILES, "rules.toml": rules}))


def test_a_public_unit_that_is_a_number_never_raises() -> None:
    """Where the session file has a unit of that name, too."""
    public = BASE.evidence(public=True)
    rules = public["rules.toml"].replace(b'"edu"', b'"5"')
    results = public["results.json"].replace(b'"unit":"edu"', b'"unit":5')
    assert results != public["results.json"]
    judged(BASE.pack({**public, "rules.toml": rules, "results.json": results}))


@pytest.mark.parametrize("size", [2**62, 10**9, 256 * 40])
def test_a_checkpoint_that_claims_a_great_log(size: int) -> None:
    """A size is a claim; what is built from it is bounded by the files that are there."""
    text = f"{BASE.origin}\n{size}\n{b64(sha(b'x'))}\n".encode()
    judged(BASE.pack({**FILES, "checkpoint": BASE.head_note(0, 1, text=text)}))


def test_a_history_with_great_sizes_costs_nothing() -> None:
    """E304 for heads beyond the log, and no tree of their size."""
    text = f"{BASE.origin}\n{2**62}\n{b64(sha(b'x'))}\n".encode()
    judged(BASE.pack({**FILES, "history": FILES["history"] + BASE.head_note(0, 1, text=text)}))


def test_json_as_deep_as_a_well_is_one_failed_check() -> None:
    """The parser's own limit is met before ours; both are findings."""
    deep = b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
    show = Show(hooks={"before seal": lambda s: s.append(f"c1/incident\n{s.origin}\n".encode() + deep + b"\n")}).play()
    report = verify(show.bundle())
    assert {finding.code for finding in report.findings} == {"W106", "E306"}


def test_an_open_that_repeats_itself_costs_nothing() -> None:
    """64 KB of names twice over would be tens of millions of questions."""

    def hook(show: Show) -> None:
        show.act(
            "open", window="r900", round="r900", title="x", kind="mood", units=["edu"] * 1000,
            criteria=["overall"] * 1000, grammar="1-4", panels=["deputies"], seconds=1, tolerance=2000, ballots=0,
        )  # fmt: skip

    data = Show(hooks={"before seal": hook}).play().bundle()
    tracemalloc.start()
    judged(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_memory_stays_near_the_size_of_the_bundle() -> None:
    """A tar of nothing but headers, names of every length, and a thousand signatures."""
    log = Signer("x/y", 1, sha(b"log"))
    line = log.line(b"x\n")
    many = tar(
        {"C1": b"c1/bundle 1\nx/y\n", "checkpoint": b"x\n\n" + line * 50_000, **{f"f{n}": b"" for n in range(4000)}}
    )
    tracemalloc.start()
    judged(many)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * len(many)
