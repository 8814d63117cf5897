"""A screen of the console as a picture: every character in its own cells, drawn by a real Chromium.

Textual's own pictures give a Chinese character one cell, and clip what is wider.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterator

from PIL import Image
from playwright.async_api import Page
from rich.cells import cell_len
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.app import App

WIDE, HIGH = 12, 26
SPACE, INK = "#0d1117", "#e6edf3"
# blocks are drawn as boxes, so that they touch: left, top, width, height in parts of the cell
BLOCKS = {
    "█": (0, 0, 1, 1),
    "▀": (0, 0, 1, 0.5),
    "▄": (0, 0.5, 1, 0.5),
    "▌": (0, 0, 0.5, 1),
    "▐": (0.5, 0, 0.5, 1),
    "▁": (0, 0.875, 1, 0.125),
    "▔": (0, 0, 1, 0.125),
    "▏": (0, 0, 0.125, 1),
    "▕": (0.875, 0, 0.125, 1),
    "│": (0.45, 0, 0.1, 1),
    "┃": (0.4, 0, 0.2, 1),
    "▊": (0, 0, 0.75, 1),
    "▎": (0, 0, 0.25, 1),
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: {space}; }}
#screen {{ position: relative; width: {width}px; height: {height}px; overflow: hidden; background: {space};
  font: 19.5px/{high}px "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", monospace; }}
i, b {{ position: absolute; height: {high}px; text-align: center; white-space: pre; font-style: normal;
  font-weight: inherit; font-variant-ligatures: none; }}
i {{ z-index: 0; }} b {{ z-index: 1; }}
</style><div id="screen">{cells}</div>"""


async def picture_of(app: App[None], page: Page) -> Image.Image:
    """What stands on the screen of `app` now."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    cells = "".join(part for row, strip in enumerate(strips[:height]) for part in _line(row, list(strip)))
    await page.set_viewport_size({"width": width * WIDE, "height": height * HIGH})
    content = PAGE.format(width=width * WIDE, height=height * HIGH, high=HIGH, space=SPACE, cells=cells)
    await page.set_content(content)
    await page.evaluate("document.fonts.ready.then(() => true)")
    return Image.open(io.BytesIO(await page.screenshot())).convert("RGB")


def _line(row: int, segments: list[Segment]) -> Iterator[str]:
    column = 0
    for segment in segments:
        style = segment.style or Style()
        ink, space = _colours(style)
        cells = cell_len(segment.text)
        place = f"top:{row * HIGH}px;left:{column * WIDE}px;width:{cells * WIDE}px"
        yield f'<i style="{place};background:{space}"></i>'
        yield from _characters(row, column, segment.text, style, ink)
        column += cells


def _characters(row: int, column: int, text: str, style: Style, ink: str) -> Iterator[str]:
    for character in text:
        cells = cell_len(character)
        left, top = column * WIDE, row * HIGH
        column += cells
        if character in BLOCKS:
            x, y, w, h = BLOCKS[character]
            box = f"left:{left + x * WIDE}px;top:{top + y * HIGH}px;width:{w * WIDE}px;height:{h * HIGH}px"
            yield f'<b style="{box};background:{ink}"></b>'
        elif character.strip() or style.underline:
            looks = f"color:{ink};font-weight:{'bold' if style.bold else 'normal'}"
            looks += ";font-size:21.5px" if cells == 2 else ""
            lines = [name for name, on in (("underline", style.underline), ("line-through", style.strike)) if on]
            looks += f";text-decoration:{' '.join(lines)}" if lines else ""
            box = f"left:{left}px;top:{top}px;width:{cells * WIDE}px"
            yield f'<b style="{box};{looks}">{html.escape(character)}</b>'


def _colours(style: Style) -> tuple[str, str]:
    """Ink and space; reverse and dim as a terminal shows them."""
    ink = style.color.get_truecolor() if style.color is not None else ColorTriplet(0xE6, 0xED, 0xF3)
    space = style.bgcolor.get_truecolor() if style.bgcolor is not None else ColorTriplet(0x0D, 0x11, 0x17)
    if style.reverse:
        ink, space = space, ink
    if style.dim:
        ink = ColorTriplet(*((3 * a + 2 * b) // 5 for a, b in zip(ink, space, strict=True)))
    return ink.hex, space.hex
