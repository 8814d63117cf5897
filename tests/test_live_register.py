"""The register in a running session: from a question on the air to the reply that its asker reads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from audience_server.domain.cases import CLOSING_TESTS, Case
from audience_server.domain.questions import Question
from audience_server.domain.refusals import Refusal
from audience_server.domain.roles import Person
from audience_server.live_facts import Journals
from audience_server.live_questions_asking import Asked, AskReceipt
from audience_server.stores.journal_memory import MemoryJournal
from tests.question_rig import FailingJournal
from tests.show_rig import Show, settle

CLERK = Person("登记员", frozenset({"screener"}))


async def step(show: Show, do: str, number: str = "", **fields: str) -> dict[str, Any]:
    outcome = await show.session.command("case", {"do": do, "number": number, "fields": fields}, None, CLERK)
    assert not isinstance(outcome, Refusal), outcome
    return dict(outcome["case"])


async def ask(show: Show, text: str) -> str:
    """Asked from the phone of a checked-in card; the number of the receipt."""
    [phone] = await show.phones(1)
    answers: list[AskReceipt | Refusal] = []
    show.session.questions.asking.ask(phone.seat, Asked("question", text), answers.append)
    await settle()
    [receipt] = answers
    assert isinstance(receipt, AskReceipt), receipt
    return receipt.number


async def asked(show: Show, text: str = "学校门口的路灯什么时候修?") -> str:
    """An approved question of a checked-in card."""
    number = await ask(show, text)
    await show.do("question", numbers=[number], do="approve", text="", into="", cue="", due="", versions={})
    return number


async def test_a_promise_on_the_air_becomes_a_case_whose_asker_reads_the_reply() -> None:
    """With the promise, its date, and the question's own number to look it up by; a restart changes nothing."""
    show = await Show().start()
    number = await asked(show)
    await show.do(
        "question", numbers=[number], do="promise", text="一周内修好", into="", cue="", due="2026-12-01", versions={}
    )
    [case] = (await show.do("cases", state="", unit=""))["cases"]
    assert ("promise", number, "一周内修好", "2026-12-01") == (
        case["source"],
        case["origin_number"],
        case["promise"],
        case["deadline"],
    )
    await step(show, "assign", case["number"], person="王科长", unit="edu")
    await step(show, "reply", case["number"], reply="已于今日修好")
    await step(show, "test", case["number"], **dict.fromkeys(CLOSING_TESTS, "yes"))
    await step(show, "close", case["number"])
    await show.clock.advance(1)
    question = show.session.questions.find(number)
    assert question is not None
    assert ("已于今日修好", True) == (question.reply, question.closed)
    await show.restart()
    again = (await show.do("cases", state="closed", unit="edu"))["cases"]
    assert [case["number"]] == [each["number"] for each in again]
    assert "100.0%" == (await show.do("cases", state="", unit=""))["statistics"]["closing_rate"]


async def test_a_case_by_telephone_gets_a_code_of_its_own() -> None:
    """Six digits, for the caller."""
    show = await Show().start()
    case = await step(show, "make", content="热线反映:窗口排队太长", unit="edu", source="hotline")
    assert 6 == len(case["code"])
    assert case["code"].isdigit()


async def test_an_unapproved_question_makes_no_case() -> None:
    """The register is read by others: what was not approved does not leave the queue."""
    show = await Show().start()
    number = await ask(show, "还没有筛选的提问")
    outcome = await show.session.command("case", {"do": "make", "number": "", "fields": {"question": number}}, None)
    assert isinstance(outcome, Refusal)
    assert "not_approved" == outcome.code.value


class Waiting(FailingJournal):
    """A journal that lets others run before a row is in it, as a disk does; it can fail a write."""

    async def append(self, rows: Sequence[bytes]) -> int:
        await asyncio.sleep(0)
        return await super().append(rows)


async def show_with(register: MemoryJournal) -> Show:
    """A show whose register is written through this journal."""
    show = Show()
    show.journals = Journals(MemoryJournal(), register, MemoryJournal())
    await show.restart()
    return show


async def promise(show: Show, number: str, text: str = "一周内修好", due: str = "2026-12-01") -> None:
    fields = {"text": text, "into": "", "cue": "", "due": due, "versions": {}}
    outcome = await show.session.command("question", {"numbers": [number], "do": "promise", **fields}, None, CLERK)
    assert not isinstance(outcome, Refusal), outcome


async def undo(show: Show) -> None:
    outcome = await show.session.command("question-undo", {}, None, CLERK)
    assert not isinstance(outcome, Refusal), outcome


def cases_of(show: Show) -> list[Case]:
    return list(show.session.register.register.cases.values())


async def test_two_cases_made_at_once_get_two_numbers() -> None:
    """Also when the disk takes its time, and whoever makes them: by hand and by a promise on the air."""
    journal = Waiting()
    show = await show_with(journal)
    number = await asked(show)
    made = [step(show, "make", content=f"第{count}件", unit="edu", source="letter") for count in range(5)]
    promised = asyncio.ensure_future(promise(show, number))
    cases = await asyncio.gather(*made)
    await promised
    assert 5 == len({case["number"] for case in cases})
    assert 6 == len(cases_of(show))
    for count, case in enumerate(cases):
        assert f"第{count}件" == show.session.register.register.cases[case["number"]].content
    before = show.session.register.register
    await show.restart()
    assert before == show.session.register.register


