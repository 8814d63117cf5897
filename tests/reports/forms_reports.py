"""Reports of whole sessions for the tests of forms, and what their PDFs say."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from audience_server.locale.catalogue import Language
from audience_server.notary.verify import verify
from audience_server.reports.forms import FormFiles, form_files
from tests.notary.bundle_bytes import anchor
from tests.notary.bundle_maker import Show
from tests.notary.show_rules import LIVE, RULES

Json = dict[str, Any]

REHEARSAL = f"{LIVE}/rehearsal-20261122T010203Z"


def reported(bundle: bytes, given: str | None = None) -> Json:
    """The report as a file would hold it: no part of the verifier reaches the forms but this."""
    found: Json = json.loads(json.dumps(verify(bundle, given).as_json()))
    return found


@cache
def _bundle(name: str) -> bytes:
    shows: Mapping[str, Callable[[], bytes]] = {
        "witnessed": lambda: Show(witnessed=True).play().bundle(),
        "alone": lambda: Show().play().bundle(),
        "rehearsal": lambda: Show(origin=REHEARSAL).play().bundle(),
        "public": lambda: Show(witnessed=True).play().bundle(public=True),
        "broken": lambda: Show(witnessed=True).play().bundle().replace(b"'use strict';", b"'use STRICT';"),
    }
    return shows[name]()


def report_of(name: str) -> Json:
    """A fresh copy each time, for tests that change it."""
    return reported(_bundle(name), anchor() if name in ("witnessed", "public", "broken") else None)


def with_rules(change: Callable[[str], str]) -> Json:
    """The report of a session whose file was changed before it was played."""
    return reported(Show(rules=change(RULES)).play().bundle())


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    """What each page says, line by line as it stands."""
    file = folder / "form.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, timeout=60)
    return told.stdout.decode().split("\f")[:-1]


@cache
def made(kind: str, language: Language = "zh-Hans") -> FormFiles:
    """The forms of a session as it was played, made once for all tests that only read them."""
    return form_files(report_of(kind), language)


@cache
def texts_of(kind: str, language: Language = "zh-Hans") -> dict[str, list[str]]:
    """File -> its pages, of a session as it was played; the text to edit is one page."""
    with tempfile.TemporaryDirectory() as folder:
        return read(made(kind, language), Path(folder))


def told(report: Json, folder: Path, language: Language = "zh-Hans") -> dict[str, list[str]]:
    """The same of a report that a test has changed."""
    return read(form_files(report, language), folder)


def read(forms: FormFiles, folder: Path) -> dict[str, list[str]]:
    files = forms.files
    pages = {name: pages_of(data, folder) for name, data in files.items() if name.endswith(".pdf")}
    return pages | {"statement.txt": [files["statement.txt"].decode("utf-8-sig")]}


def solid(text: str) -> str:
    """Without spaces and line ends, as sentences are compared."""
    return "".join(text.split())
