"""The reader of the catalogues."""

import pytest

from audience_server.locale.catalogue import Catalogue, catalogue, match_language, placeholders, terminal_language


@pytest.mark.parametrize(
    ("language", "tags"),
    [
        ("zh-Hans", ["zh", "zh-CN", "zh-SG", "zh-Hans", "zh-Hans-HK", "zh_CN.UTF-8", "ZH-cn"]),
        ("zh-Hant", ["zh-TW", "zh-HK", "zh-MO", "zh-Hant", "zh-Hant-CN", "zh_TW.UTF-8"]),
        ("en", ["en", "en-GB", "fr", "de_DE", "", "zhx"]),
    ],
)
def test_a_tag_of_chinese_finds_its_script_and_everything_else_is_english(language: str, tags: list[str]) -> None:
    assert [language] * len(tags) == [match_language(tag) for tag in tags]


def test_a_terminal_speaks_the_language_that_was_asked_for_first() -> None:
    environment = {"TOUCHSTONE_LANG": "zh-HK", "LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8"}
    assert terminal_language("en", environment) == "en"
    assert terminal_language(None, environment) == "zh-Hant"
    assert terminal_language(None, {"LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8"}) == "en"


def test_a_locale_that_says_nothing_is_chinese() -> None:
    assert terminal_language(None, {"LANG": "POSIX", "LC_ALL": "", "LC_MESSAGES": "C"}) == "zh-Hans"


def test_values_go_in_as_plain_text() -> None:
    """A value that looks like a placeholder is not looked up again."""
    texts = Catalogue("en", "cards", {"a": "{one} of {two}"})
    assert texts.text("a", one="{two}", two=58) == "{two} of 58"


def test_unknown_keys_and_missing_values_are_errors() -> None:
    texts = Catalogue("en", "cards", {"a": "{one}"})
    with pytest.raises(KeyError, match="b"):
        texts.text("b")
    with pytest.raises(KeyError, match="one"):
        texts.text("a")
    assert "a" in texts
    assert "b" not in texts


def test_a_text_names_the_values_it_asks_for() -> None:
    assert placeholders("{returned}/{issued}, { no }, {No}") == {"returned", "issued"}


def test_an_area_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        catalogue("en", "nowhere")
