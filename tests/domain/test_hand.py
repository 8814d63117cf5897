"""A paper count is read when it adds up, and refused with the line and what would be right when it does not."""

import hashlib

import pytest

from audience_server.domain.hand import HandPaper, read_hand
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.tally import PanelVotes, count_ballots
from tests.rules_samples import SHEET, SMALL, changed, read

PAPER = """\
round = "r01"
panel = "deputies"
present = 5
issued = 4
returned = 4
valid = 2
invalid = 1
abstained = 1

[counts.edu.attitude]
yes = 1
fair = 1

[counts.edu.speed]
77 = 1
blank = 1
"""
SELECT = '[[round]]\nid = "r01"\nkind = "select"\nunits = ["*"]\nchoose = 2\n'
MOOD = '[[round]]\nid = "r03"\nkind = "mood"\n'
NUMBERS = PAPER[: PAPER.index("[counts")]


def read_paper(text: str, rounds: str = "") -> HandPaper | Refusal:
    return read_hand(text.encode(), read(SMALL + rounds), "paper.toml")


def test_a_paper_that_adds_up_becomes_the_fields_of_the_entry() -> None:
    """Every option of a scale with its zeros, marks and blanks above 0; `sheet` is the digest of the file."""
    paper = read_paper(PAPER)
    assert isinstance(paper, HandPaper)
    assert ("r01", "deputies") == (paper.round, paper.panel)
    assert {
        "panel": "deputies",
        "present": 5,
        "issued": 4,
        "returned": 4,
        "valid": 2,
        "invalid": 1,
        "abstained": 1,
        "counts": {
            "edu": {"attitude": {"yes": 1, "fair": 1, "no": 0, "dk": 0}, "speed": {"77": 1, "blank": 1}},
        },
        "sheet": hashlib.sha256(PAPER.encode()).hexdigest(),
    } == paper.body


def test_a_paper_is_counted_like_ballots() -> None:
    paper = read_paper(PAPER)
    assert isinstance(paper, HandPaper)
    rundown = read(SMALL)
    counted = count_ballots(rundown.round("r01"), rundown, [], {paper.panel: paper.body})
    assert PanelVotes(returned=4, valid=2, invalid=1, abstained=1) == counted.votes["deputies"]
    assert paper.body["counts"] == counted.counts["deputies"]


def test_inline_counts_are_the_same() -> None:
    """A short paper fits on one line."""
    inline = "counts = { edu = { attitude = { yes = 1, fair = 1 }, speed = { 77 = 1, blank = 1 } } }\n"
    first, second = read_paper(PAPER), read_paper(NUMBERS + inline)
    assert isinstance(first, HandPaper)
    assert isinstance(second, HandPaper)
    assert first.body["counts"] == second.body["counts"]


def test_papers_that_are_all_blank_or_invalid_need_no_counts() -> None:
    text = changed("valid = 2", "valid = 0", changed("returned = 4", "returned = 2", NUMBERS))
    paper = read_paper(text)
    assert isinstance(paper, HandPaper)
    assert {"edu": {"attitude": {"yes": 0, "fair": 0, "no": 0, "dk": 0}, "speed": {}}} == paper.body["counts"]


def test_select_rounds_and_own_questions_have_flat_counts() -> None:
    selection = read_paper(NUMBERS + "[counts]\nedu = 2\nenv = 1\n", SELECT)
    mood = read_paper(NUMBERS.replace('"r01"', '"r03"') + "[counts]\nyes = 2\n", MOOD)
    assert isinstance(selection, HandPaper)
    assert isinstance(mood, HandPaper)
    assert {"edu": 2, "env": 1} == selection.body["counts"]
    assert {"yes": 2, "no": 0} == mood.body["counts"]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ('round = "r01"', 'round = "r09"', 1, "known: r01, r02"),
        ('panel = "deputies"', 'panel = "experts"', 2, "known: deputies, offsite"),
        ("present = 5", "", 1, "present is missing"),
        ("present = 5", "present = 3", 4, "issued = 4 is more than present = 3"),
        ("issued = 4", "issued = 3", 5, "returned = 4 is more than issued = 3"),
        ("returned = 4", "returned = 3", 5, "valid + invalid + abstained = 4"),
        ("valid = 2", "valid = 2.0", 6, "a whole number"),
        ("invalid = 1", "invalid = -1", 7, "a whole number"),
        ("abstained = 1", "abstained = 1\nstolen = 1", 9, "unknown key"),
        ("fair = 1", "fair = 2", 10, "sum to 3; 2 papers are valid"),
        ("fair = 1", "fare = 1", 12, "did you mean fair?"),
        ("fair = 1", "", 10, "sum to 1; 2 papers are valid"),
        ("77 = 1", "101 = 1", 15, "unknown key"),
        ("77 = 1", "077 = 1", 15, "unknown key"),
        ("[counts.edu.speed]", "[counts.edu.haste]", 14, "known here: attitude, speed"),
        ("[counts.edu.speed]", "[counts.env.speed]", 10, "no counts of edu, speed"),
        ("[counts.edu.attitude]", "[counts.edu.attitude", 10, "not TOML"),
        ("[counts.edu.attitude]", "[[counts.edu.attitude]]", 10, "a table is right"),
    ],
)
def test_what_does_not_add_up_is_refused_with_its_line(old: str, new: str, line: int, told: str) -> None:
    refused = read_paper(changed(old, new, PAPER))
    assert isinstance(refused, Refusal)
    assert RefusalCode.BAD_FILE == refused.code
    found = [text for text in refused.detail.splitlines() if text.startswith(f"paper.toml:{line}: ")]
    assert any(told in text for text in found), refused.detail


def test_a_panel_that_does_not_vote_in_the_round_hands_in_no_paper() -> None:
    only = '[[round]]\nid = "r01"\nunits = ["edu"]\npanels = ["offsite"]\n'
    refused = read_paper(PAPER, only)
    assert isinstance(refused, Refusal)
    assert "does not vote in r01" in refused.detail


def test_a_selection_of_too_many_or_too_few_is_refused() -> None:
    for counts in ("edu = 3\n", "edu = 1\n", "edu = 2\nenv = 2\nother = 1\n"):
        assert isinstance(read_paper(NUMBERS + "[counts]\n" + counts, SELECT), Refusal)


def test_a_sheet_is_counted_unit_by_unit() -> None:
    cells = "".join(f"[counts.{unit}.attitude]\nno = 2\n[counts.{unit}.speed]\n5 = 2\n" for unit in ("edu", "env"))
    paper = read_paper(NUMBERS + cells, SHEET)
    assert isinstance(paper, HandPaper)
    assert {"5": 2} == paper.body["counts"]["env"]["speed"]
