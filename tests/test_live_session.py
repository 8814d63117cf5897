"""A session without sockets: every rule that a show lives by, told as sentences."""

from __future__ import annotations

import asyncio

import pytest

from audience_server.domain.refusals import Refusal
from audience_server.live_seats import Recorded
from audience_server.record.ballots import build_ballot
from audience_server.record.receipt import verify_receipt
from audience_server.stores.memory import MemoryStore
from tests.show_rig import SMALL_SESSION, Show, check_show, settle
from tests.stores.faulty_store import FaultyStore

OPEN_PANEL = """
[[panel]]
id = "offsite"
name = "场外群众"
admission = "open"
unverified = true
weight = 30
"""


async def test_a_whole_small_show_ends_in_evidence_that_verifies() -> None:
    """Zero, two rounds, seal: the verifier, which shares no code, finds the same counts."""
    show = await Show().start()
    phones = await show.phones(5)
    await show.do("zero")
    first = await show.hold("r01", phones, ["1", "1", "2", "3", "-"])
    await show.hold("r02", phones, ["1", "1", "1", "1", "4"])
    sealed = await show.do("seal")
    assert sealed["complete"] is True
    report = await check_show(show)
    assert {"W106"} == {warning["code"] for warning in report["warnings"]}
    assert first == report["rounds"][0]
    assert {"yes": 2, "fair": 1, "no": 1, "dk": 0} == first["by"]["deputies"]["counts"]["overall"]
    assert report["results"] == await show.do("results")


async def test_the_last_ballot_a_card_casts_before_the_close_counts() -> None:
    """Counters rise by one; superseded openings are erased at the close."""
    show = await Show().start()
    phones = await show.phones(3)
    await show.do("zero")
    await show.do("open", round="r01")
    await show.cast_all(phones, "r01", ["1", "1", "1"])
    await show.cast_all(phones[:2], "r01", ["3", "2"])
    await show.clock.advance(80)
    locked = await show.do("lock", round="r01")
    assert {"yes": 1, "fair": 1, "no": 1, "dk": 0} == locked["by"]["deputies"]["counts"]["overall"]
    assert 3 == len(await show.store.openings("r01"))


async def test_the_same_ballot_again_gets_the_same_answer_before_and_after_a_restart() -> None:
    """Bytes already in the record are answered as the first time, whenever they come."""
    show = await Show().start()
    (phone,) = await show.phones(1)
    await show.do("zero")
    await show.do("open", round="r01")
    entry, nonce = phone.ballot("r01", "1")
    first = asyncio.ensure_future(show.session.cast(phone.seat, entry, nonce, "1"))
    await settle()
    twin = asyncio.ensure_future(show.session.cast(phone.seat, entry, nonce, "1"))
    await settle()
    await show.clock.advance(4)
    answer = await first
    assert isinstance(answer, Recorded)
    assert answer == await twin
    verify_receipt(answer.receipt, entry, show.session.log_vkey)
    assert answer == await show.session.cast(phone.seat, entry, nonce, "1")
    await show.restart()
    assert answer == await show.session.cast(show.session.arrive(), entry, nonce, "1")


async def test_an_open_window_is_still_open_after_a_restart_with_fifteen_seconds_left() -> None:
    """A restart at any moment replays the record and goes on."""
    show = await Show().start()
    phones = await show.phones(3)
    await show.do("zero")
    await show.do("open", round="r01")
    await show.cast_all(phones[:1], "r01", ["1"])
    await show.clock.advance(54)
    await show.restart()
    picture = show.session.phone_picture()
    assert picture.window is not None
    assert 15_000 == picture.window.closes_in_ms
    assert (3, 1) == picture.window.turnout["deputies"]
    late = show.phone(1)
    assert isinstance(await late.present(), Recorded)
    await show.cast_all([late], "r01", ["2"])
    await show.clock.advance(20)
    assert "closed" == show.session.state.windows["r01"].state
    await show.do("lock", round="r01")
    await show.do("not-held", round="r02", reason="时间不够")
    await show.do("seal")
    report = await check_show(show)
    assert "W462" not in {warning["code"] for warning in report["warnings"]}


