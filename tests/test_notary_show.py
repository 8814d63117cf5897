"""A session with a notary and an observer, each in a process of its own, from the first entry to signed evidence."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from audience_server.audience.card_keys import code_of_link
from tests.notary_rig import Holder, Watcher, confirmed_by_notary, holder, session_with, watching
from tests.phone_robot import PhoneRobot
from tests.processes import Served, audience, must, served, touchstone
from tests.show_rig import SMALL_SESSION

pytestmark = pytest.mark.slow

SECONDS = 3


@pytest.fixture
def notary(tmp_path: Path) -> Holder:
    return holder(tmp_path / "notary", "公证员甲", "gongzheng.example/n1")


@pytest.fixture
def observer(tmp_path: Path) -> Holder:
    return holder(tmp_path / "observer", "市统计局", "tongji.example/o1", "observer")


def prepare(tmp_path: Path, text: str) -> Path:
    """Session file and cards; the links of everybody who has a seat."""
    session = tmp_path / "session.toml"
    session.write_text(text, "utf-8")
    links = tmp_path / "links.csv"
    base = "http://127.0.0.1:8080"
    must("cards", session, "--data", tmp_path / "data", "--links", links, "--rehearsal", "--base-url", base)
    lines = links.read_text("utf-8").splitlines()
    links.write_text("\n".join(lines[:7]) + "\n", "utf-8")
    return session


@contextmanager
def people(server: Served, tmp_path: Path) -> Iterator[None]:
    """Six voters, checked in."""
    with audience(server, "--links", tmp_path / "links.csv"):
        server.wait_until(lambda status: sum(panel["present"] for panel in status["panels"]) == 6)
        yield


def begin(server: Served, watcher: Watcher) -> None:
    """The notary signs entry 0 and the zero confirmation."""
    watcher.wait_for_size(1)
    assert server.ctl("zero")["pending"] == ["notary"]
    server.wait_until(lambda status: status["zeroed"])


def vote(server: Served, round_id: str) -> dict[str, Any]:
    """One round, opened, voted, locked; the lock's answer or status."""
    server.ctl("open", round_id, "--seconds", SECONDS, "--despite-cue")
    server.wait_until(lambda status: state_of(status, round_id) == "closed")
    return server.ctl("lock", round_id)


def state_of(status: dict[str, Any], round_id: str) -> str:
    return next(str(each["state"]) for each in status["rounds"] if each["round"] == round_id)


def locked(server: Served, round_id: str) -> None:
    server.wait_until(lambda status: state_of(status, round_id) == "locked")


def counted(watcher: Watcher, window: str) -> None:
    """The notary's computer has counted this window itself."""
    watcher.wait_until(
        lambda told: any(each["window"] == window and each["agrees"] for each in told.get("windows", ()))
    )


def export(tmp_path: Path, notary: Holder) -> tuple[Path, dict[str, Any]]:
    """The server's bundle, verified with the notary's anchor."""
    written = json.loads(must("export", "--data", tmp_path / "data", "--out", tmp_path / "out"))["written"]
    report = tmp_path / "report.json"
    touchstone("notary", "verify", written, "--anchor", notary.anchor, "--report", report)
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return Path(written), found


def public_beside(evidence: Path) -> bytes:
    """The public bundle that a witness built with its evidence, named and placed as an export's."""
    stem = evidence.name.removesuffix(".c1.tar")
    return (evidence.with_name(f"{stem}-public") / f"{stem}.public.c1.tar").read_bytes()


def mirror_bundle(watcher: Watcher, path: Path) -> bytes:
    """The evidence built from a witness's own copy."""
    watcher.wait_until(lambda told: bool(told.get("evidence")))
    watcher.say(f"bundle {path}")
    watcher.wait_until(lambda told: str(path) in str(told.get("did", "")))
    return path.read_bytes()


