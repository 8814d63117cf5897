"""Refreshes the `integrity` attributes of the pages: `python -m audience_server.pages.integrity`.

A browser then refuses a module, style or catalogue that is not the one the page was released with.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Mapping

from audience_server.pages.page_set import DESK_FOLDER, PHONE_FOLDER, phone_page_set

_LINKED = re.compile(r'(?P<before>(?:href|src)="(?P<path>[^":]+)" integrity=")(?P<digest>[^"]*)(?=")')


def integrity_of(data: bytes) -> str:
    """The value of an `integrity` attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()


def linked_files(html: str) -> dict[str, str]:
    """path -> integrity, as the page states them."""
    return {found["path"]: found["digest"] for found in _LINKED.finditer(html)}


def refreshed(html: str, files: Mapping[str, bytes]) -> str:
    """The page with the digest of every file it links to."""
    return _LINKED.sub(lambda found: found["before"] + integrity_of(files[found["path"]]), html)


def main() -> int:
    """Write the pages anew."""
    for folder in (PHONE_FOLDER, DESK_FOLDER):
        page = folder / "index.html"
        page.write_text(refreshed(page.read_text("utf-8"), phone_page_set()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
