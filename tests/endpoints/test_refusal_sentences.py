"""Every refusal has a sentence for people, in every language, and it fits who hears it."""

from __future__ import annotations

import pytest

from audience_server.domain.refusals import RefusalCode
from audience_server.endpoints.control_door import DESK_WORDS
from audience_server.locale.catalogue import LANGUAGES, Language, catalogue

SAID_TO_PHONES = list(RefusalCode)[: list(RefusalCode).index(RefusalCode.UNKNOWN_COMMAND)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_says_what_to_do(code: RefusalCode, language: Language) -> None:
    """Never a code alone."""
    words = catalogue(language, "refusals")
    assert words.text(code.value, detail="").strip()
    assert words.text(DESK_WORDS.get(code, code.value), detail="").strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", SAID_TO_PHONES)
def test_what_phones_are_told_is_whole_without_details(code: RefusalCode, language: Language) -> None:
    """A detail is for the desk; a voter's sentence has no open end where one is missing."""
    sentence = catalogue(language, "refusals").text(code.value, detail="").strip()
    assert not sentence.endswith((":", ":", "(", "(", ","))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_desk_is_told_names_what_is_wrong(language: Language) -> None:
    """The round, or the place in the message."""
    words = catalogue(language, "refusals")
    for key in DESK_WORDS.values():
        assert "r07" in words.text(key, detail="r07")
