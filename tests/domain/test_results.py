"""Scores, ranks and the bottom rule, one rule at a time (WORDS.md, “The final score”; FORMAT.md and 18)."""

from fractions import Fraction
from typing import Any

import pytest

from audience_server.domain.results import cell_mean, decimal_text, results, verified_scores
from audience_server.domain.rundown import Rundown, Scale
from audience_server.domain.tally import Counts, count_ballots
from tests.rules_samples import SMALL, changed, read

ONE_CRITERION = SMALL.replace(SMALL[SMALL.index('[[criterion]]\nid = "speed"') : SMALL.index("[[category]]")], "")
VOTE_ONLY = ONE_CRITERION[: ONE_CRITERION.index("channels =")]
LONE = changed("weight = 60", "weight = 100", changed("weight = 40", "weight = 0", VOTE_ONLY))
NUMBERS = {"yes": "1", "fair": "2", "no": "3", "dk": "4", "blank": "-"}


def vote(rundown: Rundown, round_id: str, **panels: str) -> Counts:
    """Counts of one round on the one criterion; a panel's ballots as words: deputies="yes yes no"."""
    ballots = [(panel, NUMBERS[word]) for panel, words in panels.items() for word in words.split()]
    return count_ballots(rundown.round(round_id), rundown, ballots).counts


def final(rundown: Rundown, counts: dict[str, Counts], **channels: dict[str, str]) -> dict[str, Any]:
    return results(rundown, counts, channels, set(counts))


def unit(found: dict[str, Any], unit_id: str) -> dict[str, Any]:
    return next(entry for entry in found["units"] if entry["unit"] == unit_id)


def test_a_score_is_the_weighted_sum_of_its_channels() -> None:
    """vote = 60 % deputies + 40 % offsite; score = 70 % vote + 30 % survey."""
    rundown = read(ONE_CRITERION)
    edu = vote(rundown, "r01", deputies="yes fair no", offsite="yes yes fair")
    env = vote(rundown, "r02", deputies="yes yes fair", offsite="yes no fair")
    found = final(rundown, {"r01": edu, "r02": env}, survey={"edu": "50", "env": "80.5"})
    assert {
        "unit": "edu",
        "category": "gov",
        "score": "61.67",
        "rank": 2,
        "tied": False,
        "bottom": True,
        "channels": {"vote": "66.67", "survey": "50.00"},
        "panels": {"deputies": {"attitude": "53.33"}, "offsite": {"attitude": "86.67"}},
    } == unit(found, "edu")
    assert found["complete"] is True
    assert [1, 2] == [unit(found, "env")["rank"], unit(found, "edu")["rank"]]
    assert [False, True] == [unit(found, "env")["bottom"], unit(found, "edu")["bottom"]]


def test_an_answer_without_a_score_stands_outside_the_denominator() -> None:
    rundown = read(LONE)
    counts = {"r01": vote(rundown, "r01", deputies="yes no dk dk"), "r02": vote(rundown, "r02", deputies="yes fair no")}
    assert "50.00" == unit(final(rundown, counts), "edu")["score"]


def test_equal_announced_scores_share_a_rank_and_the_next_is_skipped() -> None:
    """The rank is by the rounded score; the bottom rule names every unit tied at the border."""
    more = '[[unit]]\nid = "aic"\nname = "市工商局"\ncategory = "gov"\n'
    rundown = read(changed("[result]", more + "[result]", changed("places = 2", "places = 0", LONE)))
    counts = {
        "r01": vote(rundown, "r01", deputies="yes yes no"),
        "r02": vote(rundown, "r02", deputies="yes yes no yes yes no"),
        "r03": vote(rundown, "r03", deputies="yes yes yes no"),
    }
    found = final(rundown, counts)
    assert ["67", "67", "75"] == [entry["score"] for entry in found["units"]]
    assert [(2, True), (2, True), (1, False)] == [(entry["rank"], entry["tied"]) for entry in found["units"]]
    assert [True, True, False] == [entry["bottom"] for entry in found["units"]]


def test_ranks_are_by_the_rounded_score_not_by_the_exact_one() -> None:
    rundown = read(changed("places = 2", "places = 0", LONE))
    counts = {
        "r01": vote(rundown, "r01", deputies="yes yes no"),
        "r02": vote(rundown, "r02", deputies="yes " * 667 + "no " * 333),
    }
    assert [1, 1] == [entry["rank"] for entry in final(rundown, counts)["units"]]


