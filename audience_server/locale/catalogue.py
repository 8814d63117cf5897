"""The texts of one area in one language.

A text is looked up, never composed of pieces, and a missing key or value is a KeyError: an error while testing
is better than half a sentence on air. Values are inserted as they are; whoever makes markup escapes the result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["zh-Hans", "zh-Hant", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")

_HERE = Path(__file__).parent
_TRADITIONAL_REGIONS = {"tw", "hk", "mo"}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Key -> text of one area. `text("turnout", returned=57, issued=58)`."""

    language: Language
    area: str
    texts: dict[str, str]

    def text(self, key: str, **values: object) -> str:
        return PLACEHOLDER.sub(lambda found: str(values[found[1]]), self.texts[key])

    def __contains__(self, key: str) -> bool:
        return key in self.texts


@cache
def catalogue(language: Language, area: str) -> Catalogue:
    """The texts of `area`; a language or area that does not exist is a FileNotFoundError."""
    texts = json.loads((_HERE / language / f"{area}.json").read_text("utf-8"))
    return Catalogue(language, area, texts)


def placeholders(text: str) -> frozenset[str]:
    """The names of the values that `text` asks for."""
    return frozenset(PLACEHOLDER.findall(text))


def match_language(tag: str) -> Language:
    """The language to speak to somebody who asked for the BCP 47 (or POSIX locale) tag `tag`."""
    primary, *rest = re.split(r"[-_.@]", tag.lower())
    if primary != "zh":
        return "en"
    if "hant" in rest:
        return "zh-Hant"
    if "hans" in rest:
        return "zh-Hans"
    return "zh-Hant" if _TRADITIONAL_REGIONS.intersection(rest) else "zh-Hans"


def terminal_language(asked: str | None, environ: Mapping[str, str]) -> Language:
    """The language of a terminal: the flag, then `TOUCHSTONE_LANG`, then the locale; Chinese when nothing is said."""
    for tag in (asked, *(environ.get(name) for name in ("TOUCHSTONE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))):
        if tag and tag.split(".")[0] not in ("C", "POSIX"):
            return match_language(tag)
    return "zh-Hans"
