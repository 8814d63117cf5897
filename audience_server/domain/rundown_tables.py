"""Strict reading of TOML tables: typed values, unknown keys refused, every error kept with its line.

A reader here never stops at the first error: it notes what is wrong and what would be right, hands back a harmless
stand-in and goes on, so that whoever wrote the file sees everything at once. Nothing is made of stand-ins in the end.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from audience_server.domain.toml_lines import Path

Word = TypeVar("Word", bound=str)

ID_RULE = "an id is 1 to 32 of a-z, 0-9 and -, does not start with -, and is not blank, r00 or r900 and up"
LONGEST_NAME = 200

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_RESERVED_ROUND = re.compile(r"r0*([0-9]+)")
_EXACT = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?")
_UNFIT_CHARACTER = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]")


class FloatText(str):
    """A TOML float as it was written, so that an error can show how to write it exactly."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RundownError:
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class RundownErrors(Exception):
    """Everything that is wrong with one file, in the order of its lines."""

    def __init__(self, errors: Sequence[RundownError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = list(errors)


class Problems:
    """Collects what is wrong with one file."""

    def __init__(self, name: str, lines: Mapping[Path, int]) -> None:
        self._name = name
        self._lines = lines
        self._found: list[tuple[Path, RundownError]] = []

    def add(self, where: Path, message: str) -> None:
        self._found.append((where, RundownError(self._line(where), self._name, message)))

    def touched(self, top: str, key: str) -> bool:
        """Whether a value `key` under `top` was already refused: sums over it would only confuse."""
        return any(where[:1] == (top,) and key in where for where, _ in self._found)

    def raise_if_any(self) -> None:
        if self._found:
            raise RundownErrors(sorted((error for _, error in self._found), key=lambda error: error.line))

    def _line(self, where: Path) -> int:
        while where and where not in self._lines:
            where = where[:-1]
        return self._lines.get(where, 1)


class Table:
    """One TOML table under strict reading; `done` refuses the keys that nobody asked for."""

    def __init__(self, problems: Problems, where: Path, data: Mapping[str, object]) -> None:
        self.problems = problems
        self.where = where
        self._data = data
        self._known: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def refuse(self, key: str, message: str) -> None:
        self.problems.add((*self.where, key), message)

    def text(self, key: str, default: str | None = None, longest: int = LONGEST_NAME) -> str:
        value = self._value(key, default is None, f'write {key} = "…"')
        if value is None:
            return default or ""
        if not isinstance(value, str) or isinstance(value, FloatText):
            self.refuse(key, f'{key} is {_kind(value)}; write a text in quotes: {key} = "…"')
            return default or ""
        if value == default:
            return value
        return value if self._fit(key, value, longest) else default or value

    def identifier(self, key: str = "id") -> str:
        value = self.text(key)
        if value and not is_id(value):
            self.refuse(key, f'{key} = "{value}" is not an id; {ID_RULE}')
        return value

    def integer(self, key: str, default: int | None, low: int, high: int) -> int:
        value = self._value(key, default is None, f"write {key} = a whole number from {low} to {high}")
        if value is None:
            return low if default is None else default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            shown = value if isinstance(value, int | str) and len(str(value)) < 40 else _kind(value)
            self.refuse(key, f"{key} = {_toml(shown)}; a whole number from {low} to {high} is right")
            return low if default is None else default
        return value

    def seconds(self, key: str, default: float, low: float, high: float) -> float:
        """A duration of the machinery; the only numbers that may be floats, because no score depends on them."""
        value = self._value(key, False, "")
        if value is None:
            return default
        number = float(value) if isinstance(value, FloatText) else value
        if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
            self.refuse(key, f"{key} must be a number of seconds from {low:g} to {high:g}")
            return default
        return float(number)

    def exact(self, key: str, default: Fraction | None, high: int) -> Fraction | None:
        """A number that enters scores: an integer, or a decimal in quotes; from 0 to `high`."""
        value = self._value(key, False, "")
        if value is None:
            return default
        if isinstance(value, FloatText):
            self.refuse(key, f'{key} = {value} is a binary float; write it exactly: {key} = "{value}"')
            return default
        number = None if isinstance(value, bool) else exact_number(value)
        if number is None:
            self.refuse(key, f'{key} is not an exact number; write an integer or a decimal in quotes like "33.5"')
            return default
        if not 0 <= number <= high:
            self.refuse(key, f"{key} = {_toml(value)} is out of range; 0 to {high} is right")
            return default
        return number

    def boolean(self, key: str, default: bool) -> bool:
        value = self._value(key, False, "")
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, f"{key} is {_kind(value)}; write true or false, without quotes")
            return default
        return value

    def one_of(self, key: str, words: Sequence[Word], default: Word | None) -> Word:
        value = self._value(key, default is None, f"write one of {_listed(words)}")
        found = next((word for word in words if word == value), None)
        if value is not None and found is None:
            shown = f'"{value}"' if isinstance(value, str) else _kind(value)
            self.refuse(key, f"{key} = {shown}; one of {_listed(words)} is right")
        return found or default or words[0]

    def date(self, key: str) -> datetime.date:
        value = self._value(key, True, f"write {key} = 2012-12-15, without quotes")
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        if value is not None:
            self.refuse(key, f"{key} is {_kind(value)}; write a date without quotes: {key} = 2012-12-15")
        return datetime.date.min

    def texts(self, key: str, longest: int = LONGEST_NAME) -> tuple[str, ...] | None:
        """A list of texts; None when the key is absent."""
        value = self._value(key, False, "")
        if value is None:
            return None
        if not isinstance(value, list):
            self.refuse(key, f'{key} is {_kind(value)}; write a list of texts: {key} = ["…"]')
            return ()
        found = []
        for number, text in enumerate(value):
            if not isinstance(text, str) or isinstance(text, FloatText):
                self.problems.add((*self.where, key, number), f"{key} holds {_kind(text)}; texts in quotes are right")
            elif self._fit(key, text, longest, number):
                found.append(text)
        return tuple(found)

    def list_value(self, key: str) -> list[object] | None:
        value = self._value(key, False, "")
        if value is None or isinstance(value, list):
            return value
        self.refuse(key, f"{key} is {_kind(value)}; write a list in [ ]")
        return None

    def table(self, key: str) -> Table | None:
        value = self._value(key, False, "")
        if value is None:
            return None
        if isinstance(value, dict):
            return Table(self.problems, (*self.where, key), value)
        self.refuse(key, f"{key} is {_kind(value)}; a table is right: [{key}] or {key} = {{ … }}")
        return None

    def tables(self, key: str) -> list[Table]:
        value = self._value(key, False, "")
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(key, f"{key} is {_kind(value)}; a list of tables is right: [[{key}]] with two brackets")
            return []
        found = []
        for number, entry in enumerate(value):
            where = (*self.where, key, number)
            if isinstance(entry, dict):
                found.append(Table(self.problems, where, entry))
            else:
                self.problems.add(where, f"{key} holds {_kind(entry)}; tables {{ id = …, name = … }} are right")
        return found

    def done(self, *also_known: str) -> None:
        self._known += [key for key in also_known if key not in self._known]
        for key in self._data:
            if key not in self._known:
                close = difflib.get_close_matches(key, self._known, 1)
                right = f"did you mean {close[0]}?" if close else f"known here: {some(sorted(self._known), 16)}"
                self.refuse(key, f"unknown key {_toml(key)}; {right}")

    def _value(self, key: str, required: bool, right: str) -> object | None:
        if key not in self._known:
            self._known.append(key)
        if required and key not in self._data:
            self.refuse(key, f"{key} is missing; {right}")
        return self._data.get(key)

    def _fit(self, key: str, value: str, longest: int, *element: int) -> bool:
        where = (*self.where, key, *element)
        if not value.strip():
            self.problems.add(where, f"{key} is empty; write a text")
        elif _UNFIT_CHARACTER.search(value):
            self.problems.add(where, f"{key} holds a line break or a control character; one plain line is right")
        elif len(value) > longest:
            self.problems.add(where, f"{key} has {len(value)} characters; at most {longest} is right")
        else:
            return True
        return False


def is_id(text: str) -> bool:
    reserved = _RESERVED_ROUND.fullmatch(text)
    if reserved and (int(reserved[1]) >= 900 or text == "r00"):
        return False
    return bool(_ID.fullmatch(text)) and text != "blank"


def exact_number(value: object) -> Fraction | None:
    """An integer or a decimal text, exactly; None for anything else."""
    if isinstance(value, int) and abs(value) < 10**9:
        return Fraction(value)
    if isinstance(value, str) and not isinstance(value, FloatText) and _EXACT.fullmatch(value):
        return Fraction(value)
    return None


def some(names: Collection[str], most: int = 8) -> str:
    """The first few of what is known, for people."""
    there = [name for name in names if name]
    return ", ".join(there[:most]) + (", …" if len(there) > most else "") if there else "none"


def _kind(value: object) -> str:
    if isinstance(value, FloatText):
        return "a floating number"
    names = {bool: "true or false", str: "a text", int: "a number", list: "a list", dict: "a table"}
    return next((name for kind, name in names.items() if isinstance(value, kind)), "a date or time")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) and not isinstance(value, FloatText) else str(value)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
