"""The register in a running session: from a question on the air to the reply that its asker reads."""

from __future__ import annotations

from typing import Any

from audience_server.domain.cases import CLOSING_TESTS
from audience_server.domain.refusals import Refusal
from audience_server.domain.roles import Person
from audience_server.live_questions_asking import Asked, AskReceipt
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
