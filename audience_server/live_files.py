"""The files that the entries bind, as the evidence holds them: what a witness fetches for its own mirror.

Openings and counts are given out once their window is locked, results once the record is sealed, never before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from audience_server.live_final import CHECKPOINT, HISTORY, MANIFEST, PUBLIC_MANIFEST
from audience_server.live_record import RecordDamaged
from audience_server.record.openings import openings_file
from audience_server.stores.port import StoreFailed

if TYPE_CHECKING:
    from audience_server.live_session import LiveSession

_FINAL = {
    "checkpoint": CHECKPOINT,
    "history": HISTORY,
    "manifest.note": MANIFEST,
    "public/manifest.note": PUBLIC_MANIFEST,
}


class EvidenceFiles:
    """By path in the bundle, and the public bundle's manifest.

    The file asked for last is kept, for it is asked for in parts.
    """

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._last: tuple[str, bytes] | None = None

    async def read(self, path: str) -> bytes | None:
        """The whole file, or None when there is no such file (yet)."""
        if self._last is not None and self._last[0] == path:
            return self._last[1]
        try:
            data = await self._find(path)
        except (StoreFailed, RecordDamaged):
            data = None
        self._last = None if data is None else (path, data)
        return data

    async def _find(self, path: str) -> bytes | None:
        session = self._session
        folder, _, name = path.partition("/")
        if path == "policy.txt":
            return session.policy.encode()
        if path == "rules.toml":
            return session.files.rules
        if folder == "rolls":
            return session.files.rolls.get(path)
        if folder == "page":
            return session.files.page.get(name)
        if folder == "rounds":
            return await self._of_round(name)
        if path == "results.json" and session.state.seal_index is not None:
            return session.ledger.results_file()
        kept = _FINAL.get(path)
        return None if kept is None else await session.final.kept(kept)

    async def _of_round(self, name: str) -> bytes | None:
        window_name, _, kind = name.rpartition(".")
        window = self._session.state.windows.get(window_name)
        if window is None or window.state != "locked":
            return None
        if kind == "counts":
            return await self._session.record.store.file(f"rounds/{name}")
        if kind != "openings":
            return None
        rows = await self._session.ledger.counted_openings(window)
        return openings_file((row.index, row.nonce, row.choice) for row in rows)

    def page_paths(self) -> list[str]:
        return sorted(f"page/{name}" for name in self._session.files.page)
