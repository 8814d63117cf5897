"""Every file a phone or a lent phone loads: path as served -> bytes, and its media type.

The files never name another host and hold no inline script, so the doors' policy can forbid both.
The digest of this set stands in entry 0 of a record: a file that no phone loads must not be in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from audience_server.pages.verify_page import verify_page

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".otf": "font/otf",
    ".woff2": "font/woff2",
}

PHONE_FOLDER = Path(__file__).parent / "phone"
DESK_FOLDER = Path(__file__).parent / "desk"
DESK_PAGE = "desk.html"
LOCALE_FOLDER = Path(__file__).parent.parent / "locale"
FONT = Path(__file__).parent.parent / "reports" / "fonts" / "NotoSansCJKsc-Regular-subset.otf"
LANGUAGES = ("zh-Hans", "zh-Hant", "en")


def phone_page_set() -> dict[str, bytes]:
    """The phone page, `index.html`, `app.js`, `vendor/…`, `locale/<language>.json` …, and the assisted terminal,
    `desk.html` (at `/desk`) with `desk/…`, sorted by path.
    """
    files = _files_of(PHONE_FOLDER) | {f"desk/{path}": data for path, data in _files_of(DESK_FOLDER).items()}
    files[DESK_PAGE] = files.pop("desk/index.html")
    for language in LANGUAGES:
        files[f"locale/{language}.json"] = (LOCALE_FOLDER / language / "phone.json").read_bytes()
    return dict(sorted(files.items()))


def _files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.suffix in CONTENT_TYPES and path.name != "VENDOR.json"
    }


def content_type(path: str) -> str:
    """The media type of a file of the set."""
    return CONTENT_TYPES[PurePosixPath(path).suffix]


def role_page_set() -> dict[str, bytes]:
    """The pages of host and usher on the control port: `host/index.html`, `usher/index.html`, `roles/…`."""
    folder = Path(__file__).parent / "roles"
    files = {f"roles/{path.name}": path.read_bytes() for path in folder.iterdir() if path.suffix in (".js", ".css")}
    for role in ("host", "usher"):
        files[f"{role}/index.html"] = (folder / f"{role}.html").read_bytes()
    for language in LANGUAGES:
        files[f"roles/{language}.json"] = (LOCALE_FOLDER / language / "roles.json").read_bytes()
    return dict(sorted(files.items()))


def studio_page_set(themes: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Air, wall, verifier: `air/index.html`, `wall/index.html`, their modules, texts, font, themes; `verify.html`.

    `themes`: file name -> CSS that a studio added; no vote is cast on these pages, so they stand in no digest.
    """
    folder = Path(__file__).parent
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in ("air", "wall")
        for path in (folder / name).rglob("*")
        if path.suffix in CONTENT_TYPES
    }
    for language in LANGUAGES:
        files[f"air/locale/{language}.json"] = (LOCALE_FOLDER / language / "air.json").read_bytes()
    files["air/fonts/noto.otf"] = FONT.read_bytes()
    files["verify.html"] = verify_page()
    return dict(sorted(files.items())) | {f"air/themes/{name}": css for name, css in (themes or {}).items()}
