"""Whatever is done to a session file, the answer is a rundown or errors that name a line of it; never a crash."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from audience_server.domain.ballots import BallotForm
from audience_server.domain.rules_page import rules_page
from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import RundownErrors, read_rundown
from audience_server.locale.catalogue import catalogue
from tests.rules_samples import SHEET, SMALL

CUES = '\n[[cue]]\nkind = "vote"\nround = "r01"\n[[cue]]\nkind = "report"\nunit = "edu"\n'
TRIAL = '\n[[round]]\nid = "t01"\nkind = "trial"\n'
WHOLE = SMALL + SHEET + TRIAL + CUES
LINES = WHOLE.split("\n")
WORDS = re.findall(r"[\w.-]+|\"[^\"]*\"|[^\w\s]", WHOLE)
ODD = [
    '"*"', "1.5", "-1", "[]", "{}", "{ a = 1 }", "[1, 2]", "true", "nan", "2012-12-15", "12:00:00", '""', '"\\u0000"',
    "[[", "]]", "=", '"""', "'", "#", "99999999999999999999", '"r900"', '"blank"', '"-"', "\\", "[a.b]", "0x1F",
    "1e400",
]  # fmt: skip


def read_or_refuse(data: bytes) -> Rundown | None:
    try:
        return read_rundown(data, "show.toml")
    except RundownErrors as refused:
        errors = refused.errors
    lines = data.count(b"\n") + 1
    assert errors
    assert all(1 <= error.line <= lines and error.message for error in errors), errors
    return None


def everything_works_with(rundown: Rundown) -> None:
    """A rundown that was accepted never surprises anybody later."""
    for round_ in rundown.rounds:
        assert BallotForm(round_, rundown).grammar
    assert rules_page(rundown, catalogue("zh-Hans", "rules").text)


@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.sampled_from([*LINES, "", *ODD])), min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_exchanged_lines_are_read_or_refused(changes: list[tuple[int, str]]) -> None:
    lines = list(LINES)
    for place, line in changes:
        lines[place] = line
    rundown = read_or_refuse("\n".join(lines).encode())
    if rundown is not None:
        everything_works_with(rundown)


@given(st.lists(st.tuples(st.integers(0, len(WORDS) - 1), st.sampled_from([*WORDS, *ODD])), min_size=1, max_size=3))
@settings(max_examples=250, deadline=None)
def test_exchanged_words_are_read_or_refused(changes: list[tuple[int, str]]) -> None:
    text = WHOLE
    for place, word in changes:
        text = text.replace(WORDS[place], word, 1)
    rundown = read_or_refuse(text.encode())
    if rundown is not None:
        everything_works_with(rundown)


@given(st.integers(0, len(WHOLE.encode()) - 1), st.binary(max_size=6), st.integers(0, 40))
@settings(max_examples=150, deadline=None)
def test_damaged_bytes_are_read_or_refused(place: int, put: bytes, cut: int) -> None:
    data = WHOLE.encode()
    read_or_refuse(data[:place] + put + data[place + cut :])
