"""Comparing texts: script, width, case and spaces make no difference; unrelated questions are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.matching.language_guess import guess_language
from audience_server.matching.near_duplicates import MOST_ALIKE, NearDuplicates
from audience_server.matching.normal_text import normal_text
from audience_server.matching.word_list import WordList

JAM = "学校门口为什么总是堵车,交警什么时候来管一管?"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("學校為什麼亂收費?", "学校为什么乱收费"),
        ("ＳＣＵＭ 敏 感词", "scum敏感词"),
        ("①号线", "1号线"),
        ("", "…!?👍"),
    ],
)
def test_the_same_words_have_the_same_form(one: str, other: str) -> None:
    """Whatever keyboard they were typed on."""
    assert normal_text(one) == normal_text(other)


@given(st.text(max_size=60))
def test_the_form_is_its_own_form(text: str) -> None:
    """Comparing twice compares the same."""
    assert normal_text(text).isalnum() or not normal_text(text)


def test_a_question_finds_those_that_ask_the_same() -> None:
    """Reworded, and in the other script; not what is about something else."""
    texts = NearDuplicates()
    texts.put("Q1", "edu", JAM)
    texts.put("Q2", "edu", "学校食堂的饭菜为什么涨价")
    texts.put("Q3", "edu", "校門口為什麼總是堵車,交警什麼時候管一管")
    texts.put("Q4", "env", JAM)
    texts.put("Q5", "edu", "学校门口总是堵车,为什么交警不来管?")
    assert ("Q3", "Q5") == texts.like("Q1")
    assert () == texts.like("Q2")
    assert () == texts.like("Q4")


def test_a_text_that_changed_or_left_is_no_longer_compared() -> None:
    """Edited and merged questions."""
    texts = NearDuplicates()
    texts.put("Q1", "", JAM)
    texts.put("Q2", "", JAM)
    assert ("Q2",) == texts.like("Q1")
    texts.put("Q2", "", "另外一件事情")
    assert () == texts.like("Q1")
    texts.put("Q2", "env", JAM)
    texts.drop("Q1")
    assert ((), ()) == (texts.like("Q1"), texts.like("Q2"))


def test_a_flood_of_the_same_text_names_a_few() -> None:
    """A screener merges them one screen at a time."""
    texts = NearDuplicates()
    for number in range(50):
        texts.put(f"Q{number}", "", JAM)
    texts.put("Q99", "", "?!")
    assert MOST_ALIKE == len(texts.like("Q7"))
    assert () == texts.like("Q99")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("这是敏 感-词!", ("敏感词",)),
        ("敏感詞", ("敏感词",)),
        ("ｓｃｕｍ和SCUM", ("Scum",)),
        ("先坏后敏感词", ("坏", "敏感词")),
        ("没有什么", ()),
        ("", ()),
    ],
)
def test_the_list_finds_its_words_however_they_are_written(text: str, found: tuple[str, ...]) -> None:
    """As the list writes them, in the order of the text."""
    assert found == WordList(["敏感词", "Scum", "坏", "敏感词", " ", "坏"]).in_text(text)


def test_an_empty_list_flags_nothing() -> None:
    """A session without words."""
    assert () == WordList([]).in_text("敏感词")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("学校为什么乱收费", "zh-Hans"),
        ("學校為什麼亂收費", "zh-Hant"),
        ("干了", "zh-Hans"),
        ("ETC为什么扣两次费", "zh-Hans"),
        ("請問 WiFi 密碼是多少", "zh-Hant"),
        ("Why is the bus always late?", "en"),
        ("どうしてですか", "other"),
        ("ماذا", "other"),
        ("123 👍", "other"),
        ("café près d'ici", "en"),
    ],
)
def test_the_language_is_guessed_from_the_letters(text: str, language: str) -> None:
    """Enough for a filter."""
    assert language == guess_language(text)