async def test_a_card_that_checks_in_after_the_opening_votes_from_the_next_round() -> None:
    """Issued is fixed when the round opens."""
    show = await Show().start()
    await show.phones(2)
    await show.do("zero")
    await show.do("open", round="r01")
    late = show.phone(4)
    came = await late.present()
    assert isinstance(came, Recorded)
    window = show.session.phone_picture().window
    assert window is not None
    assert window.present_before is not None
    assert came.index >= window.present_before, "the phone is told before a ballot is filled in"
    refusal = await late.cast("r01", "1")
    assert isinstance(refusal, Refusal)
    assert "not_present" == refusal.code


async def test_where_late_comers_may_vote_no_phone_is_told_that_it_came_too_late() -> None:
    """`late = "until-close"`."""
    show = await Show(SMALL_SESSION.replace("small_cell = 3", 'small_cell = 3\nlate = "until-close"')).start()
    await show.do("zero")
    await show.do("open", round="r01")
    (late,) = await show.phones(1)
    window = show.session.phone_picture().window
    assert window is not None
    assert window.present_before is None
    await show.cast_all([late], "r01", ["1"])


async def test_from_the_order_to_close_on_phones_are_given_no_more_time() -> None:
    """Who comes while the last ballots are being recorded would fill in one for nothing; what is on its way counts."""
    store = FaultyStore(MemoryStore())
    show = await Show(store=store).start()
    phones = await show.phones(2)
    await show.do("zero")
    await show.do("open", round="r01")
    store.gate = asyncio.Event()
    on_its_way = asyncio.ensure_future(phones[0].cast("r01", "1"))
    await settle()
    closing = asyncio.ensure_future(show.do("close", round="r01", reason="提前截止"))
    await settle()
    window = show.session.phone_picture().window
    assert window is not None
    assert (0, "closing") == (window.closes_in_ms, show.session.picture()["rounds"][0]["state"])
    store.gate.set()
    await closing
    assert isinstance(await on_its_way, Recorded)


async def test_refusals_come_in_the_order_of_the_contract() -> None:
    """The first failing check answers."""
    show = await Show().start()
    phones = await show.phones(2)
    phone, other = phones
    entry, nonce = phone.ballot("r01", "1")

    async def code(entry: bytes, nonce: bytes, choice: str) -> str:
        outcome = await show.session.cast(phone.seat, entry, nonce, choice)
        assert isinstance(outcome, Refusal), outcome
        return outcome.code.value

    assert "wrong_session" == await code(entry.replace(b"small-1", b"small-2"), nonce, "1")
    assert "round_not_open" == await code(entry, nonce, "1")
    await show.do("zero")
    await show.do("open", round="r01")
    foreign = build_ballot(show.origin, "r01", bytes(32), 0, bytes(32))
    assert "not_on_roll" == await code(foreign, nonce, "1")
    stolen, stolen_nonce = show.phone(5).ballot("r01", "1")
    assert "bad_commitment" == await code(entry, nonce, "2")
    wrong, wrong_nonce = phone.ballot("r01", "9", counter=0)
    assert "bad_choice" == await code(wrong, wrong_nonce, "9")
    forged, forged_nonce = phone.ballot("r01", "1", counter=0)
    marked = forged[:-10] + (b"A" if forged[-10:-9] != b"A" else b"B") + forged[-9:]
    assert "bad_signature" == await code(marked, forged_nonce, "1")
    jumped, jumped_nonce = phone.ballot("r01", "1", counter=3)
    outcome = await show.session.cast(phone.seat, jumped, jumped_nonce, "1")
    assert isinstance(outcome, Refusal)
    assert ("bad_counter", 0) == (outcome.code, outcome.next)
    task = asyncio.ensure_future(show.session.cast(phone.seat, entry, nonce, "1"))
    await settle()
    assert "not_present" == await code(stolen, stolen_nonce, "1")
    theirs, their_nonce = other.ballot("r01", "1")
    assert "not_present" == await code(theirs, their_nonce, "1")
    await show.clock.advance(80)
    assert isinstance(await task, Recorded)
    late, late_nonce = phone.ballot("r01", "2", counter=1)
    assert "round_closed" == await code(late, late_nonce, "2")


