"""What a session file leaves out has one meaning: rounds, cues, the harmless question."""

from tests.rules_samples import SHEET, SMALL, read


def test_default_cues_run_from_film_to_promise_and_bind_the_vote() -> None:
    """film, report, questions, comment, vote, announce, promise per unit; the vote cue opens the unit's round."""
    rundown = read(SMALL)
    kinds = ["film", "report", "questions", "comment", "vote", "announce", "promise"]
    assert [f"{unit}-{kind}" for unit in ("edu", "env") for kind in kinds] == [cue.id for cue in rundown.cues]
    assert [120, 180, 300, 90, 60, 60, 60] == [cue.seconds for cue in rundown.cues[:7]]
    assert ("r02", "env") == (rundown.cue("env-vote").round, rundown.cue("env-vote").unit)


def test_a_sheet_gets_its_vote_cue_after_the_units() -> None:
    rundown = read(SMALL + SHEET)
    assert [
        "edu-film",
        "edu-report",
        "edu-questions",
        "edu-comment",
        "edu-promise",
    ] == [cue.id for cue in rundown.cues[:5]]
    assert [
        ("r01-vote", "r01", None),
        ("r01-announce", "r01", None),
    ] == [(cue.id, cue.round, cue.unit) for cue in rundown.cues[-2:]]


def test_a_trial_round_asks_a_harmless_question_and_keeps_the_default_rounds() -> None:
    """A trial has options of its own, no units, no criteria; it never replaces the rounds that count."""
    rundown = read(SMALL + '[[round]]\nid = "t01"\nkind = "trial"\n')
    trial = rundown.round("t01")
    assert ["t01", "r01", "r02"] == [round_.id for round_ in rundown.rounds]
    assert ("试投", (), (), ["收到", "没收到"]) == (
        trial.title,
        trial.units,
        trial.criteria,
        [option.name for option in trial.options],
    )
    assert not trial.counts
    assert "t01-trial" == rundown.cues[0].id
    assert ["r00", "t01", "r01"] == rundown.roll_rounds()[:3]
