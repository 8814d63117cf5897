"""Rounds and cues of the file: references resolved, "*" written out, what cannot be held refused."""

import pytest

from audience_server.domain.rundown_file import read_rundown
from tests.rules_samples import SESSIONS, SMALL, errors_of, line_of, read


def test_the_investors_session_has_one_sheet_for_all_units_and_criteria() -> None:
    """ "*" is written out in the order of the file."""
    rundown = read_rundown((SESSIONS / "investors-44.toml").read_bytes(), "investors-44.toml")
    (sheet,) = rundown.rounds
    assert tuple(unit.id for unit in rundown.units) == sheet.units
    assert ("attitude", "skill", "speed", "clean", "fees") == sheet.criteria
    assert "void" == rundown.result.empty_panel
    assert 600 == sheet.seconds


def test_a_trial_round_may_bring_its_own_question() -> None:
    options = 'options = [ { id = "sun", name = "晴" }, { id = "rain", name = "雨" } ]'
    trial = read(SMALL + f'[[round]]\nid = "t01"\nkind = "trial"\ntitle = "今天天气"\n{options}\n').round("t01")
    assert ("今天天气", ["sun", "rain"]) == (trial.title, [option.id for option in trial.options])


def test_a_trial_round_on_units_asks_the_criteria() -> None:
    trial = read(SMALL + '[[round]]\nid = "t01"\nkind = "trial"\nunits = ["edu"]\n').round("t01")
    assert (("edu",), ("attitude", "speed"), ()) == (trial.units, trial.criteria, trial.options)


def test_a_mood_is_not_called_like_a_round_that_follows_from_the_units() -> None:
    """A file without a counting round gets r01, r02, …; the record could hold only one of two rounds of a name."""
    text = SMALL + '[[round]]\nid = "r02"\nkind = "mood"\n'
    ((line, message),) = errors_of(text)
    assert line_of('id = "r02"', text) == line
    assert message.endswith("r03 or above is right")


def test_mood_and_select_rounds_are_understood() -> None:
    """A mood is on one unit and stands outside the result; a select round chooses at most k of its units."""
    mood = '[[round]]\nid = "r03"\nkind = "mood"\nunits = ["edu"]\nseconds = 10\n'
    select = '[[round]]\nid = "r04"\nkind = "select"\nunits = ["*"]\nchoose = 1\n'
    rundown = read(SMALL + mood + select)
    assert (False, False, ["yes", "no"]) == (
        rundown.round("r03").counts,
        rundown.round("r03").scores,
        [option.id for option in rundown.round("r03").options],
    )
    assert (True, False, 1, ()) == (
        rundown.round("r04").counts,
        rundown.round("r04").scores,
        rundown.round("r04").choose,
        rundown.round("r04").criteria,
    )
    assert ["edu-film", "edu-report", "edu-questions", "edu-mood"] == [cue.id for cue in rundown.cues[:4]]


def test_cues_of_the_file_find_their_round() -> None:
    """A vote cue opens the next round on its unit unless it names one."""
    cues = """
[[cue]]
kind = "report"
unit = "env"
seconds = 170
[[cue]]
kind = "vote"
unit = "env"
[[cue]]
kind = "vote"
id = "first"
round = "r01"
[[cue]]
kind = "break"
[[cue]]
kind = "break"
"""
    rundown = read(SMALL + cues)
    assert [
        ("env-report", None, 170),
        ("env-vote", "r02", 60),
        ("first", "r01", 60),
        ("break", None, 300),
        ("break-2", None, 300),
    ] == [(cue.id, cue.round, cue.seconds) for cue in rundown.cues]


def test_what_a_cue_brings_to_the_air_exists() -> None:
    """A scene that nobody knows, or a board of no category, is refused at its line with those that there are."""
    for scene, right in (("rank", "ranking gov/vote"), ("ranking nowhere", "ranking gov"), ("unit edu", "unit")):
        [(line, message)] = errors_of(f'{SMALL}[[cue]]\nkind = "break"\nscene = "{scene}"\n')
        assert (SMALL.count("\n") + 3, True) == (line, right in message)
    shown = read(f'{SMALL}[[cue]]\nkind = "break"\nscene = "ranking gov/vote"\n')
    assert ["ranking gov/vote"] == [cue.scene for cue in shown.cues]


REFUSED_ROUNDS = [
    ('id = "r1"\nunits = ["edu"]', "id", "r01, r02"),
    ('id = "t01"\nunits = ["edu"]', "id", "a ballot round is called"),
    ('id = "r01"\nkind = "trial"', "id", "t01, t02"),
    ('id = "r900"\nunits = ["edu"]', "id", "is not an id"),
    ('id = "r01"', "round", "units is missing"),
    ('id = "r01"\nunits = ["edu", "env"]', "units", "several on one paper are a sheet"),
    ('id = "r01"\nunits = ["edv"]', "units", "known: edu, env"),
    ('id = "r01"\nunits = []', "units", "units is empty"),
    ('id = "r01"\nkind = "sheet"\nunits = ["*", "edu"]', "units", "stands alone"),
    ('id = "r01"\nkind = "sheet"\nunits = ["edu", "edu"]', "units", "twice"),
    ('id = "r01"\nunits = ["edu"]\nchoose = 3', "choose", "belongs to select rounds"),
    ('id = "r01"\nkind = "select"\nunits = ["*"]\nchoose = 3', "choose", "from 1 to 2"),
    ('id = "r01"\nkind = "select"\nunits = ["*"]', "round", "choose is missing"),
    ('id = "r01"\nkind = "select"\nunits = ["*"]\nchoose = 1\ncriteria = ["*"]', "criteria", "leave criteria out"),
    ('id = "r01"\nunits = ["edu"]\npanels = ["experts"]', "panels", "known: deputies, offsite"),
    ('id = "r01"\nunits = ["edu"]\nseconds = 60.0', "seconds", "a whole number"),
    ('id = "t01"\nkind = "trial"\noptions = [ { id = "one", name = "一" } ]', "options", "2 to 20"),
    ('id = "t01"\nkind = "trial"\ncriteria = ["speed"]', "criteria", "criteria are asked about a unit"),
    (
        'id = "r01"\nunits = ["edu"]\noptions = [ { id = "a", name = "一" }, { id = "b", name = "二" } ]',
        "options",
        "own",
    ),
]


@pytest.mark.parametrize(("table", "key", "told"), REFUSED_ROUNDS)
def test_a_round_that_cannot_be_held_is_refused_at_its_line(table: str, key: str, told: str) -> None:
    text = f"{SMALL}[[round]]\n{table}\n"
    own = SMALL.count("\n") + 1
    where = own if key == "round" else own + line_of(f"\n{key} =", f"\n{table}")
    matching = [line for line, message in errors_of(text) if told in message]
    assert [where] == matching, errors_of(text)
