"""A lost card voided by its number: sealed line by line, opened one at a time, written down, and void in the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from audience_server.notary.cards import LOG, open_serial
from audience_server.notary.keys import KeysRefused
from audience_server.notary.mirror import Mirror
from audience_server.notary.orders import BadOrder, obey
from audience_server.reports.card_serials import boxes_of, serials_file
from tests.notary.hall import hall, keys_named, session_naming
from tests.notary_rig import Holder, holder, keys_of, session_with, watching
from tests.processes import must, served, touchstone
from tests.show_rig import Show

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def notary(tmp_path: Path) -> Holder:
    return holder(tmp_path / "notary", "公证员甲", "gongzheng.example/n1")


def cards(tmp_path: Path, notary: Holder) -> Path:
    """The session, its cards and the sealed list."""
    session = tmp_path / "session.toml"
    session.write_text(session_with([notary], []), "utf-8")
    files = ["--links", tmp_path / "links.csv", "--serials", tmp_path / "cards.serials"]
    must("cards", session, "--data", tmp_path / "data", *files, "--rehearsal", "--base-url", "http://a:1")
    return session


def test_one_line_is_opened_and_written_down(tmp_path: Path, notary: Holder) -> None:
    cards(tmp_path, notary)
    log = tmp_path / LOG
    body = open_serial(tmp_path / "cards.serials", 3, keys_of(notary), "卡遗失", log, NOW)
    assert body["serial"] == 3
    assert "r00" in body["keys"]
    assert log.read_text("utf-8") == "2026-11-23T12:00:00+00:00\t3\t卡遗失\n"


def test_the_list_holds_no_code_and_no_key_in_the_clear(tmp_path: Path, notary: Holder) -> None:
    cards(tmp_path, notary)
    listed = (tmp_path / "cards.serials").read_text("utf-8")
    body = open_serial(tmp_path / "cards.serials", 3, keys_of(notary), "x", tmp_path / LOG, NOW)
    assert not any(key in listed for key in body["keys"].values())
    for row in (tmp_path / "links.csv").read_text("utf-8").splitlines()[1:]:
        assert row.rpartition("#c1.")[2].partition(".")[0] not in listed


def test_lines_that_were_exchanged_are_noticed(tmp_path: Path, notary: Holder) -> None:
    """Somebody who would like another card voided."""
    cards(tmp_path, notary)
    path = tmp_path / "cards.serials"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    lines[3]["sealed"], lines[4]["sealed"] = lines[4]["sealed"], lines[3]["sealed"]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    with pytest.raises(KeysRefused, match="card_other"):
        open_serial(path, 3, keys_of(notary), "x", tmp_path / LOG, NOW)
    assert (tmp_path / LOG).read_text("utf-8").count("\n") == 1


@pytest.mark.parametrize(("serial", "reason"), [(99, "x"), (3, ""), (3, "a\nb")])
def test_what_is_not_right_is_refused(tmp_path: Path, notary: Holder, serial: int, reason: str) -> None:
    cards(tmp_path, notary)
    with pytest.raises(KeysRefused):
        open_serial(tmp_path / "cards.serials", serial, keys_of(notary), reason, tmp_path / LOG, NOW)


def test_a_session_without_the_notarys_box_has_no_list(tmp_path: Path, notary: Holder) -> None:
    session = tmp_path / "s.toml"
    session.write_text(
        session_with([], [holder(tmp_path / "o", "局", "a.example/o", "observer")], quorum=(0, 1)), "utf-8"
    )
    files = ["--links", tmp_path / "l.csv", "--serials", tmp_path / "x"]
    done = touchstone("cards", session, "--data", tmp_path / "d", *files, "--rehearsal", "--base-url", "http://a:1")
    assert (done.returncode, "box" in done.stderr) == (2, True)
    assert not (tmp_path / "l.csv").exists()


def test_the_card_is_void_once_the_notary_has_signed(tmp_path: Path, notary: Holder) -> None:
    """From the number on the stub to the statement in the record, by the commands."""
    session = cards(tmp_path, notary)
    words = ["--keys", notary.directory, "--passphrase-file", notary.directory / "passphrase"]
    request = tmp_path / "request.json"
    must("notary", "card", tmp_path / "cards.serials", "--serial", 2, "--reason", "遗失", "--out", request, *words)
    with served(session, tmp_path / "data") as server, watching(notary, server) as watcher:
        watcher.wait_for_size(1)
        server.ctl("zero")
        server.wait_until(lambda status: status["zeroed"])
        assert server.ctl("void-card", "--request", request, "--reason", "遗失")["pending"] == ["notary"]
        watcher.wait_until(lambda told: told.get("void_cards") == 1)
        assert watcher.now["adds_up"]
        assert server.ctl_refused("void-card", "--request", request, "--reason", "再次") == "card_void"


def test_a_request_is_for_its_owner_only(tmp_path: Path, notary: Holder) -> None:
    """0600, also where another file lay; and it is not made while the session is watched."""
    cards(tmp_path, notary)
    words = ["--keys", notary.directory, "--passphrase-file", notary.directory / "passphrase"]
    request = tmp_path / "request.json"
    request.write_text("old")
    order = ["notary", "card", tmp_path / "cards.serials", "--serial", 2, "--reason", "遗失", "--out", request, *words]
    must(*order)
    assert request.stat().st_mode & 0o777 == 0o600
    mirror = Mirror.open(notary.directory / "sessions" / "watched.sqlite")
    done = touchstone(*order)
    mirror.close()
    assert (done.returncode, "F6" in done.stderr) == (2, True)


async def test_a_lost_card_is_voided_by_its_number_and_nothing_links_its_ballots(tmp_path: Path) -> None:
    """With the keys that the program has open already; the keys of rounds that are over stay here."""
    keys = keys_named("公证员甲", "gongzheng.example/n1")
    async with hall(tmp_path, session_naming([keys], 1)) as held:
        program = await held.begun(keys)
        await held.show.hold("r01", await held.show.phones(4), ["1", "1", "2", "3"])
        await held.cosigned(program)
        listed = tmp_path / "cards.serials"
        listed.write_bytes(serials_file(held.show.issue, held.show.rundown, boxes_of(held.show.rundown)))
        sent: list[Mapping[str, Any]] = []
        send = program.witness.send

        def overheard(message: Mapping[str, Any]) -> None:
            sent.append(message)
            send(message)

        program.witness.send = overheard
        program.witness.serials = listed
        obey(program.witness, "void-card 2 遗失")
        follower = program.witness.follower
        assert follower is not None
        await held.until(lambda: len(follower.case.voided.get("r00", ())) == 1)
        (proposal,) = [each for each in sent if each["type"] == "propose"]
        assert {"r00", "r02"} < set(proposal["arguments"]["keys"])
        assert "r01" not in proposal["arguments"]["keys"]
        assert "2\t遗失" in (program.witness.directory / LOG).read_text("utf-8")
        assert program.alarms() == set()


async def test_a_list_of_another_session_voids_nothing(tmp_path: Path) -> None:
    keys = keys_named("公证员甲", "gongzheng.example/n1")
    async with hall(tmp_path, session_naming([keys], 1)) as held:
        program = held.sit_down(keys)
        await held.agree(program, "session")
        other = Show(session_naming([keys], 1).replace("small-1", "small-2"))
        listed = tmp_path / "cards.serials"
        listed.write_bytes(serials_file(other.issue, other.rundown, boxes_of(other.rundown)))
        program.witness.serials = listed
        with pytest.raises(BadOrder, match="small-2"):
            obey(program.witness, "void-card 2 遗失")
