"""A list in one line: whatever stands in the words, the line gives back the same list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.word_line import DIVIDERS, as_line, divider_for, from_line

WORDS = st.lists(st.text(st.sampled_from("ab 红包;、"), min_size=1).map(str.strip).filter(bool), unique=True)


@given(WORDS)
def test_a_list_survives_its_line(words: list[str]) -> None:
    """Phrases with blanks and with most dividers too."""
    divider = divider_for(words)
    assert tuple(words) == from_line(as_line(words, divider), divider)


def test_an_input_method_s_own_divider_divides_too() -> None:
    """Full width or half; each word once, nothing empty."""
    assert ("吃拿卡要", "red envelope") == from_line("吃拿卡要\uff1b red envelope;;吃拿卡要", DIVIDERS[0])
