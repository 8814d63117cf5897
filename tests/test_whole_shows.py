"""Whole shows as users play them: session file, cards, server, `ctl`, a simulated audience, evidence, verifier.

The result is compared with a recount by other means (tests/plain_recount.py) of what each simulated phone says it cast.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.plain_recount import PlainBallot, recount
from tests.processes import audience, ballots_in, must, served, summary_of, touchstone

SESSIONS = Path(__file__).resolve().parent / "sessions"
EXAMPLES = Path(__file__).resolve().parent.parent / "audience_server" / "examples"


def cards_for(session: Path, tmp_path: Path, seats_only: bool = True) -> Path:
    """Make the cards of a rehearsal; the links of as many as there are seats."""
    links, present = tmp_path / "links.csv", tmp_path / "present.csv"
    data = tmp_path / "data"
    base = "http://127.0.0.1:8080"
    must("cards", session, "--data", data, "--links", links, "--rehearsal", "--base-url", base)
    rules = tomllib.loads(session.read_text("utf-8"))
    seats = {panel["id"]: panel.get("seats", 0) for panel in rules["panel"]}
    taken: Counter[str] = Counter()
    with links.open(newline="") as source, present.open("w", newline="") as target:
        rows = list(csv.reader(source))
        writer = csv.writer(target)
        writer.writerow(rows[0])
        for row in rows[1:]:
            if taken[row[0]] < seats[row[0]] or not seats_only:
                taken[row[0]] += 1
                writer.writerow(row)
    return present


def plain(rules: dict[str, Any], row: dict[str, Any]) -> PlainBallot:
    """A simulated ballot as the recount wants it, read from the choice by hand."""
    scales = {scale["id"]: scale for scale in rules["scale"]}
    criteria = rules["criterion"]
    number = int(row["window"].partition(".")[0][1:])
    declared = next((each for each in rules.get("round", []) if each["id"] == row["window"].partition(".")[0]), None)
    units = [rules["unit"][number - 1]["id"]] if declared is None else [unit["id"] for unit in rules["unit"]]
    if row["choice"] == "-":
        return PlainBallot(row["panel"], {})
    answers = {}
    for place, item in enumerate(row["choice"].split(";")):
        label, _, value = item.rpartition("=")
        unit = units[int(label.partition(".")[0]) - 1] if "." in label else units[0]
        criterion = criteria[int(label.rpartition(".")[2]) - 1] if label else criteria[place]
        if value != "-":
            answers[unit, criterion["id"]] = scales[criterion["scale"]]["options"][int(value) - 1]["id"]
    return PlainBallot(row["panel"], answers)


def channel_scores(names: list[str]) -> dict[str, dict[str, str]]:
    found = {}
    for name in names:
        with (EXAMPLES / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            found[name] = {row["unit"]: row["score"] for row in csv.DictReader(file)}
    return found


def verified(tmp_path: Path) -> dict[str, Any]:
    """Export the evidence and verify it in a process of its own."""
    written = json.loads(must("export", "--data", tmp_path / "data", "--out", tmp_path / "out"))["written"]
    report = tmp_path / "report.json"
    done = touchstone("notary", "verify", written, "--report", report)
    assert done.returncode == 2, done.stdout
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    assert [] == found["failures"]
    return found


def check_results(session: Path, rows: list[dict[str, Any]], names: list[str], found: Any) -> None:
    """Scores equal the plain recount of what the phones say they cast."""
    text = session.read_text("utf-8")
    rules = tomllib.loads(text)
    wanted = recount(text, [plain(rules, row) for row in rows], channel_scores(names))
    assert wanted == {unit["unit"]: unit["score"] for unit in found["units"]}
    assert all(score is not None for score in wanted.values())


def check_counts(rows: list[dict[str, Any]], rounds: list[dict[str, Any]]) -> None:
    """Every phone's ballot is in; the counts of a one-criterion rundown equal a plain count of what the phones say."""
    for window in rounds:
        for panel, identity in window["by"].items():
            cast = [row for row in rows if (row["window"], row["panel"]) == (window["window"], panel)]
            assert len(cast) == identity["returned"] == identity["issued"]
            chosen = Counter(row["choice"] for row in cast if row["choice"] != "-")
            options = ["yes", "fair", "no", "dk"]
            counted = {option: chosen[str(place)] for place, option in enumerate(options, 1)}
            assert counted == identity["counts"]["overall"]


@pytest.mark.slow
def test_investors_44_on_one_sheet_equals_a_recount_by_other_means(tmp_path: Path) -> None:
    """44 voters, 12 units × 5 criteria on one sheet; re-votes and lost lines included."""
    session = SESSIONS / "investors-44.toml"
    present = cards_for(session, tmp_path)
    ballots = tmp_path / "ballots.jsonl"
    with served(session, tmp_path / "data") as server:
        words = ["--links", present, "--ballots", ballots, "--batch-min", 4, "--reconnects", 0.1, "--revote", 0.4]
        with audience(server, *words) as process:
            server.wait_until(lambda status: sum(status["connected"].values()) == 44)
            server.ctl("zero")
            server.ctl("open", "r01", "--seconds", 12)
            server.wait_until(lambda status: status["rounds"][0]["state"] == "closed")
            locked = server.ctl("lock", "r01")
            results = server.ctl("results")
            server.ctl("seal")
            summary = summary_of(process)
    assert summary["recorded"] >= 44
    assert 44 == locked["by"]["investors"]["returned"]
    report = verified(tmp_path)
    check_results(session, ballots_in(ballots), [], results)
    assert results == report["results"]
    assert {"W106", "W108"} <= {warning["code"] for warning in report["warnings"]}
    bottom = [unit["unit"] for unit in results["units"] if unit["bottom"]]
    assert 1 <= len(bottom)


def test_a_live_session_takes_no_simulated_audience(tmp_path: Path) -> None:
    """Unless somebody says that they mean it."""
    session = SESSIONS / "investors-44.toml"
    data, links = tmp_path / "data", tmp_path / "links.csv"
    must("cards", session, "--data", data, "--links", links, "--base-url", "http://127.0.0.1:8080")
    with served(session, data, rehearsal=False) as server:
        done = touchstone("audience", "--url", server.ready["url"], "--links", links)
        assert (1, "") == (done.returncode, done.stdout)
        assert done.stderr
