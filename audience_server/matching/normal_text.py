"""One form of a text for comparing and searching: width, case, script and punctuation make no difference.

Never shown to anybody.
"""

from __future__ import annotations

import unicodedata

import opencc

_to_simplified = opencc.OpenCC("t2s")
_to_traditional = opencc.OpenCC("s2t")


def simplified(text: str) -> str:
    return str(_to_simplified.convert(text))


def traditional(text: str) -> str:
    return str(_to_traditional.convert(text))


def normal_text(text: str) -> str:
    """NFKC, casefolded, simplified, letters and numbers only."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKC", simplified(folded))
    return "".join(filter(str.isalnum, folded))
