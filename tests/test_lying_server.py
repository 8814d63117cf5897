"""Drills: a server that drops, alters, stuffs, re-orders or replays ballots, with the log's own key in its hand.

Real processes: server, notary, voters; the lie happens on the way to the notary, each checkpoint signed anew.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from audience_server.notary.bundle import build_bundle, manifest_text
from audience_server.notary.mirror import Mirror
from audience_server.record.notes import render, sign_note
from tests.lying_proxy import Lie, lying
from tests.notary_rig import Holder, holder, session_with, start_watcher
from tests.processes import served, touchstone
from tests.test_notary_show import SECONDS, come, people, prepare, state_of

pytestmark = pytest.mark.slow

BALLOT = b"c1/ballot\n"


def altering() -> Lie:
    """The commitment of the first ballot is another one; the card's signature stays."""
    done: list[int] = []

    def lie(first: int, entries: list[bytes]) -> list[bytes]:
        for place, entry in enumerate(entries):
            if entry.startswith(BALLOT) and not done:
                done.append(place)
                lines = entry.split(b"\n")
                lines[5] = b"m1 " + base64.b64encode(bytes(32))
                entries[place] = b"\n".join(lines)
        return entries

    return lie


def stuffing() -> Lie:
    """A well signed ballot by a key that no card has."""

    def lie(first: int, entries: list[bytes]) -> list[bytes]:
        model = next((entry for entry in entries if entry.startswith(BALLOT)), None)
        if model is None:
            return entries
        key = SigningKey.generate()
        public = bytes(key.verify_key)
        lines = model.split(b"\n")
        lines[3] = base64.b64encode(public)
        text = b"\n".join(lines[:6]) + b"\n"
        identifier = hashlib.sha256(b"card\n\x01" + public).digest()[:4]
        line = b"\xe2\x80\x94 card " + base64.b64encode(identifier + key.sign(text).signature) + b"\n"
        return [*entries, text + b"\n" + line]

    return lie


def replaying() -> Lie:
    """A ballot that is in the record already, once more."""
    seen: list[bytes] = []

    def lie(first: int, entries: list[bytes]) -> list[bytes]:
        ballots = [entry for entry in entries if entry.startswith(BALLOT)]
        again = seen[:1] if ballots or not seen else []
        seen.extend(ballots)
        closes = any(entry.startswith(b"c1/close\n") for entry in entries)
        return [*entries[:-1], *(seen[:1]), entries[-1]] if closes and seen else [*entries, *again]

    return lie


def reordering() -> Lie:
    """A ballot held back until its window has closed."""
    held: list[bytes] = []

    def lie(first: int, entries: list[bytes]) -> list[bytes]:
        if not held:
            ballot = next((entry for entry in entries if entry.startswith(BALLOT)), None)
            if ballot is not None:
                held.append(ballot)
                entries = [entry for entry in entries if entry != ballot]
        closes = any(entry.startswith(b"c1/close\n") for entry in entries)
        return [*entries, held[0]] if closes and held else entries

    return lie


def dropping() -> Lie:
    """A ballot that was answered as recorded is never shown."""
    dropped: list[bytes] = []

    def lie(first: int, entries: list[bytes]) -> list[bytes]:
        if not dropped:
            dropped.extend([entry for entry in entries if entry.startswith(BALLOT)][:1])
        return [entry for entry in entries if entry not in dropped]

    return lie


LIES: dict[str, tuple[Callable[[], Lie], set[str]]] = {
    "altered": (altering, {"E415"}),
    "stuffed": (stuffing, {"E412"}),
    "replayed": (replaying, {"E416"}),
    "re-ordered": (reordering, {"E411"}),
}


