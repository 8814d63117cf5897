"""A session file is read whole or refused whole, with every error, its line and what would be right."""

import datetime
from fractions import Fraction

import pytest

from audience_server.domain.rundown import Confirm, Rundown
from audience_server.domain.rundown_file import RundownErrors, read_rundown
from tests.rules_samples import SESSIONS, SHEET, SMALL, changed, line_of, read

WITNESS = "notary.example+af8f1d35+BAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"


def errors_of(text: str) -> list[tuple[int, str]]:
    with pytest.raises(RundownErrors) as caught:
        read(text)
    return [(error.line, error.message) for error in caught.value.errors]


def test_the_city_session_has_one_ballot_round_per_unit() -> None:
    """None given: one `ballot` round per unit, r01, r02, …, all criteria, all panels, the session's seconds."""
    rundown = read_rundown((SESSIONS / "city-30.toml").read_bytes(), "city-30.toml")
    assert [f"r{number:02d}" for number in range(1, 31)] == [round_.id for round_ in rundown.rounds]
    assert {"ballot"} == {round_.kind for round_ in rundown.rounds}
    assert [(unit.id,) for unit in rundown.units] == [round_.units for round_ in rundown.rounds]
    assert {("deputies", "citizens", "offsite")} == {round_.panels for round_ in rundown.rounds}
    assert {60} == {round_.seconds for round_ in rundown.rounds}
    assert rundown.origin == "pingyi.example/tv-2012-12"
    assert rundown.roll_rounds()[:2] == ["r00", "r01"]
    assert ["r30", *(f"r{number}" for number in range(900, 908))] == rundown.roll_rounds()[-9:]


def test_the_investors_session_has_one_sheet_for_all_units_and_criteria() -> None:
    """ "*" is written out in the order of the file."""
    rundown = read_rundown((SESSIONS / "investors-44.toml").read_bytes(), "investors-44.toml")
    (sheet,) = rundown.rounds
    assert tuple(unit.id for unit in rundown.units) == sheet.units
    assert sheet.criteria == ("attitude", "skill", "speed", "clean", "fees")
    assert rundown.result.empty_panel == "void"
    assert sheet.seconds == 600


def test_defaults_are_those_of_the_contract() -> None:
    """What the file leaves out has the value that interfaces.md prints."""
    rundown = read(SMALL)
    session = rundown.session
    assert (
        session.window_seconds,
        session.tolerance_ms,
        session.batch_seconds,
        session.batch_min,
        session.batch_wait,
        session.spare_rounds,
    ) == (60, 2000, 1.0, 8, 3.0, 8)
    assert (
        session.language,
        session.running_counts,
        session.announce,
        session.late,
    ) == ("zh-Hans", "never", "end", "next-round")
    assert Confirm(("operator",), ("operator",)) == session.confirm
    assert (session.public_entries, session.url, rundown.witnesses) == (False, None, None)
    assert rundown.panel("deputies").invited == 20
    assert datetime.date(2012, 12, 15) == session.date
    assert rundown.result.empty_panel == "redistribute"


def test_weights_and_scores_are_exact() -> None:
    """A decimal in quotes is a fraction, never a float."""
    rundown = read(SMALL)
    assert Fraction(3, 2) == rundown.criterion("speed").weight
    assert (Fraction(100), Fraction(60), Fraction(0), None) == tuple(
        option.score for option in rundown.scale_of("attitude").options
    )


def test_a_file_without_a_result_table_is_decided_by_the_vote_alone() -> None:
    rundown = read(SMALL[: SMALL.index("[result]")])
    assert [("vote", Fraction(100))] == [(channel.id, channel.weight) for channel in rundown.result.channels]
    assert rundown.result.places == 2


def test_default_cues_run_from_film_to_promise_and_bind_the_vote() -> None:
    """film, report, questions, comment, vote, announce, promise per unit; the vote cue opens the unit's round."""
    rundown = read(SMALL)
    kinds = ["film", "report", "questions", "comment", "vote", "announce", "promise"]
    assert [f"{unit}-{kind}" for unit in ("edu", "env") for kind in kinds] == [cue.id for cue in rundown.cues]
    assert [cue.seconds for cue in rundown.cues[:7]] == [120, 180, 300, 90, 60, 60, 60]
    assert (rundown.cue("env-vote").round, rundown.cue("env-vote").unit) == ("r02", "env")


