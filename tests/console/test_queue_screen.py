"""The questions screen through the real app and the real control port: every deed of a screener, and a second one."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from audience_server.domain.refusals import Refusal
from audience_server.live_questions_asking import Asked, AskReceipt
from audience_server.wire.commands import QuestionCommand
from console.app import ConsoleApp
from console.link import ControlLink
from console.screens.questions import QuestionsScreen
from console.widgets.queue_list import QueueList
from tests.console.console_rig import Desk, asking, desk, screen_text, until, watching
from tests.show_rig import SMALL_SESSION, TOKEN, Show, settle

TEXTS = ("学校门口的路灯什么时候修?", "学校门口的路灯啥时候能修?", "公交车为什么总是晚点?")


async def ask(show: Show, text: str, number: int = 0, **fields: Any) -> str:
    phone = show.phone(number)
    await phone.present()
    answers: list[AskReceipt | Refusal] = []
    show.session.questions.asking.ask(phone.seat, Asked("question", text, unit="edu", **fields), answers.append)
    await settle()
    [receipt] = answers
    assert isinstance(receipt, AskReceipt), receipt
    return receipt.number


@asynccontextmanager
async def at_the_queue(
    tmp_path: Path, size: tuple[int, int] = (80, 24), texts: tuple[str, ...] = TEXTS, rundown: str = SMALL_SESSION
) -> AsyncIterator[tuple[Pilot[None], ConsoleApp, Desk]]:
    """A console on its questions screen, with three questions waiting."""
    async with desk(tmp_path, rundown) as running:
        for number, text in enumerate(texts):
            await ask(running.show, text, number)
        app = running.console("zh-Hans")
        async with app.run_test(size=size) as pilot:
            await watching(pilot, app)
            await pilot.press("2")
            await until(
                pilot, lambda: isinstance(app.screen, QuestionsScreen) and len(app.queue.questions) == len(texts)
            )
            await until(pilot, lambda: not texts or "Q0001" in screen_text(app))
            yield pilot, app, running


def state(running: Desk, number: str) -> str:
    question = running.show.session.questions.find(number)
    assert question is not None
    return question.state


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def type_into(pilot: Pilot[None], app: ConsoleApp, **lines: str) -> None:
    """The lines of the dialog in front, and enter in the last one."""
    for name, text in lines.items():
        line = app.screen.query_one(f"#line-{name}", Input)
        line.value = text
    line.focus()
    await press(pilot, "enter")


async def enter(pilot: Pilot[None], app: ConsoleApp) -> None:
    """Pressed, and answered: the cursor or the screen is another one."""
    before = app.screen, app.focused
    await pilot.press("enter")
    await until(pilot, lambda: before != (app.screen, app.focused))


async def fill(pilot: Pilot[None], app: ConsoleApp, **lines: str) -> None:
    """The dialog in front, filled in and accepted."""
    await until(pilot, lambda: asking(app))
    for name, text in lines.items():
        app.screen.query_one(f"#line-{name}", Input).value = text
    dialog = app.screen
    while app.screen is dialog:
        # from the choices to the lines, from line to line, and the last one accepts
        await enter(pilot, app)
    await until(pilot, lambda: isinstance(app.screen, QuestionsScreen) and not app.busy)


async def test_enter_approves_and_the_cursor_stays_for_the_next(tmp_path: Path) -> None:
    """A screener goes through the queue with one key."""
    async with at_the_queue(tmp_path) as (pilot, app, running):
        await press(pilot, "enter")
        await until(pilot, lambda: state(running, "Q0001") == "approved" and not app.busy)
        await until(pilot, lambda: "已通过 1" in screen_text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: state(running, "Q0002") == "approved")


async def test_several_are_marked_and_dealt_with_together_and_taken_back_by_one_key(tmp_path: Path) -> None:
    """Bulk, and undo."""
    async with at_the_queue(tmp_path) as (pilot, app, running):
        await press(pilot, "space", "space")
        await until(pilot, lambda: "已勾选 2 条" in screen_text(app))
        await press(pilot, "alt+a")
        await until(pilot, lambda: {"approved"} == {state(running, n) for n in ("Q0001", "Q0002")} and not app.busy)
        await press(pilot, "alt+u")
        await until(pilot, lambda: {"received"} == {state(running, n) for n in ("Q0001", "Q0002")})
        await until(pilot, lambda: "已撤回上一步:2 条提问" in screen_text(app))


async def test_a_refusal_needs_a_reason_which_the_asker_reads(tmp_path: Path) -> None:
    """One of the usual ones, or one's own words."""
    async with at_the_queue(tmp_path) as (pilot, app, running):
        await press(pilot, "delete")
        await until(pilot, lambda: asking(app) and "取消 Esc" in screen_text(app))
        await fill(pilot, app, own="请直接拨打热线")
        question = running.show.session.questions.find("Q0001")
        assert question is not None
        assert ("refused", "请直接拨打热线") == (question.state, question.reason)


