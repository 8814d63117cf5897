"""The tiny session, made by other code from the same pages: its openings give its counts, and those its results.

The bundle is read here with the standard library alone: tiles, rolls and enrolments say which panel a ballot is of.
"""

import base64
import json
import struct
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audience_server.domain.ballots import grammar_of
from audience_server.domain.results import results
from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import read_rundown
from audience_server.domain.tally import Counts, count_ballots, counts_body, identity_of, lock_shape

VECTORS = Path(__file__).parent.parent / "vectors"


class Tiny:
    """The bundle's files and entries."""

    def __init__(self) -> None:
        with tarfile.open(VECTORS / "tiny.c1.tar") as bundle:
            members = [(member.name, bundle.extractfile(member)) for member in bundle.getmembers()]
            self.files = {name: file.read() for name, file in members if file is not None}
        self.entries = list(self._entries(self.files["tile/entries/000.p/42"]))
        self.rundown: Rundown = read_rundown(self.files["rules.toml"], "rules.toml")

    @staticmethod
    def _entries(tile: bytes) -> Iterator[bytes]:
        while tile:
            (length,) = struct.unpack(">H", tile[:2])
            yield tile[2 : 2 + length]
            tile = tile[2 + length :]

    def bodies(self, tag: str) -> list[dict[str, Any]]:
        texts = [entry.decode().split("\n") for entry in self.entries]
        return [json.loads(lines[2]) for lines in texts if lines[0] == f"c1/{tag}"]

    def panel_of(self, round_id: str, index: int) -> str:
        key = base64.b64decode(self.entries[index].decode().split("\n")[3])
        roll = self.files[f"rolls/deputies.{round_id}"]
        if key in {roll[place : place + 32] for place in range(0, len(roll), 32)}:
            return "deputies"
        enrolled = [body for body in self.bodies("enrol") if body["round"] == round_id]
        (panel,) = [body["panel"] for body in enrolled if base64.b64encode(key).decode() in body["keys"]]
        return str(panel)

    def ballots(self, round_id: str, window: str) -> list[tuple[str, str]]:
        rows = [line.split(" ") for line in self.files[f"rounds/{window}.openings"].decode().splitlines()]
        return [(self.panel_of(round_id, int(index)), choice) for index, _, choice in rows]


@pytest.fixture(scope="module")
def tiny() -> Tiny:
    return Tiny()


@pytest.fixture(scope="module")
def report() -> Any:
    return json.loads((VECTORS / "tiny.report.json").read_text("utf-8"))


def test_the_openings_give_the_locked_rounds_of_the_report(tiny: Tiny, report: Any) -> None:
    """Counts file, accounting identity and lock shape, the paper of r01 included."""
    counts_by_round: dict[str, Counts] = {}
    locked = [found for found in report["rounds"] if found["state"] == "locked"]
    for expected in locked:
        round_ = tiny.rundown.round(expected["round"])
        window = expected["window"]
        hands = {body["panel"]: body for body in tiny.bodies("hand") if body["window"] == window}
        (tally,) = [body for body in tiny.bodies("tally") if body["window"] == window]
        counted = count_ballots(round_, tiny.rundown, tiny.ballots(round_.id, window), hands)
        identities = {
            panel: identity_of(by["expected"], by["present"], by["issued"], counted.votes[panel])
            for panel, by in tally["by"].items()
        }
        assert all(identity.holds() for identity in identities.values())
        assert expected == lock_shape(
            round_,
            window,
            expected["index"],
            expected["size"],
            expected["fingerprint"],
            identities,
            counted.counts,
        )
        in_file = json.loads(tiny.files[f"rounds/{window}.counts"])
        assert in_file == counts_body(round_, window, in_file["salt"], counted.counts)
        counts_by_round[round_.id] = counted.counts
    channels = {body["id"]: body["scores"] for body in tiny.bodies("channel")}
    found = results(tiny.rundown, counts_by_round, channels, set(counts_by_round))
    assert report["results"] == found
    assert json.loads(tiny.files["results.json"]) == found


def test_the_session_file_has_the_rolls_and_grammars_of_the_record(tiny: Tiny) -> None:
    """Rolls exist for exactly the rounds that the rundown names; opens carry its grammar and its order."""
    rolls = {name.split(".", 1)[1] for name in tiny.files if name.startswith("rolls/deputies.")}
    assert rolls == set(tiny.rundown.roll_rounds())
    for body in tiny.bodies("open"):
        round_ = tiny.rundown.round(body["round"])
        assert body["grammar"] == grammar_of(round_, tiny.rundown)
        assert (body["units"], body["criteria"], body["panels"], body["kind"], body["seconds"], body["title"]) == (
            list(round_.units),
            list(round_.criteria),
            list(round_.panels),
            round_.kind,
            round_.seconds,
            round_.title,
        )