def test_a_sheet_gets_its_vote_cue_after_the_units() -> None:
    rundown = read(SMALL + SHEET)
    assert [cue.id for cue in rundown.cues[:5]] == [
        "edu-film",
        "edu-report",
        "edu-questions",
        "edu-comment",
        "edu-promise",
    ]
    assert [(cue.id, cue.round, cue.unit) for cue in rundown.cues[-2:]] == [
        ("r01-vote", "r01", None),
        ("r01-announce", "r01", None),
    ]


def test_a_trial_round_asks_a_harmless_question_and_keeps_the_default_rounds() -> None:
    """A trial has options of its own, no units, no criteria; it never replaces the rounds that count."""
    rundown = read(SMALL + '[[round]]\nid = "t01"\nkind = "trial"\n')
    trial = rundown.round("t01")
    assert [round_.id for round_ in rundown.rounds] == ["t01", "r01", "r02"]
    assert (
        trial.title,
        trial.units,
        trial.criteria,
        [option.name for option in trial.options],
    ) == ("试投", (), (), ["收到", "没收到"])
    assert not trial.counts
    assert rundown.cues[0].id == "t01-trial"
    assert rundown.roll_rounds()[:3] == ["r00", "t01", "r01"]


def test_a_trial_round_may_bring_its_own_question() -> None:
    options = 'options = [ { id = "sun", name = "晴" }, { id = "rain", name = "雨" } ]'
    trial = read(SMALL + f'[[round]]\nid = "t01"\nkind = "trial"\ntitle = "今天天气"\n{options}\n').round("t01")
    assert (trial.title, [option.id for option in trial.options]) == ("今天天气", ["sun", "rain"])


def test_a_trial_round_on_units_asks_the_criteria() -> None:
    trial = read(SMALL + '[[round]]\nid = "t01"\nkind = "trial"\nunits = ["edu"]\n').round("t01")
    assert (trial.units, trial.criteria, trial.options) == (("edu",), ("attitude", "speed"), ())


def test_mood_and_select_rounds_are_understood() -> None:
    """A mood is on one unit and stands outside the result; a select round chooses at most k of its units."""
    mood = '[[round]]\nid = "r03"\nkind = "mood"\nunits = ["edu"]\nseconds = 10\n'
    select = '[[round]]\nid = "r04"\nkind = "select"\nunits = ["*"]\nchoose = 1\n'
    rundown = read(SMALL + mood + select)
    assert (
        rundown.round("r03").counts,
        rundown.round("r03").scores,
        [option.id for option in rundown.round("r03").options],
    ) == (False, False, ["yes", "no"])
    assert (
        rundown.round("r04").counts,
        rundown.round("r04").scores,
        rundown.round("r04").choose,
        rundown.round("r04").criteria,
    ) == (True, False, 1, ())
    assert [cue.id for cue in rundown.cues[:4]] == ["edu-film", "edu-report", "edu-questions", "edu-mood"]


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
    assert [(cue.id, cue.round, cue.seconds) for cue in rundown.cues] == [
        ("env-report", None, 170),
        ("env-vote", "r02", 60),
        ("first", "r01", 60),
        ("break", None, 300),
        ("break-2", None, 300),
    ]


def test_witnesses_are_read_with_their_quorum() -> None:
    text = SMALL + f'[witnesses]\nobservers = [ {{ name = "市统计局", witness = "{WITNESS}" }} ]\n'
    witnesses = read(text).witnesses
    assert witnesses is not None
    assert (
        witnesses.observers[0].name,
        witnesses.observers[0].witness,
        witnesses.observers[0].statement,
    ) == ("市统计局", WITNESS, None)
    assert (witnesses.quorum.notaries, witnesses.quorum.observers) == (0, 0)


def test_a_mistyped_witness_key_is_refused() -> None:
    text = SMALL + f'[witnesses]\nobservers = [ {{ name = "市统计局", witness = "{WITNESS[:-1]}I" }} ]\n'
    ((line, message),) = errors_of(text)
    assert line_of("observers", text) == line
    assert "verifier key" in message


