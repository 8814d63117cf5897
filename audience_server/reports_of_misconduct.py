"""Reports of misconduct as the session keeps them: ciphertext with number and time, opened on the office's computer."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audience_server.evidence import EvidenceRefused
from audience_server.record.forms import FormError
from audience_server.record.sealed_box import open_sealed
from audience_server.session_directory import DirectoryRefused, SessionDirectory
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.stores.port import StoreFailed


@dataclass(frozen=True, slots=True)
class SealedReport:
    """`at` unix seconds; `box` base64 of the sealed box; `code` with which its sender asks what became of it."""

    number: str
    code: str
    at: int
    box: str


async def sealed_reports(path: Path) -> list[SealedReport]:
    """Every report of a session's directory.  Raises EvidenceRefused."""
    try:
        directory = SessionDirectory.open(path)
    except DirectoryRefused as refused:
        raise EvidenceRefused(str(refused)) from None
    file = directory.journal_path("questions")
    if not file.exists():
        return []
    try:
        journal = await SqliteJournal.open(file)
        try:
            events: list[dict[str, Any]] = [json.loads(row) async for row in journal.read()]
        finally:
            await journal.close()
    except StoreFailed as failure:
        raise EvidenceRefused(f"{file}: {failure}") from failure
    return [
        SealedReport(each["number"], each["code"], each["at"], each["box"])
        for each in events
        if each["e"] == "reported"
    ]


def note_carried(path: Path, reports: Iterable[SealedReport]) -> None:
    """They lie in a file for the office now: forgetting them here loses nothing.  Raises EvidenceRefused."""
    try:
        SessionDirectory.open(path).keep_carried_reports(report.number for report in reports)
    except DirectoryRefused as refused:
        raise EvidenceRefused(str(refused)) from None


def opened(report: SealedReport, secret: str) -> dict[str, Any]:
    """The report in plain words, or why it stays closed."""
    facts: dict[str, Any] = {"number": report.number, "code": report.code, "at": report.at}
    try:
        return facts | {"text": open_sealed(base64.b64decode(report.box), secret)}
    except (FormError, ValueError) as error:
        return facts | {"closed": str(error)}
