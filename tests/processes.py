"""Real processes for tests: a server, commands, an audience; started, waited for, and ended by their ids.

Commands to a server go over a real socket from this process, read as `touchstone ctl` reads them: a process a command
would cost more than all that the tests do (tests/console/test_ctl.py starts the real one).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from audience_server.wire import control
from audience_server.wire.codec import MAX_CONTROL_FRAME, encode
from console.cli import build_parser
from console.commands.ctl import command_of

TOUCHSTONE = [sys.executable, "-m", "console"]
ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60
MOST_BETWEEN_LOOKS = 1.0
ASKED, WATCHED = 1, 2


def touchstone(*words: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*TOUCHSTONE, *map(str, words)], cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=120, check=False
    )


def must(*words: object) -> str:
    """Run one command that must succeed; its standard output."""
    done = touchstone(*words)
    assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout


@dataclass(slots=True)
class Served:
    """A session being served by a process of its own."""

    session: Path
    data: Path
    rehearsal: bool
    ready: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def start(self, listen: str = "127.0.0.1:0", control: str = "127.0.0.1:0") -> None:
        words = ["serve", str(self.session), "--data", str(self.data), "--listen", listen, "--control", control]
        if self.rehearsal:
            words.append("--rehearsal")
        self.process = subprocess.Popen(
            [*TOUCHSTONE, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.ready = json.loads(line)

    def restart(self) -> None:
        """Start again where it was, on the same ports, as a supervisor would."""
        listen = self.ready["url"].removeprefix("http://")
        control = self.ready["control"].removeprefix("ws://").removesuffix("/control")
        self.start(listen, control)

    def ctl(self, *words: object) -> dict[str, Any]:
        """One command that must be done.  What looks before it asks (`void-card`) is a process of its own."""
        if words[0] == "void-card":
            return self._in_a_process(0, words)
        with self._line() as line:
            answer = _asked(line, words)
        assert isinstance(answer, control.Done), (words, answer)
        return answer.result

    def _in_a_process(self, status: int, words: Sequence[object]) -> dict[str, Any]:
        flags = ["--url", self.ready["control"], "--token-file", self.ready["token_file"]]
        done = touchstone("ctl", *flags, *words)
        assert done.returncode == status, done
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def ctl_refused(self, *words: object) -> str:
        if words[0] == "void-card":
            return str(self._in_a_process(1, words)["refused"])
        with self._line() as line:
            answer = _asked(line, words)
        assert isinstance(answer, control.Refused), (words, answer)
        return answer.code

    def _line(self) -> ClientConnection:
        token = Path(self.ready["token_file"]).read_text("ascii").strip()
        return connect(
            str(self.ready["control"]),
            subprotocols=[Subprotocol(control.SUBPROTOCOL)],
            additional_headers={"Authorization": f"Bearer {token}"},
            max_size=MAX_CONTROL_FRAME,
            compression=None,
            proxy=None,
        )

    def wait_until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first status for which `holds` is true; asked for again whenever something has changed."""
        end, status = time.monotonic() + PATIENCE_SECONDS, {}
        with self._line() as line:
            line.send(encode(control.Watch(id=WATCHED)), text=True)
            while time.monotonic() < end:
                answer = _asked(line, ["status"])
                assert isinstance(answer, control.Done), answer
                status = answer.result
                if holds(status):
                    return status
                with suppress(TimeoutError):
                    line.recv(timeout=MOST_BETWEEN_LOOKS)
        raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain; the last status was {status}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal the process and wait for it; its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(30)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        self.process = None
        return code


def _asked(line: ClientConnection, words: Iterable[object]) -> control.ControlMessage:
    """What a command is answered; pushes in between are passed over."""
    arguments = build_parser("ctl").parse_args(["ctl", *map(str, words)])
    line.send(encode(control.Command(id=ASKED, do=command_of(arguments), at=arguments.at)), text=True)
    while True:
        frame = line.recv(timeout=PATIENCE_SECONDS)
        message = control.MESSAGES.decode(frame.encode() if isinstance(frame, str) else frame)
        if message.id == ASKED:
            return message


@contextmanager
def served(session: Path, data: Path, rehearsal: bool = True) -> Iterator[Served]:
    """A running server, ended whatever happens."""
    server = Served(session, data, rehearsal)
    server.start()
    try:
        yield server
    finally:
        server.end()


@contextmanager
def audience(server: Served, *words: object) -> Iterator[subprocess.Popen[str]]:
    """A simulated audience in a process of its own; it ends at the seal, or is ended."""
    command = [*TOUCHSTONE, "audience", "--url", server.ready["url"], *map(str, words)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def summary_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for the audience's end and read its one line."""
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    summary: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return summary


def ballots_in(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