@pytest.mark.parametrize("name", LIES)
def test_a_server_that_lies_about_ballots_is_caught(tmp_path: Path, name: str) -> None:
    """By the notary's program, at the checkpoint that holds the lie."""
    make, codes = LIES[name]
    notary: Holder = holder(tmp_path / "notary", "公证员甲", "gongzheng.example/n1")
    session = prepare(tmp_path, session_with([notary], []))
    with served(session, tmp_path / "data") as server:
        token_file = str(server.ready["token_file"])
        with lying(str(server.ready["control"]), token_file, tmp_path / "data", make()) as url:
            watcher = start_watcher(notary, url, token_file)
            try:
                watcher.wait_for_size(1)
                server.ctl("zero")
                server.wait_until(lambda status: status["zeroed"])
                with people(server, tmp_path):
                    server.ctl("open", "r01", "--seconds", SECONDS, "--despite-cue")
                    server.wait_until(lambda status: state_of(status, "r01") == "closed")
                    server.ctl("lock", "r01")
                    watcher.wait_until(lambda told: bool(codes & {each["code"] for each in told.get("alarms", ())}))
                server.ctl("incident", "--kind", "note", "后来的一条")
                watcher.wait_until(lambda told: told.get("cosigned", 0) < told.get("size", 0))
                assert not watcher.now["adds_up"]
                status = server.wait_until(
                    lambda status: any(alarm["code"] == "witness_alarm" for alarm in status["alarms"])
                )
                assert any(code in alarm["text"] for code in codes for alarm in status["alarms"])
            finally:
                watcher.kill()


async def test_a_server_that_drops_a_ballot_is_caught_at_the_lock_and_by_the_voters_receipt(tmp_path: Path) -> None:
    """The notary's program cannot open one ballot too many; whoever holds the receipt proves it later, offline."""
    notary = holder(tmp_path / "notary", "公证员甲", "gongzheng.example/n1")
    session = prepare(tmp_path, session_with([notary], []))
    with served(session, tmp_path / "data") as server:
        token_file = str(server.ready["token_file"])
        with lying(str(server.ready["control"]), token_file, tmp_path / "data", dropping()) as url:
            watcher = start_watcher(notary, url, token_file)
            try:
                watcher.wait_for_size(1)
                server.ctl("zero")
                server.wait_until(lambda status: status["zeroed"])
                robots = await come(server, tmp_path)
                server.ctl("open", "r01", "--seconds", 120, "--despite-cue")
                dropped = await robots[0].cast("r01", "3")
                await asyncio.gather(*(robot.cast("r01", "1") for robot in robots[1:]))
                server.ctl("close", "r01")
                server.ctl("lock", "r01")
                watcher.wait_until(lambda told: "E421" in {each["code"] for each in told.get("alarms", ())})
                assert not watcher.now["adds_up"]
            finally:
                watcher.kill()
        for robot in robots:
            await robot.hang_up()
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(dropped["receipt"], "utf-8")
    shown = tmp_path / "shown.c1.tar"
    shown.write_bytes(bundle_of_what_was_shown(notary, tmp_path / "data"))
    report = tmp_path / "report.json"
    touchstone("notary", "verify", shown, "--receipt", receipt, "--report", report)
    failures = {each["code"]: each["index"] for each in json.loads(report.read_text("utf-8"))["failures"]}
    assert {"E421", "E511"} <= set(failures)
    assert dropped["index"] == failures["E511"]


def bundle_of_what_was_shown(notary: Holder, data: Path) -> bytes:
    """The evidence that this server would hand out: its lies as the notary's copy holds them, signed with its key."""
    [path] = notary.directory.rglob("sessions/*.sqlite")
    mirror = Mirror.open(path)
    heads = mirror.heads()
    mirror.keep_file("checkpoint", heads[-1].note.encode())
    mirror.keep_file("history", "".join(head.note for head in heads).encode())
    mirror.keep_file("results.json", b"{}\n")
    text = manifest_text(mirror, ["r01"])
    seed = base64.b64decode((data / "log.key").read_text("ascii").strip())
    mirror.keep_file("manifest.note", render(text, [sign_note(text, str(mirror.fact("origin")), seed)]))
    bundle = build_bundle(mirror, ["r01"])
    mirror.close()
    return bundle
