"""Every file a phone loads: path as served -> bytes, and its media type.

The files never name another host and hold no inline script, so the doors' policy can forbid both.
The digest of this set stands in entry 0 of a record: a file that no phone loads must not be in it.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json; charset=utf-8",
}

PHONE_FOLDER = Path(__file__).parent / "phone"
LOCALE_FOLDER = Path(__file__).parent.parent / "locale"
LANGUAGES = ("zh-Hans", "zh-Hant", "en")


def phone_page_set() -> dict[str, bytes]:
    """The phone page: `index.html`, `app.js`, `vendor/…`, `locale/<language>.json` …, sorted by path."""
    files = {
        path.relative_to(PHONE_FOLDER).as_posix(): path.read_bytes()
        for path in PHONE_FOLDER.rglob("*")
        if path.suffix in CONTENT_TYPES and path.name != "VENDOR.json"
    }
    for language in LANGUAGES:
        files[f"locale/{language}.json"] = (LOCALE_FOLDER / language / "phone.json").read_bytes()
    return dict(sorted(files.items()))


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
