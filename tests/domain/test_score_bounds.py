"""The lowest and highest score that the formula can give, whoever votes or stays away."""

from fractions import Fraction

from audience_server.domain.score_bounds import option_range, score_bounds
from tests.rules_samples import SMALL, changed, read

FORMULA_OF_20_17_14 = changed(
    "score = 0 }", "score = 70 }", changed("score = 60", "score = 85", SMALL[: SMALL.index("channels =")])
)


def test_bounds_are_those_of_whoever_is_left() -> None:
    """A criterion that nobody scores leaves: the lowest is then that of the marks alone, 0, not the weighted 40."""
    (bounds,) = score_bounds(read(FORMULA_OF_20_17_14))
    assert (Fraction(0), Fraction(100)) == bounds.vote
    assert Fraction(2 * 70) / Fraction(7, 2) == bounds.worst_vote


def test_under_void_the_bounds_need_every_panel() -> None:
    """Deputies alone have a scale from 70; with the offsite panel's marks from 0 the vote starts at 60 % of 70."""
    rounds = (
        '[[round]]\nid = "r01"\nkind = "sheet"\nunits = ["*"]\npanels = ["deputies"]\ncriteria = ["attitude"]\n'
        '[[round]]\nid = "r02"\nkind = "sheet"\nunits = ["*"]\npanels = ["offsite"]\ncriteria = ["speed"]\n'
    )
    text = FORMULA_OF_20_17_14 + rounds
    (redistributed,) = score_bounds(read(text))
    (void,) = score_bounds(read(changed("places = 2", 'places = 2\nempty_panel = "void"', text)))
    assert (Fraction(0), Fraction(100)) == redistributed.vote
    assert (Fraction(42), Fraction(100)) == void.vote


def test_what_one_ballot_can_give_on_a_scale() -> None:
    rundown = read(SMALL)
    assert (Fraction(0), Fraction(100)) == option_range(rundown.scale("sat"))
    assert (Fraction(0), Fraction(100)) == option_range(rundown.scale("marks"))
