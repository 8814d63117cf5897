"""The desk of questions: screeners' commands, hooks to air, running order and register, restarts and failing disks."""

from __future__ import annotations

from typing import Any

from audience_server.domain.questions import Question
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.live_questions import AirQuestion
from audience_server.live_questions_deeds import SLICE
from tests.question_rig import SCREENER, SECOND, QuestionRig
from tests.show_rig import SMALL_SESSION, settle

JAM = "学校门口为什么总是堵车,交警什么时候来管?"


def code(outcome: Any) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code.value


async def test_a_restart_finds_every_question_as_it_was() -> None:
    """The journal is all there is."""
    rig = await QuestionRig.begin()
    one = (await rig.ask(JAM, unit="edu", problem="a1")).number
    two = (await rig.ask("學校門口為什麼總是堵車,交警什麼時候來管?", phone=1, unit="edu")).number
    await rig.support(one, phone=2)
    await rig.done("approve", one)
    await rig.support(one, phone=2)
    await rig.done("merge", two, into=one)
    await rig.command("intake", mode="slow", seconds=20)
    await rig.command("words", words=["堵车"])
    before = (rig.view(one), rig.view(two), rig.desk.counts())
    await rig.again()
    assert before == (rig.view(one), rig.view(two), rig.desk.counts())
    assert ("approved", 1, (two,), ("堵车",)) == tuple(
        rig.view(one)[name] for name in ("state", "supporters", "merged", "flags")
    )


async def test_near_duplicates_are_suggested_across_scripts_and_only_of_one_unit() -> None:
    """Both sides see it; once merged nothing is left to suggest."""
    rig = await QuestionRig.begin()
    one = (await rig.ask(JAM, unit="edu")).number
    two = (await rig.ask("學校門口為什麼總是堵車,交警什麼時候來管?", unit="edu")).number
    other = (await rig.ask(JAM, unit="env")).number
    assert [(two,), (one,), ()] == [rig.view(number)["similar"] for number in (one, two, other)]
    await rig.done("merge", two, into=one)
    assert [(), ()] == [rig.view(number)["similar"] for number in (one, two)]
    three = (await rig.ask(JAM, phone=1, unit="edu")).number
    assert (one,) == rig.view(three)["similar"]


async def test_only_what_was_approved_is_public_or_airable() -> None:
    """Received and refused questions reach nobody; a withdrawal is heard of at once."""
    rig = await QuestionRig.begin()
    number = (await rig.ask(JAM, unit="edu")).number
    assert (RefusalCode.NOT_APPROVED.value, []) == (code(rig.desk.airable(number)), list(rig.desk.public()))
    await rig.done("approve", number)
    assert AirQuestion(number, "edu", JAM, 0, "question") == rig.desk.airable(number)
    assert [number] == [each.number for each in rig.desk.public("edu")]
    assert [] == list(rig.desk.public("env"))
    revision, withdrawn = rig.desk.public_revision, rig.desk.withdrawn
    await rig.done("withdraw", number)
    assert (revision + 1, withdrawn + 1, []) == (rig.desk.public_revision, rig.desk.withdrawn, list(rig.desk.public()))
    assert "unknown_question" == code(rig.desk.airable("Q0099"))


async def test_to_air_and_off_it_again() -> None:
    """Withdrawing what the programme shows clears it; withdrawing another does not."""
    rig = await QuestionRig.begin()
    shown: list[str | None] = []
    rig.desk.show_on_air = shown.append
    one, two = (await rig.ask("一")).number, (await rig.ask("二")).number
    await rig.done("approve", one, two)
    await rig.done("air", one)
    await rig.done("air", two)
    await rig.done("withdraw", one)
    assert [one, two] == shown
    await rig.done("withdraw", two)
    assert [one, two, None] == shown
    assert "bad_argument" == code(await rig.deed("air", one, two))


