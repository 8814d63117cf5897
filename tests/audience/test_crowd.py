"""A simulated audience at a real door: what the session counts is what the phones say they cast."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from audience_server.audience.arrivals import Batches
from audience_server.audience.card_keys import CardKeys
from audience_server.audience.choice_model import Temper
from audience_server.audience.crowd import Crowd, Plan
from tests.audience.running_hall import QUICK, RunningHall, running_hall
from tests.processes import ballots_in, touchstone
from tests.test_live_audit import card_row, digest, sealed_file

OPEN_PANEL = """
[[panel]]
id = "offsite"
name = "场外观众"
admission = "open"
weight = 0

[[scale]]"""

FORTY = QUICK.replace("seats = 6\nspare = 1", "seats = 40").replace("\n[[scale]]", OPEN_PANEL, 1)
TESTED = FORTY.replace("seats = 40", "seats = 40\nspare = 1\naudit = 1")
OPTIONS = {"1": "yes", "2": "fair", "3": "no", "4": "dk"}


def crowd_of(hall: RunningHall, plan: Plan, cards: int, open_phones: int = 0) -> Crowd:
    """Phones for the first cards of the hall."""
    crowd = Crowd(hall.base, plan)
    crowd.add_cards([(card.panel, CardKeys.of_code(card.code)) for card in hall.show.issue.cards[:cards]])
    if open_phones:
        crowd.add_open("offsite", open_phones)
    return crowd


async def until_present(hall: RunningHall, count: int) -> None:
    seen = hall.show.session.changed.revision
    while len(hall.show.session.state.present) < count:
        seen = await hall.show.session.changed.wait(seen)


async def test_forty_phones_with_lost_lines_and_second_thoughts_equal_a_recount(tmp_path: Path) -> None:
    """Re-votes count once, repeated bytes count once, enrolled phones in their own panel; a tester votes as sealed."""
    temper = Temper(abstain=0.1)
    plan = Plan(seed=3, batches=Batches(2, 0.2), reconnects=0.5, revote=0.5, temper=temper, rounds=1)
    async with running_hall(TESTED) as hall:
        crowd = crowd_of(hall, plan, 40, open_phones=10)
        spare, sealed = hall.show.issue.cards[40], sealed_file("r01", card_row(hall.show.phone(40), "r01", "4"))
        crowd.add_tester(spare.panel, CardKeys.of_code(spare.code), {"r01": "4"})
        running = asyncio.ensure_future(crowd.run())
        await until_present(hall, 51)
        await hall.show.do("zero")
        await hall.show.do("audit", window="r01", digest=digest(sealed))
        await hall.show.do("open", round="r01", seconds=5)
        await running
        await hall.show.do("audit-open", data=sealed)
        locked = await hall.show.do("lock", round="r01")
        summary = crowd.summary()
        crowd.write_ballots(tmp_path / "ballots.jsonl")
        rows = ballots_in(tmp_path / "ballots.jsonl")
        report = await hall.verified()
    assert (51, 51, {}) == (summary["phones"], summary["presented"], summary["refused"])
    assert summary["cast"] == summary["recorded"] > 51
    assert summary["reconnects"] > 5
    assert summary["verified"] >= summary["recorded"] + 51
    assert "4" == rows.pop()["choice"]
    assert {"cards": 1, "returned": 1, "agreed": 1} == {
        name: report["rounds"][0]["audit"][name] for name in ("cards", "returned", "agreed")
    }
    for panel, count in (("deputies", 40), ("offsite", 10)):
        chosen = Counter(row["choice"] for row in rows if row["panel"] == panel)
        identity = locked["by"][panel]
        assert (count, chosen["-"]) == (identity["returned"], identity["abstained"])
        assert {name: chosen[number] for number, name in OPTIONS.items()} == identity["counts"]["overall"]
        assert identity["counts"] == report["rounds"][0]["by"][panel]["counts"]


async def test_a_crowd_that_is_stopped_goes_home_at_once() -> None:
    """Between two waves: who has not voted does not, what was recorded is told."""
    async with running_hall(FORTY) as hall:
        crowd = crowd_of(hall, Plan(seed=1), 20)
        running = asyncio.ensure_future(crowd.run())
        await until_present(hall, 20)
        await hall.show.do("zero")
        await hall.show.do("open", round="r01", seconds=600)
        crowd.stop()
        await running
        assert 0 == crowd.summary()["recorded"]


async def test_windows_that_ended_before_do_not_count_as_seen() -> None:
    """`rounds` are those the crowd was there for; the absent are absent."""
    async with running_hall(FORTY) as hall:
        await hall.show.do("zero")
        await hall.show.do("open", round="r01", seconds=30)
        await hall.show.do("close", round="r01", reason="提前")
        crowd = crowd_of(hall, Plan(seed=1, rounds=1, absent=0.5), 40)
        running = asyncio.ensure_future(crowd.run())
        await until_present(hall, crowd.summary()["phones"])
        assert not running.done()
        await hall.show.do("open", round="r02", seconds=30)
        await hall.show.do("close", round="r02", reason="提前")
        await running
        assert 0 < crowd.summary()["presented"] < 40


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--url", "http://127.0.0.1:1", "--open", "3"], 3),
        (["--url", "http://127.0.0.1:1"], 2),
        (["--url", "http://127.0.0.1:1", "--open", "0"], 2),
        (["--url", "http://127.0.0.1:1", "--open", "3", "--revote", "1.5"], 2),
        (["--url", "http://127.0.0.1:1", "--links", "/nowhere.csv"], 2),
        (["--url", "http://127.0.0.1:1", "--open", "3", "--audit", "/nowhere.json"], 2),
    ],
)
def test_what_cannot_be_done_is_said_with_its_exit_code(words: list[str], status: int) -> None:
    """3 cannot reach, 2 bad usage; nothing on standard output."""
    done = touchstone("audience", *words)
    assert (status, "") == (done.returncode, done.stdout)
    assert done.stderr
    assert "Traceback" not in done.stderr
