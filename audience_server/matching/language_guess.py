"""Which language a question is in, by its letters: enough to sort a queue, not a fact."""

from __future__ import annotations

from audience_server.matching.normal_text import simplified, traditional

FEW = 0.3


def guess_language(text: str) -> str:
    """zh-Hans, zh-Hant, en or other; text that is the same in both scripts counts as simplified."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return "other"
    han = sum(_is_han(letter) for letter in letters)
    kana = sum("\u3040" <= letter <= "\u30ff" for letter in letters)
    latin = sum(letter.isascii() for letter in letters)
    if han > kana * 2 and han / (len(letters) - latin * 0.8) >= FEW:
        only_traditional = _differences(text, simplified(text))
        only_simplified = _differences(text, traditional(text))
        return "zh-Hant" if only_traditional > only_simplified else "zh-Hans"
    return "en" if latin / len(letters) > 1 - FEW else "other"


def _differences(text: str, converted: str) -> int:
    return sum(one != other for one, other in zip(text, converted, strict=False)) + abs(len(text) - len(converted))


def _is_han(letter: str) -> bool:
    code = ord(letter)
    return 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF
