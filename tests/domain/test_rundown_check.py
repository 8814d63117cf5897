"""What only the whole file can show: votes held twice, votes without a score, papers too large."""

from tests.rules_samples import SHEET, SMALL, changed, errors_of, line_of, read


def test_a_unit_criterion_and_panel_are_voted_on_once() -> None:
    """Two scoring rounds over the same cell would be two counts of one thing; disjoint panels are fine."""
    first = '[[round]]\nid = "r01"\nunits = ["edu"]\npanels = ["deputies"]\n'
    other = '[[round]]\nid = "r02"\nunits = ["edu"]\npanels = ["offsite"]\n'
    again = '[[round]]\nid = "r03"\nkind = "sheet"\nunits = ["*"]\npanels = ["offsite"]\n'
    assert 2 == len(read(SMALL + first + other).rounds)
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
