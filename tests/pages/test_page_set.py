"""The files a phone loads: complete, digested, and free of everything that the policy forbids."""

from __future__ import annotations

import gzip
import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from audience_server.pages.integrity import integrity_of, linked_files, refreshed
from audience_server.pages.page_set import (
    DESK_PAGE,
    LANGUAGES,
    PHONE_FOLDER,
    content_type,
    phone_page_set,
)

FILES = phone_page_set()
PAGE = FILES["index.html"].decode("utf-8")
DESK = FILES[DESK_PAGE].decode("utf-8")
PAGES = {"index.html": PAGE, DESK_PAGE: DESK}
OWN_SCRIPTS = {
    path: data.decode("utf-8")
    for path, data in FILES.items()
    if path.endswith(".js") and not path.startswith("vendor/")
}
VENDORED = json.loads((PHONE_FOLDER / "vendor" / "VENDOR.json").read_text("utf-8"))
LARGEST = 60_000
MOST_AT_ONCE = 92_000
MOST_LATER = 62_000
PARTS = ("ask", "demand", "growth", "report")


def later_of(part: str) -> set[str]:
    """The modules that are fetched when that part is opened."""
    return set(re.findall(rf'rel="later" data-part="{part}" href="([^"]+)"', PAGE))


def at_once(files: Mapping[str, bytes]) -> set[str]:
    """What every phone loads when it opens the page."""
    others = {f"locale/{language}.json" for language in LANGUAGES if language != "zh-Hans"}
    desk = {path for path in files if path == DESK_PAGE or path.startswith("desk/")}
    return set(files) - others - desk - set().union(*map(later_of, PARTS))


def resolved(path: str, imported: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), imported))


def imported_by(start: str) -> set[str]:
    """Every module that comes with `start`, itself included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [resolved(path, name) for name in re.findall(r'from "(\.[^"]+)";', FILES[path].decode("utf-8"))]
    return found


def packed_size(paths: set[str]) -> int:
    return sum(len(gzip.compress(FILES[path], 9)) for path in paths)


def test_the_set_holds_the_page_its_modules_style_vendored_files_and_three_catalogues() -> None:
    assert {"index.html", "app.js", "app.css", *(f"locale/{language}.json" for language in LANGUAGES)} <= set(FILES)
    assert sorted(FILES) == list(FILES)


def test_every_file_has_a_type_and_modules_are_javascript() -> None:
    """A module with another type is refused by browsers."""
    assert {"text/javascript; charset=utf-8"} == {content_type(path) for path in FILES if path.endswith(".js")}
    assert all(content_type(path) for path in FILES)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_file_is_linked_with_its_digest(page: str) -> None:
    """After a change: `python -m audience_server.pages.integrity`."""
    linked = linked_files(page)
    assert {path: integrity_of(FILES[path]) for path in linked} == linked
    assert page == refreshed(page, FILES)


def test_no_file_is_there_that_no_page_links() -> None:
    assert set(FILES) - set(PAGES) == set(linked_files(PAGE)) | set(linked_files(DESK))
    assert set(FILES) - set(PAGES) - set(linked_files(PAGE)) == {path for path in FILES if path.startswith("desk/")}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_nothing_is_loaded_without_a_digest(page: str) -> None:
    linked = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert {"data:,"} == set(linked) - set(linked_files(page))


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_modules_come_before_the_script_that_imports_them(page: str) -> None:
    """Else a browser fetches them without looking at their digests."""
    assert page.rindex('rel="modulepreload"') < page.index('<script type="module" src=')


@pytest.mark.parametrize(
    ("page", "start"),
    [
        *((PAGE, start) for start in ("app.js", "asking_part.js", "demand_code.js", "growth_part.js", "sealed_box.js")),
        *((DESK, start) for start in ("desk/desk.js", "demand_code.js", "growth_part.js")),
    ],
)
def test_every_module_that_is_imported_is_linked_by_the_page(page: str, start: str) -> None:
    assert imported_by(start) <= set(linked_files(page))


def test_every_import_names_a_file_of_the_set() -> None:
    for path, source in OWN_SCRIPTS.items():
        for imported in re.findall(r'(?:from |import\()"([^"]+)"[;)]', source):
            assert imported.startswith("."), (path, imported)
            assert resolved(path, imported) in FILES, (path, imported)


@pytest.mark.parametrize(("page", "script"), [(PAGE, "app.js"), (DESK, "desk/desk.js")], ids=PAGES)
def test_there_is_no_inline_script_style_or_handler(page: str, script: str) -> None:
    scripts = re.findall(r"<script[^>]*?(?= integrity|>)", page)
    assert [f'<script type="module" src="{script}"'] == scripts
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


@pytest.mark.parametrize(
    "forbidden",
    [
        *(".subtle", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("),
        *("http://", "https://"),
    ],
)
def test_own_modules_never_use(forbidden: str) -> None:
    """Markup from texts, what plain http lacks, and other hosts."""
    assert [] == [path for path, source in OWN_SCRIPTS.items() if forbidden in source]


def test_files_are_small() -> None:
    """Every phone of the hall loads them in the same minute, each file over a connection of its own."""
    assert LARGEST > max(map(len, FILES.values()))
    assert MOST_AT_ONCE > packed_size(at_once(FILES))
    assert MOST_LATER > packed_size(set().union(*map(later_of, PARTS)))


def test_own_modules_are_of_the_house_size() -> None:
    assert [] == [path for path, source in OWN_SCRIPTS.items() if source.count("\n") > 400]
    assert [] == [path for path, source in OWN_SCRIPTS.items() if max(map(len, source.splitlines())) > 120]


@pytest.mark.parametrize("package", VENDORED, ids=lambda package: package["package"])
def test_vendored_files_are_those_of_the_npm_package(package: dict[str, object]) -> None:
    """`files` are the digests of the package's own files, `npm_integrity` the registry's digest of the package."""
    folder = PHONE_FOLDER / "vendor" / str(package["folder"])
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert package["files"] == found
    assert str(package["folder"]).endswith(str(package["version"]))
    assert "MIT" == package["licence"]


def test_every_vendored_folder_is_accounted_for() -> None:
    folders = {path.name for path in (PHONE_FOLDER / "vendor").iterdir() if path.is_dir()}
    assert {package["folder"] for package in VENDORED} == folders


def test_every_text_that_a_module_asks_for_is_in_the_catalogue() -> None:
    catalogue = json.loads(FILES["locale/zh-Hans.json"])
    for path, source in OWN_SCRIPTS.items():
        asked = set(re.findall(r'\btext\("([a-z_0-9]+)"', source))
        assert set() == asked - set(catalogue), path


def test_the_locale_folder_is_the_source_of_the_catalogues() -> None:
    folder = Path(PHONE_FOLDER).parents[1] / "locale"
    for language in LANGUAGES:
        assert (folder / language / "phone.json").read_bytes() == FILES[f"locale/{language}.json"]
