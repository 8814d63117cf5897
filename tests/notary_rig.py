"""Notaries and observers as real processes beside a real server: keys, a session that names them, watchers."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audience_server.notary.keys import anchor, load_keys, make_keys, read_public, session_file_line
from tests.processes import ROOT, TOUCHSTONE, Served
from tests.show_rig import SMALL_SESSION

PASSPHRASE = "correct horse battery"
PATIENCE = 60.0
EVERYTHING = "session,zero,void,hand,remark,void-round,manifest,lock,reveal"


@dataclass(slots=True)
class Holder:
    """Somebody with keys in a directory of their own."""

    directory: Path
    public: dict[str, Any]

    @property
    def anchor(self) -> str:
        found = anchor(self.public)
        assert found is not None
        return found


def holder(directory: Path, label: str, name: str, role: str = "notary") -> Holder:
    make_keys(directory / "notary.keys", label, name, role, PASSPHRASE)
    (directory / "passphrase").write_text(PASSPHRASE + "\n")
    return Holder(directory, read_public(directory / "notary.keys"))


def keys_of(who: Holder) -> Any:
    return load_keys(who.directory / "notary.keys", PASSPHRASE)


def session_with(
    notaries: list[Holder], observers: list[Holder], text: str = SMALL_SESSION, quorum: tuple[int, int] | None = None
) -> str:
    """The session file with its [witnesses]; by default one notary is enough."""
    needed = quorum if quorum is not None else (min(1, len(notaries)), 0)
    return text + (
        "\n[witnesses]\n"
        f"notaries = [ {', '.join(session_file_line(each.public) for each in notaries)} ]\n"
        f"observers = [ {', '.join(session_file_line(each.public) for each in observers)} ]\n"
        f"quorum = {{ notaries = {needed[0]}, observers = {needed[1]} }}\n"
    )


def confirmed_by_notary(text: str) -> str:
    """The same session, where lock and reveal wait for the notary."""
    wanted = 'confirm = { lock = ["operator", "notary"], reveal = ["operator", "notary"] }'
    return re.sub(r"small_cell = 3", f"small_cell = 3\n{wanted}", text)


@dataclass(slots=True)
class Watcher:
    """One `notary watch --plain`; `told` is everything that it said, `now` its newest picture."""

    who: Holder
    process: subprocess.Popen[str]
    told: list[dict[str, Any]] = field(default_factory=list)
    reader: threading.Thread | None = None
    _lines: queue.Queue[str] = field(default_factory=queue.Queue)

    def say(self, order: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()

    @property
    def now(self) -> dict[str, Any]:
        found: dict[str, Any] = next((each for each in reversed(self.told) if "line" in each), {})
        return found

    def wait_until(self, holds: Callable[[dict[str, Any]], bool], patience: float = PATIENCE) -> dict[str, Any]:
        """The first thing said, from now on or already, for which `holds` is true."""
        known = [each for each in self.told if holds(each)]
        if known:
            return known[-1]
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                line = self._lines.get(timeout=0.2)
            except queue.Empty:
                continue
            said: dict[str, Any] = json.loads(line)
            self.told.append(said)
            if holds(said):
                return said
        raise AssertionError(f"never heard; newest: {self.told[-1:]}")

    def wait_for_size(self, size: int) -> dict[str, Any]:
        return self.wait_until(lambda told: told.get("cosigned", 0) >= size)

    def alarm_codes(self) -> set[str]:
        return {alarm["code"] for alarm in self.now.get("alarms", ())}

    def kill(self) -> None:
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        if self.reader is not None:
            self.reader.join(10)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)


def start_watcher(who: Holder, control: str, token_file: str, agree: str = EVERYTHING) -> Watcher:
    words = ["notary", "watch", control, "--keys", str(who.directory), "--plain", "--token-file", token_file]
    words += ["--passphrase-file", str(who.directory / "passphrase")]
    if agree:
        words += ["--agree", agree]
    process = subprocess.Popen(
        [*TOUCHSTONE, *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watcher = Watcher(who, process)
    watcher.reader = threading.Thread(target=watcher.read, daemon=True)
    watcher.reader.start()
    return watcher


@contextmanager
def watching(who: Holder, served: Served, agree: str = EVERYTHING) -> Iterator[Watcher]:
    """A watcher on the line until the block ends."""
    watcher = start_watcher(who, str(served.ready["control"]), str(served.ready["token_file"]), agree)
    try:
        yield watcher
    finally:
        watcher.kill()
