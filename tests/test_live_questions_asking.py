"""Phones that ask: receipts, limits of a card, repeated requests, reports, supports, and what became of one's own."""

from __future__ import annotations

import base64
from typing import Any

from nacl.public import PrivateKey, SealedBox

from audience_server.live_questions_asking import Asked
from audience_server.reports.register_tables import RegisterTables
from tests.question_rig import ASKING, QuestionRig, new_asker
from tests.show_rig import settle

OFFICE = PrivateKey.generate()
KEY = base64.b64encode(bytes(OFFICE.public_key)).decode()
REPORTING = ASKING + f'report_key = "{KEY}"\nreport_office = "市纪委监委"\n'


def sealed(words: str) -> str:
    return base64.b64encode(SealedBox(OFFICE.public_key).encrypt(words.encode())).decode()


async def test_a_receipt_has_a_number_and_six_digits() -> None:
    """Of a question and of a suggestion; what is written down is clean and knows no card."""
    rig = await QuestionRig.begin()
    asked = await rig.ask(" 为什么\u202e? ", unit="edu")
    suggested = await rig.ask("多开窗口", kind="suggestion")
    assert ("Q0001", "S0001") == (asked.number, suggested.number)
    assert all(len(each.code) == 6 and each.code.isdigit() for each in (asked, suggested))
    assert "为什么?" == rig.view("Q0001")["text"]
    key = rig.phones[0].seat.check_in_key
    assert key is not None
    rows = b"".join([row async for row in rig.journal.read()])
    assert key not in rows
    assert base64.b64encode(key) not in rows
    assert key.hex().encode() not in rows


async def test_who_has_not_presented_a_card_asks_nothing() -> None:
    """And supports nothing; a card that was voided neither."""
    rig = await QuestionRig.begin()
    stranger = rig.show.phone(5)
    outcome = await rig.try_ask("一", stranger.seat)
    assert "not_present" == getattr(outcome, "code", None)
    number = (await rig.ask("一")).number
    await rig.done("approve", number)
    rig.show.session.state.void_keys["r00"] = {rig.phones[1].seat.check_in_key or b"": 0}
    assert ("card_void", "card_void") == (await rig.refused("二", phone=1), await rig.support(number, phone=1))


async def test_a_card_asks_as_often_as_the_session_allows() -> None:
    """Three here; a second phone with the same card has no more."""
    rig = await QuestionRig.begin()
    for count in range(3):
        await rig.ask(f"第{count}个")
    assert "question_limit" == await rig.refused("第四个")
    await rig.ask("别的卡", phone=1)
    twin = rig.show.phone(0)
    await twin.present()
    assert "question_limit" == getattr(await rig.try_ask("第五个", twin.seat), "code", None)


async def test_a_refused_or_unwritten_question_costs_nothing() -> None:
    """Only what was received counts."""
    rig = await QuestionRig.begin()
    for _ in range(5):
        assert "question_empty" == await rig.refused("  ")
        rig.journal.fails = "before"
        assert "try_again" == await rig.refused("一")
    for count in range(3):
        await rig.ask(f"第{count}个")


async def test_slow_mode_lets_a_card_ask_once_in_a_while_and_a_pause_nobody() -> None:
    """Each card for itself."""
    rig = await QuestionRig.begin()
    await rig.command("intake", mode="slow", seconds=30)
    await rig.ask("一")
    await rig.ask("一", phone=1)
    assert "question_slow" == await rig.refused("二")
    await rig.show.clock.advance(30)
    await rig.ask("二")
    await rig.command("intake", mode="paused")
    assert "questions_paused" == await rig.refused("三", phone=2)
    await rig.command("intake", mode="open")
    await rig.ask("三", phone=2)


async def test_the_same_request_again_asks_once() -> None:
    """After a lost answer, at the same moment, after a restart, and while intake is paused."""
    rig = await QuestionRig.begin()
    _, asker = new_asker()
    first = await rig.ask("一", asker=asker, ref="1")
    assert first == await rig.ask("一", asker=asker, ref="1")
    await rig.again()
    await rig.command("intake", mode="paused")
    assert first == await rig.ask("一", asker=asker, ref="1")
    await rig.command("intake", mode="open")
    answers: list[Any] = []
    for _ in range(3):
        rig.desk.asking.ask(rig.phones[0].seat, Asked("question", "二", asker=asker, ref="2"), answers.append)
    await settle()
    assert (3, 1) == (len(answers), len(set(answers)))
    assert 2 == len(rig.desk.views())


async def test_a_rush_is_written_together_and_every_question_has_its_number() -> None:
    """Questions, suggestions and supports in one write."""
    rig = await QuestionRig.begin()
    number = (await rig.ask("一")).number
    await rig.done("approve", number)
    answers: list[Any] = []
    for phone in rig.phones:
        for kind in ("question", "suggestion"):
            rig.desk.asking.ask(phone.seat, Asked(kind, f"{kind} 二"), answers.append)
        rig.desk.asking.support(phone.seat, number, answers.append)
    await settle()
    received = sorted(answer.number for answer in answers if answer is not None)
    assert ["Q0002", "Q0003", "Q0004", "S0001", "S0002", "S0003"] == received
    assert 3 == rig.view(number)["supporters"]


async def test_reports_are_off_unless_an_office_reads_them() -> None:
    """People are told where to go instead."""
    rig = await QuestionRig.begin()
    assert "reports_off" == await rig.refused(sealed("他收了钱"), kind="report")


