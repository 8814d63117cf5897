"""City-30 with a notary and an observer in processes of their own: from `notary init` to forms and archive."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.notary_rig import PASSPHRASE, Holder, Watcher, session_with, watching
from tests.processes import Served, audience, ballots_in, must, served, summary_of, touchstone
from tests.test_notary_show import mirror_bundle, public_beside
from tests.test_whole_shows import EXAMPLES, SESSIONS, cards_for, check_counts, check_results

CHANNELS = ["sms", "web", "media"]
ROUNDS = [f"r{number:02d}" for number in range(1, 31)]


def initialised(folder: Path, name: str, key_name: str, role: str) -> Holder:
    """Keys made by the command, as a notary makes them."""
    folder.mkdir()
    (folder / "passphrase").write_text(PASSPHRASE + "\n")
    words = ["--name", name, "--key-name", key_name, "--role", role, "--passphrase-file", folder / "passphrase"]
    must("notary", "init", folder, *words)
    assert (folder / "key-sheet.pdf").exists()
    return Holder(folder, json.loads((folder / "notary.keys").read_text("utf-8")))


def round_of(server: Served, round_id: str) -> dict[str, Any]:
    return next(each for each in server.ctl("status")["rounds"] if each["round"] == round_id)


def play(server: Served, notary: Watcher, round_id: str) -> None:
    """Open, wait for the ballots, lock; the numbers are shown once the notary has counted and agreed."""
    server.ctl("open", round_id, "--seconds", 4, "--despite-cue")

    def is_closed(status: dict[str, Any]) -> bool:
        found = next(each for each in status["rounds"] if each["round"] == round_id)
        back = all(panel["returned"] == panel["issued"] for panel in found["by"].values())
        return found["state"] == "closed" or back

    server.wait_until(is_closed)
    server.ctl("lock", round_id)
    assert server.ctl("reveal", round_id)["pending"] == ["notary"]
    server.wait_until(lambda status: status["revealed"] == round_id)
    notary.wait_until(lambda told: any(w["window"] == round_id and w["agrees"] for w in told.get("windows", ())))


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_city_30_from_init_to_countersigned_evidence_and_printed_forms(tmp_path: Path) -> None:
    """30 rounds, 180 cards, 200 open phones, three imported channels, equal to a recount by other means.

    Three computers hold the same bytes; both sides signed; the forms say what the verifier says.
    """
    notary = initialised(tmp_path / "notary", "公证员甲", "gongzheng.example/jia", "notary")
    observer = initialised(tmp_path / "observer", "市统计局", "tongji.example/ju", "observer")
    text = (SESSIONS / "city-30.toml").read_text("utf-8")
    text = text.replace("[session]\n", '[session]\nconfirm = { lock = ["operator"], reveal = ["notary"] }\n', 1)
    session = tmp_path / "city-30.toml"
    session.write_text(session_with([notary], [observer], text, quorum=(1, 1)), "utf-8")
    present = cards_for(session, tmp_path)
    with (
        served(session, tmp_path / "data") as server,
        watching(notary, server) as first,
        watching(observer, server, agree="") as second,
    ):
        first.wait_for_size(1)
        for name in CHANNELS:
            server.ctl("channel", name, EXAMPLES / f"{name}.csv")
        said = [tmp_path / "cards.jsonl", tmp_path / "open.jsonl"]
        with (
            audience(server, "--links", present, "--ballots", said[0], "--seed", 7, "--reconnects", 0.02) as cards,
            audience(server, "--open", 200, "--ballots", said[1], "--seed", 8) as opened,
        ):
            server.wait_until(lambda status: sum(status["connected"].values()) == 380)
            assert server.ctl("zero")["pending"] == ["notary"]
            server.wait_until(lambda status: status["zeroed"])
            for round_id in ROUNDS:
                play(server, first, round_id)
            results = server.ctl("results")
            assert server.ctl("seal")["complete"]
            summaries = [summary_of(cards), summary_of(opened)]
        mine = mirror_bundle(first, tmp_path / "mine.c1.tar")
        theirs = mirror_bundle(second, tmp_path / "theirs.c1.tar")
        assert first.alarm_codes() == second.alarm_codes() == set()
    assert [180 * 30, 200 * 30] == [summary["recorded"] for summary in summaries]
    assert [{}, {}] == [summary["refused"] for summary in summaries]
    told = json.loads(must("export", "--data", tmp_path / "data", "--out", tmp_path / "out"))
    written, public = Path(told["written"]), Path(told["public"]).read_bytes()
    assert written.read_bytes() == mine == theirs
    assert public == public_beside(tmp_path / "mine.c1.tar") == public_beside(tmp_path / "theirs.c1.tar")
    rows = ballots_in(said[0]) + ballots_in(said[1])
    check_results(session, rows, CHANNELS, results)
    check_counts(rows, check_evidence(tmp_path, written, notary, results)["rounds"])


def check_evidence(tmp_path: Path, bundle: Path, notary: Holder, results: dict[str, Any]) -> dict[str, Any]:
    """Verified with the anchor; forms and archive from the same report."""
    report_file = tmp_path / "report.json"
    done = touchstone("notary", "verify", bundle, "--anchor", notary.anchor, "--report", report_file)
    report: dict[str, Any] = json.loads(report_file.read_text("utf-8"))
    assert (done.returncode, report["failures"]) == (2, [])
    # on a busy machine a phone that lost its line may vote alone (W464): honestly reported, and no fault
    assert {"W108", "W109"} == {each["code"] for each in report["warnings"]} - {"W464"}
    assert report["results"] == results
    forms = tmp_path / "forms"
    anchor = f"--anchor={notary.anchor}"
    assert json.loads(must("notary", "forms", bundle, "--out", forms, anchor))["verdict"] == "warn"
    counted = subprocess.run(
        ["pdftotext", "-layout", forms / "count-sheet.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    for window in report["rounds"]:
        assert window["fingerprint"] in counted
    must("notary", "archive", tmp_path / "kept", "--bundle", bundle, anchor)
    assert (tmp_path / "kept" / "SHA256SUMS").exists()
    assert [f"{bundle.name.removesuffix('.c1.tar')}.public.c1.tar"] == [
        path.name for path in (tmp_path / "kept" / "public").iterdir()
    ]
    return report
