"""What a session's directory gives away as files for people: workbook, PDF, CSV, and the public set.

Results come from the record, replayed; cases and approved questions from their journals.  The public set holds what the
public may see and nothing else: withheld cells stay withheld, and replies open with number and code only.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audience_server.clock import LoopClock
from audience_server.domain.cases import CaseEvent, Register
from audience_server.domain.question_board import Board
from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import read_rundown
from audience_server.evidence import EvidenceRefused, public_path
from audience_server.live_facts import Journals
from audience_server.live_record import RecordDamaged
from audience_server.live_session import LiveSession
from audience_server.locale.catalogue import catalogue
from audience_server.main import session_files
from audience_server.pages.page_set import PHONE_FOLDER
from audience_server.reports.register_tables import RegisterTables
from audience_server.reports.reply_pages import reply_pages
from audience_server.reports.result_tables import ResultTables
from audience_server.reports.tables import Sheets
from audience_server.reports.tables_csv import csv_files
from audience_server.reports.tables_pdf import tables_pdf
from audience_server.reports.tables_xlsx import workbook
from audience_server.session_directory import DirectoryRefused, SessionDirectory
from audience_server.stores.journal import Journal
from audience_server.stores.journal_memory import MemoryJournal
from audience_server.stores.journal_sqlite import SqliteJournal
from audience_server.stores.port import StoreFailed
from audience_server.stores.sqlite import SqliteStore

HASHES = PHONE_FOLDER / "vendor" / "noble-hashes-2.4.0"
HASH_MODULES = ("sha2.js", "_md.js", "_u64.js", "utils.js")


@dataclass(frozen=True, slots=True)
class Exported:
    """Path -> bytes, and the characters that no font held."""

    files: dict[str, bytes]
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A session as its directory keeps it."""

    rundown: Rundown
    origin: str
    rehearsal: bool
    results: dict[str, Any]
    reports: list[dict[str, Any]]
    register: Register
    board: Board
    bundle: tuple[str, bytes] | None


async def export_of_directory(path: Path, kind: str) -> Exported:
    """`kind`: public | xlsx | pdf | csv.  Raises EvidenceRefused with what would be right."""
    kept = await _read(path, kind == "public")
    name = kept.origin.rpartition("/")[2] if not kept.rehearsal else "-".join(kept.origin.split("/")[-2:])
    if kind == "xlsx":
        return Exported({f"{name}.xlsx": workbook(_sheets(kept))})
    if kind == "pdf":
        made = tables_pdf(_sheets(kept))
        return Exported({f"{name}.pdf": made.pdf}, made.missing)
    if kind == "csv":
        return Exported({f"{name}/{file}": data for file, data in csv_files(_sheets(kept)).items()})
    files = {f"{name}-public/{file}": data for file, data in _public(kept).items()}
    return Exported(files if kept.bundle is None else files | {public_path(kept.bundle[0]): kept.bundle[1]})


async def _read(path: Path, with_bundle: bool) -> _Kept:
    try:
        directory = SessionDirectory.open(path)
        if not directory.record_path.exists():
            raise EvidenceRefused(f"{path}: the session has not begun; serve it first")
        rundown = read_rundown(directory.rules(), str(path / "rules.toml"))
        files = session_files(directory, rundown.session.language)
        store = await SqliteStore.open(directory.record_path)
    except DirectoryRefused as refused:
        raise EvidenceRefused(str(refused)) from None
    journals = Journals(MemoryJournal(), MemoryJournal(), MemoryJournal())
    session = LiveSession(rundown, files, store, LoopClock(), journals)
    try:
        await session.load()
        register, board = Register(), Board(rundown.questions.words, rundown.questions.slow_seconds)
        for row in await _rows(directory.journal_path("register")):
            register.apply(CaseEvent.from_row(row))
        for row in await _rows(directory.journal_path("questions")):
            board.apply(row)
        reports = [
            session.ledger.public_report(window)
            for window in session.state.windows.values()
            if window.state == "locked" and window.void_index is None
        ]
        bundle = await session.public_bundle() if with_bundle else None
        rehearsal, results = files.kind == "rehearsal", session.ledger.results()
        return _Kept(rundown, files.origin, rehearsal, results, reports, register, board, bundle)
    except (RecordDamaged, StoreFailed) as failure:
        raise EvidenceRefused(f"{path}: {failure}") from failure
    finally:
        await session.stop()


async def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    journal: Journal = await SqliteJournal.open(path)
    try:
        return [json.loads(row) async for row in journal.read()]
    finally:
        await journal.close()


def _sheets(kept: _Kept, public: bool = False) -> Sheets:
    rundown, words = kept.rundown, catalogue(kept.rundown.session.language, "register")
    made = ResultTables(rundown, kept.results, kept.reports)
    cases = RegisterTables(rundown, kept.register.cases.values(), kept.board.questions.values())
    tables = [made.results(), made.accounting(), made.counts()]
    tables.append(cases.statistics(datetime.date.today()))
    if not public:
        tables += [cases.register(), cases.questions(), cases.replies()]
    facts = rundown.session
    return Sheets(
        title=facts.title,
        subtitle=words.text("subtitle", title=facts.title, place=facts.place, date=facts.date.isoformat()),
        footer=words.text("footer"),
        rehearsal=words.text("rehearsal") if kept.rehearsal else "",
        language=facts.language,
        tables=tuple(tables),
    )


def _public(kept: _Kept) -> dict[str, bytes]:
    """Results, published counts and statistics as CSV and JSON, and the pages of the replies."""
    sheets = _sheets(kept, public=True)
    cases = RegisterTables(kept.rundown, kept.register.cases.values(), kept.board.questions.values())
    hashes = {name: (HASHES / name).read_bytes() for name in HASH_MODULES}
    pages = reply_pages(
        kept.origin,
        kept.rundown.session.title,
        kept.rundown.session.language,
        sheets.rehearsal,
        cases.answered(),
        hashes,
    )
    published = {"origin": kept.origin, "results": kept.results, "rounds": kept.reports, "rehearsal": kept.rehearsal}
    return {
        **csv_files(sheets),
        "published.json": json.dumps(published, ensure_ascii=False, sort_keys=True).encode() + b"\n",
        **{f"reply/{name}": data for name, data in pages.items()},
    }