async def test_an_undone_airing_leaves_the_programme() -> None:
    """What is answered may stay until the next scene."""
    rig = await QuestionRig.begin()
    shown: list[str | None] = []
    rig.desk.show_on_air = shown.append
    number = (await rig.ask("一")).number
    await rig.done("approve", number)
    await rig.done("air", number)
    await rig.command("question-undo")
    assert ([number, None], "approved") == (shown, rig.view(number)["state"])
    await rig.done("air", number)
    await rig.done("answered", number, text="下周办")
    assert [number, None, number] == shown
    rig.desk.taken_off(number)
    await rig.done("withdraw", number)
    assert [number, None, number] == shown


async def test_a_cue_takes_the_question_or_the_deed_is_refused() -> None:
    """The running order hears of every way in and out."""
    rig = await QuestionRig.begin()
    bound: list[tuple[str, str | None]] = []

    def assigned(number: str, cue: str | None) -> Refusal | None:
        if cue == "over":
            return Refusal(RefusalCode.CUE_OVER, cue)
        bound.append((number, cue))
        return None

    rig.desk.assigned = assigned
    number = (await rig.ask("一")).number
    await rig.done("approve", number)
    assert "cue_over" == code(await rig.deed("assign", number, cue="over"))
    await rig.done("assign", number, cue="edu-questions")
    await rig.done("unassign", number)
    await rig.command("question-undo")
    rig.journal.fails = "before"
    assert "try_again" == code(await rig.deed("assign", number, cue="env-questions"))
    await rig.done("withdraw", number)
    cue = "edu-questions"
    changes = [cue, None, cue, "env-questions", cue, None]
    assert [(number, each) for each in changes] == bound


async def test_the_register_hears_of_a_promise() -> None:
    """With the question as it is then, and who did it."""
    rig = await QuestionRig.begin()
    heard: list[tuple[str, str, str]] = []

    async def promised(question: Question, by: Person) -> None:
        heard.append((question.number, question.due, by.name))

    rig.desk.promised = promised
    number = (await rig.ask("一")).number
    await rig.done("approve", number)
    await rig.done("promise", number, text="月底前", due="2026-12-01")
    assert [(number, "2026-12-01", "甲")] == heard


async def test_bulk_deeds_answer_for_every_number_and_are_one_deed_to_undo() -> None:
    """Across the slices in which they are done."""
    rig = await QuestionRig.begin(SMALL_SESSION + QUICK_ASKING, phones=6)
    numbers = [(await rig.ask(f"第{count}个问题", phone=count % 6)).number for count in range(SLICE + 10)]
    await rig.done("refuse", numbers[3], text="重复", by=SECOND)
    outcome = await rig.deed("approve", *numbers, "Q9999", versions={numbers[5]: 7})
    assert {"Q9999": "unknown_question", numbers[5]: "question_changed"} == outcome["refused"]
    assert SLICE + 9 == len(outcome["done"])
    undone = await rig.command("question-undo")
    assert outcome["done"] == undone["done"]
    assert {"received": SLICE + 9, "refused": 1} == rig.desk.counts()["by_state"]
    assert "nothing_to_undo" == code(await rig.command("question-undo"))


QUICK_ASKING = """
[questions]
per_card = 100
"""


async def test_an_undo_outlives_a_restart() -> None:
    """The journal knows the last deed of everybody."""
    rig = await QuestionRig.begin()
    one, two = (await rig.ask("一")).number, (await rig.ask("二")).number
    await rig.done("merge", two, into=one)
    await rig.done("star", one, by=SECOND)
    await rig.command("question-undo", SECOND)
    await rig.again()
    assert "question_changed" == code(await rig.command("question-undo"))
    await rig.done("refuse", one, text="重复")
    await rig.again()
    assert [one] == (await rig.command("question-undo"))["done"]
    assert ["received", "merged"] == [rig.view(number)["state"] for number in (one, two)]


async def test_what_a_failing_disk_left_undone_is_named() -> None:
    """The slices before it are done; nobody takes the rest for done too."""
    rig = await QuestionRig.begin(SMALL_SESSION + QUICK_ASKING, phones=6)
    numbers = [(await rig.ask(f"第{count}个问题", phone=count % 6)).number for count in range(SLICE + 10)]
    rig.journal.fails, rig.journal.later = "before", 1
    outcome = await rig.deed("approve", *numbers)
    assert (numbers[:SLICE], dict.fromkeys(numbers[SLICE:], "try_again")) == (outcome["done"], outcome["refused"])
    assert {"approved": SLICE, "received": 10} == rig.desk.counts()["by_state"]


async def test_nothing_done_at_all_is_a_refusal() -> None:
    """With the reason of the first and the numbers it holds for."""
    rig = await QuestionRig.begin()
    number = (await rig.ask("一")).number
    outcome = await rig.deed("air", number)
    assert ("question_state", number) == (code(outcome), outcome.detail)
    assert "reason_needed" == code(await rig.deed("refuse", number))
    assert "bad_argument" == code(await rig.deed("approve"))


async def test_a_second_screener_sees_who_reads_what() -> None:
    """One reader each; a hold ends by being released, by a deed, by the next hold, or by itself."""
    rig = await QuestionRig.begin()
    one, two = (await rig.ask("一")).number, (await rig.ask("二")).number
    await rig.done("hold", one)
    assert "甲" == rig.view(one)["held_by"]
    assert ("question_state", one) == (code(await rig.deed("hold", one, by=SECOND)), one)
    await rig.done("hold", two)
    assert ["", "甲"] == [rig.view(number)["held_by"] for number in (one, two)]
    await rig.done("approve", two, by=SECOND)
    assert "" == rig.view(two)["held_by"]
    await rig.done("hold", one, by=SECOND)
    await rig.show.clock.advance(60)
    await rig.done("hold", one, by=SECOND)
    await rig.show.clock.advance(70)
    assert "乙" == rig.view(one)["held_by"]
    await rig.show.clock.advance(60)
    assert "" == rig.view(one)["held_by"]
    assert {"done": [], "refused": {}} == await rig.deed("release", one)


async def test_changes_since_a_revision_are_all_a_console_needs() -> None:
    """Each question once, the latest change last."""
    rig = await QuestionRig.begin()
    one, two = (await rig.ask("一")).number, (await rig.ask("二", phone=1)).number
    seen = rig.desk.revision
    assert [] == rig.desk.views(seen)
    await rig.done("star", two)
    await rig.done("star", one)
    await rig.done("unstar", two)
    assert [one, two] == [view["number"] for view in rig.desk.views(seen)]


async def test_questions_are_found_by_what_they_are_and_say() -> None:
    """In either script; empty fields do not filter."""
    rig = await QuestionRig.begin()
    one = (await rig.ask(JAM, unit="edu")).number
    two = (await rig.ask("請問 WiFi 密碼是什麼", kind="suggestion", phone=1)).number
    cases: list[tuple[dict[str, str], list[str]]] = [
        ({}, [one, two]),
        ({"unit": "edu"}, [one]),
        ({"kind": "suggestion"}, [two]),
        ({"language": "zh-Hant"}, [two]),
        ({"state": "approved"}, []),
        ({"text": "密码 "}, [two]),
        ({"text": "学校門口"}, [one]),
        ({"text": "q0001"}, [one]),
    ]
    for wanted, numbers in cases:
        found = await rig.command("questions", SCREENER, **wanted)
        assert (numbers, len(numbers)) == ([each["number"] for each in found["questions"]], found["total"])


