"""The notary's screen in a real terminal: agree, count, nod; hostile names do nothing; the terminal is whole after."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.notary_rig import PATIENCE, Holder, confirmed_by_notary, holder, session_with
from tests.processes import ROOT, Served, served
from tests.show_rig import SMALL_SESSION
from tests.test_notary_show import people, prepare, state_of

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


class Screen:
    """One tmux server of its own."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "tmux"

    def tmux(self, *words: str) -> str:
        return subprocess.run(
            ["tmux", "-S", str(self._socket), "-f", "/dev/null", *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"},
        ).stdout

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "show", *keys)

    def until(self, holds: Callable[[str], bool]) -> str:
        """Every look is a process of its own, which is pause enough."""
        end = time.monotonic() + PATIENCE
        shown = ""
        while time.monotonic() < end:
            shown = self.tmux("capture-pane", "-p", "-t", "show")
            if holds(shown):
                return shown
        raise AssertionError(shown)


@contextmanager
def screen(folder: Path, who: Holder, server: Served, size: tuple[int, int] = (110, 32)) -> Iterator[Screen]:
    opened = Screen(folder)
    words = f"notary watch {server.ready['control']} --keys {who.directory} --token-file {server.ready['token_file']}"
    script = folder / "go.sh"
    command = f"exec env -u COLUMNS -u LINES {sys.executable} -m console {words}"
    script.write_text(
        f'cd "{ROOT}"\nsh -c \'echo $$ > "{folder}/pid"; {command} '
        f"--passphrase-file {who.directory / 'passphrase'}'\necho ended with $?\ncat\n"
    )
    opened.tmux("new-session", "-d", "-s", "show", "-x", str(size[0]), "-y", str(size[1]), f"sh {script}")
    try:
        yield opened
    finally:
        opened.tmux("kill-server")
        gone(int((folder / "pid").read_text()))


def gone(program: int) -> None:
    """A program whose terminal was taken away ends, also out of a dialog: nobody watches on unseen."""
    try:
        watched = os.pidfd_open(program)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = select.select([watched], [], [], PATIENCE)
        assert ended
    finally:
        os.close(watched)


def test_a_notary_works_by_keys_alone(tmp_path: Path) -> None:
    """Sign the first entry and the zero, agree to lock and to publish after the count made here."""
    notary = holder(tmp_path / "notary", "公证员甲", "gongzheng.example/n1")
    session = prepare(tmp_path, confirmed_by_notary(session_with([notary], [])))
    with served(session, tmp_path / "data") as server, screen(tmp_path, notary, server) as shown:
        shown.until(lambda text: "签署 首条记录" in text)
        shown.press("F2")
        shown.until(lambda text: "当天才知道的字" in text)
        shown.press("今天的头条", "Enter")
        shown.until(lambda text: "截至第1条记录" in text and "逐条核对一致" in text)
        server.ctl("zero")
        shown.until(lambda text: "签署 清零确认" in text)
        shown.press("F2")
        shown.until(lambda text: "各单位票数均为零" in text and "印制7张" in text)
        shown.press("Enter")
        server.wait_until(lambda status: status["zeroed"])
        with people(server, tmp_path):
            server.ctl("open", "r01", "--seconds", 3, "--despite-cue")
            server.wait_until(lambda status: state_of(status, "r01") == "closed")
            server.ctl("lock", "r01")
            shown.until(lambda text: "同意锁定 r01" in text)
            shown.press("F2")
            shown.until(lambda text: "同意锁定 r01 市教育局?" in text)
            shown.press("Escape")
            shown.until(lambda text: "同意锁定 r01 市教育局?" not in text)
            assert state_of(server.ctl("status"), "r01") == "closed"
            shown.press("F2")
            shown.until(lambda text: "同意锁定 r01 市教育局?" in text)
            shown.press("Enter")
            server.wait_until(lambda status: state_of(status, "r01") == "locked")
            shown.until(lambda text: "本机计票核对一致" in text and "总体评价: 满意" in text)
            server.ctl("reveal", "r01")
            shown.until(lambda text: "同意公布 r01" in text)
            shown.press("F2")
            shown.until(lambda text: "核对一致 → 同意公布 r01 市教育局?" in text)
            shown.press("Enter")
            server.wait_until(lambda status: status["revealed"] == "r01")
        shown.press("C-q")
        shown.until(lambda text: "退出后本机不再保存副本" in text)
        shown.press("Enter")
        shown.until(lambda text: "ended with 0" in text)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_hostile_names_do_nothing_and_lines_fit(tmp_path: Path, size: tuple[int, int]) -> None:
    """Markup and escape codes of a session file stay text; no line is wider than the terminal."""
    notary = holder(tmp_path / "notary", "公证员甲", "gongzheng.example/n1")
    text = SMALL_SESSION.replace('name = "人大代表"', 'name = "[red]代[/red] [@click=app.quit]表[/]"')
    session = prepare(tmp_path, session_with([notary], [], text))
    with served(session, tmp_path / "data") as server, screen(tmp_path, notary, server, size) as shown:
        found = shown.until(lambda told: "签署 首条记录" in told and "[red]" in told)
        assert all(cell_len(line) <= size[0] for line in found.split("\n"))
        shown.press("F2")
        shown.until(lambda told: "当天才知道的字" in told)
