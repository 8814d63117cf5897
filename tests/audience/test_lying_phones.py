"""What phones may not do, over a real socket: each lie gets its own refusal, and none reaches the record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.audience.running_hall import RunningHall, running_hall
from tests.phone_robot import Ballot, PhoneRobot

Lie = Callable[[PhoneRobot], Ballot]

LIES: dict[str, tuple[str, Lie]] = {
    "another session": ("wrong_session", lambda robot: robot.other_session("r01", "1")),
    "another session's window too": ("wrong_session", lambda robot: robot.other_session("r02", "1")),
    "a window that was never opened": ("round_not_open", lambda robot: robot.ballot("r02", "1")),
    "an opening that is not there": ("round_not_open", lambda robot: robot.ballot("r01.2", "1")),
    "keys of nobody": ("not_on_roll", lambda robot: robot.foreign("r01", "1")),
    "another choice than committed": ("bad_commitment", lambda robot: robot.other_commitment("r01", "1", "2")),
    "another nonce than committed": ("bad_commitment", lambda robot: robot.other_nonce("r01", "1")),
    "no such option": ("bad_choice", lambda robot: robot.ballot("r01", "5")),
    "an option and a space": ("bad_choice", lambda robot: robot.ballot("r01", "1 ")),
    "a forged signature": ("bad_signature", lambda robot: robot.badly_signed("r01", "1")),
    "a bad choice badly signed": ("bad_choice", lambda robot: robot.badly_signed("r01", "9")),
    "a counter that jumps": ("bad_counter", lambda robot: robot.ballot("r01", "1", q=1)),
    "a counter far away": ("bad_counter", lambda robot: robot.ballot("r01", "1", q=2**40)),
}


async def opened(hall: RunningHall, count: int = 2) -> list[PhoneRobot]:
    """Some phones checked in, and the first round open."""
    robots = await hall.robots(count)
    await hall.show.do("zero")
    await hall.show.do("open", round="r01")
    for robot in robots:
        await robot.window("r01")
    return robots


@pytest.mark.parametrize("name", LIES)
async def test_a_lie_gets_its_refusal_and_the_truth_still_counts(name: str) -> None:
    """The first failing check answers; the liar may still vote, once."""
    code, lie = LIES[name]
    async with running_hall() as hall:
        liar, other = await opened(hall)
        refused = await liar.send(lie(liar))
        assert ("refused", code) == (refused["type"], refused.get("code"))
        assert refused["message"]
        assert (0 if code == "bad_counter" else None) == refused.get("next")
        assert "recorded" == (await liar.cast("r01", "2"))["type"]
        assert "recorded" == (await other.cast("r01", "1"))["type"]
        locked = await hall.show.do("lock", round="r01")
        assert {"yes": 1, "fair": 1, "no": 0, "dk": 0} == locked["by"]["deputies"]["counts"]["overall"]
        await hall.verified()


async def test_another_voters_card_cannot_be_voted_beside_ones_own() -> None:
    """A connection votes with the keys of one card; a second card needs its own check-in."""
    async with running_hall() as hall:
        first, second = await opened(hall)
        assert "recorded" == (await first.cast("r01", "1"))["type"]
        refused = await first.send(first.foreign("r01", "3", second.keys))
        assert ("refused", "not_present") == (refused["type"], refused["code"])
        assert "recorded" == (await second.cast("r01", "2"))["type"]
        locked = await hall.show.do("lock", round="r01")
        assert 2 == locked["by"]["deputies"]["returned"]


async def test_who_did_not_check_in_on_this_line_may_not_vote() -> None:
    """Presenting again after a reconnect is free."""
    async with running_hall() as hall:
        (robot,) = await opened(hall, 1)
        robot.drop()
        await robot.line.gone()
        await robot.redial()
        await robot.hello()
        assert "not_present" == (await robot.cast("r01", "1"))["code"]
        size = hall.show.session.record.size
        assert "recorded" == (await robot.present())["type"]
        assert size == hall.show.session.record.size
        assert "recorded" == (await robot.cast("r01", "1"))["type"]


async def test_the_same_bytes_get_the_same_place_on_every_line_and_after_the_close() -> None:
    """A dropped line, a second line, a closed round: the bytes are in the record once."""
    async with running_hall() as hall:
        (robot,) = await opened(hall, 1)
        first = await robot.cast("r01", "1")
        assert first["index"] == (await robot.again())["index"]
        robot.drop()
        await robot.line.gone()
        await robot.redial()
        await robot.hello()
        assert first["index"] == (await robot.again())["index"]
        await robot.present()
        slot = await robot.slot("r01")
        assert (1, first["index"], robot.last["entry"]) == (slot["next"], slot["index"], slot["entry"])
        second = await robot.cast("r01", "3")
        await hall.show.do("lock", round="r01")
        assert second["index"] == (await robot.again())["index"]
        assert "round_closed" == (await robot.cast("r01", "1"))["code"]
        report = await hall.verified()
        assert {"yes": 0, "fair": 0, "no": 1, "dk": 0} == report["rounds"][0]["by"]["deputies"]["counts"]["overall"]


async def test_two_ballots_with_one_counter_are_one() -> None:
    """The first stands; the second hears which counter comes next."""
    async with running_hall() as hall:
        (robot,) = await opened(hall, 1)
        await robot.cast("r01", "1")
        refused = await robot.cast("r01", "2", q=0)
        assert ("bad_counter", 1) == (refused["code"], refused["next"])
        locked = await hall.show.do("lock", round="r01")
        assert 1 == locked["by"]["deputies"]["counts"]["overall"]["yes"]


async def test_no_ballot_at_all_is_no_message() -> None:
    """The line stays; the next true ballot is taken."""
    async with running_hall() as hall:
        (robot,) = await opened(hall, 1)
        for entry in ("c1/ballot", f"c1/ballot\n{robot.origin}\nr01\n", f"c1/ballot\n{robot.origin}\n{'x' * 3000}\n"):
            refused = await robot.send({**robot.ballot("r01", "1"), "entry": entry})
            assert refused["code"] in ("bad_message", "wrong_session")
        assert "recorded" == (await robot.cast("r01", "1"))["type"]
