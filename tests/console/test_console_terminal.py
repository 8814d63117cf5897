"""The console in a real terminal: tmux at 80×24, a real process, a real signal."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.console.console_rig import PATIENCE, desk
from tests.console.test_console_trouble import hostile_session

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
async def terminal(folder: Path, url: str, token_file: Path) -> AsyncIterator[Terminal]:
    """The console in it; its process id and, at the end, its exit code stand in files."""
    opened = Terminal(folder / "tmux")
    console = f"{sys.executable} -m console console --url {url} --token-file {token_file} --lang zh-Hans"
    script = folder / "go.sh"
    script.write_text(f'cd "{ROOT}"\nsh -c \'echo $$ > "{folder}/pid"; exec {console}\'\necho "ended with $?"\ncat\n')
    await opened.tmux("new-session", "-d", "-s", "show", "-x", "80", "-y", "24", f"sh {script}")
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


async def test_at_80_by_24_everything_is_there_and_lines_up(tmp_path: Path) -> None:
    """Chinese characters take two cells: the edge of the rundown stands in one column from top to bottom."""
    async with desk(tmp_path, rehearsal=True) as running:
        await running.show.phones(3)
        await running.show.do("zero")
        await running.show.do("cue", cue="next")
        await running.show.do("open", round="r01")
        async with terminal(tmp_path, running.url, running.token_file) as screen:
            lines = await screen.until(lambda text: "正在测评" in text and "市生态环境局" in text)
            text = "\n".join(lines)
            for part in (
                "小场次",
                "已连接",
                "彩排 非正式结果",
                "当前",
                "接着",
                "应到",
                "实到",
                "发出",
                "收回",
                "F8 锁定结果",
            ):
                assert part in text
            edges = {cell_len(line[: line.index("▕")]) for line in lines if "▕" in line}
            assert 1 == len(edges), lines
            assert max(cell_len(line) for line in lines) <= 80
            assert any("人大代表" in line and line.split()[-5:] == ["6", "3", "3", "0", "3"] for line in lines)


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