def test_a_panel_without_a_figure_gives_its_weight_away_when_the_session_says_so() -> None:
    rundown = read(VOTE_ONLY)
    counts = {"r01": vote(rundown, "r01", deputies="yes no"), "r02": vote(rundown, "r02", deputies="yes")}
    found = final(rundown, counts)
    assert ["50.00", "100.00"] == [entry["score"] for entry in found["units"]]
    assert found["complete"] is True


@pytest.mark.parametrize("offsite", ["", "blank blank", "dk dk dk dk"])
def test_a_panel_without_a_figure_voids_the_score_when_the_session_says_so(offsite: str) -> None:
    """Never a silent default: under `void` the unit has no score, no rank, and the results are not complete."""
    rundown = read(changed("places = 2", 'places = 2\nempty_panel = "void"', VOTE_ONLY))
    counts = {
        "r01": vote(rundown, "r01", deputies="yes no", offsite=offsite),
        "r02": vote(rundown, "r02", deputies="yes", offsite="no"),
    }
    found = final(rundown, counts)
    assert (None, None, {"vote": None}) == tuple(unit(found, "edu")[key] for key in ("score", "rank", "channels"))
    assert ("60.00", 1, False) == tuple(unit(found, "env")[key] for key in ("score", "rank", "bottom"))
    assert found["complete"] is False


def test_a_panel_without_weight_never_voids_anything() -> None:
    rundown = read(changed("places = 2", 'places = 2\nempty_panel = "void"', LONE))
    counts = {"r01": vote(rundown, "r01", deputies="yes"), "r02": vote(rundown, "r02", deputies="no")}
    assert final(rundown, counts)["complete"] is True


def test_nobody_voting_gives_no_score() -> None:
    rundown = read(VOTE_ONLY)
    found = final(rundown, {"r01": vote(rundown, "r01"), "r02": vote(rundown, "r02")})
    assert [None, None] == [entry["score"] for entry in found["units"]]
    assert found["complete"] is False


def test_a_criterion_that_nobody_scored_leaves_and_the_others_are_scaled_up() -> None:
    """Weights 2 and 1.5; deputies gave no marks at all, so their mean is the attitude alone."""
    rundown = read(SMALL[: SMALL.index("channels =")])
    edu = count_ballots(
        rundown.round("r01"), rundown, [("deputies", "1=1;2=-"), ("deputies", "1=3;2=-"), ("offsite", "1=1;2=30")]
    ).counts
    env = count_ballots(rundown.round("r02"), rundown, [("deputies", "1=1;2=1"), ("offsite", "1=1;2=1")]).counts
    found = final(rundown, {"r01": edu, "r02": env})
    offsite = (Fraction(2) * 100 + Fraction(3, 2) * 30) / Fraction(7, 2)
    assert decimal_text((60 * Fraction(50) + 40 * offsite) / 100, 2) == unit(found, "edu")["score"]


def test_an_unlocked_round_leaves_its_unit_without_score() -> None:
    rundown = read(VOTE_ONLY)
    found = results(rundown, {"r01": vote(rundown, "r01", deputies="yes", offsite="no")}, {}, {"r01"})
    assert ("60.00", 1) == (unit(found, "edu")["score"], unit(found, "edu")["rank"])
    assert (None, None, {"vote": None}) == tuple(unit(found, "env")[key] for key in ("score", "rank", "channels"))
    assert {"deputies": {"attitude": None}, "offsite": {"attitude": None}} == unit(found, "env")["panels"]
    assert [False, False] == [entry["bottom"] for entry in found["units"]]
    assert found["complete"] is False


def test_counts_of_a_round_that_is_not_locked_are_not_used() -> None:
    rundown = read(VOTE_ONLY)
    found = results(rundown, {"r01": vote(rundown, "r01", deputies="yes")}, {}, set())
    assert unit(found, "edu")["score"] is None


def test_a_unit_that_a_weighted_channel_lacks_has_no_score() -> None:
    rundown = read(ONE_CRITERION)
    counts = {"r01": vote(rundown, "r01", deputies="yes"), "r02": vote(rundown, "r02", deputies="yes")}
    found = final(rundown, counts, survey={"edu": "50"})
    assert ("85.00", None) == (unit(found, "edu")["score"], unit(found, "env")["score"])
    assert {"vote": "100.00", "survey": None} == unit(found, "env")["channels"]
    assert found["complete"] is False


def test_a_channel_without_weight_may_be_missing() -> None:
    text = changed("weight = 70", "weight = 100", changed("weight = 30 }", "weight = 0 }", ONE_CRITERION))
    rundown = read(text)
    counts = {"r01": vote(rundown, "r01", deputies="yes"), "r02": vote(rundown, "r02", deputies="yes")}
    assert final(rundown, counts)["complete"] is True


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(12345, 1000), 2, "12.35"),
        (Fraction(12335, 1000), 2, "12.34"),
        (Fraction(199999, 2000), 2, "100.00"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(7, 2), 0, "4"),
        (Fraction(0), 2, "0.00"),
        (Fraction(1, 3), 6, "0.333333"),
        (None, 2, None),
    ],
)
def test_rounding_is_half_up_with_all_places_written(number: Fraction | None, places: int, text: str | None) -> None:
    assert text == decimal_text(number, places)


@pytest.mark.parametrize(
    ("trim", "marks", "mean"),
    [
        (0, {"0": 1, "100": 1}, Fraction(50)),
        (1, {"0": 1, "100": 1}, Fraction(50)),
        (1, {"0": 1, "70": 1, "100": 1}, Fraction(70)),
        (1, {"0": 2, "70": 1, "100": 1}, Fraction(35)),
        (1, {"60": 5}, Fraction(60)),
        (2, {"1": 1, "2": 1, "50": 1, "98": 2}, Fraction(50)),
        (2, {"1": 1, "2": 1, "98": 2}, Fraction(199, 4)),
        (1, {"blank": 4, "80": 1}, Fraction(80)),
        (1, {"blank": 4}, None),
        (1, {}, None),
    ],
)
def test_trimming_drops_the_ends_from_enough_marks_on(trim: int, marks: dict[str, int], mean: Fraction | None) -> None:
    """From 2·trim + 1 marks; one drop is one mark, not every mark that is equal."""
    assert mean == cell_mean(Scale("marks", trim=trim), marks)


THREE = changed("weight = 60", "weight = 50", changed("weight = 40", "weight = 20", VOTE_ONLY))
EXPERTS = '[[panel]]\nid = "experts"\nname = "专家"\nadmission = "card"\nseats = 9\nweight = 30\n'
THREE_PANELS = changed("[[scale]]", EXPERTS + "[[scale]]", THREE)


@pytest.mark.parametrize(
    ("deputies", "offsite", "experts", "shown"),
    [
        ("yes no yes", "yes no no", "yes no fair", {"deputies", "offsite", "experts"}),
        ("yes no yes no yes", "yes no no", "yes no", {"deputies"}),
        ("yes no yes", "yes no no", "yes no", {"offsite"}),
        ("yes yes yes yes", "yes no no yes no", "yes no fair", {"offsite"}),
        ("yes no", "yes no", "yes no fair", {"experts"}),
        ("yes no dk", "yes no fair", "dk dk no", {"deputies", "offsite", "experts"}),
        ("dk dk dk", "yes no fair", "yes no fair no", {"experts"}),
        ("yes no blank", "yes", "", set()),
        ("yes no blank", "yes no no", "no yes yes fair", {"experts"}),
    ],
)
def test_small_or_alike_cells_are_withheld_and_one_more_with_a_single_one(
    deputies: str, offsite: str, experts: str, shown: set[str]
) -> None:
    """small_cell = 3. A single withheld figure follows from the others, so the next smallest is withheld too."""
    rundown = read(THREE_PANELS)
    counts = vote(rundown, "r01", deputies=deputies, offsite=offsite, experts=experts)
    panels = unit(final(rundown, {"r01": counts}), "edu")["panels"]
    assert shown == {panel for panel, figures in panels.items() if figures["attitude"] is not None}


def test_the_score_without_the_unverified_is_the_same_formula_without_them() -> None:
    rundown = read(VOTE_ONLY)
    counts = {
        "r01": vote(rundown, "r01", deputies="yes no", offsite="no no"),
        "r02": vote(rundown, "r02", offsite="yes"),
    }
    assert {"edu": "50.00", "env": None} == verified_scores(rundown, counts, {}, {"r01", "r02"})
    assert "30.00" == unit(final(rundown, counts), "edu")["score"]


def test_trial_mood_and_select_rounds_never_enter_a_score() -> None:
    trial = '[[round]]\nid = "t01"\nkind = "trial"\nunits = ["edu"]\n'
    rundown = read(VOTE_ONLY + trial)
    with_trial = {
        "r01": vote(rundown, "r01", deputies="yes", offsite="yes"),
        "r02": vote(rundown, "r02", deputies="no", offsite="no"),
        "t01": vote(rundown, "t01", deputies="no no no no", offsite="no"),
    }
    found = final(rundown, with_trial)
    del with_trial["t01"]
    assert final(rundown, with_trial) == found
    assert found["complete"] is True
