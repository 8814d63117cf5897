"""What a notary orders: a lost card by its number without linking it, and what the screen says of it."""

from __future__ import annotations

import io
import json
import secrets
from pathlib import Path
from typing import Any

import pytest

from audience_server.domain.rundown_file import read_rundown
from audience_server.locale.catalogue import catalogue
from audience_server.notary import verify as v
from audience_server.notary.audit import written
from audience_server.notary.cards import LOG
from audience_server.notary.keys import NotaryKeys
from audience_server.notary.orders import ORDERS, SPELLINGS, BadOrder, obey
from audience_server.notary.picture import picture
from audience_server.notary.plain import Plain
from audience_server.reports.card_issue import issue_cards
from audience_server.reports.card_serials import boxes_of, serials_file
from console.notary import lines
from tests.notary.bundle_maker import Show
from tests.notary.defects.audit import AUDITED, EXPECTED, audited
from tests.notary.live_rig import RigKeys, Teller
from tests.notary_rig import Holder, holder, keys_of, session_with


@pytest.fixture(scope="module")
def bundle() -> bytes:
    return Show(witnessed=True).play().bundle()


def at(bundle: bytes, tmp_path: Path, size: int = 10**9) -> Teller:
    tmp_path.mkdir(exist_ok=True)
    teller = Teller(bundle, tmp_path)
    teller.greet()
    teller.tell_entries(size)
    return teller


async def test_plain_says_its_orders_before_anything_and_whenever_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to make a mistake to learn them."""
    monkeypatch.setattr("sys.stdin", io.StringIO("帮助\nhelp\nconsent\nhow\nquit\n"))
    said: list[dict[str, Any]] = []
    plain = Plain(RigKeys(), tmp_path, "ws://127.0.0.1:9/witness", "token", lambda: 0, (), said.append)
    assert 0 == await plain.run()
    assert {"orders": list(SPELLINGS)} == said[0]
    assert 3 == said.count(said[0])
    refused = [each["refused"] for each in said if "refused" in each]
    assert 2 == len(refused)
    assert all(spelling in refused[1] for spelling in SPELLINGS)
    assert {spelling.split()[0] for spelling in SPELLINGS} == {*ORDERS, "help", "quit"}


def test_a_void_card_is_told_without_the_keys_of_rounds_that_are_over(bundle: bytes, tmp_path: Path) -> None:
    """The server must not learn which ballots were this card's."""
    teller = at(bundle, tmp_path)
    keys = {name: v.b64(secrets.token_bytes(32)) for name in ("r00", "t01", "r01", "r02", "r03", "r900")}
    request = tmp_path / "request.json"
    request.write_text(json.dumps({"serial": 3, "keys": keys}), "utf-8")
    obey(teller.witness, f"void-card {request} 遗失")
    assert {"r00", "r900"} == set(teller.said[-1]["arguments"]["keys"])


def sealed_list(folder: Path, notaries: list[Holder]) -> Path:
    rundown = read_rundown(session_with(notaries, []).encode(), "s.toml")
    path = folder / "cards.serials"
    path.write_bytes(
        serials_file(issue_cards(rundown, "maker.example/show-1", secrets.token_bytes), rundown, boxes_of(rundown))
    )
    return path


@pytest.mark.parametrize("number", [0, 1])
def test_either_notary_voids_a_card_by_its_number(bundle: bytes, tmp_path: Path, number: int) -> None:
    """The line is opened with the keys at hand, and that it was is written down."""
    notaries = [holder(tmp_path / name, f"公证员{name}", f"gongzheng.example/{name}") for name in ("n1", "n2")]
    teller = at(bundle, tmp_path / "copy")
    keys = keys_of(notaries[number])
    assert isinstance(keys, NotaryKeys)
    teller.witness.keys = keys
    with pytest.raises(BadOrder, match="serials_missing"):
        obey(teller.witness, "void-card 3 遗失")
    teller.witness.serials = sealed_list(tmp_path, notaries)
    assert "void-card 3" == obey(teller.witness, "void-card 3 遗失")
    assert 3 == teller.said[-1]["arguments"]["serial"]
    assert "\t3\t遗失\n" in (tmp_path / "copy" / LOG).read_text("utf-8")
    with pytest.raises(BadOrder, match="card_unlisted: serial=99"):
        obey(teller.witness, "void-card 99 遗失")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"about": "demand", "done": True, "text": "recorded"}, "✓ 代表出示的票:已办"),
        ({"about": "void-round", "done": False, "text": "还没有截止"}, "✗ 本项测评作废:没有办成。还没有截止"),
        ({"about": "\x1b[31m", "done": False, "text": "\x1b]0;x"}, "没有办成"),
    ],
)
def test_the_screen_says_what_became_of_an_order(said: dict[str, object], shown: str) -> None:
    told = lines.answer(said, catalogue("zh-Hans", "notary"))
    assert shown in told
    assert "\x1b" not in told


def test_told_testers_are_in_no_turnout_and_are_no_void_cards(tmp_path: Path) -> None:
    """Between the opened file and the lock, 收回 is never more than 发出."""
    evidence = audited()()
    tmp_path.joinpath("copy").mkdir()
    entries = Teller(evidence, tmp_path).entries
    told = next(n for n, entry in enumerate(entries) if entry.startswith(b"c1/audit-open"))
    teller = at(evidence, tmp_path / "copy", told + 1)
    now = picture(teller.witness, "following")
    [window] = [each for each in now["windows"] if each["window"] == "r01"]
    assert {"issued": 5, "returned": 5} == window["by"]["deputies"]
    assert 0 == now["void_cards"]


def test_a_sealed_file_of_other_cards_is_refused_before_its_round(tmp_path: Path) -> None:
    """Those of the rehearsal, say: fixed all the same, it could never be told, and the round never be locked."""
    teller = at(audited()(), tmp_path / "copy", 1)
    fitting, foreign = tmp_path / "r01.json", tmp_path / "rehearsed.json"
    body = Show(rules=AUDITED).sealed("r01", EXPECTED)
    fitting.write_bytes(written(body))
    keys = {name: v.b64(secrets.token_bytes(32)) for name in ("check_in", "key")}
    foreign.write_bytes(written(body | {"cards": [row | keys for row in body["cards"]]}))
    with pytest.raises(BadOrder, match="audit_foreign_cards"):
        obey(teller.witness, f"audit {foreign}")
    assert "audit" == obey(teller.witness, f"audit {fitting}")