async def test_a_report_is_ciphertext_in_the_journal_and_nowhere_else() -> None:
    """Numbered apart; no unit, no asker, no place in the queue; the office can open it."""
    rig = await QuestionRig.begin(REPORTING)
    _, asker = new_asker()
    box = sealed("他收了钱")
    report = await rig.ask(box, kind="report", unit="edu", asker=asker, ref="9")
    assert ("R0001", 6) == (report.number, len(report.code))
    assert ([], {}, []) == (rig.desk.views(), rig.desk.counts()["by_state"], rig.desk.own_of(asker))
    (event,) = await rig.journal.events()
    assert {"e", "number", "code", "at", "box"} == set(event)
    assert "他收了钱" == SealedBox(OFFICE).decrypt(base64.b64decode(event["box"])).decode()
    await rig.again()
    assert report == await rig.ask(box, kind="report")
    assert "R0002" == (await rig.ask(sealed("另一件"), kind="report", phone=1)).number
    assert {"number": "R0001", "state": "received", "kind": "report", "text": ""} == rig.desk.own("R0001")
    assert rig.desk.asking.code_fits("R0001", report.code)


async def test_plain_words_are_no_report() -> None:
    """A page that forgot to encrypt is refused before anything is written."""
    rig = await QuestionRig.begin(REPORTING)
    assert "bad_message" == await rig.refused("他收了钱", kind="report")
    assert [] == await rig.journal.events()


async def test_a_card_supports_a_question_once_wherever_it_was_merged() -> None:
    """Approved questions only."""
    rig = await QuestionRig.begin()
    one, two = (await rig.ask("一")).number, (await rig.ask("二")).number
    assert "unknown_question" == await rig.support(one)
    await rig.done("approve", one, two)
    assert ["", "", ""] == [await rig.support(two), await rig.support(two), await rig.support(one, phone=1)]
    assert [1, 1] == [rig.view(number)["supporters"] for number in (one, two)]
    await rig.done("merge", two, into=one)
    assert ["", "", ""] == [await rig.support(one), await rig.support(two, phone=1), await rig.support(two, phone=2)]
    assert 3 == rig.view(one)["supporters"]


async def test_a_card_behind_two_questions_that_are_merged_is_counted_once() -> None:
    """On the board, and in what is exported; the journal knows a name drawn for that card, never the card."""
    rig = await QuestionRig.begin()
    one, two = (await rig.ask("一")).number, (await rig.ask("二")).number
    await rig.done("approve", one, two)
    assert ["", "", ""] == [await rig.support(one), await rig.support(two), await rig.support(two, phone=1)]
    await rig.done("merge", two, into=one)
    assert 2 == rig.view(one)["supporters"]
    tables = RegisterTables(rig.show.rundown, (), rig.desk._board.questions.values())
    assert [2] == [row[5] for row in tables.questions().rows]
    key = rig.phones[0].seat.check_in_key
    assert key is not None
    for event in await rig.journal.events():
        assert event.get("card", "") not in (key.hex(), base64.b64encode(key).decode())


async def test_a_support_that_was_not_written_may_be_given_again() -> None:
    """The phone hears try_again and tries again."""
    rig = await QuestionRig.begin()
    number = (await rig.ask("一")).number
    await rig.done("approve", number)
    rig.journal.fails = "before"
    assert ["try_again", ""] == [await rig.support(number), await rig.support(number)]
    assert 1 == rig.view(number)["supporters"]


async def test_supports_refresh_the_public_list_now_and_then() -> None:
    """Not with every one: every phone would ask for the list each time."""
    rig = await QuestionRig.begin()
    number = (await rig.ask("一")).number
    await rig.done("approve", number)
    revision = rig.desk.public_revision
    for phone in range(3):
        await rig.support(number, phone=phone)
    assert revision == rig.desk.public_revision
    await rig.show.clock.advance(6)
    assert (revision + 1, 3) == (rig.desk.public_revision, rig.desk.public()[0].supporters)


async def test_the_asker_hears_what_became_of_a_question_and_nothing_else() -> None:
    """Also of what it was merged into; not of stars, supports and what screeners hold."""
    rig = await QuestionRig.begin()
    _, asker = new_asker()
    heard: list[dict[str, Any]] = []
    rig.desk.lines.follow(heard.append, asker)
    one = (await rig.ask("一", phone=1)).number
    mine = (await rig.ask("也是一", asker=asker, ref="1")).number
    rig.desk.own(mine)
    heard.clear()
    await rig.done("star", mine)
    await rig.done("hold", mine)
    await rig.done("approve", one)
    assert [] == heard
    await rig.done("merge", mine, into=one)
    await rig.support(one, phone=2)
    await rig.done("air", one)
    await rig.done("answered", one, text="下周办")
    assert [("merged", ""), ("on_air", ""), ("answered", "下周办")] == [(own["state"], own["answer"]) for own in heard]
    assert all((mine, one, "也是一") == (own["number"], own["into"], own["text"]) for own in heard)


async def test_a_refusal_tells_its_reason_and_an_edit_keeps_the_askers_words() -> None:
    """What was sent is what the asker reads."""
    rig = await QuestionRig.begin()
    _, asker = new_asker()
    number = (await rig.ask("原话", asker=asker, ref="1")).number
    await rig.done("edit", number, text="改过的话")
    await rig.done("refuse", number, text="与本单位无关")
    (own,) = rig.desk.own_of(asker)
    assert ("原话", "refused", "与本单位无关") == (own["text"], own["state"], own["reason"])


async def test_questions_that_a_session_does_not_take() -> None:
    """Off is off; after the seal nothing comes in."""
    rig = await QuestionRig.begin(ASKING + "enabled = false\n")
    assert ("questions_off", "not_allowed") == (await rig.refused("一"), await rig.support("Q0001"))
    rig = await QuestionRig.begin()
    rig.show.session.state.seal_index = 9
    assert "sealed" == await rig.refused("一")
