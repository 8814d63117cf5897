"""A list of words that flag a question.  It finds them through spaces, width, case and script; it never deletes.

Words are looked up by their first two letters, so that a list of thousands costs no more than the text is long.
"""

from __future__ import annotations

from collections.abc import Iterable

from audience_server.matching.normal_text import normal_text

FIRST = 2


class WordList:
    """One list, made ready."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: dict[str, list[tuple[str, str]]] = {}
        for word in dict.fromkeys(words):
            key = normal_text(word)
            if key:
                self._by_start.setdefault(key[:FIRST], []).append((key, word))

    def in_text(self, text: str) -> tuple[str, ...]:
        """The words of the list that stand in the text, as the list writes them, in the order of the text."""
        if not self._by_start:
            return ()
        key = normal_text(text)
        found: dict[str, None] = {}
        for place in range(len(key)):
            for start in (key[place : place + FIRST], key[place]):
                for wanted, word in self._by_start.get(start, ()):
                    if key.startswith(wanted, place):
                        found[word] = None
        return tuple(found)
