"""Properties of every count: the same scores as a recount by other means, in any order, within the announced bounds."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audience_server.domain.ballots import BLANK_CHOICE, LEFT_BLANK, BallotForm, Choice
from audience_server.domain.results import results
from audience_server.domain.rundown import Rundown
from audience_server.domain.score_bounds import score_bounds
from audience_server.domain.tally import Counts, count_ballots, identity_of
from tests.plain_recount import PlainBallot, recount
from tests.rules_samples import SESSIONS, SHEET, SMALL, changed, read

THIRD = '[[unit]]\nid = "aic"\nname = "市工商局"\ncategory = "gov"\n'
WHOLE = changed("[result]", THIRD + '[result]\nempty_panel = "redistribute"', SMALL) + SHEET
VOIDING = changed('"redistribute"', '"void"', WHOLE)
UNITS, PANELS = ("edu", "env", "aic"), ("deputies", "offsite")
SURVEY = {"survey": {"edu": "80.25", "env": "0", "aic": "99.995"}}

ANSWER = {
    "attitude": st.sampled_from(["yes", "fair", "no", "dk", None]),
    "speed": st.one_of(st.integers(0, 100).map(str), st.none()),
}
ANSWERS = st.fixed_dictionaries({(unit, name): answer for unit in UNITS for name, answer in ANSWER.items()})
BALLOTS = st.lists(
    st.builds(
        lambda panel, answers: PlainBallot(panel, {key: answer for key, answer in answers.items() if answer}),
        st.sampled_from(PANELS),
        ANSWERS,
    ),
    max_size=14,
)


def written(rundown: Rundown, round_id: str, ballots: list[PlainBallot]) -> list[tuple[str, str]]:
    """The ballots as a phone writes them for one round."""
    form = BallotForm(rundown.round(round_id), rundown)
    texts = []
    for ballot in ballots:
        items = {item.key: ballot.answers.get(item.key, LEFT_BLANK) for item in form.items}
        blank = set(items.values()) == {LEFT_BLANK}
        texts.append((ballot.panel, form.write(BLANK_CHOICE if blank else Choice(blank=False, items=items))))
    return texts


def counted(rundown: Rundown, ballots: list[PlainBallot]) -> dict[str, Counts]:
    return {
        round_.id: count_ballots(round_, rundown, written(rundown, round_.id, ballots)).counts
        for round_ in rundown.rounds
    }


def scores(found: dict[str, Any]) -> dict[str, str | None]:
    return {entry["unit"]: entry["score"] for entry in found["units"]}


@pytest.mark.parametrize("text", [WHOLE, VOIDING])
@given(ballots=BALLOTS, order=st.randoms(use_true_random=False))
@settings(max_examples=120, deadline=None)
def test_scores_equal_a_recount_in_any_order_and_stay_within_the_bounds(
    text: str, ballots: list[PlainBallot], order: random.Random
) -> None:
    rundown = read(text)
    found = results(rundown, counted(rundown, ballots), SURVEY, {"r01"})
    assert recount(text, ballots, SURVEY) == scores(found)
    shuffled = order.sample(ballots, len(ballots))
    assert found == results(rundown, counted(rundown, shuffled), SURVEY, {"r01"})
    (bounds,) = score_bounds(rundown)
    assert bounds.score is not None
    low, high = bounds.score
    for score in filter(None, scores(found).values()):
        assert low <= float(score) <= high


@given(ballots=BALLOTS)
@settings(max_examples=80, deadline=None)
def test_the_identity_holds_for_whatever_is_cast(ballots: list[PlainBallot]) -> None:
    """returned is every ballot of the panel, valid those that say anything, and each cell sums to the valid ones."""
    rundown = read(WHOLE)
    found = count_ballots(rundown.rounds[0], rundown, written(rundown, "r01", ballots))
    for panel in PANELS:
        own = [ballot for ballot in ballots if ballot.panel == panel]
        votes = found.votes[panel]
        assert len(own) == votes.returned
        assert sum(bool(ballot.answers) for ballot in own) == votes.valid
        assert identity_of(20, 20, 20, votes).holds()
        cells = [cell for criteria in found.counts[panel].values() for cell in criteria.values()]
        assert {votes.valid} == {sum(cell.values()) for cell in cells}


@given(ballots=BALLOTS)
@settings(max_examples=80, deadline=None)
def test_public_figures_never_stand_on_few_or_alike_ballots(ballots: list[PlainBallot]) -> None:
    """Nor does exactly one figure of a unit and criterion stay hidden, from which the others would give it away."""
    rundown = read(WHOLE)
    found = results(rundown, counted(rundown, ballots), SURVEY, {"r01"})
    for entry in found["units"]:
        for criterion in ("attitude", "speed"):
            figures = {panel: by[criterion] for panel, by in entry["panels"].items()}
            assert list(figures.values()).count(None) != 1
            for panel in (panel for panel, figure in figures.items() if figure is not None):
                own = [ballot for ballot in ballots if ballot.panel == panel]
                given_answers = [a for b in own if (a := b.answers.get((entry["unit"], criterion)))]
                assert rundown.session.small_cell <= len(given_answers)
                assert len(set(given_answers)) > 1


@pytest.mark.parametrize(
    ("name", "voters"),
    [("city-30", {"deputies": 58, "citizens": 117, "offsite": 200}), ("investors-44", {"investors": 43})],
)
def test_a_whole_session_equals_its_recount(name: str, voters: dict[str, int]) -> None:
    text = (SESSIONS / f"{name}.toml").read_text("utf-8")
    rundown = read(text)
    draw = random.Random(name)
    ballots = []
    for panel, number in voters.items():
        for _ in range(number):
            answers = {}
            for unit in rundown.units:
                for criterion in rundown.criteria:
                    options = [option.id for option in rundown.scale_of(criterion.id).options]
                    answer = draw.choice([*options, *options[:2], None])
                    if answer is not None:
                        answers[unit.id, criterion.id] = answer
            ballots.append(PlainBallot(panel, answers))
    channels = {
        channel.id: {unit.id: f"{draw.uniform(50, 100):.2f}" for unit in rundown.units}
        for channel in rundown.result.channels
        if channel.id != "vote"
    }
    found = results(rundown, counted(rundown, ballots), channels, {round_.id for round_ in rundown.rounds})
    assert recount(text, ballots, channels) == scores(found)
    assert found["complete"] is True
    for category in rundown.categories:
        own = [entry for entry in found["units"] if entry["category"] == category.id]
        assert category.bottom <= sum(entry["bottom"] for entry in own)
        assert min(own, key=lambda entry: float(entry["score"]))["bottom"]
