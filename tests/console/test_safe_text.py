"""Text of others: nothing that a terminal obeys gets through, and people's words come out whole."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.safe_text import LIMIT, broken, fit, safe_message, safe_text
from tests.console.views import view

HARMLESS = [
    "市教育局",
    "Señor Müller",
    "👨‍👩‍👧 一家",
    "[/b] [@click=app.quit]点我[/]",
    "100% “好”",
    "한국어",
    "e\u0301",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_words_of_people_come_out_whole(text: str) -> None:
    """Brackets too: it is the widgets that read no markup."""
    assert unicodedata.normalize("NFC", text) == safe_text(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b]0;owned\x07b", "a ]0;owned b"),
        ("a\x1b[2Jb", "a [2Jb"),
        ("a\x9b2Jb", "a 2Jb"),
        ("a\x00b", "a b"),
        ("a\r\nb\tc", "a  b c"),
        ("a\u2028b\u2029c", "a b c"),
        ("abc\u202egnp", "abcgnp"),
        ("\u2066x\u2069", "x"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("a\ud800b", "a\ufffdb"),
        ("a\ue000b", "a\ufffdb"),
        ("Z" + "\u0335" * 40 + "y", "Z\u0335\u0335y"),
    ],
)
def test_what_a_terminal_obeys_does_not_come_out(text: str, expected: str) -> None:
    assert expected == safe_text(text)


def test_long_text_is_cut_and_says_so() -> None:
    assert "长" * LIMIT == safe_text("长" * LIMIT)
    assert "长" * LIMIT + "…" == safe_text("长" * (LIMIT + 1))


@given(st.text(max_size=200))
def test_no_text_at_all_brings_a_control_character_through(text: str) -> None:
    """Zs is the only separator, ZWJ the only format character."""
    safe = safe_text(text)
    kinds = {unicodedata.category(each) for each in safe if each not in "\u200d\ufffd"}
    assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_every_text_of_a_message_is_made_safe() -> None:
    """Names, keys, lists: a view holds no text that was not looked at."""
    hostile = view(title="a\x1b[2Jb", criteria={"over\x1ball": "总\u202e体"}, waiting_for=("x\x07",))
    safe = safe_message(hostile)
    assert ("a [2Jb", {"over all": "总体"}, ("x ",)) == (safe.title, safe.criteria, safe.waiting_for)


@given(st.text(alphabet="a市🙂 é", max_size=30), st.integers(min_value=1, max_value=20))
def test_fitted_text_takes_exactly_its_cells(text: str, cells: int) -> None:
    """Half a Chinese character does not exist; a space stands in."""
    assert cells == cell_len(fit(text, cells))


def test_a_sentence_is_broken_where_it_can_be_read_aloud() -> None:
    """No number is torn apart, no line begins with a comma or a full stop, nothing is lost."""
    sentence = "本轮发出评议票60张,收回26张,收回数少于发出数,本轮测评有效。其中有效票26张,弃权0张。"
    for cells in range(8, 90):
        lines = broken(sentence, cells)
        assert sentence == "".join(lines)
        assert all(cell_len(line) <= cells for line in lines)
        assert all(line[0] not in ",。" for line in lines)
        assert not any(before[-1].isdigit() and after[0].isdigit() for before, after in pairwise(lines))
    assert ["26 of 60", "ballots"] == [line.rstrip() for line in broken("26 of 60 ballots", 9)]
