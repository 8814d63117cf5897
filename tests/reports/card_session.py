"""A small session with two card panels and an open one, and what its cards look like on paper."""

from __future__ import annotations

import hashlib
import itertools
import subprocess
from collections.abc import Callable
from pathlib import Path

import zxingcpp
from PIL import Image

from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import read_rundown

BASE = "http://192.168.8.2:8080"

SESSION = """
[session]
id = "tv-2012-12"
authority = "pingyi.example"
title = "2012年政风行风电视专项评议"
place = "市广播电视台一号演播厅"
date = 2012-12-15
language = "zh-Hans"
spare_rounds = 2

[[panel]]
id = "deputies"
name = "人大代表、政协委员"
admission = "card"
seats = 4
spare = 1
weight = 60

[[panel]]
id = "offsite"
name = "场外群众"
admission = "open"
weight = 0

[[panel]]
id = "citizens"
name = "市民代表"
admission = "card"
seats = 3
weight = 40

[[scale]]
id = "satisfaction"
options = [
  { id = "yes", name = "满意", score = 100 },
  { id = "no", name = "不满意", score = 0 },
]

[[criterion]]
id = "attitude"
name = "服务态度"
scale = "satisfaction"
weight = 1

[[category]]
id = "gov"
name = "政府部门"

[[unit]]
id = "edu"
name = "市教育局"
category = "gov"

[[unit]]
id = "water"
name = "市自来水公司"
category = "gov"
"""


def card_session(text: str = SESSION) -> Rundown:
    return read_rundown(text.encode(), "session.toml")


def counted_bytes() -> Callable[[int], bytes]:
    """A random source that gives the same bytes in every run."""
    numbers = itertools.count()

    def draw(length: int) -> bytes:
        drawn = b""
        while len(drawn) < length:
            drawn += hashlib.sha256(b"cards %d" % next(numbers)).digest()
        return drawn[:length]

    return draw


def printed_codes(pdf: bytes, folder: Path) -> list[str]:
    """The text of every QR code on the sheets, page by page, from the top: rendered as a print shop would."""
    texts: list[str] = []
    for page in page_images(pdf, folder):
        found = zxingcpp.read_barcodes(page)
        texts += [code.text for code in sorted(found, key=lambda code: code.position.top_left.y)]
    return texts


def page_images(pdf: bytes, folder: Path, dots: int = 150) -> list[Image.Image]:
    (folder / "sheet.pdf").write_bytes(pdf)
    poppler("pdftoppm", "-r", str(dots), "-gray", "-png", str(folder / "sheet.pdf"), str(folder / "page"))
    images: list[Image.Image] = []
    pages = sorted(folder.glob("page-*.png"))
    for page in pages:
        with Image.open(page) as image:
            image.load()
            images.append(image)
    return images


def poppler(*command: str) -> str:
    """What a program of Debian's poppler-utils prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
