"""The codes of a session's cards and the rolls of their keys."""

import json
import secrets

from audience_server.record.codes import normalise, printed, round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.rolls import parse_roll
from audience_server.reports.card_issue import issue_cards
from tests.reports.card_session import card_session, counted_bytes


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
