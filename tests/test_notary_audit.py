"""A page that flips votes is caught by a tester's card, with real processes: sealed, voted, told, held again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.notary_rig import Watcher, confirmed_by_notary, holder, session_with, watching
from tests.phone_robot import PhoneRobot
from tests.processes import Served, audience, must, served, touchstone
from tests.show_rig import SMALL_SESSION
from tests.test_notary_show import begin, counted, export, locked, state_of

pytestmark = pytest.mark.slow

SECONDS = 3
NOT_HELD = ("not-held", "r02", "--reason", "时间不够")


def seal(tmp_path: Path, window: str, serial: int, choice: str) -> Path:
    """What the notary makes the evening before."""
    out = tmp_path / f"audit-{window}.json"
    keys = tmp_path / "notary"
    words = ["--rules", tmp_path / "session.toml", "--window", window, "--serial", serial, "--choice", choice]
    words += ["--keys", keys, "--passphrase-file", keys / "passphrase", "--out", out]
    told = json.loads(must("notary", "audit", tmp_path / "cards.serials", *words))
    assert str(out) == told["written"]
    assert 0o600 == out.stat().st_mode & 0o777
    return out


async def held(server: Served, watcher: Watcher, tester: PhoneRobot, sealed: Path, window: str, says: str) -> None:
    """Fixed, opened, voted, closed, told; `says` is what the tester's page really signs."""
    round_id = window.partition(".")[0]
    watcher.say(f"audit {sealed}")
    await asyncio.to_thread(watcher.wait_until, lambda told: is_sealed(told, window))
    await asyncio.to_thread(server.ctl, "open", round_id, "--seconds", SECONDS, "--despite-cue")
    await tester.window(window)
    await tester.cast(window, says)
    await asyncio.to_thread(server.wait_until, lambda status: state_of(status, round_id) == "closed")
    assert "audit_not_opened" == await asyncio.to_thread(server.ctl_refused, "lock", round_id)
    watcher.say(f"audit {sealed}")
    await asyncio.to_thread(watcher.wait_until, lambda told: is_told(told, window))


def is_told(told: dict[str, Any], window: str) -> bool:
    """The notary's copy holds the opened file."""
    closed = [each for each in told.get("windows", ()) if (each["window"], each["state"]) == (window, "closed")]
    return any(not each["sealed"] for each in closed)


def is_sealed(told: dict[str, Any], window: str) -> bool:
    return window in told.get("audits", ())


async def test_a_flipped_vote_is_caught_and_the_round_is_held_again(tmp_path: Path) -> None:
    notary = holder(tmp_path / "notary", "公证员甲", "gongzheng.example/n1")
    text = session_with([notary], [], SMALL_SESSION.replace("spare = 1", "spare = 2\naudit = 2"))
    session = tmp_path / "session.toml"
    session.write_text(confirmed_by_notary(text), "utf-8")
    files = ["--links", tmp_path / "all.csv", "--serials", tmp_path / "cards.serials"]
    must("cards", session, "--data", tmp_path / "data", *files, "--rehearsal", "--base-url", "http://a.example")
    rows = (tmp_path / "all.csv").read_text("utf-8").splitlines()
    (tmp_path / "links.csv").write_text("\n".join(rows[:7]) + "\n", "utf-8")
    first, second = seal(tmp_path, "r01", serial_of(rows[7]), "3"), seal(tmp_path, "r01.2", serial_of(rows[8]), "2")
    with served(session, tmp_path / "data") as server, watching(notary, server) as watcher:
        begin(server, watcher)
        with audience(server, "--links", tmp_path / "links.csv"):
            testers = [await come(server, row) for row in rows[7:9]]
            await asyncio.to_thread(server.wait_until, lambda status: present(status) == 8)
            await held(server, watcher, testers[0], first, "r01", "1")
            await asyncio.to_thread(server.ctl, "lock", "r01")
            await asyncio.to_thread(locked, server, "r01")
            await asyncio.to_thread(watcher.wait_until, lambda told: "E424" in str(told.get("alarms")))
            await asyncio.to_thread(server.ctl, "reveal", "r01")
            watcher.say("nod reveal r01")
            await asyncio.to_thread(watcher.wait_until, lambda told: "应当作废重测" in str(told))
            watcher.say("void-round r01 抽验卡不符")
            await asyncio.to_thread(server.wait_until, lambda status: status["rounds"][0]["voided"] == ["r01"])
            await held(server, watcher, testers[1], second, "r01.2", "2")
            await asyncio.to_thread(server.ctl, "lock", "r01")
            await asyncio.to_thread(locked, server, "r01")
            await asyncio.to_thread(counted, watcher, "r01.2")
            for tester in testers:
                await tester.hang_up()
        await asyncio.to_thread(server.ctl, *NOT_HELD)
        sealed = await asyncio.to_thread(server.ctl, "seal")
        await asyncio.to_thread(watcher.wait_until, lambda told: bool(told.get("evidence")))
        assert sealed["state"] == "sealed"
    _, report = export(tmp_path, notary)
    assert [] == report["failures"]
    again = report["rounds"][1]
    assert {"cards": 1, "returned": 1, "agreed": 1} == {
        name: again["audit"][name] for name in ("cards", "returned", "agreed")
    }
    assert (6, 6) == (again["by"]["deputies"]["present"], again["by"]["deputies"]["issued"])


def present(status: dict[str, Any]) -> int:
    return sum(panel["present"] for panel in status["panels"])


def serial_of(row: str) -> int:
    return int(row.split(",")[1])


async def come(server: Served, row: str) -> PhoneRobot:
    robot = await PhoneRobot.connect(str(server.ready["url"]), row.rpartition("#c1.")[2].partition(".")[0])
    await robot.hello()
    await robot.present()
    return robot


def test_what_cannot_be_audited_is_refused_with_what_would_be_right(tmp_path: Path) -> None:
    notary = holder(tmp_path / "notary", "公证员甲", "gongzheng.example/n1")
    session = tmp_path / "session.toml"
    session.write_text(session_with([notary], []), "utf-8")
    files = ["--links", tmp_path / "all.csv", "--serials", tmp_path / "cards.serials"]
    must("cards", session, "--data", tmp_path / "data", *files, "--rehearsal", "--base-url", "http://a.example")
    fixed = ["notary", "audit", tmp_path / "cards.serials", "--rules", session, "--keys", notary.directory]
    fixed += ["--passphrase-file", notary.directory / "passphrase", "--out", tmp_path / "a.json"]
    for words, why in (
        (["--window", "r77", "--serial", 1], "没有 r77"),
        (["--window", "r01", "--serial", 99], "没有99号卡"),
        (["--window", "r01", "--serial", 1, "--choice", "9"], "9:"),
        (["--window", "r01", "--serial", 1, "--serial", 1], "每张一次"),
        (["--window", "r01", "--serial", 1, "--choice", "1", "--choice", "2"], "--choice"),
    ):
        refused = touchstone(*fixed, *words)
        assert (2, True) == (refused.returncode, why in refused.stderr), refused.stderr
        assert not (tmp_path / "a.json").exists()
    slip = touchstone(*fixed, "--window", "r01", "--serial", 1, "--choice", "3")
    assert "1号卡,r01轮请投:总体评价 不满意" in slip.stderr
    assert 2 == touchstone(*fixed, "--window", "r01", "--serial", 1).returncode
