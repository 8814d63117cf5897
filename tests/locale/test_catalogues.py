"""Every catalogue: complete in all languages, free of words that promise too much, and free of dead texts."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from audience_server.locale.catalogue import LANGUAGES, placeholders

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "audience_server" / "locale"
AREAS = sorted({file.stem for file in LOCALE.glob("*/*.json")})

# what a program may never claim (WORDS.md, "Words that people read"), in both scripts
CLAIMS = (
    *("公证通过", "已公证", "不可篡改", "绝对安全", "绝对匿名", "官方认证", "区块链存证"),
    *("公證通過", "已公證", "不可篡改", "不可竄改", "絕對安全", "絕對匿名", "官方認證", "區塊鏈存證"),
    *("tamper-proof", "tamperproof", "absolutely secure", "absolutely anonymous", "officially certified"),
)
# words of elections and of lists of persons: this is neither
WRONG_WORDS = ("选票", "選票", "入场卡", "入場卡", "名册", "名冊", "选举", "選舉")

CODE = [
    file
    for package in ("console", "audience_server")
    for file in sorted((ROOT / package).rglob("*"))
    if file.suffix in (".py", ".js", ".html", ".tcss") and LOCALE not in file.parents
]


def texts(language: str, area: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((LOCALE / language / f"{area}.json").read_text("utf-8"))
    return loaded


@cache
def all_code() -> str:
    return "\n".join(file.read_text("utf-8") for file in CODE)


def is_used(key: str) -> bool:
    """The key stands in the code as a string, or begins as one that is composed: `f"phase_{name}"`."""
    starts = [key[: found.end()] for found in re.finditer("[_.-]", key)]
    composed = "|".join(re.escape(start) + r"\$?\{" for start in starts)
    return bool(re.search(rf"""["'`](?:{re.escape(key)}["'`]{"|" + composed if composed else ""})""", all_code()))


@pytest.mark.parametrize("area", AREAS)
def test_every_language_has_the_same_keys_in_the_same_order(area: str) -> None:
    for language in LANGUAGES:
        assert list(texts("zh-Hans", area)) == list(texts(language, area)), language


@pytest.mark.parametrize("area", AREAS)
def test_every_language_asks_for_the_same_values(area: str) -> None:
    for key, text in texts("zh-Hans", area).items():
        for language in LANGUAGES:
            assert placeholders(text) == placeholders(texts(language, area)[key]), (language, key)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_every_text_says_something_and_has_no_broken_placeholder(area: str, language: str) -> None:
    for key, text in texts(language, area).items():
        assert isinstance(text, str), key
        assert text.strip(), key
        assert not re.search("[{}]", re.sub(r"\{[a-z][a-z0-9_]*\}", "", text)), (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_people_read_the_words_of_the_field(area: str, language: str) -> None:
    for key, text in texts(language, area).items():
        assert not [word for word in WRONG_WORDS if word in text], (key, text)


@pytest.mark.parametrize("area", AREAS)
def test_the_scripts_do_not_mix(area: str) -> None:
    """A few characters that only one of the two scripts has."""
    for language, foreign in (("zh-Hans", "評議議會張讓請開關結選擇碼閉"), ("zh-Hant", "评议请开关张结选择码闭场")):
        for key, text in texts(language, area).items():
            assert not set(foreign) & set(text), (language, key, text)


@pytest.mark.parametrize("area", AREAS)
def test_every_text_is_used_somewhere(area: str) -> None:
    assert [key for key in texts("zh-Hans", area) if not is_used(key)] == []


SHIPPED = [
    *CODE,
    *LOCALE.rglob("*.json"),
    *(ROOT / "audience_server" / "examples").glob("*.toml"),
    ROOT / "audience_server" / "record" / "FORMAT.md",
    ROOT / "README.md",
]


def standing(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Which of these words stand in which file that people get."""
    told = {str(file.relative_to(ROOT)): file.read_text("utf-8").lower() for file in SHIPPED}
    return [(name, word) for name, text in told.items() for word in words if word in text]


def test_nothing_that_is_shipped_claims_too_much() -> None:
    """Catalogues, pages, programs, forms, what an office keeps."""
    assert standing(CLAIMS) == []


def test_an_entry_is_never_told_by_an_ordinal() -> None:
    """An index counts from 0, whoever reads 第n条 counts from 1."""
    told = {str(file): re.findall(r"第\{[a-z_.]*(?:index|entry)\}[条條]", file.read_text("utf-8")) for file in SHIPPED}
    assert {name: found for name, found in told.items() if found} == {}


def test_nothing_that_is_shipped_speaks_of_elections_or_lists_of_persons() -> None:
    """Texts that stand in a program or a page instead of a catalogue, too."""
    assert {file.name for file in SHIPPED} >= {"verify.py", "office.py", "archive.py", "FORMAT.md", "index.html"}
    assert standing(WRONG_WORDS) == []