def test_a_session_from_the_first_entry_to_the_signed_manifest(
    tmp_path: Path, notary: Holder, observer: Holder
) -> None:
    """Nothing begins, is locked or shown without the notary; what three computers make is the same, byte for byte."""
    session = prepare(tmp_path, confirmed_by_notary(session_with([notary], [observer], SMALL_SESSION)))
    with served(session, tmp_path / "data") as server:
        assert server.ctl("status")["waiting_for"] == ["notary session"]
        assert server.ctl_refused("zero") == "witnesses_missing"
        with watching(notary, server) as watcher, watching(observer, server, agree="") as second:
            begin(server, watcher)
            with people(server, tmp_path):
                assert vote(server, "r01")["pending"] == ["notary"]
                locked(server, "r01")
                counted(watcher, "r01")
                assert server.ctl("reveal", "r01")["pending"] == ["notary"]
                server.wait_until(lambda status: status["revealed"] == "r01")
                watcher.say("remark 公证员到场,设备封条完好")
                server.wait_until(lambda status: not status["waiting_for"])
                vote(server, "r02")
                locked(server, "r02")
            server.ctl("seal")
            mine = mirror_bundle(watcher, tmp_path / "mine.c1.tar")
            theirs = mirror_bundle(second, tmp_path / "theirs.c1.tar")
            assert watcher.now["adds_up"]
            assert watcher.alarm_codes() == set()
    written, report = export(tmp_path, notary)
    assert written.read_bytes() == mine == theirs
    (public,) = (tmp_path / "out").rglob("*.public.c1.tar")
    built = [public_beside(tmp_path / name) for name in ("mine.c1.tar", "theirs.c1.tar")]
    assert [public.read_bytes()] * 2 == built
    done = touchstone("notary", "verify", public)
    assert (2, True) == (done.returncode, "公开版" in done.stdout)
    assert [] == report["failures"]
    assert {"W108", "W109"} == {each["code"] for each in report["warnings"]}


def test_an_override_goes_without_the_notary_and_stays_in_the_record(tmp_path: Path, notary: Holder) -> None:
    """The reason is an incident before anything happens."""
    session = prepare(tmp_path, confirmed_by_notary(session_with([notary], [])))
    with served(session, tmp_path / "data") as server, watching(notary, server, "session,zero") as watcher:
        begin(server, watcher)
        with people(server, tmp_path):
            vote(server, "r01")
            assert server.ctl_refused("override", "lock", "r01", "--reason", "") == "reason_needed"
            assert server.ctl("override", "lock", "r01", "--reason", "公证员电脑死机")["done"]["state"] == "locked"
        size = server.ctl("status")["record"]["size"]
        watcher.wait_for_size(size)


def test_a_declined_statement_is_not_recorded(tmp_path: Path, notary: Holder) -> None:
    """The desk reads the reason."""
    session = prepare(tmp_path, session_with([notary], []))
    with served(session, tmp_path / "data") as server, watching(notary, server, "session,zero") as watcher:
        begin(server, watcher)
        before = server.ctl("status")["record"]["size"]
        draft = server.ctl("remark", "甲方要求补记")["draft"]
        watcher.wait_until(lambda told: any(each["id"] == draft for each in told.get("drafts", ())))
        watcher.say(f"decline {draft} 与事实不符")
        status = server.wait_until(lambda status: not status["waiting_for"])
        assert status["record"]["size"] == before
        assert "与事实不符" in status["alarms"][-1]["text"]


async def come(server: Served, directory: Path) -> list[PhoneRobot]:
    """Six phones, checked in."""
    links = (directory / "links.csv").read_text("utf-8").splitlines()[1:]
    url = str(server.ready["url"])
    robots = [await PhoneRobot.connect(url, code_of_link(row.split(",")[-1])) for row in links]
    await asyncio.gather(*(robot.hello() for robot in robots))
    await asyncio.gather(*(robot.present() for robot in robots))
    return robots


