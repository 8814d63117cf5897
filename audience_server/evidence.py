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


def public_path(name: str) -> str:
    """Where an export puts a public bundle: in the folder of what may be published, apart from the evidence."""
    return f"{name.removesuffix('.public.c1.tar')}-public/{name}"


async def evidence_of_directory(path: Path, with_public: bool) -> dict[str, bytes]:
    """Path -> bytes of the evidence of the session kept at `path`, after the seal of the public bundle too.

    SQLite gives a consistent picture beside a running server; the replay checks it against the stored head.
    """
    try:
        directory = SessionDirectory.open(path)
        if not directory.record_path.exists():
            raise EvidenceRefused(f"{path}: the session has not begun; serve it first")
        rundown = read_rundown(directory.rules(), str(path / "rules.toml"))
        kept = session_files(directory, rundown.session.language)
        store = await SqliteStore.open(directory.record_path)
    except DirectoryRefused as refused:
        raise EvidenceRefused(str(refused)) from None
    # nothing of the journals is evidence
    journals = Journals(MemoryJournal(), MemoryJournal(), MemoryJournal())
    session = LiveSession(rundown, kept, store, LoopClock(), journals)
    try:
        await session.load()
        if session.record.size == 0:
            raise EvidenceRefused(f"{path}: the record is empty; serve the session first")
        files = dict([await session.evidence()])
        public = await session.public_bundle() if with_public else None
        return files if public is None else files | {public_path(public[0]): public[1]}
    except (RecordDamaged, StoreFailed) as failure:
        raise EvidenceRefused(f"{path}: {failure}") from failure
    finally:
        await session.stop()