async def test_everything_received_before_the_close_is_in_the_record() -> None:
    """Two ballots of one key need two batches, each with its checkpoint; the close comes with the last."""
    show = await Show().start()
    phones = await show.phones(4)
    await show.do("zero")
    await show.do("open", round="r01")
    tasks = [asyncio.ensure_future(phone.cast("r01", "1")) for phone in phones]
    tasks += [asyncio.ensure_future(phone.cast("r01", "2")) for phone in phones[:2]]
    tasks += [asyncio.ensure_future(phones[0].cast("r01", "3"))]
    await settle()
    closed = await show.do("close", round="r01", reason="口播提前")
    assert "closed" == closed["state"]
    outcomes = await asyncio.gather(*tasks)
    assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    locked = await show.do("lock", round="r01")
    assert {"yes": 2, "fair": 1, "no": 1, "dk": 0} == locked["by"]["deputies"]["counts"]["overall"]
    await show.do("not-held", round="r02", reason="未安排")
    await show.do("seal")
    await check_show(show)


async def test_a_voided_round_is_held_again_under_a_new_window_name() -> None:
    """Its openings are erased; the record keeps the voided window."""
    show = await Show().start()
    phones = await show.phones(3)
    await show.do("zero")
    await show.hold("r01", phones, ["1", "2", "3"])
    await show.do("void-round", round="r01", reason="题目读错")
    assert [] == await show.store.openings("r01")
    opened = await show.do("open", round="r01")
    assert "r01.2" == opened["window"]
    await show.cast_all(phones, "r01.2", ["1", "1", "2"])
    locked = await show.do("lock", round="r01")
    assert {"yes": 2, "fair": 1, "no": 0, "dk": 0} == locked["by"]["deputies"]["counts"]["overall"]
    await show.hold("r02", phones, ["1", "2", "3"])
    await show.do("seal")
    report = await check_show(show)
    assert ["void", "locked", "locked"] == [window["state"] for window in report["rounds"]]


async def test_a_voided_card_loses_its_ballot_in_the_open_window() -> None:
    """And cannot check in again; a ballot of it that is still waiting is refused, never placed behind the void."""
    show = await Show().start()
    phones = await show.phones(4)
    await show.do("zero")
    await show.do("open", round="r01")
    await show.cast_all(phones[:2], "r01", ["1", "2"])
    waiting = asyncio.ensure_future(phones[2].cast("r01", "3"))
    await settle()
    for phone in (phones[0], phones[2]):
        keys = {round_id: show_key(phone, round_id) for round_id in show.rundown.roll_rounds()}
        await show.do("void-card", serial=phone.card.serial, keys=keys, reason="卡片遗失")
    await show.clock.advance(80)
    outcome = await waiting
    assert isinstance(outcome, Refusal)
    assert "card_void" == outcome.code
    locked = await show.do("lock", round="r01")
    by = locked["by"]["deputies"]
    assert (2, 1) == (by["issued"], by["returned"])
    again = await show.phone(0).present()
    assert isinstance(again, Refusal)
    assert "card_void" == again.code
    await show.do("not-held", round="r02", reason="未安排")
    await show.do("seal")
    await check_show(show)


def show_key(phone: object, round_id: str) -> str:
    """A card's public key of one round, base64."""
    from audience_server.record.ed25519 import public_key
    from audience_server.record.forms import b64
    from tests.show_rig import RigPhone

    assert isinstance(phone, RigPhone)
    return b64(public_key(phone.seed(round_id)))


async def test_paper_ballots_are_added_between_close_and_lock() -> None:
    """The identity counts persons and papers together."""
    show = await Show().start()
    phones = await show.phones(3)
    await show.do("zero")
    await show.do("open", round="r01")
    await show.cast_all(phones, "r01", ["1", "2", "3"])
    paper = b"""round = "r01"
panel = "deputies"
present = 2
issued = 2
returned = 2
valid = 1
invalid = 1
abstained = 0
[counts.edu.overall]
yes = 1
"""
    assert "not_closed" == await show.refused("hand", data=paper)
    await show.clock.advance(80)
    await show.do("hand", data=paper)
    locked = await show.do("lock", round="r01")
    by = locked["by"]["deputies"]
    assert (5, 5, 5, 4, 1) == (by["present"], by["issued"], by["returned"], by["valid"], by["invalid"])
    assert 2 == by["counts"]["overall"]["yes"]
    await show.do("not-held", round="r02", reason="未安排")
    await show.do("seal")
    await check_show(show)


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("open", {"round": "r01"}, "not_zeroed"),
        ("open", {"round": "r77"}, "unknown_round"),
        ("close", {"round": "r01"}, "round_not_open"),
        ("lock", {"round": "r01"}, "round_not_open"),
        ("reveal", {"round": "r01"}, "round_not_open"),
        ("void-round", {"round": "r01", "reason": "x"}, "round_not_open"),
        ("channel", {"channel": "sms", "source": "a.csv", "data": b""}, "unknown_channel"),
        ("seal", {}, "not_zeroed"),
        ("dance", {}, "unknown_command"),
        ("cue", {"cue": "nowhere"}, "unknown_cue"),
    ],
)
async def test_commands_out_of_place_are_refused_and_lose_nothing(name: str, arguments: dict, code: str) -> None:  # type: ignore[type-arg]
    """A clear no; the record stays as it is."""
    show = await Show().start()
    before = show.session.record.size
    assert code == await show.refused(name, **arguments)
    assert before == show.session.record.size