async def test_a_witness_lost_and_back_in_the_middle_of_a_round_stops_no_vote(tmp_path: Path, notary: Holder) -> None:
    """Ballots are recorded meanwhile, the desk sees it at once, and everything is witnessed afterwards."""
    session = prepare(tmp_path, session_with([notary], []))
    with served(session, tmp_path / "data") as server:
        with watching(notary, server) as watcher:
            begin(server, watcher)
            robots = await come(server, tmp_path)
            server.ctl("open", "r01", "--seconds", 120, "--despite-cue")
            before = await asyncio.gather(*(robot.cast("r01", "1") for robot in robots[:3]))
            watcher.wait_for_size(max(answer["index"] for answer in before) + 1)
        status = server.wait_until(lambda status: status["record"]["witnesses"][0]["state"] == "absent")
        assert ["witness_lost"] == [alarm["code"] for alarm in status["alarms"]]
        without = await asyncio.gather(*(robot.cast("r01", "2") for robot in robots[3:5]))
        assert ["recorded", "recorded"] == [answer["type"] for answer in without]
        with watching(notary, server) as watcher:
            watcher.wait_for_size(max(answer["index"] for answer in without) + 1)
            await robots[5].cast("r01", "3")
            server.ctl("close", "r01")
            locked = server.ctl("lock", "r01")
            assert {"overall": {"yes": 3, "fair": 2, "no": 1, "dk": 0}} == locked["by"]["deputies"]["counts"]
            counted(watcher, "r01")
            server.ctl("not-held", "r02", "--reason", "时间不够")
            server.ctl("seal")
            mine = mirror_bundle(watcher, tmp_path / "mine.c1.tar")
        for robot in robots:
            await robot.hang_up()
    written, report = export(tmp_path, notary)
    assert ([], mine) == (report["failures"], written.read_bytes())


def test_a_server_put_back_to_yesterday_gets_its_entries_back(tmp_path: Path, notary: Holder) -> None:
    """It adds nothing before it has compared; what was lost comes from the notary's copy, and the show goes on."""
    session = prepare(tmp_path, session_with([notary], []))
    with served(session, tmp_path / "data") as server:
        with watching(notary, server) as watcher:
            begin(server, watcher)
            with people(server, tmp_path):
                server.end()
                shutil.copytree(tmp_path / "data", tmp_path / "yesterday")
                server.restart()
                server.wait_until(lambda status: not status["record"]["held"])
                size = vote(server, "r01")["size"]
                counted(watcher, "r01")
                watcher.wait_for_size(size)
        server.end()
        shutil.rmtree(tmp_path / "data")
        shutil.copytree(tmp_path / "yesterday", tmp_path / "data")
        assert json.loads((tmp_path / "data" / "session.json").read_text("ascii"))["record_begun"]
        server.restart()
        status = server.ctl("status")
        assert status["record"]["held"] == "comparing"
        assert status["record"]["size"] < size
        assert server.ctl_refused("incident", "--kind", "test", "x") == "try_again"
        with watching(notary, server) as watcher:
            status = server.wait_until(lambda status: not status["record"]["held"])
            assert status["record"]["size"] == size
            assert state_of(status, "r01") == "locked"
            with people(server, tmp_path):
                vote(server, "r02")
            server.ctl("seal")
            mine = mirror_bundle(watcher, tmp_path / "mine.c1.tar")
    written, report = export(tmp_path, notary)
    assert written.read_bytes() == mine
    assert [] == report["failures"]


def test_a_forked_server_is_not_followed_and_not_believed(tmp_path: Path, notary: Holder) -> None:
    """A second server with the same key that went its own way: the notary's program refuses it at the first word."""
    session = prepare(tmp_path, session_with([notary], []))
    with served(session, tmp_path / "data") as server:
        with watching(notary, server) as watcher:
            begin(server, watcher)
            server.end()
            shutil.copytree(tmp_path / "data", tmp_path / "fork")
            server.restart()
            server.wait_until(lambda status: not status["record"]["held"])
            server.ctl("incident", "--kind", "note", "真的记录")
            watcher.wait_for_size(server.ctl("status")["record"]["size"])
        with served(session, tmp_path / "fork") as forked:
            forked.ctl("go-on", "--reason", "谁也连不上")
            forked.ctl("incident", "--kind", "note", "另一份记录")
            with watching(notary, forked) as misled:
                misled.wait_until(lambda told: "ended" in told)
                status = forked.wait_until(lambda status: any(a["code"] == "witness_fork" for a in status["alarms"]))
                assert status["record"]["witnesses"][0]["state"] == "absent"