async def test_words_flag_what_is_there_and_what_comes_and_delete_nothing() -> None:
    """One list for all screeners; counted for the queue."""
    rig = await QuestionRig.begin()
    one = (await rig.ask("有人收黑 錢")).number
    assert {"words": []} == await rig.command("words")
    assert {"words": ["黑钱", "坏"]} == await rig.command("words", words=["黑钱", "黑钱", " ", "坏\u200b"])
    two = (await rig.ask("坏路灯", phone=1)).number
    assert [("黑钱",), ("坏",)] == [rig.view(number)["flags"] for number in (one, two)]
    assert (2, {"received": 2}) == (rig.desk.counts()["flagged"], rig.desk.counts()["by_state"])
    await rig.command("words", words=[])
    assert [(), ()] == [rig.view(number)["flags"] for number in (one, two)]


async def test_when_the_journal_fails_nothing_has_happened() -> None:
    """Neither a deed nor a word list; the desk rings."""
    rig = await QuestionRig.begin()
    number = (await rig.ask("一")).number
    for name, arguments in (
        ("question", {"numbers": (number,), "do": "approve"}),
        ("words", {"words": ["坏"]}),
        ("intake", {"mode": "paused"}),
    ):
        rig.journal.fails = "before"
        assert "try_again" == code(await rig.command(name, **arguments))
    assert ("received", "open", {"words": []}) == (
        rig.view(number)["state"],
        rig.desk.intake,
        await rig.command("words"),
    )
    assert "questions_failed" == rig.rung[0][0]


async def test_a_row_whose_answer_was_lost_is_found_before_the_next_write() -> None:
    """It is there: ignoring it would give its number out again."""
    rig = await QuestionRig.begin()
    rig.journal.fails = "after"
    assert "try_again" == await rig.refused("一", asker="a", ref="1")
    again = await rig.ask("二", phone=1)
    assert ("Q0002", "Q0001") == (again.number, (await rig.ask("一", asker="a", ref="1")).number)
    before = rig.desk.views()
    await rig.again()
    assert sorted(view["number"] for view in before) == sorted(view["number"] for view in rig.desk.views())


async def test_a_spoilt_row_stops_no_session() -> None:
    """It is rung, and the rest is read."""
    rig = await QuestionRig.begin()
    await rig.ask("一")
    await rig.journal.append([b"not json", b'{"e":"deed"}', b'{"e":"unheard-of"}'])
    await rig.again()
    number = (await rig.ask("二", phone=1)).number
    assert ("Q0002", 3) == (number, len({alarm for alarm in rig.rung if alarm[0] == "questions_damaged"}))


async def test_the_register_tells_the_asker() -> None:
    """Reply and closing; the same again is nothing new."""
    rig = await QuestionRig.begin()
    number = (await rig.ask("一")).number
    rig.desk.reply(number, "已修好", True)
    await settle()
    assert ("done", "已修好") == (rig.desk.own(number)["state"], rig.desk.own(number)["reply"])
    rows = len(await rig.journal.events())
    rig.desk.reply(number, "已修好", True)
    rig.desk.reply("Q0099", "没有", False)
    await settle()
    assert rows == len(await rig.journal.events())


async def test_a_reply_to_one_of_several_merged_questions_reaches_every_asker() -> None:
    """Whichever of them the case was made of; whoever has a reply of the own question keeps it."""
    rig = await QuestionRig.begin()
    numbers = [(await rig.ask(text, phone=phone)).number for phone, text in enumerate(("一", "也是一", "还是一"))]
    one, two, three = numbers
    for number in numbers:
        rig.desk.own(number)
    await rig.done("merge", two, three, into=one)
    rig.desk.reply(two, "已修好", False)
    await settle()
    assert ["已修好"] * 3 == [rig.desk.own(number)["reply"] for number in numbers]
    rig.desk.reply(one, "总答复", True)
    await settle()
    assert ["总答复", "已修好", "总答复"] == [rig.desk.own(number)["reply"] for number in numbers]
    await rig.again()
    assert ["done", "merged", "done"] == [rig.desk.own(number)["state"] for number in numbers]
