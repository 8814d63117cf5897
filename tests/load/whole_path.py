"""Targets C, D, E, F and G against a real server process: `python -m tests.load.whole_path [CLIENTS] [ROUNDS]`.

C: a burst of ballots (signature, checkpoint, receipt, batch 0.2 s) ÷ as many bare verifications of one core.
D: first to last phone of a broadcast ÷ the same of the C floor.  E: memory a phone.  F: 1,000 ballots a second, p99.
G: longest stall of the event loop since the start, check-ins of the whole hall included.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.load.bench import (
    Lines,
    bare_verifications,
    compile_reference,
    cpu_seconds,
    free_port,
    generator,
    report,
    resident_kb,
    running,
    scratch,
    summary,
    write_frames,
)
from tests.load.hall import FIRST_CAST, HELLO, PRESENT, Hall, hall

STATE_BYTES = 900
RATES = 3


def main(clients: int, rounds: int) -> None:
    print(f"{clients} phones, {rounds} rounds; server and generator share this machine's cores", flush=True)
    with scratch() as folder, hall(folder, clients, rounds + RATES) as home:
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
            rates(home, phones, rounds)
            with floor(folder, clients) as (server, silent):
                ratios = broadcasts(home, phones, server, silent)
        summary("D: broadcast / C floor", ratios, "<= 1.6")


def bursts(home: Hall, phones: Lines, clients: int, rounds: int) -> None:
    walls, shares = [], []
    for number in range(rounds):
        name = home.rounds[number]
        home.server.ctl("open", name)
        bare, bare_cpu = bare_verifications(clients)
        used = cpu_seconds(home.pid)
        burst = report(phones.ask(f"play {FIRST_CAST + number}"), f"burst {name}")
        used = cpu_seconds(home.pid) - used
        assert (burst["answered"], burst["refused"]) == (clients, 0), burst
        walls.append(burst["wall"] / bare)
        shares.append(used / bare_cpu)
        print(
            f"  {name}: burst {burst['wall']:.3f} s / bare {bare:.3f} s = {walls[-1]:.2f}; "
            f"CPU a ballot {used / clients * 1e6:.0f} us / {bare_cpu / clients * 1e6:.0f} us = {shares[-1]:.2f}",
            flush=True,
        )
        home.server.ctl("close", name, "--reason", "bench")
    summary(f"C: {clients} ballots / {clients} bare verifications", walls, "<= 2.0")
    summary(
        "C, the server's CPU alone / CPU of the bare verifications", shares, "none, for machines that do other work"
    )


def rates(home: Hall, phones: Lines, first: int) -> None:
    waits = []
    for number in range(first, first + RATES):
        name = home.rounds[number]
        home.server.ctl("open", name)
        waits.append(report(phones.ask(f"rate {FIRST_CAST + number} 1000"), f"1,000 a second {name}")["p99"])
        home.server.ctl("close", name, "--reason", "bench")
    summary("F: p99 in seconds from sent to recorded", waits, "<= 0.5")


def broadcasts(home: Hall, phones: Lines, server: Lines, silent: Lines, times: int = 9) -> list[float]:
    """The same broadcast by us and by the floor, in turns; ratios of the spreads, each to the floor's just after."""
    ratios = []
    for _ in range(times):
        phones.ask("hear")
        home.server.ctl("cue", "next")
        ours = report(phones.hear(), "broadcast")
        silent.ask("hear")
        server.say("x")
        bare = report(silent.hear(), "floor")
        assert ours["unheard"] == bare["unheard"] == 0
        ratios.append(ours["spread"] / bare["spread"])
    return ratios


@contextmanager
def floor(folder: Path, clients: int) -> Iterator[tuple[Lines, Lines]]:
    """A C server without anything around it, frames of about the same size, and a generator of its own."""
    write_frames(folder / "silent", iter([[]] * clients))
    program, port = compile_reference("floor", folder), free_port()
    with running([program, port, STATE_BYTES]) as server:
        server.hear()
        with generator(folder, port, clients, folder / "silent", "/", "") as phones:
            yield server, phones


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    main(*(words + [10_000, 9][len(words) :]))
