"""What the benchmarks share: frames made beforehand, the generator, servers as processes, medians.

Nothing here is collected by pytest; run a benchmark by hand: `python -m tests.load.whole_path`.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).resolve().parent / "reference"
ROOT = Path(__file__).resolve().parent.parent.parent


def text_frame(message: dict[str, Any]) -> bytes:
    """A masked text frame, as phones send it."""
    payload = json.dumps(message, separators=(",", ":")).encode()
    mask = secrets.token_bytes(4)
    stretched = (mask * (len(payload) // 4 + 1))[: len(payload)]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(stretched, "big")).to_bytes(len(payload), "big")
    size = len(payload)
    head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0xFE)) + size.to_bytes(2, "big")
    return head + mask + masked


def write_frames(path: Path, clients: Iterator[Sequence[bytes]]) -> None:
    """The generator's input: client by client its frames."""
    with path.open("wb") as file:
        for frames in clients:
            file.write(struct.pack("<I", len(frames)))
            for frame in frames:
                file.write(struct.pack("<I", len(frame)) + frame)


def compile_reference(name: str, folder: Path) -> Path:
    program = folder / name
    subprocess.run(["gcc", "-O2", "-Wall", "-o", program, REFERENCE / f"{name}.c"], check=True)
    return program


class Lines:
    """A process that is talked to in lines of JSON."""

    def __init__(self, command: Sequence[object], cwd: Path = ROOT) -> None:
        self.process = subprocess.Popen(
            [str(word) for word in command], cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args!r} ended with {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, line: str) -> dict[str, Any]:
        self.say(line)
        return self.hear()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


@contextmanager
def running(command: Sequence[object], cwd: Path = ROOT) -> Iterator[Lines]:
    process = Lines(command, cwd)
    try:
        yield process
    finally:
        process.end()


@contextmanager
def generator(
    folder: Path, port: int, clients: int, frames: Path, path: str = "/phone", protocol: str = "touchstone.phone.v1"
) -> Iterator[Lines]:
    """The generator, connected."""
    program = compile_reference("generator", folder)
    with running([program, port, path, protocol, clients, frames]) as lines:
        report(lines.hear(), "connect")
        yield lines


def free_port() -> int:
    """A port that nobody listens on, so that two benchmarks beside each other do not meet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise SystemExit("no VmRSS")


@contextmanager
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="touchstone-load-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def cpu_seconds(pid: int) -> float:
    """What a process has used so far, all its threads; unlike the wall it does not see what else runs here."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare_verifications(count: int) -> tuple[float, float]:
    """Seconds, on the wall and of one core, for `count` Ed25519 verifications with libsodium and nothing else."""
    from audience_server.record.ed25519 import public_key, sign, verify

    seed, message = secrets.token_bytes(32), secrets.token_bytes(170)
    key, signature = public_key(seed), sign(seed, message)
    start, used = time.perf_counter(), time.process_time()
    for _ in range(count):
        verify(key, message, signature)
    return time.perf_counter() - start, time.process_time() - used


def report(facts: dict[str, Any], name: str) -> dict[str, Any]:
    print(f"  {name}: {json.dumps(facts)}", flush=True)
    return facts


def summary(target: str, ratios: Sequence[float], goal: str) -> None:
    """Median of all runs, with the spread."""
    print(
        f"{target}: median {statistics.median(ratios):.2f} "
        f"(n={len(ratios)}, {min(ratios):.2f}–{max(ratios):.2f}), target {goal}",
        flush=True,
    )


PYTHON = sys.executable