async def test_a_command_given_to_a_stale_picture_is_refused() -> None:
    """Two consoles: the second one acted on what it no longer sees."""
    show = await Show().start()
    await show.phones(2)
    seen = show.session.record.size
    await show.do("zero", at=seen)
    assert "stale" == await show.refused("open", at=seen, round="r01")
    await show.do("open", at=show.session.record.size, round="r01")


async def test_open_refuses_when_the_current_cue_belongs_to_another_unit() -> None:
    """The host says one name and the phones would show another."""
    show = await Show().start()
    await show.do("zero")
    await show.do("cue", cue="next")
    assert "cue_mismatch" == await show.refused("open", round="r02")
    await show.do("open", round="r02", despite_cue=True)


async def test_extend_works_twice_with_a_reason() -> None:
    """At most twice, before the end."""
    show = await Show().start()
    await show.phones(2)
    await show.do("zero")
    await show.do("open", round="r01")
    assert "reason_needed" == await show.refused("extend", round="r01", seconds=30, reason="")
    await show.do("extend", round="r01", seconds=30, reason="信号不好")
    await show.do("extend", round="r01", seconds=30, reason="信号不好")
    assert "extended_enough" == await show.refused("extend", round="r01", seconds=30, reason="再来")
    await show.clock.advance(115)
    assert "open" == show.session.state.windows["r01"].state
    await show.clock.advance(10)
    assert "closed" == show.session.state.windows["r01"].state


async def test_nobody_sees_choices_before_the_lock() -> None:
    """The console's picture holds turnout only, also after the close."""
    show = await Show().start()
    phones = await show.phones(3)
    await show.do("zero")
    await show.do("open", round="r01")
    await show.cast_all(phones, "r01", ["1", "2", "3"])
    for _ in range(2):
        view = show.session.picture()["rounds"][0]
        assert {"expected", "present", "issued", "returned"} == set(view["by"]["deputies"])
        await show.clock.advance(80)
    await show.do("lock", round="r01")
    assert "counts" in show.session.picture()["rounds"][0]["by"]["deputies"]
    await show.do("reveal", round="r01")
    revealed = show.session.phone_picture().revealed
    assert revealed is not None
    assert {"yes": 1, "fair": 1, "no": 1, "dk": 0} == revealed["by"]["deputies"]["counts"]["overall"]


async def test_an_open_panel_enrols_before_a_round_opens() -> None:
    """Its phones are on the roll of r00 and of every round that has not been opened."""
    text = SMALL_SESSION.replace("weight = 100\n\n[[scale]]", f"weight = 70\n{OPEN_PANEL}\n[[scale]]")
    show = await Show(text).start()
    phones = await show.phones(3)
    extra = show.phone(3)
    seat = show.session.arrive()
    from audience_server.record.ed25519 import public_key

    seeds = {name: bytes([number]) * 32 for number, name in enumerate(("r00", "r01", "r02"), 1)}
    keys = {name: public_key(seed) for name, seed in seeds.items()}
    enrolling = asyncio.ensure_future(show.session.enrol(seat, "offsite", keys))
    await settle()
    await show.clock.advance(2)
    answer = await enrolling
    assert not isinstance(answer, Refusal)
    assert ("r00", "r01", "r02") == answer.rounds
    from audience_server.record.ballots import build_present, commitment

    assert isinstance(await show.session.present(seat, build_present(show.origin, seeds["r00"])), Recorded)
    await show.do("zero")
    await show.do("open", round="r01")
    late = await show.session.enrol(
        show.session.arrive(), "offsite", {"r00": public_key(bytes([9]) * 32), "r01": public_key(bytes([8]) * 32)}
    )
    assert isinstance(late, Refusal)
    assert "enrolment_closed" == late.code
    committed = commitment(show.origin, "r01", keys["r01"], 0, bytes(32), "2")
    ballot = build_ballot(show.origin, "r01", seeds["r01"], 0, committed)
    voting = asyncio.ensure_future(show.session.cast(seat, ballot, bytes(32), "2"))
    await show.cast_all(phones, "r01", ["1", "2", "3"])
    assert isinstance(await voting, Recorded)
    assert isinstance(await extra.present(), Recorded)
    await show.clock.advance(80)
    locked = await show.do("lock", round="r01")
    assert 1 == locked["by"]["offsite"]["returned"]
    await show.do("not-held", round="r02", reason="未安排")
    await show.do("seal")
    await check_show(show)


