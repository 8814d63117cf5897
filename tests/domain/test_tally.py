"""Counting: every option of a scale, zeros included; blanks in no count; paper beside cards; the identity."""

import json

import pytest

from audience_server.domain.rundown import Rundown
from audience_server.domain.tally import (
    Identity,
    PanelVotes,
    count_ballots,
    counts_body,
    counts_of_body,
    identity_of,
    lock_shape,
)
from tests.rules_samples import SHEET, SMALL, read

SELECT = '[[round]]\nid = "r01"\nkind = "select"\nunits = ["*"]\nchoose = 2\n'
TRIAL = '[[round]]\nid = "t01"\nkind = "trial"\n'

HAND = {
    "panel": "deputies",
    "returned": 3,
    "valid": 1,
    "invalid": 1,
    "abstained": 1,
    "counts": {"edu": {"attitude": {"yes": 1, "fair": 0, "no": 0, "dk": 0}, "speed": {"77": 1}}},
}


def test_a_ballot_round_counts_options_marks_and_blank_items() -> None:
    rundown = read(SMALL)
    ballots = [("deputies", "1=1;2=90"), ("deputies", "1=1;2=-"), ("deputies", "-"), ("offsite", "1=4;2=90")]
    counted = count_ballots(rundown.rounds[0], rundown, ballots)
    assert {
        "deputies": {"edu": {"attitude": {"yes": 2, "fair": 0, "no": 0, "dk": 0}, "speed": {"90": 1, "blank": 1}}},
        "offsite": {"edu": {"attitude": {"yes": 0, "fair": 0, "no": 0, "dk": 1}, "speed": {"90": 1}}},
    } == counted.counts
    assert PanelVotes(returned=3, valid=2, invalid=0, abstained=1) == counted.votes["deputies"]


def test_paper_is_added_to_the_cards() -> None:
    """What the hand entry says counts as if it had been cast; invalid ballots arise on paper only."""
    rundown = read(SMALL)
    counted = count_ballots(rundown.rounds[0], rundown, [("deputies", "1=1;2=90")], {"deputies": HAND})
    assert 2 == counted.counts["deputies"]["edu"]["attitude"]["yes"]
    assert {"90": 1, "77": 1} == counted.counts["deputies"]["edu"]["speed"]
    assert PanelVotes(returned=4, valid=2, invalid=1, abstained=1) == counted.votes["deputies"]
    assert PanelVotes() == counted.votes["offsite"]


def test_a_choice_that_no_record_can_hold_is_an_error() -> None:
    rundown = read(SMALL)
    with pytest.raises(ValueError, match="recorded ballot"):
        count_ballots(rundown.rounds[0], rundown, [("deputies", "2=1;1=1")])


def shapes(rundown: Rundown, ballots: list[tuple[str, str]]) -> tuple[object, object]:
    """One panel's counts in the file and in the answer to `lock`."""
    round_ = rundown.rounds[0]
    counted = count_ballots(round_, rundown, ballots)
    identities = {panel: identity_of(20, 5, 5, votes) for panel, votes in counted.votes.items()}
    body = counts_body(round_, round_.id, "c2FsdA==", counted.counts)
    by_id = json.loads(json.dumps(body, sort_keys=True))
    assert json.dumps(counted.counts) == json.dumps(counts_of_body(round_, rundown, by_id)), (
        "as the session file has it"
    )
    shape = lock_shape(round_, round_.id, 7, 8, "00000", identities, counted.counts)
    return body["by"]["deputies"], shape["by"]["deputies"]["counts"]


def test_the_lock_shape_of_a_ballot_round_leaves_the_unit_out() -> None:
    """FORMAT.md: the file always has the unit, the answer to `lock` only where there are several."""
    cells = {"attitude": {"yes": 0, "fair": 1, "no": 0, "dk": 0}, "speed": {"9": 1}}
    assert ({"edu": cells}, cells) == shapes(read(SMALL), [("deputies", "1=2;2=9")])


def test_a_sheet_keeps_its_units_in_both_shapes() -> None:
    in_file, in_lock = shapes(read(SMALL + SHEET), [("deputies", "1.1=1;1.2=-;2.1=2;2.2=0")])
    assert {
        "edu": {"attitude": {"yes": 1, "fair": 0, "no": 0, "dk": 0}, "speed": {"blank": 1}},
        "env": {"attitude": {"yes": 0, "fair": 1, "no": 0, "dk": 0}, "speed": {"0": 1}},
    } == in_file
    assert in_file == in_lock


def test_a_select_round_counts_units() -> None:
    ballots = [("deputies", "1,2"), ("deputies", "2"), ("deputies", "-")]
    assert ({"edu": 1, "env": 2}, {"edu": 1, "env": 2}) == shapes(read(SMALL + SELECT), ballots)


def test_a_question_of_its_own_counts_its_options() -> None:
    ballots = [("deputies", "1"), ("deputies", "1"), ("deputies", "2")]
    assert ({"yes": 2, "no": 1}, {"yes": 2, "no": 1}) == shapes(read(SMALL + TRIAL), ballots)


def test_the_lock_shape_carries_the_identity_of_every_panel() -> None:
    rundown = read(SMALL)
    counted = count_ballots(rundown.rounds[0], rundown, [("deputies", "1=1;2=90"), ("deputies", "-")])
    identities = {panel: identity_of(20, 5, 4, votes) for panel, votes in counted.votes.items()}
    shape = lock_shape(rundown.rounds[0], "r01.2", 812, 813, "48213", identities, counted.counts)
    assert ("r01", "r01.2", "locked", 812, 813) == tuple(
        shape[key] for key in ("round", "window", "state", "index", "size")
    )
    assert {
        "expected": 20,
        "present": 5,
        "issued": 4,
        "returned": 2,
        "valid": 1,
        "invalid": 0,
        "abstained": 1,
        "not_cast": 2,
    } == {key: value for key, value in shape["by"]["deputies"].items() if key != "counts"}


@pytest.mark.parametrize(
    ("identity", "holds"),
    [
        (Identity(60, 58, 58, 57, 56, 0, 1, 1), True),
        (Identity(60, 58, 58, 57, 56, 1, 1, 1), False),
        (Identity(60, 58, 57, 58, 58, 0, 0, -1), False),
        (Identity(60, 57, 58, 57, 57, 0, 0, 1), False),
        (Identity(60, 58, 58, 57, 57, 0, 0, 2), False),
        (Identity(0, 0, 0, 0, 0, 0, 0, 0), True),
    ],
)
def test_a_notary_signs_nothing_that_does_not_add_up(identity: Identity, holds: bool) -> None:
    """returned = valid + invalid + abstained; returned ≤ issued ≤ present; not cast = issued − returned."""
    assert holds == identity.holds()