async def test_an_edit_keeps_the_original(tmp_path: Path) -> None:
    """What goes to air is one thing, what was written another."""
    async with at_the_queue(tmp_path, (150, 40)) as (pilot, app, running):
        await press(pilot, "alt+e")
        await fill(pilot, app, text="校门口路灯何时修好?")
        question = running.show.session.questions.find("Q0001")
        assert question is not None
        assert ("校门口路灯何时修好?", TEXTS[0]) == (question.text, question.original)
        await until(pilot, lambda: "原文" in screen_text(app))


async def test_likely_doubles_are_offered_for_merging(tmp_path: Path) -> None:
    """The second asks what the first asked; both askers stay."""
    async with at_the_queue(tmp_path) as (pilot, app, running):
        await press(pilot, "down", "alt+m")
        await until(pilot, lambda: asking(app) and "Q0001" in screen_text(app))
        await fill(pilot, app)
        assert "merged" == state(running, "Q0002")
        assert "已合并 Q0002,并入 Q0001" in screen_text(app)


async def test_a_question_goes_to_a_cue_to_air_and_off_again_at_once(tmp_path: Path) -> None:
    """编入环节, 上屏, 撤下: the last one asks nothing."""
    async with at_the_queue(tmp_path, (110, 32)) as (pilot, app, running):
        await press(pilot, "alt+a")
        await until(pilot, lambda: state(running, "Q0001") == "approved" and not app.busy)
        screen = app.screen
        assert isinstance(screen, QuestionsScreen)
        screen.list.go_to("Q0001")
        await press(pilot, "insert")
        await fill(pilot, app)
        assert "cued" == state(running, "Q0001")
        screen.list.go_to("Q0001")
        await press(pilot, "alt+o")
        await until(pilot, lambda: state(running, "Q0001") == "on_air" and not app.busy)
        assert "Q0001" == running.show.session.air.question
        screen.list.go_to("Q0001")
        await press(pilot, "alt+z")
        await until(pilot, lambda: state(running, "Q0001") == "withdrawn")
        assert None is running.show.session.air.question


async def test_a_promise_needs_a_date(tmp_path: Path) -> None:
    """A wrong one is refused here, and says what would be right."""
    async with at_the_queue(tmp_path) as (pilot, app, running):
        await press(pilot, "alt+p")
        await until(pilot, lambda: "Q0001 是“待筛选”,这一步只对" in screen_text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: state(running, "Q0001") == "approved" and not app.busy)
        screen = app.screen
        assert isinstance(screen, QuestionsScreen)
        screen.list.go_to("Q0001")
        await press(pilot, "alt+p")
        await until(pilot, lambda: asking(app))
        first = app.screen
        await type_into(pilot, app, text="一周内修好", due="下周")
        await until(pilot, lambda: app.screen is not first and asking(app))
        assert "不是日期" in screen_text(app)
        assert "一周内修好" == app.screen.query_one("#line-text", Input).value
        await fill(pilot, app, due="2026-12-01")
        question = running.show.session.questions.find("Q0001")
        assert question is not None
        assert ("一周内修好", "2026-12-01") == (question.promise, question.due)


async def test_what_is_written_before_the_cursor_is_there_stands_whole_in_its_line(tmp_path: Path) -> None:
    """The cursor is still on its way from the list; when it comes, what stands there is not selected and replaced."""
    async with at_the_queue(tmp_path) as (pilot, app, _):
        await press(pilot, "delete")
        await until(pilot, lambda: asking(app))
        line = app.screen.query(Input).first()
        await press(pilot, "请")
        await until(pilot, lambda: line.has_focus)
        await press(pilot, *"拨打12345反映")
        assert "请拨打12345反映" == line.value


async def test_a_second_screener_is_seen_and_never_stepped_on(tmp_path: Path) -> None:
    """Who reads a question is said; what somebody else has decided meanwhile is refused, and shown."""
    async with at_the_queue(tmp_path, (150, 40)) as (pilot, app, running):
        token = running.show.session.people.admit("王", ["screener"])
        assert isinstance(token, str)
        async with ControlLink(running.url, token) as second:
            await second.ask(QuestionCommand(("Q0002",), "hold"))
            await press(pilot, "down")
            await until(pilot, lambda: "王 正在看这条" in screen_text(app))
            version = app.queue.questions["Q0002"].version
            await press(pilot, "alt+e")
            await until(pilot, lambda: asking(app))
            answer: Any = await second.ask(QuestionCommand(("Q0002",), "approve", versions={"Q0002": version}))
            assert "Q0002" in answer.result["done"]
            first = app.screen
            await type_into(pilot, app, text="我写的新文字")
            await until(pilot, lambda: app.screen is not first and asking(app))
            assert "别人刚改过" in screen_text(app)
            assert "我写的新文字" == app.screen.query_one("#line-text", Input).value
            await fill(pilot, app)
            question = running.show.session.questions.find("Q0002")
            assert question is not None
            assert "我写的新文字" == question.text, "the second try was on the newest version"


