"""A ballot shown at the notary's desk: demanded, followed to the close of its window, and told if it is not there."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from audience_server.endpoints.control_door import ControlDoor
from audience_server.notary.orders import obey
from audience_server.notary.picture import picture
from audience_server.notary.statements import Unsignable
from audience_server.record.ballots import build_present
from tests.notary.hall import Hall, Program, hall, keys_named, session_naming
from tests.show_rig import RigPhone

NOTARY = keys_named("公证员甲", "gongzheng.example/n1")


def shown(phone: RigPhone, choice: str = "1", window: str = "r01") -> str:
    """The code that this phone shows, and its ballot is not sent."""
    entry, nonce = phone.ballot(window, choice)
    present = build_present(phone.origin, phone.seed("r00"))
    told = {"present": present.decode(), "entry": entry.decode(), "choice": choice}
    return json.dumps(told | {"nonce": base64.b64encode(nonce).decode()})


async def voting(held: Hall) -> Program:
    """Entry 0, zero, and round 1 is open."""
    program = await held.begun(NOTARY)
    await held.show.phones(3)
    await held.show.do("open", round="r01")
    await held.until(lambda: "r01" in program.witness.follower.case.windows)  # type: ignore[union-attr]
    return program


def waits(program: Program) -> tuple[int, list[str]]:
    """(ballots still looked for, windows that closed without one)"""
    demands = program.witness.demands
    assert demands is not None
    return len(demands.awaited), list(demands.missed.values())


async def closed(held: Hall, program: Program) -> None:
    """Until the notary's program has seen the close."""
    await held.show.clock.advance(200)
    follower = program.witness.follower
    assert follower is not None
    await held.until(lambda: follower.case.windows["r01"].close is not None)


async def test_a_demanded_ballot_is_recorded(tmp_path: Path) -> None:
    """By the record and not by the server's word; nothing of it is kept then."""
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await voting(held)
        desk, mirror = program.witness.desk, program.witness.mirror
        desk.demand(shown(held.show.phone(0)))
        assert waits(program) == (1, [])
        await held.pass_time(lambda: waits(program) == (0, []))
        await held.pass_time(lambda: any(about == "demand" and done for about, done, _ in desk.answers))
        await closed(held, program)
        assert program.alarms() == set()
        assert mirror is not None
        assert "window" not in str(mirror.fact("demands"))


async def test_a_server_that_does_not_record_it_is_named(tmp_path: Path) -> None:
    """It says nothing, or that all is well: at the close the ballot is not there, and the notary may say so."""
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await voting(held)
        desk = program.witness.desk
        deaf(program)
        desk.demand(shown(held.show.phone(0)))
        desk.answer({"about": "demand", "done": True, "text": "{}"})
        await closed(held, program)
        await held.until(lambda: "demand_missed" in program.alarms())
        assert waits(program) == (0, ["r01"])
        (missed,) = picture(program.witness, "following")["demands_missed"]
        with pytest.raises(Unsignable):
            obey(program.witness, "demand-remark 00 x")
        obey(program.witness, f"demand-remark {missed['leaf']} 一张票在截止前要求记入,记录中没有")
        follower = program.witness.follower
        assert follower is not None
        await held.until(lambda: "remark" in [act["kind"] for act in follower.report.acts])
        assert waits(program) == (0, [])


def deaf(program: Program) -> None:
    """The server hears no demand."""
    send = program.witness.send
    program.witness.send = lambda message: None if message["type"] == "demand" else send(message)


async def test_what_was_missed_outlives_the_program(tmp_path: Path) -> None:
    """Looked for and found missing by a program that was started again in between."""
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await voting(held)
        deaf(program)
        program.witness.desk.demand(shown(held.show.phone(0)))
        await held.leave(program)
        await held.show.clock.advance(200)
        again = held.sit_down(NOTARY)
        await held.until(lambda: "demand_missed" in again.alarms())
        assert waits(again) == (0, ["r01"])
        obey(again.witness, f"demand-remark {next(iter(again.now['demands_missed']))['leaf']}")  # type: ignore[call-overload]
        assert waits(again) == (0, [])


async def test_a_demand_without_an_answer_is_made_again_when_the_line_is_back(tmp_path: Path) -> None:
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await voting(held)
        send = program.witness.send
        deaf(program)
        program.witness.desk.demand(shown(held.show.phone(0)))
        program.witness.send = send
        port = held.door.port
        await held.door.close()
        await held.until(lambda: program.line.state == "lost")
        held.door = await ControlDoor.start(held.show.session, "127.0.0.1", port, join_url="http://127.0.0.1:8080/")
        await held.pass_time(lambda: waits(program) == (0, []))
        assert program.alarms() == set()


async def test_a_later_ballot_of_the_same_card_settles_it(tmp_path: Path) -> None:
    """The voter voted again while waiting; what counts is there."""
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await voting(held)
        phone = held.show.phone(0)
        await phone.present()
        deaf(program)
        code = shown(phone)
        phone.counters["r01"] = 0
        program.witness.desk.demand(code)
        await held.show.cast_all([phone], "r01", ["3"])
        await closed(held, program)
        assert (waits(program), program.alarms()) == ((0, []), set())


async def test_what_comes_after_the_close_blames_nobody(tmp_path: Path) -> None:
    """The server refuses it rightly, and the refusal is told."""
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await voting(held)
        code = shown(held.show.phone(0))
        await closed(held, program)
        program.witness.desk.demand(code)
        await held.until(lambda: any(about == "demand" for about, _, _ in program.witness.desk.answers))
        assert (waits(program), program.alarms()) == ((0, []), set())


@pytest.mark.parametrize("code", ["", "{}", "[]", "5", '{"present": ""', "[" * 5000])
async def test_what_is_no_ballot_is_not_demanded(tmp_path: Path, code: str) -> None:
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = held.sit_down(NOTARY)
        await held.until(lambda: program.witness.follower is not None)
        with pytest.raises(Unsignable):
            program.witness.desk.demand(code)
        forged = {"present": "", "entry": "c1/ballot\nx", "nonce": "", "choice": ""}
        with pytest.raises(Unsignable):
            program.witness.desk.demand(json.dumps(forged))
