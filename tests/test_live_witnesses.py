"""Who of the witnesses follows, who is silent, who went away: the desk reads it at once, and no vote waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.show_rig import settle
from tests.witness_rig import RigKeys, RigWitness, WitnessedShow, until


@pytest.fixture
async def show(tmp_path: Path) -> AsyncIterator[WitnessedShow]:
    """A notary and an observer, who follow."""
    show = WitnessedShow(tmp_path, observers=1)
    await show.start()
    for each in show.witnesses.values():
        await each.come()
    await until(lambda: show.session.record.size == 1)
    for each in show.witnesses.values():
        await each.follows()
    await until(lambda: states(show) == ["following", "following"])
    yield show
    await show.leave()


def states(show: WitnessedShow) -> list[str]:
    return [str(row["state"]) for row in show.session.witnesses.rows()]


async def test_a_witness_that_answers_nothing_is_named_within_seconds_while_the_vote_goes_on(
    show: WitnessedShow,
) -> None:
    """A batch comes every second, so nobody has a quiet moment to look; it is named once."""
    show["丙"].hold("cosigned")
    for second in range(8):
        await show.write(f"第{second}秒")
        await show.clock.advance(1)
        await show["甲"].follows()
    assert (["following", "silent"], ["witness_silent"]) == (states(show), show.alarms())
    assert "丙" == show.session.alarms.rung[-1].text


async def test_the_only_witness_may_be_the_one_that_takes_nothing_more(tmp_path: Path) -> None:
    """Nothing can be sent to it, and it is silent all the same."""
    show = WitnessedShow(tmp_path)
    await show.start()
    await show["甲"].come()
    await until(lambda: show.session.record.size == 1)
    await show["甲"].follows()
    show["甲"].go_deaf()
    await show.write("没有人听到")
    await show.clock.advance(10)
    assert (["silent"], ["witness_silent"]) == (states(show), show.alarms())
    await show.leave()


async def test_who_answers_again_follows_again_until_the_next_silence(show: WitnessedShow) -> None:
    show["丙"].hold("cosigned")
    await show.write("第一条")
    await show.clock.advance(10)
    assert ["following", "silent"] == states(show)
    show["丙"].release()
    await until(lambda: states(show) == ["following", "following"])
    show["丙"].hold("cosigned")
    await show.write("第二条")
    await show.clock.advance(10)
    assert ["following", "silent"] == states(show)


async def test_a_witness_with_nothing_to_sign_is_not_silent(show: WitnessedShow) -> None:
    await show.clock.advance(600)
    assert (["following", "following"], []) == (states(show), show.alarms())


async def test_a_witness_that_is_behind_but_goes_on_signing_is_not_silent(show: WitnessedShow) -> None:
    """It is slow, three seconds for each checkpoint."""
    for number in range(5):
        show["丙"].hold("cosigned")
        await show.write(f"第{number}条")
        await show.clock.advance(3)
        show["丙"].release()
        await settle()
    assert (["following", "following"], []) == (states(show), show.alarms())


async def test_a_line_that_breaks_is_seen_at_once(show: WitnessedShow) -> None:
    await show["丙"].leave()
    assert (["following", "absent"], ["witness_lost"]) == (states(show), show.alarms())


async def test_a_session_that_ended_looks_after_nobody(show: WitnessedShow) -> None:
    """No timer stays behind."""
    await show.leave()
    await show.session.stop()
    before = show.alarms()
    await show.clock.advance(60)
    assert before == show.alarms()


@pytest.mark.parametrize(("word", "heard"), [("甲", True), ("戊", False)])
async def test_an_alarm_before_the_proof_counts_once_the_key_is_proved(tmp_path: Path, word: str, heard: bool) -> None:
    """Whoever has a token and no key of the session rings nothing."""
    show = WitnessedShow(tmp_path)
    await show.start()
    who = RigWitness(RigKeys(word), tmp_path / word, show)
    who.first_words = [{"type": "alarm", "code": "rehearsal_as_live", "text": "x"}]
    await who.come()
    assert heard == ("witness_alarm" in show.alarms())
    assert heard == (who.refused == "")
    await who.leave()


async def test_nothing_but_alarms_comes_before_the_proof_and_not_without_end(tmp_path: Path) -> None:
    show = WitnessedShow(tmp_path)
    await show.start()
    for words in ([{"type": "nod", "do": "lock", "round": "r01"}], [{"type": "alarm", "code": "x", "text": "x"}] * 21):
        show["甲"].first_words = words
        await show["甲"].come()
        assert "the first message is `follow`" == show["甲"].refused
        await show["甲"].leave()
    assert [] == show.alarms()
