"""`touchstone run` without a terminal: server, simulated audience, a show by `ctl`, evidence with two warnings only."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from audience_server.domain.rundown_file import read_rundown
from audience_server.reports.card_issue import issue_cards
from console.commands.run import _share
from tests.processes import ROOT, TOUCHSTONE, Served, must, touchstone
from tests.test_whole_shows import verified

CODE = re.compile(rb"#c1\.[2-9A-HJ-NP-Z]{20}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
def test_the_example_show_runs_with_one_command_and_verifies(tmp_path: Path) -> None:
    """Codes never leave memory, so nothing but W106 and W108 is left to say."""
    data = tmp_path / "data"
    command = [*TOUCHSTONE, "run", "--data", str(data), "--audience", "180", "--port", str(free_port())]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        show = Served(Path("-"), data, True, json.loads(process.stdout.readline()))
        show.wait_until(lambda status: sum(status["connected"].values()) == 180)
        show.ctl("zero")
        show.ctl("open", "r01", "--seconds", 20)
        show.wait_until(lambda status: status["rounds"][0]["by"]["citizens"]["returned"] >= 20)
        show.ctl("close", "r01", "--reason", "演示")
        show.ctl("lock", "r01")
        show.ctl("seal")
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=40)
    report = verified(tmp_path)
    assert {"W106", "W108"} == {warning["code"] for warning in report["warnings"]}
    for file in data.rglob("*"):
        if file.is_file():
            assert CODE.search(file.read_bytes()) is None, file


def test_a_live_run_needs_its_cards_and_takes_no_simulated_voters(tmp_path: Path) -> None:
    """It says what to do instead."""
    for words, said in ((["--live"], "touchstone cards"), (["--live", "--audience", 5], "--live")):
        done = touchstone("run", "--data", tmp_path / "data", *words)
        assert 1 == done.returncode
        assert said in done.stderr


def test_serving_says_what_is_missing(tmp_path: Path) -> None:
    """No cards; another kind; a changed session file; a second server; a taken port."""
    session = ROOT / "tests" / "sessions" / "investors-44.toml"
    data = tmp_path / "data"
    serve: list[Any] = ["serve", session, "--data", data, "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]
    refused = touchstone(*serve)
    assert (1, True) == (refused.returncode, "touchstone cards" in refused.stderr)
    data = tmp_path / "other"
    serve[3] = data
    must("cards", session, "--data", data, "--links", tmp_path / "links.csv", "--base-url", "http://127.0.0.1:1")
    assert "--rehearsal" in touchstone(*serve, "--rehearsal").stderr
    server = Served(session, data, rehearsal=False)
    server.start()
    try:
        assert "another server" in touchstone(*serve).stderr
        third = tmp_path / "third"
        must("cards", session, "--data", third, "--links", tmp_path / "l3.csv", "--base-url", "http://127.0.0.1:1")
        taken = server.ready["url"].removeprefix("http://")
        port = touchstone("serve", session, "--data", third, "--listen", taken, "--control", "127.0.0.1:0")
        assert (1, True) == (port.returncode, "--listen" in port.stderr)
    finally:
        server.end()
    changed = tmp_path / "changed.toml"
    changed.write_text(session.read_text("utf-8").replace("places = 2", "places = 1"), "utf-8")
    serve[1] = changed
    assert "changed" in touchstone(*serve).stderr


def test_ones_own_phone_gets_a_card_only_where_a_seat_is_free() -> None:
    """In a full panel one more check-in would be refused, so the session's own join code is shown instead."""
    rundown = read_rundown((ROOT / "tests" / "sessions" / "city-30.toml").read_bytes(), "city-30.toml")
    issue = issue_cards(rundown, "rig.example/run", secrets.token_bytes)
    voters, own = _share(rundown, issue, 180)
    assert (180, None) == (len(voters), own)
    voters, own = _share(rundown, issue, 170)
    assert own is not None
    assert own not in voters
    assert sum(card.panel == own.panel for card in voters) < rundown.panel(own.panel).seats
