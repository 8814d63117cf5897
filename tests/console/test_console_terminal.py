"""The console in a real terminal: tmux at 80×24, a real process, a real signal."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.console.console_rig import PATIENCE, desk
from tests.console.test_console_trouble import hostile_session
from tests.console.test_queue_screen import ask

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


@dataclass(slots=True)
class Terminal:
    """One tmux server of its own, 80×24."""

    socket: Path

    async def tmux(self, *words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *("tmux", "-S", str(self.socket), "-f", "/dev/null", *words),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"},
        )
        out, _ = await process.communicate()
        return out.decode()

    async def shown(self) -> list[str]:
        return (await self.tmux("capture-pane", "-p", "-t", "show")).split("\n")

    async def press(self, *keys: str) -> None:
        await self.tmux("send-keys", "-t", "show", *keys)

    async def until(self, condition: Callable[[str], object]) -> list[str]:
        """Every look is a process of its own, which is pause enough."""
        async with asyncio.timeout(PATIENCE):
            while True:
                lines = await self.shown()
                if condition("\n".join(lines)):
                    return lines

    async def flag(self, name: str) -> str:
        return (await self.tmux("display-message", "-p", "-t", "show", f"#{{{name}}}")).strip()


@asynccontextmanager
async def terminal(
    folder: Path, url: str, token_file: Path, size: tuple[int, int] = (80, 24), **environment: str
) -> AsyncIterator[Terminal]:
    """The console in it; its process id and, at the end, its exit code stand in files."""
    opened = Terminal(folder / "tmux")
    given = " ".join(f"{name}={value}" for name, value in {"XDG_CONFIG_HOME": str(folder), **environment}.items())
    # a test runner that says how large its own terminal is speaks of another one
    program = f"{sys.executable} -m console console --url {url} --token-file {token_file} --lang zh-Hans"
    console = f"env -u COLUMNS -u LINES {given} {program}"
    script = folder / "go.sh"
    script.write_text(f'cd "{ROOT}"\nsh -c \'echo $$ > "{folder}/pid"; exec {console}\'\necho "ended with $?"\ncat\n')
    await opened.tmux("new-session", "-d", "-s", "show", "-x", str(size[0]), "-y", str(size[1]), f"sh {script}")
    await opened.tmux("set-option", "-g", "set-clipboard", "on")
    try:
        yield opened
    finally:
        await opened.tmux("kill-server")
        await _gone(int((folder / "pid").read_text()))


async def _gone(process: int) -> None:
    """A console whose terminal was taken away ends too."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(watched, ended.set)
    try:
        async with asyncio.timeout(PATIENCE):
            await ended.wait()
    finally:
        loop.remove_reader(watched)
        os.close(watched)


AT_80_BY_24 = (
    *("小场次", "已连接", "彩排 非正式结果", "当前", "接着", "应到", "实到", "发出", "收回", "F8 锁定结果"),
    *("1 演播", "播出", "预监", "r01 正在测评", "已播", "市生态环境局"),
)


async def test_at_80_by_24_everything_is_there_and_lines_up(tmp_path: Path) -> None:
    """Chinese characters take two cells: the edge of the rundown stands in one column from top to bottom."""
    async with desk(tmp_path, rehearsal=True) as running:
        await running.show.phones(3)
        await running.show.do("zero")
        await running.show.do("cue", cue="next")
        await running.show.do("open", round="r01")
        async with terminal(tmp_path, running.url, running.token_file) as screen:
            lines = await screen.until(lambda text: stands(AT_80_BY_24, 24, text))
            edges = {cell_len(line[: line.index("▕")]) for line in lines if "▕" in line}
            assert 1 == len(edges), lines
            assert max(cell_len(line) for line in lines) <= 80
            assert any("人大代表" in line and line.split()[-5:] == ["6", "3", "3", "0", "3"] for line in lines)


def stands(parts: tuple[str, ...], height: int, text: str) -> bool:
    """Every part is there, and the frame down to its last line."""
    return contains(parts, text) and "全部操作" in text.split("\n")[height - 1]


def contains(parts: tuple[str, ...], text: str) -> bool:
    return all(part in text for part in parts)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (110, 32), (160, 45)])
