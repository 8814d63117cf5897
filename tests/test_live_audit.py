"""Audit cards in a running session: fixed before, voted like any other, opened after the close, not in the count."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

import pytest

from audience_server.record.canonical import encode
from audience_server.record.ed25519 import public_key
from tests.show_rig import SMALL_SESSION, RigPhone, Show, check_show

TESTED = SMALL_SESSION.replace("spare = 1", "spare = 2\naudit = 2")


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def card_row(phone: RigPhone, round_id: str, choice: str) -> dict[str, Any]:
    check_in, key = (public_key(phone.seed(name)) for name in ("r00", round_id))
    return {"check_in": b64(check_in), "choice": choice, "key": b64(key)}


def sealed_file(window: str, *rows: dict[str, Any]) -> bytes:
    body = {"cards": list(rows), "salt": b64(secrets.token_bytes(32)), "window": window}
    return encode(body) + b"\n"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def tested_show() -> tuple[Show, list[RigPhone]]:
    """Six invited and two testers (the last two) are in; zero is confirmed."""
    show = await Show(TESTED).start()
    phones = await show.phones(8)
    await show.do("zero")
    return show, phones


async def vote(show: Show, phones: list[RigPhone], window: str, choices: list[str]) -> None:
    opened = await show.do("open", round=window.partition(".")[0])
    assert window == opened["window"]
    await show.cast_all(phones, window, choices)
    await show.clock.advance(opened["seconds"] + 10)


async def test_testers_come_on_top_of_those_invited_and_are_in_no_number_of_the_count() -> None:
    show, phones = await tested_show()
    sealed = sealed_file("r01", card_row(phones[6], "r01", "3"), card_row(phones[7], "r01", "1"))
    await show.do("audit", window="r01", digest=digest(sealed))
    await vote(show, phones, "r01", ["1", "1", "1", "2", "2", "4", "3", "1"])
    await show.do("audit-open", data=sealed)
    locked = (await show.do("lock", round="r01"))["by"]["deputies"]
    assert {"yes": 3, "fair": 2, "no": 0, "dk": 1} == locked["counts"]["overall"]
    numbers = {name: locked[name] for name in ("expected", "present", "issued", "returned", "valid", "not_cast")}
    assert {"expected": 6, "present": 6, "issued": 6, "returned": 6, "valid": 6, "not_cast": 0} == numbers
    rounds = (await sealed_report(show))["rounds"]
    assert {"cards": 2, "returned": 2, "agreed": 2} == {
        k: rounds[0]["audit"][k] for k in ("cards", "returned", "agreed")
    }


async def sealed_report(show: Show) -> dict[str, Any]:
    await show.do("not-held", round="r02", reason="时间不够")
    await show.do("seal")
    return await check_show(show)


async def test_a_ballot_that_is_not_what_the_tester_was_to_vote_is_found_by_the_verifier() -> None:
    from audience_server.notary.verify import verify

    show, phones = await tested_show()
    sealed = sealed_file("r01", card_row(phones[6], "r01", "1"))
    await show.do("audit", window="r01", digest=digest(sealed))
    await vote(show, phones[:7], "r01", ["1", "1", "1", "1", "1", "1", "3"])
    await show.do("audit-open", data=sealed)
    await show.do("lock", round="r01")
    await show.do("not-held", round="r02", reason="时间不够")
    await show.do("seal")
    _, bundle = await show.session.evidence()
    assert ["E424"] == [row["code"] for row in verify(bundle).as_json()["failures"]]


async def test_a_round_with_an_audit_is_not_counted_before_its_file_is_opened() -> None:
    show, phones = await tested_show()
    sealed = sealed_file("r01", card_row(phones[6], "r01", "3"))
    await show.do("audit", window="r01", digest=digest(sealed))
    await vote(show, phones[:7], "r01", ["1"] * 6 + ["3"])
    assert "audit_not_opened" == await show.refused("lock", round="r01")
    await show.restart()
    assert "audit_not_opened" == await show.refused("lock", round="r01")
    await show.do("audit-open", data=sealed)
    await show.restart()
    assert 6 == (await show.do("lock", round="r01"))["by"]["deputies"]["valid"]


async def test_another_file_than_the_one_that_was_fixed_is_refused() -> None:
    show, phones = await tested_show()
    sealed = sealed_file("r01", card_row(phones[6], "r01", "3"))
    await show.do("audit", window="r01", digest=digest(sealed))
    await vote(show, phones[:7], "r01", ["1"] * 7)
    changed = sealed_file("r01", card_row(phones[6], "r01", "1"))
    assert "audit_differs" == await show.refused("audit-open", data=changed)
    assert "bad_file" == await show.refused("audit-open", data=b"%PDF-1.7\n")
    assert "bad_file" == await show.refused("audit-open", data=encode({"cards": [1], "salt": "", "window": "r01"}))
    await show.do("audit-open", data=sealed)
    assert "already_locked" == await show.refused("audit-open", data=sealed)


async def test_what_audit_cards_vote_is_fixed_before_the_open_and_once() -> None:
    show, phones = await tested_show()
    sealed = sealed_file("r01", card_row(phones[6], "r01", "3"))
    assert "bad_argument" == await show.refused("audit", window="r01.2", digest=digest(sealed))
    assert "bad_argument" == await show.refused("audit", window="r01", digest="00")
    assert "unknown_round" == await show.refused("audit", window="r77", digest=digest(sealed))
    await show.do("audit", window="r01", digest=digest(sealed))
    assert "audit_fixed" == await show.refused("audit", window="r01", digest=digest(sealed))
    await show.do("open", round="r02")
    assert "already_held" == await show.refused("audit", window="r02", digest=digest(sealed))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rows: rows[0] | {"key": rows[1]["key"]}, "not_on_roll"),
        (lambda rows: rows[0] | {"check_in": b64(bytes(32))}, "not_on_roll"),
        (lambda rows: rows[0] | {"choice": "9"}, "bad_choice"),
        (lambda rows: rows[0] | {"extra": "1"}, "bad_file"),
    ],
)
async def test_a_sealed_file_that_names_no_card_of_the_round_is_refused(change: Any, code: str) -> None:
    """`key` of another panel's roll is not at hand here; one of another round is as foreign."""
    show, phones = await tested_show()
    rows = [card_row(phones[6], "r01", "3"), card_row(phones[7], "r02", "3")]
    sealed = sealed_file("r01", change(rows))
    await show.do("audit", window="r01", digest=digest(sealed))
    await vote(show, phones[:6], "r01", ["1"] * 6)
    assert code == await show.refused("audit-open", data=sealed)


