"""Roles, nods and the show log, in a whole show."""

from __future__ import annotations

from typing import Any

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import OPERATOR, Person
from tests.show_rig import SMALL_SESSION, Show, check_show

TELLER = Person("计票员", frozenset({"teller"}))
SCRUTINEER = Person("监票人", frozenset({"scrutineer"}))
SCREENER = Person("筛选", frozenset({"screener"}))
CONFIRMED = SMALL_SESSION.replace(
    "small_cell = 3",
    'small_cell = 3\nconfirm = { lock = ["operator", "teller", "scrutineer"], reveal = ["scrutineer"] }',
)


async def give(show: Show, by: Person, name: str, **arguments: Any) -> dict[str, Any] | Refusal:
    return await show.session.command(name, arguments, None, by)


async def voted(show: Show) -> None:
    phones = await show.phones(4)
    await show.do("zero")
    opened = await show.do("open", round="r01", despite_cue=True)
    await show.cast_all(phones, opened["window"], ["1", "1", "2", "3"])
    await show.clock.advance(opened["seconds"] + 10)


async def test_a_lock_waits_for_everybody_whom_the_session_file_names() -> None:
    """The operator asks, teller and scrutineer nod, and only then it is done; the nods survive a restart."""
    show = await Show(CONFIRMED).start()
    await voted(show)
    assert {"pending": ["scrutineer", "teller"]} == await show.do("lock", round="r01")
    first = await give(show, TELLER, "nod", do="lock", round="r01")
    assert {"nod": ["teller"], "round": "r01", "do": "lock", "pending": ["scrutineer"]} == first
    await show.restart()
    assert [{"do": "lock", "round": "r01", "roles": ["scrutineer"]}] == show.session.picture()["pending"]
    last = await give(show, SCRUTINEER, "nod", do="lock", round="r01")
    assert isinstance(last, dict)
    assert "locked" == last["done"]["state"]
    assert [] == show.session.picture()["pending"]
    await show.do("not-held", round="r02", reason="今天不评")
    await show.do("seal")
    await check_show(show)


async def test_numbers_are_shown_to_nobody_before_the_nod() -> None:
    """A reveal waits like a lock; a nod given beforehand counts."""
    show = await Show(CONFIRMED).start()
    await voted(show)
    for person in (TELLER, SCRUTINEER):
        assert isinstance(await give(show, person, "nod", do="lock", round="r01"), dict)
    assert "locked" == (await show.do("lock", round="r01"))["state"]
    assert not show.session.reveal_agreed("r01")
    assert {"pending": ["scrutineer"]} == await show.do("reveal", round="r01")
    assert None is show.session.phone_picture().revealed
    assert isinstance(await give(show, SCRUTINEER, "nod", do="reveal", round="r01"), dict)
    assert None is not show.session.phone_picture().revealed
    assert show.session.reveal_agreed("r01")


async def test_nobody_nods_to_what_is_not_there() -> None:
    """An open round has nothing to agree to, a locked one needs no lock, an unlocked one has nothing to show."""
    show = await Show(CONFIRMED).start()
    await show.phones(2)
    await show.do("zero")
    await show.do("open", round="r01", despite_cue=True)
    refused = await give(show, TELLER, "nod", do="lock", round="r01")
    assert isinstance(refused, Refusal)
    assert RefusalCode.NOT_CLOSED == refused.code
    await show.do("close", round="r01", reason="提前")
    early = await give(show, SCRUTINEER, "nod", do="reveal", round="r01")
    assert isinstance(early, Refusal)
    assert RefusalCode.NOT_LOCKED == early.code
    never = await give(show, TELLER, "nod", do="lock", round="r02")
    assert isinstance(never, Refusal)


async def test_a_voided_round_needs_new_nods() -> None:
    """A nod belongs to the window that was seen."""
    show = await Show(CONFIRMED).start()
    await voted(show)
    await show.do("lock", round="r01")
    await give(show, TELLER, "nod", do="lock", round="r01")
    await show.do("void-round", round="r01", reason="设备故障")
    assert [] == show.session.picture()["pending"]
    opened = await show.do("open", round="r01", despite_cue=True)
    await show.clock.advance(opened["seconds"] + 10)
    assert {"pending": ["scrutineer", "teller"]} == await show.do("lock", round="r01")


async def test_a_role_does_what_is_its_own_and_no_more() -> None:
    """A screener opens nothing, and is told whose it is."""
    show = await Show().start()
    refused = await give(show, SCREENER, "zero")
    assert Refusal(RefusalCode.ROLE_NEEDED, "operator") == refused
    assert isinstance(await give(show, TELLER, "remark", text="已核对"), dict)


async def test_counts_are_for_those_who_count() -> None:
    """The picture of a screener has turnout and no counts, nor results."""
    show = await Show().start()
    await voted(show)
    await show.do("lock", round="r01")
    whole, cut = show.session.picture(OPERATOR), show.session.picture(SCREENER)
    assert "counts" in whole["rounds"][0]["by"]["deputies"]
    assert {"expected", "present", "issued", "returned"} == set(cut["rounds"][0]["by"]["deputies"])
    assert None is not whole["results"]
    assert None is cut["results"]


async def test_the_show_log_says_who_did_what_and_can_be_searched() -> None:
    """Newest first; refused commands are not there; a restart keeps it."""
    show = await Show().start()
    await show.do("zero")
    await give(show, TELLER, "remark", text="复核无误")
    await show.refused("lock", round="r01")
    await show.restart()
    lines = (await show.do("show-log", text="", before=None, limit=10))["lines"]
    assert [("计票员", "remark", "复核无误"), ("operator", "zero", "")] == [
        (line["by"], line["do"], line["detail"]) for line in lines
    ]
    found = (await show.do("show-log", text="复核 计票", before=None, limit=10))["lines"]
    assert [1] == [line["place"] for line in found]
    found = (await show.do("show-log", text="清零|zero 主控|operator", before=None, limit=10))["lines"]
    assert [0] == [line["place"] for line in found], "one word or the other"
    assert [] == (await show.do("show-log", text="", before=0, limit=10))["lines"]


async def test_the_pace_tells_when_all_will_be_in() -> None:
    """Three of six in five minutes: the other three in five more; those of yesterday are no pace."""
    show = await Show().start()
    await show.phones(3)
    arrivals = show.session.picture()["arrivals"]
    assert {"deputies": 3} == arrivals["last_5_minutes"]
    assert show.clock.unix() + 300 == arrivals["full_at"]
    await show.restart()
    assert ({}, None) == tuple(show.session.picture()["arrivals"][name] for name in ("last_5_minutes", "full_at"))


async def test_the_clock_and_the_notes_are_in_the_picture() -> None:
    """A live edit shows, and the cue that is over keeps its length."""
    show = await Show().start()
    await show.do("cue", cue="next")
    await show.clock.advance(50)
    await show.do("cue", cue="next")
    second = show.session.picture()["cue"]["id"]
    await show.do("cue-edit", do="change", cue=second, note="先问第一个问题")
    await show.restart()
    picture = show.session.picture()
    assert "先问第一个问题" == picture["cue"]["note"]
    assert ("done", 50) == (picture["cues"][0]["state"], picture["cues"][0]["took"])
    assert 50 == picture["clock"]["on_air"]
    first = picture["cues"][0]["id"]
    assert "cue_over" == await show.refused("cue-edit", do="skip", cue=first)
