"""The only way by which text of others reaches the terminal.

Control codes, bidirectional overrides and invisible characters would otherwise act on the operator's terminal even
where no markup is read.  What comes out is plain characters; whoever shows it must also switch markup off.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import Any, TypeVar

import msgspec
from rich.cells import cell_len

LIMIT = 500
MOST_MARKS = 2
JOINER = "\u200d"
UNKNOWN = "\ufffd"
# a number or a word of letters, else one character; with what may not begin a line
PIECE = re.compile(r"(?:[0-9A-Za-z.%]+|.)[,，。、;；:：!！?？)）”’》%]*")

Message = TypeVar("Message", bound=msgspec.Struct)


def safe_text(text: str, limit: int = LIMIT) -> str:
    """`text` without anything that a terminal obeys; cut at `limit` characters."""
    safe: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text[: 4 * limit]):
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        shown = _shown(character, category)
        if shown and marks <= MOST_MARKS:
            if len(safe) >= limit:
                return "".join(safe) + "…"
            safe.append(shown)
    return "".join(safe)


def _shown(character: str, category: str) -> str:
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cf":
        return character if character == JOINER else ""
    return UNKNOWN if category in ("Cs", "Co", "Cn") else character


def safe_message(message: Message, limit: int = LIMIT) -> Message:
    """The same message with every text in it made safe, keys included; each text cut at `limit` characters."""
    return msgspec.convert(_safe(msgspec.to_builtins(message), limit), type(message))


def _safe(value: Any, limit: int) -> Any:
    if isinstance(value, str):
        return safe_text(value, limit)
    if isinstance(value, dict):
        return {safe_text(str(key)): _safe(each, limit) for key, each in value.items()}
    return [_safe(each, limit) for each in value] if isinstance(value, list | tuple) else value


def fit(text: str, cells: int) -> str:
    """`text` cut or filled up to exactly `cells` columns of the terminal; Chinese characters take two."""
    if cell_len(text) > cells:
        # whole beginnings are measured, since joined emoji are narrower than their parts
        kept = bisect_right(range(len(text)), cells - 1, key=lambda end: cell_len(text[:end])) - 1
        text = text[: max(0, kept)] + "…"
    return text + " " * (cells - cell_len(text))


def broken(text: str, cells: int) -> list[str]:
    """`text` as lines of at most `cells` columns; no number is torn apart, and no line begins with a full stop."""
    if "\n" in text:
        return [line for paragraph in text.split("\n") for line in broken(paragraph, cells)]
    lines, used = [""], 0
    for piece in PIECE.findall(text):
        wide = cell_len(piece)
        if used and used + wide > cells:
            lines.append("")
            used = 0
        if used or not piece.isspace():
            lines[-1] += piece
            used += wide
    return lines
