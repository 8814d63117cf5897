"""The fonts of air and wall: where they come from, and that the style names each of them."""

from __future__ import annotations

import hashlib
import re

from audience_server.pages.page_set import PHONE_FOLDER, studio_page_set

FOLDER = PHONE_FOLDER.parent / "air"


def test_every_font_is_the_one_whose_origin_and_licence_lie_beside_it() -> None:
    provenance = (FOLDER / "fonts" / "PROVENANCE.md").read_text("utf-8")
    told = dict(re.findall(r"`(noto-[a-z-]+\.woff2)` \| `([0-9a-f]{64})`", provenance))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("fonts/*.woff2")}
    assert told == found
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "fonts" / "OFL.txt").read_text("utf-8")


def test_the_style_names_each_font_and_the_first_one_last() -> None:
    """Of faces with one name the last is asked first: what everybody needs, before what a rare name needs."""
    named = re.findall(r'url\("/(air/fonts/[^"]+)"\)', (FOLDER / "air.css").read_text("utf-8"))
    assert sorted(named) == [path for path in studio_page_set() if path.startswith("air/fonts/")]
    assert "air/fonts/noto.otf" == named[-1]
