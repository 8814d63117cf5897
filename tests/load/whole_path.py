"""Targets C, D, E, F and G against a real server process: `python -m tests.load.whole_path [CLIENTS] [ROUNDS]`.

C: a burst of ballots (signature, checkpoint, receipt, batch 0.2 s) ÷ as many bare verifications of one core.
D: first to last phone of a broadcast ÷ the same of the C floor.  E: memory a phone.  F: 1,000 ballots a second, p99.
G: longest stall of the event loop since the start, check-ins of the whole hall included.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.load.bench import (
    Lines,
    bare_verifications,
    compile_reference,
    generator,
    report,
    resident_kb,
    running,
    scratch,
    summary,
    write_frames,
)
from tests.load.hall import FIRST_CAST, HELLO, PRESENT, Hall, hall

FLOOR_PORT = 18777
STATE_BYTES = 900


def main(clients: int, rounds: int) -> None:
    print(f"{clients} phones, {rounds} rounds; server and generator share this machine's cores", flush=True)
    with scratch() as folder, hall(folder, clients, rounds + 1) as home:
        before = resident_kb(home.pid)
        with generator(folder, home.port, clients, home.frames) as phones:
            report(phones.ask(f"play {HELLO}"), "hello")
            kilobytes = (resident_kb(home.pid) - before) / clients
            print(f"E: {kilobytes:.1f} kB a phone (whole process, after hello), target <= 20", flush=True)
            check_in = phones.ask(f"play {PRESENT}")
            report(check_in, "check-in")
            home.server.ctl("zero")
            stall_before = home.metrics()["touchstone_longest_stall_seconds"]
            bursts(home, phones, clients, rounds)
            print(
                f"G: longest stall {home.metrics()['touchstone_longest_stall_seconds'] * 1000:.0f} ms "
                f"({stall_before * 1000:.0f} ms before the first burst), target <= 50",
                flush=True,
            )
            rate(home, phones, rounds)
            spreads = broadcasts(home, phones)
        floors = floor(folder, clients)
        ratios = [spread / statistics.median(floors) for spread in spreads]
        summary("D: broadcast / C floor", ratios, "<= 1.6")


def bursts(home: Hall, phones: Lines, clients: int, rounds: int) -> None:
    ratios = []
    for number in range(rounds):
        name = home.rounds[number]
        home.server.ctl("open", name)
        bare = bare_verifications(clients)
        burst = report(phones.ask(f"play {FIRST_CAST + number}"), f"burst {name}")
        assert burst["answered"] == clients, burst
        assert burst["refused"] == 0, burst
        ratios.append(burst["wall"] / bare)
        print(f"  {name}: burst {burst['wall']:.3f} s / bare {bare:.3f} s = {ratios[-1]:.2f}", flush=True)
        home.server.ctl("close", name, "--reason", "bench")
    summary(f"C: {clients} ballots / {clients} bare verifications", ratios, "<= 2.0")


def rate(home: Hall, phones: Lines, rounds: int) -> None:
    name = home.rounds[rounds]
    home.server.ctl("open", name)
    steady = report(phones.ask(f"rate {FIRST_CAST + rounds} 1000"), "1,000 a second")
    print(f"F: p99 {steady['p99']:.3f} s, p50 {steady['p50']:.3f} s to recorded, target <= 0.5", flush=True)
    home.server.ctl("close", name, "--reason", "bench")


def broadcasts(home: Hall, phones: Lines, times: int = 9) -> list[float]:
    spreads = []
    for _ in range(times):
        phones.ask("hear")
        home.server.ctl("cue", "next")
        heard = report(phones.hear(), "broadcast")
        if heard["unheard"] == 0:
            spreads.append(heard["spread"])
    return spreads


def floor(folder: Path, clients: int, times: int = 9) -> list[float]:
    """The same broadcast by a C server without anything around it, frames of about the same size."""
    write_frames(folder / "silent", iter([[]] * clients))
    program = compile_reference("floor", folder)
    spreads = []
    with (
        running([program, FLOOR_PORT, STATE_BYTES]) as server,
        started(server),
        generator(folder, FLOOR_PORT, clients, folder / "silent", "/", "") as phones,
    ):
        for _ in range(times):
            phones.ask("hear")
            server.say("x")
            spreads.append(report(phones.hear(), "floor")["spread"])
    return spreads


@contextmanager
def started(server: Lines) -> Iterator[None]:
    """Behind the server's ready line."""
    server.hear()
    yield


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*(words + [10_000, 9][len(words) :]))
