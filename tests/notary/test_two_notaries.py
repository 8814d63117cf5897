"""Two notaries: both asked for, or one of them enough; nobody's agreement is lost and nobody is blamed wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from audience_server.notary.witness import NotFollowed
from tests.notary.bundle_maker import Show
from tests.notary.hall import Hall, hall, keys_named, session_naming
from tests.notary.live_rig import Teller

FIRST = keys_named("公证员甲", "gongzheng.example/n1")
SECOND = keys_named("公证员乙", "gongzheng.example/n2")


async def seal_and_sign(held: Hall) -> None:
    show = held.show
    await show.do("not-held", round="r02", reason="没有时间")
    await held.cosigned(*held.programs)
    await show.do("seal")
    await held.cosigned(*held.programs)


async def test_two_required_notaries_sign_everything_from_entry_0_to_the_manifest(tmp_path: Path) -> None:
    """Each sees the first entry with the first one's words in it, and both signatures stand under every statement."""
    async with hall(tmp_path, session_naming([FIRST, SECOND], 2)) as held:
        first, second = held.sit_down(FIRST), held.sit_down(SECOND)
        await held.agree(first, "session")
        await held.agree(second, "session")
        await held.cosigned(first, second)
        assert (await held.show.do("zero"))["pending"] == ["notary"]
        await held.agree(second, "zero")
        await held.agree(first, "zero")
        await held.until(lambda: held.show.session.state.zero_index is not None)
        await held.show.hold("r01", await held.show.phones(4), ["1", "1", "2", "3"])
        await seal_and_sign(held)
        for program in held.programs:
            await held.agree(program, "manifest")
        await held.until(lambda: held.show.session.final.signed)
        report = await held.evidence()
        assert ([], set()) == (report.of_kind("E"), first.alarms() | second.alarms())
        entry = (await held.show.session.record.entry(0)).decode()
        assert all(f"— {keys.name} " in entry for keys in (FIRST, SECOND))


async def test_when_one_is_enough_and_both_agree_nobody_is_blamed(tmp_path: Path) -> None:
    """Entry 0 is recorded once, and the second one's agreement rings no alarm."""
    async with hall(tmp_path, session_naming([FIRST, SECOND], 1)) as held:
        first, second = held.sit_down(FIRST), held.sit_down(SECOND)
        for program in (first, second):
            await held.until(lambda program=program: program.draft("session") is not None)  # type: ignore[misc]
            await held.until(lambda program=program: program.witness.follower is not None)  # type: ignore[misc]
        second.witness.desk.consent(1, "b")
        first.witness.desk.consent(1, "a")
        await held.cosigned(first, second)
        await held.until(lambda: not held.show.session.statements.pending)
        assert held.show.session.record.size == 1
        assert first.alarms() == second.alarms() == set()
        assert [] == [each for each in held.show.session.alarms.rung if "statement" in each.code]


async def test_who_comes_back_is_asked_again(tmp_path: Path) -> None:
    """A notary's program that starts anew has forgotten what was agreed to, and so has the server."""
    async with hall(tmp_path, session_naming([FIRST, SECOND], 2)) as held:
        first, second = held.sit_down(FIRST), held.sit_down(SECOND)
        await held.agree(first, "session")
        await held.until(lambda: held.show.session.statements.pending[1].consents)
        await held.leave(first)
        first = held.sit_down(FIRST)
        await held.agree(first, "session")
        await held.agree(second, "session")
        await held.cosigned(first, second)
        assert first.alarms() == second.alarms() == set()


async def test_what_failed_is_put_before_both_again(tmp_path: Path) -> None:
    """The first one's line is gone when the second agrees: nobody's screen is left with an agreement that is void."""
    async with hall(tmp_path, session_naming([FIRST, SECOND], 2)) as held:
        first, second = held.sit_down(FIRST), held.sit_down(SECOND)
        for program in (first, second):
            await held.agree(program, "session")
        await held.cosigned(first, second)
        await held.show.do("zero")
        await held.agree(first, "zero")
        await held.until(lambda: any(each.consents for each in held.show.session.statements.pending.values()))
        await held.leave(first)
        await held.agree(second, "zero")
        await held.until(lambda: "statement_failed" in {each.code for each in held.show.session.alarms.rung})
        first = held.sit_down(FIRST)
        await held.agree(first, "zero")
        await held.agree(second, "zero")
        await held.until(lambda: held.show.session.state.zero_index is not None)


def test_a_first_entry_with_bytes_of_nobody_is_told(tmp_path: Path) -> None:
    """The second notary takes another's bytes while signing, but not when nobody else has signed."""
    teller = Teller(Show(witnessed=True).play().bundle(), tmp_path)
    teller.greet()
    assert teller.witness.mirror is not None
    teller.witness.mirror.keep_fact("fresh", "x")
    teller.tell_entries()
    assert "fresh" in {code for _, code, _ in teller.witness.alarms}


async def test_who_is_not_named_in_the_session_file_is_told_so(tmp_path: Path) -> None:
    """By a code that the notary's program has words for, in the notary's own language."""
    async with hall(tmp_path, session_naming([FIRST], 1)) as held:
        with pytest.raises(NotFollowed, match="server_unknown_key"):
            await held.sit_down(SECOND).running
