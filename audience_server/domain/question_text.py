"""Text of the audience, cleaned once at receipt: what is kept can be shown on a terminal, a page, the air, a file.

Nothing visible is lost: emoji families stay whole, rare characters stay.  What only acts (controls, bidirectional
marks, invisible characters, towers of accents) goes.  Every door that shows it treats it as hostile all the same.
"""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 2
JOINER = "\u200d"
UNKNOWN = "\ufffd"

# characters that show nothing although their category says letter or symbol
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_PLAIN = re.compile(r"[\x20-\x7e\u3000-\u3029\u4e00-\u9fff\uff01-\uff5e“”‘’…—·]*\Z")
_SPACES = re.compile(r"[\s\u3000]+")


def clean_text(text: str) -> str:
    """One line of harmless characters, NFC, without white space at its ends or in a row."""
    if not _PLAIN.match(text):
        text = _without_joiners_of_nothing("".join(_kept(unicodedata.normalize("NFC", text))))
    return _SPACES.sub(" ", text).strip()


def says_something(text: str) -> bool:
    """Whether a cleaned text has a letter, a number or a picture in it: punctuation asks nothing."""
    return any(unicodedata.category(character)[0] in "LN" or _is_picture(character) for character in text)


def _kept(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(_shown(character, category))
    return kept


def _shown(character: str, category: str) -> str:
    if category in ("Cc", "Zl", "Zp") or character in _BLANK:
        return " "
    if category == "Cf":
        return character if character == JOINER else ""
    return UNKNOWN if category in ("Cs", "Co", "Cn") else character


def _without_joiners_of_nothing(text: str) -> str:
    """A joiner stays where it holds two pictures together; anywhere else it only hides something."""
    if JOINER not in text:
        return text
    pieces = text.split(JOINER)
    joined = pieces[0]
    for piece in pieces[1:]:
        joined += JOINER + piece if _ends_in_picture(joined) and piece and _is_picture(piece[0]) else piece
    return joined


def _ends_in_picture(text: str) -> bool:
    bare = text.rstrip("\ufe0e\ufe0f")
    return bool(bare) and _is_picture(bare[-1])


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) == "So" or 0x1F3FB <= ord(character) <= 0x1F3FF
