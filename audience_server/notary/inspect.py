"""The inspection sheet (封存核对单): digests of rules, page, policy, rolls and software, taken once and compared later.

Before the show the notary takes the sheet on the sealed computer and keeps it; on the day, and with the evidence
afterwards, everything on it is computed anew.  What the record's first entry binds has the name that it has there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audience_server.notary import verify as v
from audience_server.notary.said import Refused

VERSION = 2
SOFTWARE = "software "
INDEX = "rolls/index.json"


class SheetRefused(Refused):
    """The sheet or what it is to be compared with cannot be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison; `sheet` or `found` is empty where the thing is not there."""

    name: str
    sheet: str
    found: str
    can_be_known: bool

    @property
    def agrees(self) -> bool:
        return self.found == self.sheet or not self.can_be_known

    @property
    def verdict(self) -> str:
        """equal, differs, missing (gone since), extra (not on the sheet), or unknown (not told by this source)."""
        if not self.can_be_known:
            return "unknown"
        if self.found == self.sheet:
            return "equal"
        return "differs" if self.found and self.sheet else "missing" if self.sheet else "extra"


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


def policy_of(rules: bytes, log_vkey: str) -> bytes:
    """policy.txt as it follows from the session file and the log's key."""
    try:
        return v.policy_text(v.read_rules(rules), v.read_vkey(log_vkey, v.LOG_KEY)).encode()
    except v.FormError as error:
        raise SheetRefused("session_file_unreadable", detail=error) from None


def take_sheet(
    rules: bytes,
    rolls: Mapping[str, bytes],
    page: Mapping[str, bytes],
    policy: bytes | None,
    packages: Mapping[str, Path],
) -> dict[str, str]:
    """Name -> digest.  `rolls`: by bundle path; `page`: as served; `policy`: None while there is no log key;
    `packages`: name -> folder."""
    sheet = bound(rules, {f"page/{name}": data for name, data in page.items()}, policy, rolls)
    return sheet | {f"{SOFTWARE}{name}": digest_of_tree(software_files(each)) for name, each in packages.items()}


def bound(rules: bytes, page: Mapping[str, bytes], policy: bytes | None, rolls: Mapping[str, bytes]) -> dict[str, str]:
    """What the record's first entry binds, named as there, then every roll by its path in the evidence."""
    sheet = {"rules": digest(rules), "page": digest_of_tree(page)}
    if policy is not None:
        sheet["policy"] = digest(policy)
    if INDEX in rolls:
        sheet["rolls"] = digest(rolls[INDEX])
    return sheet | {path: digest(data) for path, data in sorted(rolls.items()) if path != INDEX}


def write_sheet(path: Path, origin: str, sheet: Mapping[str, str]) -> None:
    body = {"version": VERSION, "origin": origin, "digests": dict(sheet)}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_sheet(path: Path) -> tuple[str, dict[str, str]]:
    """Origin and digests."""
    try:
        body = json.loads(path.read_text("utf-8"))
        if body["version"] != VERSION:
            raise SheetRefused("file_version", path=path)
        return str(body["origin"]), {str(name): str(value) for name, value in body["digests"].items()}
    except OSError as error:
        raise SheetRefused("file_unreadable", path=path, reason=error) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SheetRefused("sheet_no_file", path=path) from None


def compare(sheet: Mapping[str, str], found: Mapping[str, str], *, with_software: bool = True) -> list[Line]:
    """Every line of the sheet, and what was found though the sheet does not name it.

    `with_software`: whether the source tells what software it is; evidence does not.
    """
    names = [*sheet, *(name for name in found if name not in sheet)]
    return [
        Line(name, sheet.get(name, ""), found.get(name, ""), with_software or not name.startswith(SOFTWARE))
        for name in names
    ]


def digests_of_bundle(bundle: bytes) -> tuple[str, dict[str, str]]:
    """Origin, and what of the sheet the evidence itself holds; its software is a name only."""
    tar = v.read_tar(memoryview(bundle))
    files = {path: bytes(data) for path, data in tar.files.items()}
    head = files.get("C1", b"").decode("utf-8", "replace").split("\n")
    if head[0] != "c1/bundle 1" or len(head) < 2 or "rules.toml" not in files:
        raise SheetRefused("no_evidence")
    page, rolls = (
        {path: data for path, data in files.items() if path.startswith(folder)} for folder in ("page/", "rolls/")
    )
    return head[1], bound(files["rules.toml"], page, files.get("policy.txt"), rolls)
