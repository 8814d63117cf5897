"""Blocks into pages: every text, line and frame with its place in millimetres. Draws nothing.

The head stands in full on the first page and in short on the others; the foot's page numbers are known only when
all pages are, so drawing comes last (forms_pdf.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from audience_server.reports.forms_document import (
    Align,
    Block,
    Form,
    Grid,
    Heading,
    Loud,
    NewPage,
    Signatures,
    Text,
)
from audience_server.reports.text_fit import POINT, break_lines, line_height

Measure = Callable[[str, float], float]
Colour = tuple[int, int, int]

LEFT, RIGHT, TOP, BOTTOM = 18.0, 18.0, 13.0, 25.0
TITLE, SESSION, HEADING, BODY, LARGE, SMALL, TABLE, TIGHT, LOUD = 21.0, 14.0, 13.5, 12.0, 14.5, 9.5, 11.0, 9.5, 26.0
TEXT_SIZES = {"small": SMALL, "normal": BODY, "large": LARGE}
LOOSE = 1.18  # more air between the lines of running text
PADDING = 1.4
SIGN_STEP = 14.0
SMALL_GRID = 8  # rows of a table that stays on one page
UNBROKEN = 24  # lines of a row that stays on one page
CENTRE: Align = "centre"
SHADE: Colour = (236, 239, 243)
_PAPER = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of text on one line; `y` is the top of the line."""

    x: float
    y: float
    size: float
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    thick: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    x: float
    y: float
    width: float


Mark = Word | Frame | Rule


