"""The choice grammar (the README): exactly one way to write a choice, everything else refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.ballots import BLANK_CHOICE, BallotForm, Choice, check_choice, grammar_of
from audience_server.domain.refusals import Refusal, RefusalCode
from tests.rules_samples import SHEET, SMALL, read

SELECT = '[[round]]\nid = "r01"\nkind = "select"\nunits = ["*"]\nchoose = 3\n'
MORE_UNITS = "".join(f'[[unit]]\nid = "u{n}"\nname = "单位{n}"\ncategory = "gov"\n' for n in range(3, 13))


def form(round_text: str = "", units: str = "") -> BallotForm:
    rundown = read(SMALL + units + round_text)
    return BallotForm(rundown.rounds[0], rundown)


def one(criterion: str) -> BallotForm:
    return form(f'[[round]]\nid = "r01"\nunits = ["edu"]\ncriteria = ["{criterion}"]\n')


OPTIONS, MARKS, SEVERAL = one("attitude"), one("speed"), form()
SHEETS, SELECTION = form(SHEET), form(SELECT, MORE_UNITS)
TRIAL = form('[[round]]\nid = "t01"\nkind = "trial"\n')


def test_the_grammar_is_written_out() -> None:
    """FORMAT.md: `1-N`, `0-100`, `1=…;2=…`, `1.1=…;1.2=…`, `K/N`."""
    assert "1-4" == OPTIONS.grammar
    assert "0-100" == MARKS.grammar
    assert "1=1-4;2=0-100" == SEVERAL.grammar
    assert "1.1=1-4;1.2=0-100;2.1=1-4;2.2=0-100" == SHEETS.grammar
    assert "3/12" == SELECTION.grammar
    assert "1-2" == TRIAL.grammar


@pytest.mark.parametrize(
    ("ballot_form", "choice", "items"),
    [
        (OPTIONS, "1", {("edu", "attitude"): "yes"}),
        (OPTIONS, "4", {("edu", "attitude"): "dk"}),
        (MARKS, "0", {("edu", "speed"): "0"}),
        (MARKS, "100", {("edu", "speed"): "100"}),
        (SEVERAL, "1=2;2=99", {("edu", "attitude"): "fair", ("edu", "speed"): "99"}),
        (SEVERAL, "1=-;2=5", {("edu", "attitude"): "blank", ("edu", "speed"): "5"}),
        (SEVERAL, "1=3;2=-", {("edu", "attitude"): "no", ("edu", "speed"): "blank"}),
        (
            SHEETS,
            "1.1=1;1.2=-;2.1=-;2.2=7",
            {
                ("edu", "attitude"): "yes",
                ("edu", "speed"): "blank",
                ("env", "attitude"): "blank",
                ("env", "speed"): "7",
            },
        ),
        (TRIAL, "2", {("", ""): "no"}),
    ],
)
def test_a_choice_means_its_answers(ballot_form: BallotForm, choice: str, items: dict[tuple[str, str], str]) -> None:
    assert Choice(blank=False, items=items) == ballot_form.check(choice)


def test_a_selection_names_units_in_the_order_of_the_round() -> None:
    assert Choice(blank=False, selected=("u3", "u7", "u12")) == SELECTION.check("3,7,12")
    assert Choice(blank=False, selected=("edu",)) == SELECTION.check("1")


@pytest.mark.parametrize("ballot_form", [OPTIONS, MARKS, SEVERAL, SHEETS, SELECTION, TRIAL])
def test_a_ballot_blank_in_full_is_a_dash(ballot_form: BallotForm) -> None:
    assert BLANK_CHOICE == ballot_form.check("-")


NOT_OPTIONS = ["", "0", "5", "01", "+1", "1 ", " 1", "1\n", "1;", "1=1", "-1", "--", "yes", "１", "²", "1-4", "1,2"]
NOT_MARKS = ["", "101", "00", "007", "1.0", "1e1", "-0", "+5", "99.5", "1000", "٣", " 5"]
NOT_SEVERAL = [
    "1=-;2=-", "1=1", "1=1;", ";1=1;2=5", "1=1;2=5;", "2=5;1=1", "1=1;1=1", "1=1;2=5;3=1", "1=5;2=5", "1=1;2=101",
    "01=1;2=5", "1 =1;2=5", "1=1; 2=5", "1=1,2=5", "1=;2=5", "1==1;2=5", "1=1;2=-5", "1", "1=--;2=5", "1=1;2", "=1;=5",
]  # fmt: skip
NOT_SHEETS = [
    "1.1=-;1.2=-;2.1=-;2.2=-", "1.1=1;1.2=1;2.1=1", "1.2=1;1.1=1;2.1=1;2.2=1", "1=1;2=1;3=1;4=1",
    "1.1=1;1.2=1;2.1=1;2.2=x", "1.01=1;1.2=1;2.1=1;2.2=1", "1.1=1;1.2=1;2.1=1;2.2=1;", "1,1=1;1.2=1;2.1=1;2.2=1",
]  # fmt: skip
NOT_SELECTION = ["", "0", "13", "1,2,3,4", "2,1", "1,1", "1,", ",1", "1, 2", "01", "1;2", "1.2", "1,2,-", "12,3", "１"]


@pytest.mark.parametrize(
    ("ballot_form", "choice"),
    [
        (ballot_form, choice)
        for ballot_form, choices in (
            (OPTIONS, NOT_OPTIONS),
            (MARKS, NOT_MARKS),
            (SEVERAL, NOT_SEVERAL),
            (SHEETS, NOT_SHEETS),
            (SELECTION, NOT_SELECTION),
        )
        for choice in choices
    ],
)
def test_anything_else_is_refused(ballot_form: BallotForm, choice: str) -> None:
    refused = ballot_form.check(choice)
    assert isinstance(refused, Refusal)
    assert RefusalCode.BAD_CHOICE == refused.code


def test_a_very_long_choice_is_refused_without_being_read() -> None:
    assert isinstance(SHEETS.check("1.1=1;" * 1_000_000), Refusal)
    assert isinstance(SELECTION.check("1," * 1_000_000), Refusal)


def test_the_longest_choice_fits_its_bound() -> None:
    assert len("1.1=4;1.2=100;2.1=4;2.2=100") <= SHEETS.longest
    assert len("1,2,3,4,5,6,7,8,9,10,11,12") <= SELECTION.longest


def test_one_choice_can_be_checked_without_a_form() -> None:
    rundown = read(SMALL)
    assert "1=1-4;2=0-100" == grammar_of(rundown.rounds[0], rundown)
    assert isinstance(check_choice(rundown.rounds[0], rundown, "1=1;2=50"), Choice)


ANSWERS = st.sampled_from(["yes", "fair", "no", "dk", "blank"])
MARK_ANSWERS = st.one_of(st.integers(0, 100).map(str), st.just("blank"))


@given(st.tuples(ANSWERS, MARK_ANSWERS, ANSWERS, MARK_ANSWERS))
def test_what_is_written_is_read_back(answers: tuple[str, ...]) -> None:
    """For every choice there is one text, and reading it gives the choice."""
    items = {item.key: answer for item, answer in zip(SHEETS.items, answers, strict=True)}
    choice = Choice(blank=False, items=items) if set(answers) != {"blank"} else BLANK_CHOICE
    assert choice == SHEETS.check(SHEETS.write(choice))


@given(st.text(alphabet="0123456789=;,.-", max_size=30))
def test_what_is_read_is_written_back(text: str) -> None:
    """An accepted text is the only one for its choice."""
    for ballot_form in (OPTIONS, MARKS, SEVERAL, SHEETS, SELECTION):
        choice = ballot_form.check(text)
        if isinstance(choice, Choice):
            assert text == ballot_form.write(choice)


@given(st.sets(st.integers(1, 12), min_size=1, max_size=3))
def test_a_selection_is_written_ascending(numbers: set[int]) -> None:
    text = ",".join(map(str, sorted(numbers)))
    choice = SELECTION.check(text)
    assert isinstance(choice, Choice)
    assert text == SELECTION.write(choice)


@given(st.text(max_size=40))
def test_no_text_makes_a_form_raise(text: str) -> None:
    for ballot_form in (OPTIONS, MARKS, SEVERAL, SHEETS, SELECTION):
        ballot_form.check(text)