def test_all_errors_are_told_at_once() -> None:
    """Three mistakes in three tables: three errors, in the order of their lines."""
    text = changed('name = "服务态度"', 'nam = "服务态度"')
    text = changed('category = "gov"\n\n[[unit]]', 'category = "goverment"\n\n[[unit]]', text)
    text = changed("places = 2", "places = 2.0", text)
    lines = [line for line, _ in errors_of(text)]
    assert [line_of('id = "attitude"', text) - 1, line_of("nam =", text), line_of("goverment", text)] == lines[:3]
    assert line_of("places", text) == lines[3]


def test_an_error_reads_as_file_line_and_what_would_be_right() -> None:
    with pytest.raises(RundownErrors) as caught:
        read(changed("weight = 60", "weight = 60.5"))
    assert (
        str(caught.value.errors[0])
        == 'show.toml:13: weight = 60.5 is a binary float; write it exactly: weight = "60.5"'
    )


REFUSED = [
    ('id = "small-1"', 'id = "-small"', "is not an id"),
    ('id = "small-1"', "id = 7", "write a text in quotes"),
    ('authority = "pingyi.example"', 'authority = "Ping Yi"', "a host name in lower case"),
    ("date = 2012-12-15", 'date = "2012-12-15"', "write a date without quotes"),
    ("date = 2012-12-15", "date = 2012-12-15T08:00:00", "write a date without quotes"),
    ("small_cell = 3", 'small_cell = "3"', "a whole number from 0"),
    ("small_cell = 3", "small_cell = true", "a whole number from 0"),
    ("small_cell = 3", "batch_seconds = 0.1", "from 0.2 to 5"),
    ("small_cell = 3", "batch_seconds = nan", "from 0.2 to 5"),
    ("small_cell = 3", "batch_wait = 10.5", "from 0 to 10"),
    ("small_cell = 3", "window_seconds = 0", "a whole number from 1 to 86400"),
    ("small_cell = 3", 'late = "never"', '"next-round", "until-close"'),
    ("small_cell = 3", 'confirm = { lock = ["boss"] }', "operator, teller, scrutineer, notary"),
    ("small_cell = 3", 'confirm = { lock = ["notary", "notary"] }', "each once"),
    ("small_cell = 3", "confirm = { unlock = [] }", "did you mean lock?"),
    ("small_cell = 3", 'public_entries = "no"', "true or false"),
    ("small_cell = 3", 'url = "192.168.8.2:8080"', "http://192.168.8.2:8080"),
    ("small_cell = 3", "tolerence_ms = 1000", "did you mean tolerance_ms?"),
    ('admission = "card"', 'admission = "paper"', '"card", "open"'),
    ("seats = 20", "seats = 0", "from 1 to"),
    ("seats = 20", "seats = 20\nair_delay_seconds = 20", "belongs to open panels"),
    ("unverified = true", "seats = 5\nunverified = true", "belongs to card panels"),
    ("unverified = true", "unverified = false\nair_delay_seconds = 20", "needs unverified = true"),
    ("weight = 40", "weight = 39", "60 + 39 = 99; they must sum to 100"),
    ("weight = 40", 'weight = "4e1"', "an integer or a decimal in quotes"),
    ("weight = 40", "weight = -40", "0 to 100"),
    ('id = "offsite"', 'id = "deputies"', '"deputies" is there twice'),
    ("score = 60", "score = 60.0", 'score = "60.0"'),
    ('{ id = "dk", name = "不了解" }', '{ id = "yes", name = "不了解" }', 'option "yes" is there twice'),
    ('{ id = "dk", name = "不了解" }', '{ id = "blank", name = "不了解" }', "is not an id"),
    ("range = [0, 100]", "range = [0, 10]", "range = [0, 100] is right"),
    ("range = [0, 100]\ntrim = 1", "trim = 1", "either options"),
    ("trim = 1", "trim = -1", "a whole number from 0"),
    ('\n[[scale]]\nid = "marks"', 'trim = 1\n\n[[scale]]\nid = "marks"', "it needs range = [0, 100]"),
    ('scale = "sat"', 'scale = "satt"', "known: sat, marks"),
    ("bottom = 1", "bottom = 3", "the category has 2 units"),
    ('id = "env"', 'id = "r00"', "is not an id"),
    ('id = "env"', 'id = "r907"', "is not an id"),
    ('id = "env"', 'id = "edu"', 'unit "edu" is there twice'),
    ('name = "市教育局"', 'name = ""', "name is empty"),
    ('name = "市教育局"', 'name = "市\\n教育局"', "a line break or a control character"),
    ("places = 2", "places = 7", "from 0 to 6"),
    ('id = "vote"', 'id = "poll"', 'no channel has id = "vote"'),
    ("weight = 30 }", "weight = 31 }", "70 + 31 = 101"),
    ("weight = 30 }", "weight = 30.0 }", 'weight = "30.0"'),
    ("[result]", "[results]", "did you mean result?"),
    ("[[category]]", "[category]", "two brackets"),
]


