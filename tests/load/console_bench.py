"""Target I: a console with 5,000 questions and ten views a second: its CPU, and from a key to the screen.

Run on a quiet machine: `python -m tests.load.console_bench [QUESTIONS] [SECONDS]`.  A real session behind the real
control port (told to push ten views a second instead of four), a real console process on a pseudo-terminal of 150×42.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import statistics
import struct
import sys
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from audience_server.endpoints import control_door
from audience_server.live_questions_asking import Asked
from tests.show_rig import SMALL_SESSION, TOKEN, RigPhone, Show, settle

WIDTH, HEIGHT = 150, 42
KEYS = 40
CHANGES_A_SECOND = 10
PATIENCE = 20.0
HALL = SMALL_SESSION.replace("seats = 6", "seats = 60") + "\n[questions]\nper_card = 100\n"


@dataclass(slots=True)
class Terminal:
    """The console's end of a pseudo-terminal: everything it writes is read and searched."""

    pid: int
    handle: int
    seen: bytes = b""
    wrote: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, mark: bytes) -> float:
        """Seconds until `mark` is written."""
        begun = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            while mark not in self.seen:
                self.wrote.clear()
                await self.wrote.wait()
        return time.perf_counter() - begun

    def read(self) -> None:
        self.seen = (self.seen + os.read(self.handle, 65536))[-400_000:]
        self.wrote.set()

    def press(self, key: bytes) -> None:
        self.seen = b""
        os.write(self.handle, key)

    def cpu(self) -> float:
        """Seconds of CPU so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spawn(url: str, token_file: Path) -> Terminal:
    pid, handle = pty.fork()
    if pid == 0:
        own = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(token_file.parent)}
        words = ["-m", "console", "console", "--url", url, "--token-file", str(token_file), "--lang", "zh-Hans"]
        os.execve(sys.executable, [sys.executable, *words], {**os.environ, **own})
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    terminal = Terminal(pid, handle)
    asyncio.get_running_loop().add_reader(handle, terminal.read)
    return terminal


async def fill(show: Show, phones: list[RigPhone], count: int) -> None:
    """`count` questions, each with a mark of its own."""
    for number in range(count):
        asked = Asked("question", f"KEY{number + 1:05d} 学校门口的路灯什么时候修好?", unit="edu")
        show.session.questions.asking.ask(phones[number % len(phones)].seat, asked, lambda answer: None)
        if number % 50 == 0:
            await settle()
    await settle()
    seen = 0
    while len(show.session.questions.views(0)) < count:
        seen = await show.session.changed.wait(seen)


class Rush:
    """Ten changes a second, as while everybody votes."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._loop = asyncio.get_running_loop()
        self._beat = asyncio.Event()
        self._change()

    def _change(self) -> None:
        self._show.session.changed.bump()
        self._beat.set()
        self._beat = asyncio.Event()
        self._next = self._loop.call_later(1 / CHANGES_A_SECOND, self._change)

    async def changes(self, count: int) -> None:
        """Until there were so many more."""
        for _ in range(count):
            await self._beat.wait()

    async def between(self, part: float) -> None:
        """After the second next change, so far on the way to the one behind it: a key comes at any time."""
        await self.changes(2)
        there = asyncio.Event()
        self._loop.call_later(part / CHANGES_A_SECOND, there.set)
        await there.wait()

    def end(self) -> None:
        self._next.cancel()


async def main(count: int, seconds: float) -> None:
    control_door.SHORTEST_BETWEEN_VIEWS = 0.1
    show = await Show(HALL).start()
    phones = await show.phones(60)
    await fill(show, phones, count)
    await show.do("zero")
    await show.do("open", round="r01", despite_cue=True)
    door = await control_door.ControlDoor.start(show.session, "127.0.0.1", 0, join_url="http://x/")
    with TemporaryDirectory() as folder:
        token_file = Path(folder) / "operator.token"
        token_file.write_text(TOKEN, "ascii")
        terminal = spawn(f"ws://127.0.0.1:{door.port}/control", token_file)
        await terminal.until("已连接".encode())
        terminal.press(b"2")
        await terminal.until(b"KEY00001")
        rush = Rush(show)
        await rush.changes(30)
        before, begun = terminal.cpu(), time.perf_counter()
        await rush.changes(round(CHANGES_A_SECOND * seconds))
        share = (terminal.cpu() - before) / (time.perf_counter() - begun)
        waits = []
        for number in range(KEYS):
            terminal.press(b"\x1b[B")
            # the list shows the next ones anyway: the detail's first line is the answer to the key
            waits.append(await terminal.until(f"Q{number + 2:04d}  ".encode()))
            await rush.between(number / KEYS)
        rush.end()
        ordered = sorted(wait * 1000 for wait in waits)
        print(f"{count} questions, 10 views a second, {WIDTH}x{HEIGHT}: CPU {share:.0%} of a core (target 25 %)")
        middle, worst = statistics.median(ordered), ordered[-1]
        late = ordered[int(KEYS * 0.95)]
        print(f"key to screen: median {middle:.0f} ms, p95 {late:.0f} ms, worst {worst:.0f} ms (target 100)")
        asyncio.get_running_loop().remove_reader(terminal.handle)
        os.kill(terminal.pid, 15)
        await asyncio.to_thread(os.waitpid, terminal.pid, 0)
    await door.close()


if __name__ == "__main__":
    arguments = [*sys.argv[1:], "5000", "15"]
    asyncio.run(main(int(arguments[0]), float(arguments[1] if len(sys.argv) > 2 else "15")))
