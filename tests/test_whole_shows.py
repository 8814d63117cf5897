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
from tests.processes import Served, audience, ballots_in, must, served, summary_of, touchstone

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


def check_results(session: Path, tmp_path: Path, rows: list[dict[str, Any]], names: list[str], found: Any) -> None:
    """Scores equal the plain recount; counts equal a plain count of what the phones say."""
    text = session.read_text("utf-8")
    rules = tomllib.loads(text)
    wanted = recount(text, [plain(rules, row) for row in rows], channel_scores(names))
    assert wanted == {unit["unit"]: unit["score"] for unit in found["units"]}
    assert all(score is not None for score in wanted.values())


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_city_30_played_whole_equals_a_recount_by_other_means(tmp_path: Path) -> None:
    """30 rounds, 180 cards, 200 open phones, three imported channels."""
    session = SESSIONS / "city-30.toml"
    present = cards_for(session, tmp_path)
    with served(session, tmp_path / "data") as server:
        names = ["sms", "web", "media"]
        for name in names:
            server.ctl("channel", name, EXAMPLES / f"{name}.csv")
        ballots = [tmp_path / "cards.jsonl", tmp_path / "open.jsonl"]
        with (
            audience(server, "--links", present, "--ballots", ballots[0], "--seed", 7, "--reconnects", 0.02) as cards,
            audience(server, "--open", 200, "--ballots", ballots[1], "--seed", 8) as opened,
        ):
            server.wait_until(lambda status: sum(status["connected"].values()) == 380)
            server.ctl("zero")
            for number in range(1, 31):
                play(server, f"r{number:02d}", seconds=4)
            results = server.ctl("results")
            sealed = server.ctl("seal")
            summaries = [summary_of(cards), summary_of(opened)]
    assert sealed["complete"]
    assert [180 * 30, 200 * 30] == [summary["recorded"] for summary in summaries]
    assert [{}, {}] == [summary["refused"] for summary in summaries]
    report = verified(tmp_path)
    rows = ballots_in(ballots[0]) + ballots_in(ballots[1])
    check_results(session, tmp_path, rows, names, results)
    assert results == report["results"]
    # on a busy machine a phone that lost its line may vote alone: honestly reported, and no fault
    assert {"W106", "W108", "W109"} == {warning["code"] for warning in report["warnings"]} - {"W464"}
    for window in report["rounds"]:
        for panel, identity in window["by"].items():
            cast = [row for row in rows if (row["window"], row["panel"]) == (window["window"], panel)]
            assert len(cast) == identity["returned"] == identity["issued"]
            chosen = Counter(row["choice"] for row in cast if row["choice"] != "-")
            options = ["yes", "fair", "no", "dk"]
            counted = {option: chosen[str(place)] for place, option in enumerate(options, 1)}
            assert counted == identity["counts"]["overall"]


def play(server: Served, round_id: str, seconds: int) -> dict[str, Any]:
    """Open a round, wait until everybody's ballot is back, lock it."""
    server.ctl("open", round_id, "--seconds", seconds)

    def all_back(status: dict[str, Any]) -> bool:
        (round_,) = [each for each in status["rounds"] if each["round"] == round_id]
        return round_["state"] == "closed" or all(
            panel["returned"] == panel["issued"] for panel in round_["by"].values()
        )

    server.wait_until(all_back)
    return server.ctl("lock", round_id)


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
    check_results(session, tmp_path, ballots_in(ballots), [], results)
    assert results == report["results"]
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
