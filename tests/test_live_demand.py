"""A ballot shown at the notary's desk: what happened stands in the record, and nothing that leads to the vote."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audience_server.record.ballots import build_present
from tests.show_rig import RigPhone
from tests.witness_rig import WitnessedShow, until


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[WitnessedShow]:
    """The first round is open, nobody has checked in."""
    show = WitnessedShow(tmp_path)
    await show.start()
    await show["甲"].come()
    await until(lambda: show.session.record.size == 1)
    await show.do("zero")
    await until(lambda: show.session.state.zero_index is not None)
    yield show
    await show.leave()


def shown(show: WitnessedShow, phone: RigPhone, choice: str, window: str = "r01") -> str:
    """The code on the phone."""
    entry, nonce = phone.ballot(window, choice)
    present = build_present(show.origin, phone.seed("r00")).decode()
    code = {"present": present, "entry": entry.decode(), "nonce": base64.b64encode(nonce).decode(), "choice": choice}
    return json.dumps(code)


async def demanded(show: WitnessedShow, code: str) -> str:
    """The notary scans it; what the notary's program is answered."""
    notary = show["甲"].witness
    assert notary is not None
    notary.desk.demand(code)
    for _ in range(6):
        await show.clock.advance(1)
    await until(lambda: any(about == "demand" for about, _, _ in notary.desk.answers))
    return next(text for about, _, text in notary.desk.answers if about == "demand")


async def last_entry(show: WitnessedShow) -> str:
    return (await show.session.record.entry(show.session.record.size - 1)).decode()


async def test_a_ballot_that_is_taken_leaves_its_outcome_only(show: WitnessedShow) -> None:
    """Index or digest beside the moment at the desk would give the vote to whoever holds the evidence."""
    [phone] = await show.phones(1)
    await show.do("open", round="r01", despite_cue=True)
    code = shown(show, phone, "3")
    assert {"outcome": "recorded"} == json.loads(await demanded(show, code))
    entry = json.loads(code)["entry"].encode()
    assert entry in await show.session.record.entries()
    incident = json.loads((await last_entry(show)).split("\n")[2])
    assert {"kind": "demand", "text": "甲: recorded"} == {name: incident[name] for name in incident if name != "at"}


async def test_a_ballot_that_is_not_taken_leaves_the_reason(show: WitnessedShow) -> None:
    assert "round_not_open" == await demanded(show, shown(show, show.phone(0), "3"))
    assert '"text":"甲: refused round_not_open"' in await last_entry(show)


async def test_nothing_is_written_behind_the_seal(show: WitnessedShow) -> None:
    """Whoever comes too late is told so; the record is over."""
    for round_id in ("r01", "r02"):
        await show.do("not-held", round=round_id, reason="时间不够")
    await show["甲"].follows()
    await show.do("seal")
    assert "sealed" == await demanded(show, shown(show, show.phone(0), "3"))
    assert (await last_entry(show)).startswith("c1/seal\n")
