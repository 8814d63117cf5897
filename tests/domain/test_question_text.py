"""What is kept of a hostile text: everything visible, nothing that acts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.question_text import JOINER, clean_text, says_something

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  学校门口\n为什么\t总堵车? ", "学校门口 为什么 总堵车?"),
        ("\u3000全角\u3000\u3000空格\u00a0", "全角 空格"),
        ("e\u0301te\u0301", "été"),
        ("红\x1b[31m\x9b2J\x07\x00字", "红 [31m 2J 字"),
        ("\u202e倒过来\u202c\u2066\u2069", "倒过来"),
        ("零\u200b宽\u2060\ufeff\u00ad字", "零宽字"),
        ("a\u200db \u200d c\u200d", "ab c"),
        (f"一家{FAMILY}人", f"一家{FAMILY}人"),
        ("❤️\u200d🔥 👍🏽 🇨🇳 1️⃣", "❤️\u200d🔥 👍🏽 🇨🇳 1️⃣"),
        ("高" + "\u0301" * 50, "高" + "\u0301" * 2),
        ("私\ue000用", "私\ufffd用"),
        ("空\u3164白\u2800\u115f", "空 白"),
        ("𠮷野家", "𠮷野家"),
        ("[/nope] <script> =1+1 'x'", "[/nope] <script> =1+1 'x'"),
        ("一\u2028二\u2029三", "一 二 三"),
    ],
)
def test_what_acts_goes_and_what_is_seen_stays(raw: str, kept: str) -> None:
    """Markup is text: who shows it does not read it."""
    assert kept == clean_text(raw)


@pytest.mark.parametrize("text", ["", "  ", "???", "\u200b\u200d", "……", "\u3164\u2800", "\u0301"])
def test_a_text_of_nothing_says_nothing(text: str) -> None:
    """Invisible characters and punctuation are no question."""
    assert not says_something(clean_text(text))


@pytest.mark.parametrize("text", ["好", "5", "👍", "why", FAMILY])
def test_a_word_a_number_or_a_picture_says_something(text: str) -> None:
    """A picture may be all that somebody has to say."""
    assert says_something(clean_text(text))


@given(st.text(max_size=200))
def test_cleaning_leaves_no_character_that_acts_and_cleaning_again_changes_nothing(text: str) -> None:
    """Of categories that act only the joiner is left; one line."""
    cleaned = clean_text(text)
    acting = {character for character in cleaned if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")}
    assert acting <= {JOINER}
    assert cleaned == clean_text(cleaned)
    assert cleaned == cleaned.strip()
    assert 1 >= len(cleaned.splitlines())
