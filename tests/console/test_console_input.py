"""Chinese in a real terminal: what an input method commits arrives whole, stands where it was typed, and lines up."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len

from console import queue_rows
from console.rundown_rows import MARKS
from tests.console.console_rig import desk
from tests.console.test_console_terminal import Terminal, terminal
from tests.console.test_queue_screen import ask

REMARK = "设备已检查,“备用线路”正常;𠮷林路👍"


def in_one_column(lines: list[str], mark: str) -> None:
    """The frame of the dialog stands straight, whatever was typed inside it."""
    edges = {cell_len(line[: line.rindex(mark)]) for line in lines if mark in line}
    assert 1 == len(edges), lines


async def type_text(screen: Terminal, text: str) -> None:
    """As an input method commits it: many characters at once."""
    await screen.tmux("send-keys", "-t", "show", "-l", text)


@pytest.mark.terminal
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
async def test_committed_text_arrives_whole_and_aligned(tmp_path: Path) -> None:
    """Into a remark, a search and the reason of a refusal."""
    async with desk(tmp_path) as running:
        session = running.show.session
        await ask(running.show, "学校门口的路灯什么时候修?")
        await ask(running.show, "公交车为什么总是晚点?", 1)
        async with terminal(tmp_path, running.url, running.token_file) as screen:
            await screen.until(lambda text: "小场次" in text and "提问 2" in text)
            await screen.press("C-t")
            await screen.until(lambda text: "写一条备注" in text)
            await type_text(screen, REMARK)
            lines = await screen.until(lambda text: "备用线路" in text and "林路" in text)
            in_one_column(lines[2:20], "│")
            await screen.press("Enter")
            await screen.until(lambda text: "备注已写入记录" in text)
            [remark] = session.show_log.search("remark", None, 9)
            assert REMARK == remark.detail
            await screen.press("2")
            await screen.until(lambda text: "Q0002" in text)
            await screen.press("C-u")
            await screen.until(lambda text: "查找提问" in text)
            await type_text(screen, "公交車")
            await screen.until(lambda text: "公交車" in text)
            await screen.press("Enter")
            await screen.until(lambda text: "列出 1 条" in text and "Q0001" not in text)
            await screen.press("DC")
            await screen.until(lambda text: "不采用,理由是" in text)
            await screen.press("Enter")
            await type_text(screen, "请拨打12345反映")
            await screen.until(lambda text: "请拨打12345反映" in text)
            await screen.press("Enter")
            await screen.until(lambda text: "不采用 Q0002" in text)
            question = session.questions.find("Q0002")
            assert "请拨打12345反映" == (question and question.reason)


def test_signs_are_one_cell_wide_in_every_terminal() -> None:
    """Windows shows ambiguous characters narrow or wide, as it is set: a list must line up in both."""
    signs = {*queue_rows.SIGNS.values(), *MARKS.values()}
    signs |= {queue_rows.STARRED, queue_rows.FLAGGED, queue_rows.SIMILAR, queue_rows.MARKED}
    assert [] == [sign for sign in signs if unicodedata.east_asian_width(sign) in "AWF" or len(sign) != 1]
