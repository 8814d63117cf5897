"""`kill -9` at random moments under load: every ballot that was acknowledged is in the evidence, counted once.

The phones are real processes over real sockets; they repeat unanswered bytes, so after each restart the same ballots
get the same answers.
"""

from __future__ import annotations

import asyncio
import random
import signal
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from audience_server.live_session import LiveSession
from tests.processes import Served, audience, ballots_in, served, summary_of
from tests.show_rig import RigPhone, Show, check_show, settle
from tests.stores.faulty_store import FaultyStore
from tests.test_store_failures import turns
from tests.test_whole_shows import SESSIONS, cards_for, verified


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_acknowledged_ballot_is_lost_by_kills_under_load(tmp_path: Path, seed: int) -> None:
    """Four kills while 44 voters vote and change their votes; then lock, seal, verify, compare phone by phone."""
    pause = random.Random(seed)
    session = SESSIONS / "investors-44.toml"
    present = cards_for(session, tmp_path)
    ballots = tmp_path / "ballots.jsonl"
    with served(session, tmp_path / "data") as server:
        words = ["--links", present, "--ballots", ballots, "--batch-min", 4, "--revote", 0.5, "--reconnects", 0.2]
        with audience(server, *words) as process:
            server.wait_until(lambda status: sum(status["connected"].values()) == 44)
            server.ctl("zero")
            server.ctl("open", "r01", "--seconds", 24)
            for _ in range(4):
                wait_for_progress(server, pause.random() * 2)
                assert -signal.SIGKILL == server.end(signal.SIGKILL)
                server.restart()
            server.wait_until(lambda status: status["rounds"][0]["state"] == "closed")
            locked = server.ctl("lock", "r01")
            server.ctl("seal")
            summary = summary_of(process)
    assert {} == summary["refused"]
    assert summary["verified"] >= summary["recorded"]
    report = verified(tmp_path)
    rows = ballots_in(ballots)
    assert (
        44 == len(rows) == locked["by"]["investors"]["returned"] == report["rounds"][0]["by"]["investors"]["returned"]
    )
    openings = openings_of(tmp_path)
    assert {(row["index"], row["choice"]) for row in rows} == openings


def wait_for_progress(server: Served, seconds: float) -> None:
    """Let the vote go on for a random while: the moment of the kill is the point of this test."""
    end = time.monotonic() + seconds
    server.wait_until(lambda status: time.monotonic() >= end)


def openings_of(tmp_path: Path) -> set[tuple[int, str]]:
    """(index, choice) of every counted ballot in the evidence."""
    (bundle,) = (tmp_path / "out").glob("*.c1.tar")
    with tarfile.open(bundle) as archive:
        member = archive.extractfile("rounds/r01.openings")
        assert member is not None
        lines = member.read().decode().splitlines()
    found = set()
    for line in lines:
        index, _, choice = line.split(" ")
        found.add((int(index), choice))
    return found


Kept = dict[tuple[int, str, int], tuple[bytes, bytes]]

STEPS = ["zero", "open", "cast", "recast", "close", "lock", "void-round", "open", "cast", "close", "lock", "seal"]


@pytest.mark.parametrize("dies_at", range(len(STEPS)))
@pytest.mark.parametrize("fault", ["fail_before", "fail_after"])
async def test_a_death_at_any_durable_step_leaves_all_of_it_or_nothing(dies_at: int, fault: str) -> None:
    """The process dies just before or just after a write; the next one goes on from what is in the store."""
    show = Show()
    store = FaultyStore(show.store)
    show.store = store
    show.session = LiveSession(show.rundown, show.files, store, show.clock, show.journals)
    await show.start()
    phones = await show.phones(3)
    kept: Kept = {}
    for place, step in enumerate(STEPS):
        if place == dies_at:
            setattr(store, fault, 1)
            await attempt(show, phones, step, kept)
            await show.restart()
            for phone in phones:
                phone.session, phone.seat = show.session, show.session.arrive()
                await phone.present()
        await attempt(show, phones, step, kept)
        await turns(show, 1)
    await check_show(show)
    assert "sealed" == show.session.state.phase


async def attempt(show: Show, phones: list[RigPhone], step: str, kept: Kept) -> None:
    """Do one step unless the record shows that it is done already, as an operator or a phone would after a crash."""
    arguments: dict[str, dict[str, Any]] = {
        "open": {"round": "r01"},
        "close": {"round": "r01", "reason": "提前"},
        "lock": {"round": "r01"},
        "void-round": {"round": "r01", "reason": "重测"},
    }
    if step not in ("cast", "recast"):
        await show.session.command(step, arguments.get(step, {}), None)
        return
    window = show.session.state.open_window
    if window is None:
        return
    wanted = 1 if step == "recast" else 0
    tasks = []
    for phone in phones:
        name = (phone.card.serial, window.name, wanted)
        if name not in kept:
            kept[name] = phone.ballot(window.name, str(wanted + 1), counter=wanted)
        ballot = kept[name]
        tasks.append(asyncio.ensure_future(phone.session.cast(phone.seat, *ballot, str(wanted + 1))))
    await settle()
    await turns(show)
    await asyncio.gather(*tasks)
