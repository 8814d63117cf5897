"""A form before it becomes a page, a word processor's file or plain text: a title and what stands below it.

One template for every form and every kind of file; whoever renders a block decides its looks, never its words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Size = Literal["small", "normal", "large"]
Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    size: Size = "normal"
    bold: bool = False
    indent: bool = False


@dataclass(frozen=True, slots=True)
class Loud:
    """What nobody may overlook: a frame with large letters, and lines below them."""

    text: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """`share` of the page's width; no column is narrower than its share."""

    title: str
    share: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `tall` rows leave room for handwriting; the first column of `bold_first` names its row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    tall: bool = False
    bold_first: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Signatures:
    """Names of roles, each with a line to sign on; `date` is the word beside the line for the day."""

    roles: tuple[str, ...]
    date: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


Block = Heading | Text | Loud | Grid | Signatures | NewPage


@dataclass(frozen=True, slots=True)
class Head:
    """What every page of every form of a session bears."""

    session: str
    pairs: tuple[tuple[str, str], ...]
    bands: tuple[str, ...]
    foot: tuple[str, ...]
    page: str
    footer: str
    language: str


@dataclass(frozen=True, slots=True)
class Form:
    """`id` names its file."""

    id: str
    title: str
    head: Head
    blocks: tuple[Block, ...]
    landscape: bool = False
