"""The evidence of a session that is not running, or is: read from its directory, changing nothing."""

from __future__ import annotations

from pathlib import Path

from audience_server.clock import LoopClock
from audience_server.domain.rundown_file import read_rundown
from audience_server.live_facts import Journals
from audience_server.live_record import RecordDamaged
from audience_server.live_session import LiveSession
from audience_server.main import session_files
from audience_server.session_directory import DirectoryRefused, SessionDirectory
from audience_server.stores.journal_memory import MemoryJournal
from audience_server.stores.port import StoreFailed
from audience_server.stores.sqlite import SqliteStore


class EvidenceRefused(Exception):
    """There is no evidence to be had here; the text says why."""


async def evidence_of_directory(path: Path) -> tuple[str, bytes]:
    """File name and bytes of the bundle of the session kept at `path`.

    SQLite gives a consistent picture beside a running server; the replay checks it against the stored head.
    """
    try:
        directory = SessionDirectory.open(path)
        if not directory.record_path.exists():
            raise EvidenceRefused(f"{path}: the session has not begun; serve it first")
        rundown = read_rundown(directory.rules(), str(path / "rules.toml"))
        files = session_files(directory, rundown.session.language)
        store = await SqliteStore.open(directory.record_path)
    except DirectoryRefused as refused:
        raise EvidenceRefused(str(refused)) from None
    # nothing of the journals is evidence
    journals = Journals(MemoryJournal(), MemoryJournal(), MemoryJournal())
    session = LiveSession(rundown, files, store, LoopClock(), journals)
    try:
        await session.load()
        if session.record.size == 0:
            raise EvidenceRefused(f"{path}: the record is empty; serve the session first")
        return await session.evidence()
    except (RecordDamaged, StoreFailed) as failure:
        raise EvidenceRefused(f"{path}: {failure}") from failure
    finally:
        await session.stop()
