"""A large hall for benchmarks: one card panel, its cards' frames signed beforehand, a real server process."""

from __future__ import annotations

import secrets
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audience_server.audience.card_keys import CardKeys
from audience_server.domain.rundown_file import read_rundown
from audience_server.reports.card_issue import issue_cards
from audience_server.session_directory import SessionDirectory
from tests.load.bench import text_frame, write_frames
from tests.processes import Served, served

SESSION = """
[session]
id = "hall"
authority = "load.example"
title = "压力测试"
place = "本机"
date = 2026-11-23
language = "zh-Hans"
batch_seconds = 0.2
spare_rounds = 0
window_seconds = 600

[[panel]]
id = "hall"
name = "现场"
admission = "card"
seats = {seats}
weight = 100

[[scale]]
id = "sat"
options = [
  {{ id = "yes", name = "满意", score = 100 }},
  {{ id = "no", name = "不满意", score = 0 }},
]

[[criterion]]
id = "overall"
name = "总体评价"
scale = "sat"
weight = 1

[[category]]
id = "gov"
name = "部门"

{units}
[result]
places = 2
channels = [ {{ id = "vote", name = "现场测评", weight = 100 }} ]
"""

HELLO, PRESENT, FIRST_CAST = 0, 1, 2


@dataclass(slots=True)
class Hall:
    """A served session; frame 0 says hello, 1 checks in, 2.. casts in r01, r02, …"""

    server: Served
    frames: Path
    clients: int
    rounds: list[str]

    @property
    def port(self) -> int:
        return int(self.server.ready["url"].rsplit(":", 1)[1])

    @property
    def pid(self) -> int:
        return int(self.server.ready["pid"])

    def metrics(self) -> dict[str, float]:
        control = self.server.ready["control"].replace("ws://", "http://").replace("/control", "/metrics")
        token = Path(self.server.ready["token_file"]).read_text().strip()
        request = urllib.request.Request(control, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@contextmanager
def hall(folder: Path, clients: int, rounds: int) -> Iterator[Hall]:
    """Cards, frames and a running server for `clients` phones and `rounds` rounds."""
    units = "".join(f'[[unit]]\nid = "u{n}"\nname = "单位{n}"\ncategory = "gov"\n\n' for n in range(1, rounds + 1))
    session = folder / "hall.toml"
    session.write_text(SESSION.format(seats=clients, units=units), "utf-8")
    rundown = read_rundown(session.read_bytes(), "hall.toml")
    directory = SessionDirectory.create_or_open(folder / "data", rundown.origin, rehearsal=True)
    issue = issue_cards(rundown, directory.origin, secrets.token_bytes)
    directory.write_rolls(issue.rolls, codes_exported=False)
    names = [round_.id for round_ in rundown.rounds]

    def frames() -> Iterator[list[bytes]]:
        for card in issue.cards:
            keys = CardKeys.of_code(card.code)
            made: list[dict[str, Any]] = [{"type": "hello", "id": 1, "lang": "zh-Hans"}]
            made.append({"type": "present", "id": 2, "entry": keys.present(directory.origin)})
            for number, name in enumerate(names):
                made.append({"type": "cast", "id": 3 + number, **keys.ballot(directory.origin, name, 0, "1")})
            yield [text_frame(message) for message in made]

    write_frames(folder / "frames", frames())
    with served(session, folder / "data") as server:
        yield Hall(server, folder / "frames", clients, names)
