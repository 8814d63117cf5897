"""A question through the whole session: running order, air, register and phones hear of the same deed."""

from __future__ import annotations

from typing import Any

from audience_server.live_questions_asking import Asked, AskReceipt
from tests.show_rig import SMALL_SESSION, RigPhone, Show, check_show, settle


async def ask(show: Show, phone: RigPhone, text: str) -> str:
    answers: list[Any] = []
    show.session.questions.asking.ask(phone.seat, Asked("question", text, "edu"), answers.append)
    await settle()
    assert isinstance(answers[0], AskReceipt), answers
    return answers[0].number


async def deed(show: Show, do: str, *numbers: str, **fields: Any) -> list[str]:
    outcome = await show.do("question", numbers=numbers, do=do, **fields)
    await settle()
    return list(outcome["done"])


def cue_of(show: Show, cue: str) -> tuple[str, ...]:
    found = show.session.memory.order.find(cue)
    assert found is not None
    return found.questions


async def test_a_question_from_the_phone_to_the_register() -> None:
    """Assigned to its cue, on the programme, answered, promised; and the evidence knows nothing of it."""
    show = await Show(SMALL_SESSION).start()
    phones = await show.phones(2)
    number = await ask(show, phones[0], "校门口为什么总是堵车?")
    await deed(show, "approve", number)
    await deed(show, "assign", number, cue="edu-questions")
    assert (number,) == cue_of(show, "edu-questions")
    await deed(show, "air", number)
    programme = show.session.air.message("programme")["scene"]
    assert "校门口为什么总是堵车?" == programme["text"]
    await deed(show, "answered", number, text="增加交警")
    await deed(show, "promise", number, text="月底前到位", due="2026-11-30")
    (case,) = (await show.do("cases"))["cases"]
    assert ("校门口为什么总是堵车?", "2026-11-30") == (case["content"], case["deadline"])
    assert "堵车" not in (await show.session.evidence())[1].decode("utf-8", "replace")


async def test_a_withdrawn_question_is_gone_from_air_cue_and_phones_at_once() -> None:
    """撤下: one deed, everywhere; the scene of the phones changes with it."""
    show = await Show(SMALL_SESSION).start()
    phones = await show.phones(1)
    number = await ask(show, phones[0], "校门口为什么总是堵车?")
    await deed(show, "approve", number)
    await deed(show, "assign", number, cue="edu-questions")
    await show.do("air", scene="question", target=number)
    assert "on_air" == show.session.questions.views()[0]["state"]
    scene = show.session.scene
    await deed(show, "withdraw", number, text="涉及隐私")
    assert scene != show.session.scene
    assert None is show.session.air.message("programme")["scene"]
    assert ((), []) == (cue_of(show, "edu-questions"), list(show.session.questions.public()))


async def test_nothing_unapproved_goes_on_the_air() -> None:
    """Not by the graphics, not by the screener."""
    show = await Show(SMALL_SESSION).start()
    phones = await show.phones(1)
    number = await ask(show, phones[0], "还没看过的提问")
    assert "not_approved" == await show.refused("air", scene="question", target=number)
    assert "question_state" == await show.refused("question", numbers=(number,), do="air")
    assert None is show.session.air.message("programme")["scene"]


async def test_after_a_restart_question_cue_and_air_are_where_they_were() -> None:
    """And the record is the same with questions and without."""
    show = await Show(SMALL_SESSION).start()
    phones = await show.phones(1)
    number = await ask(show, phones[0], "校门口为什么总是堵车?")
    await deed(show, "approve", number)
    await deed(show, "assign", number, cue="edu-questions")
    await deed(show, "air", number)
    await show.restart()
    assert ("on_air", (number,)) == (show.session.questions.views()[0]["state"], cue_of(show, "edu-questions"))
    assert number == show.session.air.question
    await deed(show, "withdraw", number)
    assert None is show.session.air.message("programme")["scene"]
    await show.do("zero")
    for round_id in ("r01", "r02"):
        await show.do("not-held", round=round_id, reason="时间不够")
    await show.do("seal")
    await check_show(show)


async def test_the_show_log_says_who_decided_and_never_what_people_wrote() -> None:
    """Reading, holding and the words themselves are not in it."""
    show = await Show(SMALL_SESSION).start()
    phones = await show.phones(1)
    number = await ask(show, phones[0], "校门口为什么总是堵车?")
    await deed(show, "hold", number)
    await deed(show, "refuse", number, text="与堵车单位无关")
    await show.do("questions", text="堵车")
    await show.do("words")
    await show.do("words", words=("堵车",))
    await show.do("intake", mode="paused")
    lines = (await show.do("show-log", text="", before=None, limit=100))["lines"]
    assert ["intake", "words", "question"] == [line["do"] for line in lines]
    assert "Q0001" in lines[-1]["detail"]
    assert not any("堵车" in line["detail"] for line in lines)
