"""The inspection sheet (封存核对单): digests of software, page, rules and rolls, taken once and compared later.

Before the show the notary takes the sheet on the sealed computer and keeps it; on the day, and with the evidence
afterwards, everything on it is computed anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audience_server.notary import verify as v

VERSION = 1


class SheetRefused(Exception):
    """The sheet or what it is to be compared with cannot be read; the text says what would be right."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison; `found` is empty where it cannot be known from this source."""

    name: str
    sheet: str
    found: str

    @property
    def agrees(self) -> bool:
        return not self.found or self.found == self.sheet


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of_tree(files: Mapping[str, bytes]) -> str:
    """Of a set of files: the sorted lines "sha256 path", as the record does it for the phone page."""
    lines = sorted(f"{digest(data)} {path}\n" for path, data in files.items())
    return digest("".join(lines).encode())


def software_files(package: Path) -> dict[str, bytes]:
    """Every file of an installed package but what Python makes while running."""
    return {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def take_sheet(
    rules: bytes, rolls: Mapping[str, bytes], page: Mapping[str, bytes], packages: Mapping[str, Path]
) -> dict[str, str]:
    """Name -> digest.  `rolls`: by bundle path; `page`: as served; `packages`: name -> folder."""
    sheet = {"rules.toml": digest(rules), "page": digest_of_tree({f"page/{name}": data for name, data in page.items()})}
    sheet |= {path: digest(data) for path, data in sorted(rolls.items())}
    sheet |= {f"software {name}": digest_of_tree(software_files(folder)) for name, folder in packages.items()}
    return sheet


def write_sheet(path: Path, origin: str, sheet: Mapping[str, str]) -> None:
    body = {"version": VERSION, "origin": origin, "digests": dict(sheet)}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_sheet(path: Path) -> tuple[str, dict[str, str]]:
    """Origin and digests."""
    try:
        body = json.loads(path.read_text("utf-8"))
        if body["version"] != VERSION:
            raise SheetRefused(f"{path} is of a version that this program does not know")
        return str(body["origin"]), {str(name): str(value) for name, value in body["digests"].items()}
    except OSError as error:
        raise SheetRefused(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SheetRefused(f"{path} is no inspection sheet; `notary inspect take` makes it") from None


def compare(sheet: Mapping[str, str], found: Mapping[str, str]) -> list[Line]:
    """Every line of the sheet, and what was found though the sheet does not name it."""
    lines = [Line(name, value, found.get(name, "")) for name, value in sheet.items()]
    return lines + [Line(name, "", value) for name, value in found.items() if name not in sheet]


def digests_of_bundle(bundle: bytes) -> dict[str, str]:
    """What of the sheet the evidence itself holds: rules, rolls and page; its software is a name only."""
    tar = v.read_tar(memoryview(bundle))
    files = {path: bytes(data) for path, data in tar.files.items()}
    if "rules.toml" not in files:
        raise SheetRefused("this is no evidence of a session")
    page = {path: data for path, data in files.items() if path.startswith("page/")}
    rolls = {path: digest(data) for path, data in files.items() if path.startswith("rolls/")}
    return {"rules.toml": digest(files["rules.toml"]), "page": digest_of_tree(page), **rolls}
