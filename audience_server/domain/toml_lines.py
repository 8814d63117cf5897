"""Where in a TOML file each table, key and array element stands, so that an error can name its line.

`tomllib` reads the values and keeps no places. This reads only the places, of a text that `tomllib` has accepted:
it is not a second parser and never decides what a file means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{},=\n]"
    r"|[ \t\r]+"
    r"|[^\s\[\]{},=\"'\#]+",
    re.DOTALL,
)
_END = ""


def line_map(text: str) -> dict[Path, int]:
    """The line, from 1, of every table header, key and array element."""
    return _Locator(text).read()


class _Locator:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._place = 0
        self._lines: dict[Path, int] = {(): 1}
        self._array_sizes: dict[Path, int] = {}

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._peek() != _END:
            if self._peek() == "\n":
                self._next()
            elif self._peek() == "[":
                table = self._header()
            else:
                self._key_value(table)
        return self._lines

    def _peek(self) -> str:
        return self._tokens[self._place][0] if self._place < len(self._tokens) else _END

    def _line(self) -> int:
        return self._tokens[min(self._place, len(self._tokens) - 1)][1]

    def _next(self) -> str:
        token = self._peek()
        self._place += 1
        return token

    def _header(self) -> Path:
        line = self._line()
        self._next()
        is_array = self._peek() == "["
        if is_array:
            self._next()
        *parents, name = self._key("]")
        table: Path = ()
        for part in parents:
            table = self._inside((*table, part))
            self._lines.setdefault(table, line)
        table = (*table, name)
        if is_array:
            self._next()
            self._array_sizes[table] = self._array_sizes.get(table, 0) + 1
            self._lines.setdefault(table, line)
            table = self._inside(table)
        self._lines[table] = line
        return table

    def _inside(self, path: Path) -> Path:
        """The last table of an array of tables stands for the array in later headers."""
        size = self._array_sizes.get(path)
        return path if size is None else (*path, size - 1)

    def _key_value(self, table: Path) -> None:
        line = self._line()
        path = table
        for part in self._key("="):
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._value(path)

    def _key(self, end: str) -> list[str]:
        """Dotted and quoted keys, unescaped by the reader that knows how."""
        raw = ""
        while (token := self._next()) not in (end, _END):
            raw += token
        return _parts(raw)

    def _value(self, path: Path) -> None:
        if self._peek() == "[":
            self._array(path)
        elif self._peek() == "{":
            self._inline_table(path)
        else:
            while self._peek() not in ("\n", ",", "]", "}", _END):
                self._next()

    def _array(self, path: Path) -> None:
        self._next()
        number = 0
        while self._peek() not in ("]", _END):
            if self._peek() in ("\n", ","):
                self._next()
                continue
            self._lines[(*path, number)] = self._line()
            self._value((*path, number))
            number += 1
        self._next()

    def _inline_table(self, path: Path) -> None:
        self._next()
        while self._peek() not in ("}", _END):
            if self._peek() in ("\n", ","):
                self._next()
                continue
            self._key_value(path)
        self._next()


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0] not in " \t\r#":
            yield token, line
        line += token.count("\n")


def _parts(raw: str) -> list[str]:
    parts = []
    table = tomllib.loads(f"{raw} = 0")
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts.append(part)
    return parts