async def test_search_finds_across_simplified_and_traditional(tmp_path: Path) -> None:
    """The session looks; one key lists everything again."""
    async with at_the_queue(tmp_path, texts=(*TEXTS, "公車為什麼總是晚點?")) as (pilot, app, _):
        await press(pilot, "ctrl+u")
        await fill(pilot, app, text="晚點")
        await until(pilot, lambda: "列出 2 条" in screen_text(app))
        await press(pilot, "alt+x")
        await until(pilot, lambda: "列出 4 条" in screen_text(app))


async def test_intake_is_paused_from_here(tmp_path: Path) -> None:
    """And stands on the screen."""
    async with at_the_queue(tmp_path) as (pilot, app, running):
        await press(pilot, "alt+i")
        await until(pilot, lambda: asking(app))
        await press(pilot, "down", "down")
        await fill(pilot, app)
        await until(pilot, lambda: "暂停征集" in screen_text(app))
        assert "paused" == running.show.session.questions.intake


async def test_an_empty_queue_says_so(tmp_path: Path) -> None:
    """And no key does anything to nothing."""
    async with at_the_queue(tmp_path, texts=()) as (pilot, app, _):
        assert "没有符合条件的提问" in screen_text(app)
        await press(pilot, "alt+a")
        await until(pilot, lambda: "没有选中提问" in screen_text(app))


async def test_a_long_question_reaches_the_desk_whole(tmp_path: Path) -> None:
    """Else an edit would cut it: the text in the dialog is the text of the question."""
    long = "路灯" * 700 + "什么时候修好?"
    rules = SMALL_SESSION + "\n[questions]\nlongest = 2000\n"
    async with at_the_queue(tmp_path, texts=(long,), rundown=rules) as (pilot, app, _):
        assert long == app.queue.questions["Q0001"].text
        await press(pilot, "alt+e")
        await until(pilot, lambda: asking(app))
        assert long == app.screen.query_one("#line-text", Input).value


async def test_a_line_that_is_cut_says_so_beside_the_scrollbar_too(tmp_path: Path) -> None:
    """The sign of the cut had stood under the bar, wherever the line ended on an even column."""
    texts = tuple("a" * number + "问" * 50 for number in range(6))
    async with at_the_queue(tmp_path, (80, 19), texts) as (pilot, app, _):
        await until(pilot, lambda: app.screen.query_one(QueueList).show_vertical_scrollbar)
        shown = [line for line in screen_text(app).splitlines() if "待筛选" in line and "? 待筛选" in line]
        assert 2 <= len(shown)
        assert all("…" in line for line in shown)


async def test_the_whole_of_a_long_question_can_be_read_by_keys(tmp_path: Path) -> None:
    """Shift and the arrows move the text below the list, which keeps its cursor."""
    long = "路灯" * 90 + "什么时候修好?"
    async with at_the_queue(tmp_path, texts=(long,)) as (pilot, app, _):
        assert "什么时候修好?" not in screen_text(app)
        await press(pilot, "shift+down")
        await until(pilot, lambda: "什么时候修好?" in screen_text(app))


async def test_a_word_list_keeps_its_phrases_when_it_is_edited(tmp_path: Path) -> None:
    """Opened and accepted it is what it was; one more phrase is one more."""
    async with at_the_queue(tmp_path) as (pilot, app, running):
        words = ("red envelope", "暗箱操作", "a;b")
        await running.show.do("words", words=words)
        await press(pilot, "alt+w")
        await until(pilot, lambda: asking(app))
        line = app.screen.query_one("#line-words", Input).value
        assert "red envelope、 暗箱操作、 a;b" == line
        await fill(pilot, app, words=line + "、吃拿 卡要")
        assert [*words, "吃拿 卡要"] == (await running.show.do("words"))["words"]


async def test_the_detail_names_the_problem_and_a_picture_opens_by_a_key(tmp_path: Path) -> None:
    """In a browser of the desktop; its link holds no token and is shown in any case."""
    opened: list[str] = []

    def open_page(link: str) -> bool:
        opened.append(link)
        return True

    async with desk(tmp_path, SMALL_SESSION + "\n[questions]\npicture_kb = 100\n") as running:
        await ask(running.show, "窗口为什么互相推?", problem="a1", picture=b"jpeg")
        app = running.console("zh-Hans", open_page=open_page)
        async with app.run_test(size=(100, 30)) as pilot:
            await watching(pilot, app)
            await pilot.press("2")
            await until(pilot, lambda: "问题代码 a1 推诿扯皮" in screen_text(app))
            assert "用“看图片”打开" in screen_text(app)
            await press(pilot, "alt+h")
            await until(pilot, lambda: asking(app))
            [link] = opened
            assert link in screen_text(app)
            assert TOKEN not in link
            status, body = await asyncio.to_thread(fetched, link)
            assert (200, b"jpeg") == (status, body)


def fetched(link: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(link) as answer:
        return answer.status, answer.read()