async def test_evidence_before_the_seal_is_partial() -> None:
    """It fails E481, so nobody takes it for the end."""
    from audience_server.notary.verify import verify

    show = await Show().start()
    name, bundle = await show.session.evidence()
    assert name.endswith(".partial.c1.tar")
    assert "E481" in {failure["code"] for failure in verify(bundle).as_json()["failures"]}


async def test_one_more_check_in_than_were_invited_is_refused_and_rings() -> None:
    """实到 never exceeds 应到; a spare card replaces one that was voided first."""
    text = SMALL_SESSION.replace("spare = 1", "spare = 1\ninvited = 3")
    show = await Show(text).start()
    phones = await show.phones(3)
    spare = show.phone(6)
    refused = await spare.present()
    assert isinstance(refused, Refusal)
    assert "panel_full" == refused.code
    assert ["panel_full"] == [alarm["code"] for alarm in show.session.picture()["alarms"]]
    assert isinstance(await phones[0].present(), Recorded)
    keys = {round_id: show_key(phones[0], round_id) for round_id in show.rundown.roll_rounds()}
    await show.do("void-card", serial=1, keys=keys, reason="卡片遗失")
    assert isinstance(await spare.present(), Recorded)
    await show.do("zero")
    locked = await show.hold("r01", [*phones[1:], spare], ["1", "2", "3"])
    assert (3, 3) == (locked["by"]["deputies"]["expected"], locked["by"]["deputies"]["present"])
    await show.do("not-held", round="r02", reason="未安排")
    await show.do("seal")
    await check_show(show)


@pytest.mark.parametrize("text", ["two\nlines", "\x1b[31mred", "tab\there", "\u2028", "\ud800"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("remark", {"text": "?"}),
        ("incident", {"kind": "console", "text": "?"}),
        ("extend", {"round": "r01", "seconds": 30, "reason": "?"}),
        ("close", {"round": "r01", "reason": "?"}),
        ("not-held", {"round": "r02", "reason": "?"}),
    ],
)
async def test_text_that_no_entry_can_hold_is_refused_and_nothing_happens(
    name: str, arguments: dict[str, object], text: str
) -> None:
    """A control code in a reason never reaches the record, and the window stays open."""
    show = await Show().start()
    await show.do("zero")
    await show.do("open", round="r01")
    before = show.session.record.size
    hostile = {key: text if value == "?" else value for key, value in arguments.items()}
    assert "bad_argument" == await show.refused(name, None, **hostile)
    assert before == show.session.record.size
    assert "open" == show.session.state.windows["r01"].state


async def test_an_act_too_long_for_an_entry_is_refused() -> None:
    """65,535 bytes is what an entry holds."""
    show = await Show().start()
    assert "bad_argument" == await show.refused("remark", text="评" * 30_000)


async def test_a_void_names_only_keys_that_are_on_the_rolls() -> None:
    """A key of another card, or something that is no key, is refused before it can reach the record."""
    show = await Show().start()
    (phone,) = await show.phones(1)
    good = show_key(phone, "r00")
    for wrong in ("not base64", show_key(phone, "r02"), "A" * 43 + "="):
        keys = {"r00": good, "r01": wrong}
        assert "not_on_roll" == await show.refused("void-card", serial=1, keys=keys, reason="遗失")
    await show.do("void-card", serial=1, keys={"r00": good}, reason="遗失")