async def test_every_screen_fits_every_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    """No line is too long, the frame stands where it stood; alt and a digit arrive in a real terminal."""
    async with desk(tmp_path, rehearsal=True) as running:
        await running.show.phones(3)
        for number in range(3):
            await ask(running.show, "学校门口的路灯什么时候修?" * 9, number)
        made = {"source": "letter", "content": "小区停水三天,电话没有人接" * 9, "unit": "edu"}
        await running.show.do("case", do="make", number="", fields=made)
        running.show.session.help.call(b"card", "deputies", "7排12座")
        async with terminal(tmp_path, running.url, running.token_file, size) as screen:
            await screen.until(lambda text: "小场次" in text and "开始测评" in text)
            parts = {
                "2": "Q0001",
                "M-3": "得分与名次",
                "4": "近5分钟",
                "M-5": "根摘要",
                "M-6": "J0001",
                "1": "开始测评",
            }
            for key, part in parts.items():
                await screen.press(key)
                lines = await screen.until(partial(stands, (part, "彩排 非正式结果", "预监"), size[1]))
                assert max(cell_len(line) for line in lines) <= size[0]
                assert "6 登记" in lines[1]
                assert "彩排 非正式结果" in lines[1]
                assert ["播出", "预监"] == [line.split()[0] for line in lines[2:4]]
                assert "全部操作" in lines[size[1] - 1]


async def test_the_keys_of_the_running_order_and_the_air_arrive_in_a_real_terminal(tmp_path: Path) -> None:
    """Shift and an arrow, delete, F12: what a terminal sends for them is what the console hears."""
    async with desk(tmp_path) as running:
        await running.show.do("cue", cue="next")
        await running.show.do("air", scene="unit", target="edu")
        second = running.show.session.memory.order.cues[1].id
        async with terminal(tmp_path, running.url, running.token_file) as screen:
            await screen.until(lambda text: "单位 · 市教育局" in text and "述职" in text)
            await screen.press("F12")
            await screen.until(lambda text: "画面已清空" in text)
            await screen.press("Down", "DC")
            await screen.until(lambda text: "将跳过" in text)
            await screen.press("S-Down")
            await screen.until(lambda text: "已移动" in text)
            assert second == running.show.session.memory.order.cues[2].id
            assert "skipped" == running.show.session.memory.order.cues[2].state


async def test_without_colours_everything_is_still_said(tmp_path: Path) -> None:
    """NO_COLOR: not one colour goes to the terminal."""
    async with desk(tmp_path, rehearsal=True) as running:
        await running.show.do("air", scene="unit", target="edu")
        async with terminal(tmp_path, running.url, running.token_file, NO_COLOR="1") as screen:
            await screen.until(lambda text: "单位 · 市教育局" in text and "彩排 非正式结果" in text)
            told = await screen.tmux("capture-pane", "-e", "-p", "-t", "show")
            colours = re.findall(r"\x1b\[[34]8;2;(\d+);(\d+);(\d+)m", told)
            assert [] == [each for each in colours if len(set(each)) > 1]


async def test_a_bad_key_in_the_users_file_is_refused_at_the_start_with_its_line(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        (tmp_path / "touchstone").mkdir()
        (tmp_path / "touchstone" / "console.toml").write_text('[keys]\nopen = "f5"\ntake = "f5"\n', "utf-8")
        async with terminal(tmp_path, running.url, running.token_file) as screen:
            await screen.until(lambda text: "ended with 2" in text and "console.toml:3: take" in text.replace("\n", ""))


async def test_a_terminated_console_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    """SIGTERM, as from a service manager: back from the alternate screen, mouse off, cursor on."""
    async with desk(tmp_path) as running, terminal(tmp_path, running.url, running.token_file) as screen:
        await screen.until(lambda text: "小场次" in text)
        assert ("1", "1") == (await screen.flag("alternate_on"), await screen.flag("mouse_any_flag"))
        os.kill(int((tmp_path / "pid").read_text()), 15)
        await screen.until(lambda text: "ended with 143" in text)
        flags = [await screen.flag(name) for name in ("alternate_on", "mouse_any_flag", "cursor_flag")]
        assert ["0", "0", "1"] == flags


async def test_hostile_names_do_nothing_to_the_terminal(tmp_path: Path) -> None:
    """No title set, no clipboard written, no screen cleared."""
    token = tmp_path / "token"
    token.write_text("token", "ascii")
    async with hostile_session() as url, terminal(tmp_path, url, token) as screen:
        await screen.until(lambda text: "[/b]" in text and "F8 锁定结果" in text)
        assert "owned" not in await screen.flag("pane_title")
        assert "" == await screen.tmux("show-buffer")
        assert "条警报未确认" in "\n".join(await screen.shown())


async def test_without_a_terminal_it_says_so_and_ends(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("token", "ascii")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "console", "--token-file", str(token)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "TOUCHSTONE_LANG": "en"},
    )
    _, err = await process.communicate()
    assert 2 == process.returncode
    assert "touchstone ctl" in err.decode()