async def test_an_opened_card_is_spent_and_leaves_the_hall() -> None:
    show, phones = await tested_show()
    sealed = sealed_file("r01", card_row(phones[6], "r01", "3"), card_row(phones[7], "r01", "1"))
    await show.do("audit", window="r01", digest=digest(sealed))
    await vote(show, phones, "r01", ["1"] * 6 + ["3", "1"])
    await show.do("audit-open", data=sealed)
    await show.do("lock", round="r01")
    assert {"deputies": 6} == show.session.state.present_count
    opened = await show.do("open", round="r02")
    entry, nonce = phones[6].ballot("r02", "1")
    outcome = await show.session.cast(phones[6].seat, entry, nonce, "1")
    assert "not_present" == getattr(outcome, "code", outcome)
    await show.cast_all(phones[:6], "r02", ["1"] * 6)
    await show.clock.advance(opened["seconds"] + 10)
    assert 6 == (await show.do("lock", round="r02"))["by"]["deputies"]["issued"]
    await show.do("seal")
    await check_show(show)


async def test_a_round_held_again_after_a_flip_needs_fresh_cards_and_leaves_no_failure() -> None:
    show, phones = await tested_show()
    flipped = sealed_file("r01", card_row(phones[6], "r01", "1"))
    await show.do("audit", window="r01", digest=digest(flipped))
    await vote(show, phones[:7], "r01", ["1"] * 6 + ["3"])
    await show.do("audit-open", data=flipped)
    await show.do("lock", round="r01")
    await show.do("void-round", round="r01", reason="抽验卡不符")
    again = sealed_file("r01.2", card_row(phones[7], "r01", "2"))
    await show.do("audit", window="r01.2", digest=digest(again))
    await vote(show, [*phones[:6], phones[7]], "r01.2", ["1"] * 6 + ["2"])
    await show.do("audit-open", data=again)
    assert 6 == (await show.do("lock", round="r01"))["by"]["deputies"]["valid"]
    report = await sealed_report(show)
    assert [None, 1] == [row.get("audit", {}).get("agreed") for row in report["rounds"]]


async def test_a_tester_who_did_not_vote_is_found_too() -> None:
    from audience_server.notary.verify import verify

    show, phones = await tested_show()
    sealed = sealed_file("r01", card_row(phones[6], "r01", "1"))
    await show.do("audit", window="r01", digest=digest(sealed))
    await vote(show, phones[:6], "r01", ["1"] * 6)
    await show.do("audit-open", data=sealed)
    locked = (await show.do("lock", round="r01"))["by"]["deputies"]
    assert (6, 6) == (locked["issued"] - 1, locked["returned"])
    _, bundle = await show.session.evidence()
    assert "E424" in [row["code"] for row in verify(bundle).as_json()["failures"]]


def test_no_more_testers_than_spare_cards() -> None:
    from audience_server.domain.rundown_file import read_rundown
    from audience_server.domain.rundown_tables import RundownErrors

    with pytest.raises(RundownErrors, match="testers hold spare cards"):
        read_rundown(SMALL_SESSION.replace("spare = 1", "spare = 1\naudit = 2").encode(), "s.toml")


async def test_a_refused_lock_leaves_the_window_open() -> None:
    """Whoever locks too early takes nobody's time to vote away."""
    show, phones = await tested_show()
    sealed = sealed_file("r01", card_row(phones[6], "r01", "3"))
    await show.do("audit", window="r01", digest=digest(sealed))
    await show.do("open", round="r01")
    assert "audit_not_opened" == await show.refused("lock", round="r01")
    window = show.session.state.open_window
    assert window is not None
    assert "r01" == window.name