def cards_of(session: Path, directory: Path) -> Path:
    """A directory of the live session, with cards of its own."""
    must(
        "cards",
        session,
        "--data",
        directory,
        "--links",
        directory.with_suffix(".csv"),
        "--base-url",
        "http://a.example",
    )
    return directory


def test_a_rehearsal_shown_as_live_and_a_second_session_of_one_name_are_noticed(tmp_path: Path, notary: Holder) -> None:
    """The register of the notary's computer knows whose key was a rehearsal's, and which key a name has."""
    session = prepare(tmp_path, session_with([notary], []))
    with served(session, tmp_path / "data") as rehearsal, watching(notary, rehearsal) as watcher:
        watcher.wait_for_size(1)
    disguised = cards_of(session, tmp_path / "disguised")
    shutil.copy(tmp_path / "data" / "log.key", disguised)
    with served(session, disguised, rehearsal=False) as server, watching(notary, server) as watcher:
        watcher.wait_until(lambda told: [each["code"] for each in told.get("alarms", ())] == ["rehearsal_as_live"])
        status = server.wait_until(lambda status: any(each["code"] == "witness_alarm" for each in status["alarms"]))
        assert "rehearsal_as_live" in status["alarms"][0]["text"]
        assert ["notary session"] == status["waiting_for"]
    second = cards_of(session, tmp_path / "second")
    with served(session, second, rehearsal=False) as server, watching(notary, server) as watcher:
        told = watcher.wait_until(lambda told: "ended" in told)
        assert "同名的另一场次" in told["ended"]
        watcher.wait_until(lambda told: [each["code"] for each in told.get("alarms", ())] == ["second_session"])
        assert 0 == server.ctl("status")["record"]["size"]


def test_a_notary_laptop_put_back_signs_nothing_else_than_before(tmp_path: Path, notary: Holder) -> None:
    """It catches up from the server, the desk reads that it went back, and the evidence stays whole."""
    session = prepare(tmp_path, session_with([notary], []))
    with served(session, tmp_path / "data") as server:
        with watching(notary, server) as watcher:
            watcher.wait_for_size(1)
        shutil.copytree(notary.directory, tmp_path / "snapshot")
        with watching(notary, server) as watcher:
            begin(server, watcher)
            with people(server, tmp_path):
                size = vote(server, "r01")["size"]
                watcher.wait_for_size(size)
        shutil.rmtree(notary.directory)
        shutil.copytree(tmp_path / "snapshot", notary.directory)
        with watching(notary, server) as watcher:
            watcher.wait_for_size(size)
            status = server.ctl("status")
            assert any(alarm["code"] == "witness_went_back" for alarm in status["alarms"])
            with people(server, tmp_path):
                vote(server, "r02")
            server.ctl("seal")
            mine = mirror_bundle(watcher, tmp_path / "mine.c1.tar")
    written, report = export(tmp_path, notary)
    assert written.read_bytes() == mine
    assert [] == report["failures"]


def test_the_second_notary_signs_at_once_when_the_first_laptop_dies(tmp_path: Path, notary: Holder) -> None:
    """Two notaries, one is enough: the second has followed from the start."""
    other = holder(tmp_path / "other", "公证员乙", "gongzheng.example/n2")
    session = prepare(tmp_path, session_with([notary, other], []))
    with served(session, tmp_path / "data") as server, watching(other, server) as second:
        with watching(notary, server) as first:
            first.wait_for_size(1)
        second.wait_for_size(1)
        assert server.ctl("zero")["pending"] == ["notary"]
        server.wait_until(lambda status: status["zeroed"])
        with people(server, tmp_path):
            vote(server, "r01")
            vote(server, "r02")
        server.ctl("seal")
        mine = mirror_bundle(second, tmp_path / "mine.c1.tar")
    written, report = export(tmp_path, notary)
    assert written.read_bytes() == mine
    assert [] == report["failures"]