@dataclass(slots=True)
class Page:
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a table looks: `bold` of its first columns, `least` lines in a row."""

    size: float
    pad: float
    widths: tuple[float, ...]
    aligns: tuple[Align, ...]
    bold: int
    least: int

    @classmethod
    def of(cls, grid: Grid, room: float) -> _Shape:
        whole = sum(column.share for column in grid.columns)
        widths = tuple(column.share * room / whole for column in grid.columns)
        aligns = tuple(column.align for column in grid.columns)
        look = (TIGHT, PADDING / 2) if grid.small else (TABLE, PADDING)
        return cls(*look, widths, aligns, int(grid.bold_first), 2 if grid.tall else 1)


class Layout:
    """One form's pages."""

    def __init__(self, form: Form, measure: Measure) -> None:
        self._form = form
        self._measure = measure
        self.width, self.height = _PAPER[::-1] if form.landscape else _PAPER
        self.pages: list[Page] = []
        self._y = TOP
        self._fresh = True
        self._heading = ""

    @property
    def room(self) -> float:
        return self.width - LEFT - RIGHT

    def lay(self) -> list[Page]:
        self._turn()
        for place, block in enumerate(self._form.blocks):
            if isinstance(block, Heading):
                self._heading = ""
            self._keep(self._least(self._form.blocks[place : place + 6]))
            self._block(block)
        return self.pages

    def _least(self, blocks: Sequence[Block]) -> float:
        """The height that the first block needs: a heading with what it heads, the last words with the signatures."""
        height = 0.0
        for block, after in zip_longest(blocks, blocks[1:]):
            height += self._least_of(block)
            if isinstance(after, Text) and after.bold and not _leads(block) and not _is_long(block):
                return height + self._least_of(after)
            is_last = isinstance(after, Signatures) and not _is_long(block)
            # bold words before a heading conclude what stands above them
            is_over = not _leads(block) or (isinstance(block, Text) and isinstance(after, Heading))
            if is_over and not is_last:
                break
        return height

    def _least_of(self, block: Block) -> float:
        if isinstance(block, Grid):
            return self._least_grid(block)
        if isinstance(block, Signatures):
            return _sign_height(block)
        if isinstance(block, Text | Heading):
            size = HEADING if isinstance(block, Heading) else TEXT_SIZES[block.size]
            return min(len(self._lines(block.text, size, self.room)), SMALL_GRID) * line_height(size) * LOOSE + 4.5
        return 0.0

    def _least_grid(self, grid: Grid) -> float:
        """All of a small table; the head and the first row of a large one."""
        shape = _Shape.of(grid, self.room)
        heads = self._head_cells(grid, shape)
        heights = [max(map(len, heads))] if heads else []
        for row in grid.rows[: SMALL_GRID if len(grid.rows) <= SMALL_GRID else 1]:
            needed = max(shape.least, *map(len, self._cells(row, shape)))
            heights.append(min(needed, SMALL_GRID))
        return sum(lines * line_height(shape.size) + 2 * shape.pad for lines in heights)

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._y += 2.5
            self._paragraph(block.text, HEADING, bold=True)
            self._y += 1
            self._heading = block.text
        elif isinstance(block, Text):
            self._text(block)
        elif isinstance(block, Loud):
            self._loud(block)
        elif isinstance(block, Grid):
            self._grid(block)
        elif isinstance(block, Signatures):
            self._signatures(block)
        elif isinstance(block, NewPage) and not self._fresh:
            self._heading = ""
            self._turn()

    # pages

    def _turn(self) -> None:
        self.pages.append(Page())
        self._y = TOP
        is_first = len(self.pages) == 1
        bands = self._form.head.bands
        for band in bands if is_first else filter(None, ["  ·  ".join(bands)]):
            self._band(band)
        if is_first:
            self._full_head()
        else:
            parts = (self._form.head.session, self._form.title, self._heading)
            text, size = fitted("    ".join(filter(None, parts)), self._measure, self.room, SMALL, 6)
            self._put(text, LEFT, size)
            self._y += line_height(SMALL) + 0.5
        self._mark(Rule(LEFT, self._y, self.room))
        self._y += 3
        self._fresh = True

    def _full_head(self) -> None:
        head = self._form.head
        self._y += 1.5 if head.bands else 0
        self._centred(self._form.title, TITLE, bold=True)
        self._centred(head.session, SESSION)
        self._y += 1.5
        for label, value in head.pairs:
            self._paragraph(f"{label}{value}", SMALL + 1)
        self._y += 1.5

    def _band(self, text: str) -> None:
        height = line_height(SESSION) + 2
        self._mark(Frame(LEFT, self._y, self.room, height, thick=True))
        text, size = fitted(text, self._measure, self.room - 4, SESSION, SMALL)
        self._y += 1 + (line_height(SESSION) - line_height(size)) / 2
        self._centred(text, size, bold=True)
        self._y += 2.5 + (line_height(SESSION) - line_height(size)) / 2

    def _keep(self, height: float) -> None:
        """Begin a page when less than `height` is left on this one."""
        if self._y + height > self.height - BOTTOM and not self._fresh:
            self._turn()

    # lines

    def _mark(self, mark: Mark) -> None:
        self.pages[-1].marks.append(mark)
        self._fresh = False

    def _lines(self, text: str, size: float, width: float) -> list[str]:
        broken = (break_lines(part, lambda each: self._measure(each, size), width) for part in text.split("\n"))
        return [line for lines in broken for line in lines]

    def _put(self, text: str, x: float, size: float, bold: bool = False) -> None:
        self._mark(Word(x, self._y, size, text, bold))

    def _centred(self, text: str, size: float, bold: bool = False) -> None:
        for line in self._lines(text, size, self.room):
            self._put(line, LEFT + (self.room - self._measure(line, size)) / 2, size, bold)
            self._y += line_height(size)

    def _text(self, block: Text) -> None:
        size = TEXT_SIZES[block.size]
        self._paragraph(block.text, size, block.bold, size * POINT * 2 if block.indent else 0)
        self._y += 2.2 if block.size == "large" else 1.2

    def _paragraph(self, text: str, size: float, bold: bool = False, indent: float = 0) -> None:
        """Lines with some air between them; the first is moved in by two characters where `indent` says so."""
        step = line_height(size) * (LOOSE if size >= BODY else 1.0)
        lines = self._lines("　　" + text if indent else text, size, self.room)
        if len(lines) <= SMALL_GRID:
            self._keep(len(lines) * step)
        for line in lines:
            self._keep(step)
            is_first = indent and line is lines[0]
            self._put(line, LEFT + (indent if is_first else 0), size, bold)
            self._y += step

    def _loud(self, block: Loud) -> None:
        lines = [part for line in block.lines for part in self._lines(line, BODY, self.room - 10)]
        title = self._lines(block.text, LOUD, self.room - 10)
        height = len(title) * line_height(LOUD) + len(lines) * line_height(BODY) + 8
        self._keep(height)
        self._mark(Frame(LEFT, self._y, self.room, height, thick=True))
        self._y += 4
        for line in title:
            self._put(line, LEFT + (self.room - self._measure(line, LOUD)) / 2, LOUD, bold=True)
            self._y += line_height(LOUD)
        for line in lines:
            self._put(line, LEFT + 5, BODY)
            self._y += line_height(BODY)
        self._y += 7

    # tables

    def _grid(self, grid: Grid) -> None:
        shape = _Shape.of(grid, self.room)
        head = self._head_cells(grid, shape)
        self._head_row(head, shape)
        for row in grid.rows:
            self._row(self._cells(row, shape), head, shape)
        self._y += 3

    def _head_cells(self, grid: Grid, shape: _Shape) -> list[list[str]]:
        if not any(column.title for column in grid.columns):
            return []
        cells = self._cells([column.title for column in grid.columns], shape)
        return [lines if len(lines) <= SMALL_GRID else [*lines[: SMALL_GRID - 1], "…"] for lines in cells]

    def _cells(self, row: Sequence[str], shape: _Shape) -> list[list[str]]:
        places = zip(row, shape.widths, strict=True)
        return [self._cell(cell, shape.size, width - 2 * PADDING) for cell, width in places]

    def _cell(self, text: str, size: float, width: float) -> list[str]:
        """A gap of two spaces, as between a number and its 大写, is where a cell breaks first."""
        is_wide = any(self._measure(line, size) > width for line in text.split("\n"))
        return self._lines(text.replace("  ", "\n") if is_wide else text, size, width)

    def _head_row(self, head: list[list[str]], shape: _Shape) -> None:
        if head:
            self._boxes(head, replace(shape, aligns=(CENTRE,) * len(head), bold=len(head)), SHADE, 1)

    def _row(self, cells: list[list[str]], head: list[list[str]], shape: _Shape) -> None:
        """One row, in as many parts as pages need; a page that holds nothing else takes what it can."""
        is_new_page = False
        while any(cells):
            left = int((self.height - BOTTOM - self._y - 2 * shape.pad) / line_height(shape.size))
            needed = max(shape.least, *map(len, cells))
            if left < (needed if needed <= UNBROKEN else 3) and not is_new_page:
                self._turn()
                self._head_row(head, shape)
                is_new_page = True
                continue
            taken = max(1, min(left, needed))
            self._boxes([lines[:taken] for lines in cells], shape, None, min(taken, shape.least))
            cells = [lines[taken:] for lines in cells]
            is_new_page = False

    def _boxes(self, cells: Sequence[Sequence[str]], shape: _Shape, fill: Colour | None, least: int) -> None:
        height = max(least, *map(len, cells)) * line_height(shape.size) + 2 * shape.pad
        x, top = LEFT, self._y
        for place, (lines, width, align) in enumerate(zip(cells, shape.widths, shape.aligns, strict=True)):
            self._mark(Frame(x, top, width, height, fill))
            self._y = top + (height - len(lines) * line_height(shape.size)) / 2
            for line in lines:
                spare = width - 2 * PADDING - self._measure(line, shape.size)
                shift = {"left": 0.0, "centre": spare / 2, "right": spare}[align]
                self._put(line, x + PADDING + shift, shape.size, place < shape.bold)
                self._y += line_height(shape.size)
            x += width
        self._y = top + height

    # signatures

    def _signatures(self, block: Signatures) -> None:
        """Two roles side by side, each with its line and its day."""
        pairs = [block.roles[place : place + 2] for place in range(0, len(block.roles), 2)]
        self._keep(_sign_height(block))
        self._y += 4
        half = (self.room - 8) / 2
        for pair in pairs:
            self._y += SIGN_STEP - 7
            for place, role in enumerate(pair):
                self._sign_line(role, block.date, LEFT + place * (half + 8), half)
            self._y += 7

    def _sign_line(self, role: str, date: str, x: float, width: float) -> None:
        start, day = self._measure(role, BODY) + 1, self._measure(date, BODY) + 1
        foot = self._y + BODY * POINT + 1
        end = width * 0.64
        self._put(role, x, BODY)
        self._mark(Rule(x + start, foot, end - start - 2))
        self._put(date, x + end, BODY)
        self._mark(Rule(x + end + day, foot, width - end - day))


def fitted(text: str, measure: Measure, width: float, largest: float, smallest: float) -> tuple[str, float]:
    """One line and its size: smaller where it must be, cut with "…" where even that is too wide."""
    size = largest
    while size > smallest and measure(text, size) > width:
        size -= 0.5
    if measure(text, size) > width:
        while text and measure(f"{text}…", size) > width:
            text = text[:-1]
        text += "…"
    return text, size


def _leads(block: Block) -> bool:
    """Whether a block says what the next one is about, and so may not stand apart from it."""
    return isinstance(block, Heading) or (isinstance(block, Text) and block.bold)


def _is_long(block: Block) -> bool:
    return isinstance(block, Grid) and len(block.rows) > SMALL_GRID


def _sign_height(block: Signatures) -> float:
    return (len(block.roles) + 1) // 2 * SIGN_STEP + 4