async def test_one_question_asked_for_twice_at_once_makes_one_case() -> None:
    """The second is told so; a promise beside them changes the one that is there."""
    show = await show_with(Waiting())
    number = await asked(show)
    make = {"do": "make", "number": "", "fields": {"question": number}}
    both = [show.session.command("case", make, None, CLERK) for _ in range(2)]
    await asyncio.gather(*both, promise(show, number))
    [case] = cases_of(show)
    assert (number, "一周内修好") == (case.origin_number, case.promise)


async def test_a_field_that_no_case_has_is_refused_before_it_is_written() -> None:
    """Written down it would keep the next start from reading the register."""
    show = await Show().start()
    number = await asked(show)
    for fields in ({"colour": "red"}, {"deadline": "soon"}, {"unit": "nowhere"}):
        make = {"do": "make", "number": "", "fields": {"question": number, **fields}}
        assert isinstance(await show.session.command("case", make, None, CLERK), Refusal), fields
    assert [] == cases_of(show)


@pytest.mark.parametrize("fails", ["before", "after"])
async def test_a_promise_that_the_register_could_not_write_rings_and_is_made_again(fails: str) -> None:
    """By itself, once the disk takes rows again; a row whose answer was lost is not written twice."""
    journal = Waiting()
    show = await show_with(journal)
    number = await asked(show)
    journal.fails = fails
    await promise(show, number)
    assert [] == cases_of(show)
    assert ("register_failed", number) == (show.session.alarms.rung[-1].code, show.session.alarms.rung[-1].text)
    await show.clock.advance(6)
    [case] = cases_of(show)
    assert ("promise", number, "一周内修好", CLERK.name) == (
        case.source,
        case.origin_number,
        case.promise,
        case.steps[0].by,
    )
    assert 1 == len(await journal.events())


async def test_a_promise_that_never_reached_the_register_is_made_at_the_next_start() -> None:
    """A server that died in between, or a disk that stayed full; a reply that its asker never got comes too."""
    journal = Waiting()
    show = await show_with(journal)
    number = await asked(show)
    journal.fails = "before"
    await promise(show, number)
    await show.restart()
    [case] = cases_of(show)
    assert (number, "一周内修好") == (case.origin_number, case.promise)
    await step(show, "assign", case.number, person="王科长", unit="edu")
    show.session.register._questions = _Nobody()
    await step(show, "reply", case.number, reply="已修好")
    await show.restart()
    await settle()
    assert "已修好" == _found(show, number).reply


class _Nobody:
    """Questions that die before they hear of a reply."""

    def find(self, number: str) -> Question | None:
        return None

    def promises(self) -> list[Question]:
        return []

    def reply(self, number: str, text: str, closed: bool) -> None:
        """Lost."""


def _found(show: Show, number: str) -> Question:
    question = show.session.questions.find(number)
    assert question is not None
    return question


async def test_a_promise_taken_back_withdraws_the_case_that_nobody_has_touched() -> None:
    """Its number is not given again; promised once more it is the same case."""
    show = await Show().start()
    number = await asked(show)
    await promise(show, number)
    await undo(show)
    [case] = cases_of(show)
    assert ("withdrawn", "", "") == (case.state, case.promise, case.deadline)
    assert 0 == (await show.do("cases", state="", unit=""))["statistics"]["registered"]
    other = await step(show, "make", content="另一件", unit="edu")
    assert "J0002" == other["number"]
    await show.restart()
    await promise(show, number, "两周内修好", "2026-12-08")
    case = cases_of(show)[0]
    assert ("registered", "两周内修好", "2026-12-08") == (case.state, case.promise, case.deadline)


async def test_a_promise_taken_back_leaves_a_case_that_is_worked_on() -> None:
    """It loses the promise and keeps everything else, with a step that says so."""
    show = await Show().start()
    number = await asked(show)
    await promise(show, number)
    await step(show, "assign", "J0001", person="王科长", unit="edu")
    await undo(show)
    [case] = cases_of(show)
    assert ("assigned", "", "王科长", "2026-12-01") == (case.state, case.promise, case.person, case.deadline)
    assert "promise" == case.steps[-1].do


async def test_a_promise_changed_and_changed_back_is_the_first_one_again() -> None:
    """Undo of the second promise."""
    show = await Show().start()
    number = await asked(show)
    await promise(show, number)
    await promise(show, number, "三天内修好", "2026-11-27")
    assert "三天内修好" == cases_of(show)[0].promise
    await undo(show)
    [case] = cases_of(show)
    assert ("registered", "一周内修好", "2026-12-01") == (case.state, case.promise, case.deadline)


async def test_a_row_that_was_tampered_with_keeps_no_session_from_starting() -> None:
    """It rings, and all other cases are there."""
    journal = Waiting()
    show = await show_with(journal)
    await step(show, "make", content="第一件", unit="edu")
    await journal.append([b'{"number": "J0002"}'])
    await show.restart()
    assert ["J0001"] == [case.number for case in cases_of(show)]
    assert "register_damaged" in [alarm.code for alarm in show.session.alarms.rung]
