"""The codes of a session's cards and the rolls of their keys."""

import json
import secrets

from audience_server.record.codes import normalise, printed, round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.rolls import parse_roll
from audience_server.reports.card_issue import issue_cards, misfits
from tests.reports.card_session import SESSION, card_session, counted_bytes


def test_every_card_panel_gets_its_seats_and_its_spares_with_numbers_of_their_own() -> None:
    """An open panel has no cards; numbers are unique across the session."""
    issue = issue_cards(card_session(), "o", secrets.token_bytes)
    assert [(card.panel, card.serial) for card in issue.of_panel("deputies")] == [
        ("deputies", 1),
        ("deputies", 2),
        ("deputies", 3),
        ("deputies", 4),
        ("deputies", 5),
    ]
    assert [card.serial for card in issue.of_panel("citizens")] == [6, 7, 8]
    assert len({card.code for card in issue.cards}) == 8


def test_printed_codes_can_be_typed_back() -> None:
    for card in issue_cards(card_session(), "o", secrets.token_bytes).cards:
        assert card.code == normalise(printed(card.code)) == normalise(card.code.lower())


def test_there_is_a_roll_for_check_in_every_round_and_the_spares() -> None:
    """FORMAT.md 1: r00, every round of the file, r900 onwards; and the index."""
    issue = issue_cards(card_session(), "o", counted_bytes())
    rounds = ["r00", "r01", "r02", "r900", "r901"]
    expected = {f"rolls/{panel}.{name}" for panel in ("deputies", "citizens") for name in rounds}
    assert expected | {"rolls/index.json"} == set(issue.rolls)
    index = json.loads(issue.rolls["rolls/index.json"])
    assert {panel: index[panel]["r01"]["count"] for panel in index} == {"deputies": 5, "citizens": 3}


def test_cards_of_another_session_file_are_told_with_what_differs() -> None:
    """As when units and panels were cut from the file after the cards had been made."""
    index = issue_cards(card_session(), "o", counted_bytes()).rolls["rolls/index.json"]
    assert [] == misfits(index, card_session())
    citizens = SESSION[SESSION.index('[[panel]]\nid = "citizens"') : SESSION.index("[[scale]]")]
    last_unit = SESSION[SESSION.rindex("[[unit]]") :]
    cut = SESSION.replace(citizens, "").replace(last_unit, "").replace("weight = 60", "weight = 100")
    assert [
        "panel citizens has cards and is not in the file",
        "panel deputies has 5 cards, seats and spare are 2",
        "rounds that are not in the file: r02",
    ] == misfits(index, card_session(cut.replace("seats = 4", "seats = 1")))
    assert ["panel citizens has no cards"] == misfits(b'{"deputies":%b}' % deputies_of(index), card_session())
    assert ["rounds without cards: r02"] == misfits(index.replace(b'"r02"', b'"r900"'), card_session())


def deputies_of(index: bytes) -> bytes:
    return json.dumps(json.loads(index)["deputies"]).encode()


def test_a_roll_holds_the_sorted_keys_of_its_panels_cards() -> None:
    issue = issue_cards(card_session(), "o/rehearsal-x", counted_bytes())
    keys = [public_key(round_seed(seed_of(card.code), "o/rehearsal-x", "r01")) for card in issue.of_panel("deputies")]
    assert sorted(keys) == parse_roll(issue.rolls["rolls/deputies.r01"])
    assert sorted(keys) != keys, "numbers must say nothing about places in the roll"


def test_rolls_hold_no_code() -> None:
    issue = issue_cards(card_session(), "o", counted_bytes())
    for card in issue.cards:
        assert not [path for path, data in issue.rolls.items() if card.code.encode() in data]


def test_the_same_cards_open_nothing_in_another_session() -> None:
    """A rehearsal has its own origin and its own cards."""
    live = issue_cards(card_session(), "o", counted_bytes())
    rehearsal = issue_cards(card_session(), "o/rehearsal-20121215T100000Z", counted_bytes())
    assert live.cards == rehearsal.cards
    assert live.rolls["rolls/citizens.r01"] != rehearsal.rolls["rolls/citizens.r01"]
