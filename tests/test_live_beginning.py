"""How a session with witnesses begins and goes on: it never signs a second tree, whoever of them is away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from audience_server.stores.memory import MemoryStore
from tests.show_rig import settle
from tests.witness_rig import WitnessedShow, until


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[WitnessedShow]:
    """Two notaries, one of them enough; both have seen the first entry."""
    show = WitnessedShow(tmp_path, notaries=2)
    await show.start()
    await show["甲"].come()
    await show["乙"].come()
    await until(lambda: show.session.record.size == 1)
    await show["乙"].follows()
    yield show
    await show.leave()


async def test_a_restarted_server_waits_for_every_witness(two: WitnessedShow) -> None:
    """The quorum is one, and the other one has seen more: its entries come back before anything is added."""
    await two.write("甲和乙都看到")
    await two["甲"].follows()
    earlier = two.copy()
    await two["甲"].leave()
    size = await two.write("只有乙看到")
    await two["乙"].follows()
    root = two.session.record.root
    session = await two.put_back(earlier)
    await two["甲"].come()
    await settle()
    assert "comparing" == session.record.held
    assert "try_again" == await two.refused("incident", kind="note", text="另一条")
    await two["乙"].come()
    assert ("", size, root) == (session.record.held, session.record.size, session.record.root)
    await two["甲"].follows()
    assert "restored" in two.alarms()


async def test_going_on_without_a_witness_names_it_in_the_record(two: WitnessedShow) -> None:
    """The incident is the first thing added, and the one who was compared with is not named."""
    session = await two.put_back(two.copy())
    await two["甲"].come()
    assert "reason_needed" == await two.refused("go-on", reason="")
    done = await two.do("go-on", reason="电脑坏了")
    assert b'"kind":"without-witnesses"' in await session.record.entry(done["index"])
    assert '"text":"乙: 电脑坏了"'.encode() in await session.record.entry(done["index"])
    assert "" == session.record.held
    assert "not_allowed" == await two.refused("go-on", reason="再一次")


async def test_nothing_stands_before_the_incident_that_the_server_went_on(two: WitnessedShow) -> None:
    """A command that waits for its turn meanwhile comes behind it."""
    await two.put_back(two.copy())
    size = two.session.record.size
    assert size == (await two.do("go-on", reason="都来不了"))["index"]


async def test_a_witness_that_comes_too_late_with_more_is_an_alarm(two: WitnessedShow) -> None:
    """Nothing it has can be taken back any more; it is told so, and the desk reads it."""
    earlier = two.copy()
    await two["甲"].leave()
    await two.write("只有乙看到")
    await two["乙"].follows()
    await two.put_back(earlier)
    await two["甲"].come()
    await two.do("go-on", reason="乙没来")
    await two["乙"].come()
    assert two["乙"].refused
    assert {"witness_ahead", "witness_fork"} & set(two.alarms())


async def test_a_witness_that_comes_too_late_with_more_entries_than_there_are_is_ahead(two: WitnessedShow) -> None:
    earlier = two.copy()
    for text in ("一", "二", "三"):
        await two.write(text)
    await two["乙"].follows()
    await two.put_back(earlier)
    await two.do("go-on", reason="都没来")
    await two["乙"].come()
    assert "has seen 4 entries" in two["乙"].refused
    assert "witness_ahead" in two.alarms()


async def test_two_witnesses_that_both_saw_more_restore_it_once(two: WitnessedShow) -> None:
    """They come at the same moment; every entry is there once."""
    earlier = two.copy()
    size = await two.write("两位都看到")
    await two["甲"].follows()
    await two["乙"].follows()
    root = two.session.record.root
    session = await two.put_back(earlier)
    await two["甲"].begin()
    await two["乙"].begin()
    await until(lambda: not session.record.held)
    assert (size, root) == (session.record.size, session.record.root)


async def test_copies_that_contradict_each_other_are_an_alarm(two: WitnessedShow) -> None:
    """Somebody made a second record behind the first: the desk reads it, and nothing goes on by itself."""
    earlier = two.copy()
    await two["甲"].leave()
    for text in ("乙看到的", "乙看到的第二条"):
        await two.write(text)
    await two["乙"].follows()
    await two.put_back(earlier)
    await two["甲"].come()
    await two.do("go-on", reason="乙没来")
    await two["甲"].follows()
    await two.put_back(earlier)
    await two["甲"].come()
    await two["乙"].come()
    assert two["乙"].refused
    assert "witness_fork" in two.alarms()
    assert "comparing" == two.session.record.held


async def test_a_first_start_needs_only_the_notaries_of_the_policy(tmp_path: Path) -> None:
    """Nothing can have been seen of a directory that never began."""
    show = WitnessedShow(tmp_path, notaries=2, observers=1)
    await show.start()
    assert "waiting_for_notary" == show.session.record.held
    await show["甲"].come()
    await until(lambda: show.session.record.size == 1)
    await show.leave()


async def test_a_first_start_with_observers_only_needs_nobody(tmp_path: Path) -> None:
    show = WitnessedShow(tmp_path, notaries=0, observers=1, quorum=(0, 1))
    await show.start()
    assert ("", 1) == (show.session.record.held, show.session.record.size)


async def test_an_emptied_record_that_had_begun_comes_back_from_the_notary(tmp_path: Path) -> None:
    """The directory knows that there was an entry 0; no second one is made."""
    show = WitnessedShow(tmp_path, observers=1)
    await show.start()
    await show["甲"].come()
    await show["丙"].come()
    await until(lambda: show.session.record.size == 1)
    size = await show.write("后来的一条")
    await show["丙"].follows()
    root = show.session.record.root
    session = await show.put_back(MemoryStore())
    assert ("comparing", []) == (session.record.held, session.statements.waiting())
    await show["甲"].come()
    assert "comparing" == session.record.held
    await show["丙"].come()
    assert ("", size, root) == (session.record.held, session.record.size, session.record.root)
    await show.leave()


async def test_an_emptied_record_of_observers_only_is_not_begun_a_second_time(tmp_path: Path) -> None:
    show = WitnessedShow(tmp_path, notaries=0, observers=2, quorum=(0, 1))
    await show.start()
    await show["丙"].come()
    await show["丙"].follows()
    root = show.session.record.root
    session = await show.put_back(MemoryStore())
    assert ("comparing", 0) == (session.record.held, session.record.size)
    await show["丁"].come()
    assert "comparing" == session.record.held
    await show["丙"].come()
    assert ("", 1, root) == (session.record.held, session.record.size, session.record.root)
    await show.leave()


async def test_a_witness_that_has_seen_this_record_stops_a_second_beginning(tmp_path: Path) -> None:
    """A directory put back to before its first entry has no sign of it; the observer has."""
    show = WitnessedShow(tmp_path, notaries=2, observers=1)
    await show.start()
    await show["甲"].come()
    await show["丙"].come()
    await until(lambda: show.session.record.size == 1)
    await show["丙"].follows()
    root = show.session.record.root
    show.begun = False
    session = await show.put_back(MemoryStore())
    assert ("waiting_for_notary", ["session"]) == (session.record.held, session.statements.waiting())
    await show["丙"].come()
    assert ("comparing", []) == (session.record.held, session.statements.waiting())
    assert (1, root) == (session.record.size, session.record.root)
    await show["甲"].come()
    await show["乙"].come()
    assert "" == session.record.held
    await show.leave()


async def test_an_emptied_record_can_be_begun_anew_with_a_reason_in_the_record(tmp_path: Path) -> None:
    """Right behind the first entry, in the same transaction."""
    show = WitnessedShow(tmp_path, observers=1)
    await show.start()
    show.begun = True
    await show.restart()
    assert "comparing" == show.session.record.held
    await show["甲"].come()
    assert {"held": "waiting_for_notary"} == await show.do("go-on", reason="统计局不来")
    await until(lambda: show.session.record.size == 2)
    assert '"text":"丙: 统计局不来"'.encode() in await show.session.record.entry(1)
    assert [2] == [head.size for head in show.session.record.heads_after(0)]
    await show.leave()


async def test_an_emptied_record_of_observers_only_is_begun_anew_with_a_reason(tmp_path: Path) -> None:
    show = WitnessedShow(tmp_path, notaries=0, observers=1, quorum=(0, 1))
    show.begun = True
    await show.start()
    done = await show.do("go-on", reason="统计局不来")
    assert (1, 2) == (done["index"], done["size"])
    assert '"text":"丙: 统计局不来"'.encode() in await show.session.record.entry(1)
