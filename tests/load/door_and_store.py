"""Targets A and B: `python -m tests.load.door_and_store [CLIENTS] [RUNS]`.

A burst of ballots, committed before the answer, signatures off: our door and store ÷ node `ws` + better-sqlite3 (A) and
÷ textbook `websockets` + json + aiosqlite (B).  Fresh servers each run, interleaved, so that noise falls on all alike.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from audience_server.record.forms import b64
from tests.load.bench import (
    PYTHON,
    REFERENCE,
    cpu_seconds,
    free_port,
    generator,
    report,
    running,
    scratch,
    summary,
    text_frame,
    write_frames,
)


class Burst(NamedTuple):
    """Seconds from the first ballot sent to the last answer, and what the server used for it."""

    wall: float
    cpu: float


def main(clients: int, runs: int) -> None:
    print(f"{clients} phones, {runs} runs; servers and generator share this machine's cores", flush=True)
    with scratch() as folder:
        install_node_reference(folder)
        write_frames(folder / "frames", iter(frames() for _ in range(clients)))
        ours, node, textbook = [], [], []
        for number in range(runs):
            words = ["-m", "tests.load.unsigned_server"]
            ours.append(burst(folder, [PYTHON, *words], f"ours-{number}", clients, "touchstone.phone.v1"))
            node.append(burst(folder, ["node", folder / "node_ws.mjs"], f"node-{number}", clients, ""))
            textbook.append(burst(folder, [PYTHON, REFERENCE / "textbook.py"], f"textbook-{number}", clients, ""))
    compare("A: ours / node ws + better-sqlite3", ours, node, "<= 0.75")
    compare("B: ours / textbook", ours, textbook, "<= 0.45")


def compare(target: str, ours: Sequence[Burst], peer: Sequence[Burst], goal: str) -> None:
    """On the wall, and by the servers' CPU alone, which other work on this machine disturbs less."""
    pairs = list(zip(ours, peer, strict=True))
    summary(target, [a.wall / b.wall for a, b in pairs], goal)
    summary(f"{target}, server CPU", [a.cpu / b.cpu for a, b in pairs], "none")


def install_node_reference(folder: Path) -> None:
    """The peer and its packages, in the scratch folder only."""
    (folder / "node_ws.mjs").write_bytes((REFERENCE / "node_ws.mjs").read_bytes())
    (folder / "package.json").write_text('{"private":true}')
    subprocess.run(["npm", "install", "--silent", "--no-audit", "ws", "better-sqlite3"], cwd=folder, check=True)


def frames() -> list[bytes]:
    """A hello and a ballot of the usual size; nobody checks it here."""
    key, commitment = b64(secrets.token_bytes(32)), b64(secrets.token_bytes(32))
    signature = b64(secrets.token_bytes(68))
    entry = f"c1/ballot\nrig.example/small-1\nr01\n{key}\n0\nm1 {commitment}\n\n\u2014 card {signature}\n"
    cast = {"type": "cast", "id": 2, "entry": entry, "nonce": b64(secrets.token_bytes(32)), "choice": "1"}
    return [text_frame({"type": "hello", "id": 1, "lang": "zh-Hans"}), text_frame(cast)]


def burst(folder: Path, command: Sequence[object], name: str, clients: int, protocol: str) -> Burst:
    """One fresh server, all its phones, one ballot each."""
    port = free_port()
    with running([*command, port, folder / f"{name}.sqlite"]) as server:
        server.hear()
        with generator(folder, port, clients, folder / "frames", "/phone", protocol) as phones:
            phones.ask("play 0")
            used = cpu_seconds(server.process.pid)
            found = phones.ask("play 1")
            used = cpu_seconds(server.process.pid) - used
            report({**found, "cpu": round(used, 2)}, name)
            assert found["answered"] == clients, found
            return Burst(float(found["wall"]), used)


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*(words + [10_000, 9][len(words) :]))