@pytest.mark.parametrize(("old", "new", "told"), REFUSED)
def test_what_is_wrong_is_refused_with_what_would_be_right(old: str, new: str, told: str) -> None:
    found = errors_of(changed(old, new))
    assert any(told in message for _, message in found), found


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


def test_a_unit_criterion_and_panel_are_voted_on_once() -> None:
    """Two scoring rounds over the same cell would be two counts of one thing; disjoint panels are fine."""
    first = '[[round]]\nid = "r01"\nunits = ["edu"]\npanels = ["deputies"]\n'
    other = '[[round]]\nid = "r02"\nunits = ["edu"]\npanels = ["offsite"]\n'
    again = '[[round]]\nid = "r03"\nkind = "sheet"\nunits = ["*"]\npanels = ["offsite"]\n'
    assert len(read(SMALL + first + other).rounds) == 2
    ((line, message),) = errors_of(SMALL + first + other + again)
    assert SMALL.count("\n") + 12 == line
    assert "are voted on in r02 already" in message


def test_a_vote_that_can_give_no_score_is_refused() -> None:
    text = SMALL + '[[round]]\nid = "r01"\nunits = ["edu"]\ncriteria = ["attitude"]\n'
    for score in ("100", "60", "0"):
        text = changed(f", score = {score} }}", " }", text)
    assert any("asks no criterion with a score" in message for _, message in errors_of(text))


def test_a_paper_too_large_for_the_record_is_refused() -> None:
    """The grammar stands in the `open` entry, and a choice in one message of a phone."""
    units = "".join(f'[[unit]]\nid = "u{n}"\nname = "单位{n}"\ncategory = "gov"\n' for n in range(250))
    criteria = "".join(f'[[criterion]]\nid = "c{n}"\nname = "项{n}"\nscale = "sat"\n' for n in range(6))
    text = SMALL + units + criteria + SHEET
    ((line, message),) = errors_of(text)
    assert line_of('units = ["*"]', text) == line
    assert "split the round" in message


@pytest.mark.parametrize(
    ("data", "line", "told"),
    [
        (b'[session]\nid = "a\n', 2, "not TOML"),
        (b"[session]\nid = 1\nid = 2\n", 3, "not TOML"),
        (b"[session]\nid = ", 2, "not TOML"),
        (b"[session]\n\nid = '\xff'\n", 3, "not UTF-8"),
        (b"\xef\xbb\xbf[session]\n", 1, "byte order mark"),
        (b"", 1, "[session] is missing"),
        (b"x = " + b"[" * 20_000, 1, "nested"),
        (b"x = " + b"9" * 10_000, 1, "digits"),
        (b"#" * 1_000_001, 1, "at most 1000000"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_with_its_line(data: bytes, line: int, told: str) -> None:
    with pytest.raises(RundownErrors) as caught:
        read_rundown(data, "show.toml")
    assert any(error.line == line and told in error.message for error in caught.value.errors), str(caught.value)


def test_a_rundown_is_a_value() -> None:
    """Equal files, equal rundowns; nothing in them can be changed."""
    first: Rundown = read(SMALL)
    assert read(SMALL) == first
    with pytest.raises(AttributeError):
        first.session.title = "x"  # type: ignore[misc]
