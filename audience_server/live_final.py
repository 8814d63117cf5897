"""The last act: the manifests of evidence and public bundle, signed by the log and by the notaries, and what they make.

Once it is signed, checkpoint and history are kept as they were listed: a cosignature that comes later is not in
the evidence, for the manifest would no longer be true.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.live_statements import Outcome, PendingStatement
from audience_server.record.bundle import BundleParts, build_bundle, manifest_text, public_parts
from audience_server.record.notes import render, sign_note
from audience_server.stores.port import StoreFailed

if TYPE_CHECKING:
    from audience_server.live_session import LiveSession

log = logging.getLogger(__name__)

CHECKPOINT, HISTORY, MANIFEST = "final/checkpoint", "final/history", "final/manifest.note"
PUBLIC_MANIFEST = "final/public/manifest.note"
MANIFESTS = ((MANIFEST, "text"), (PUBLIC_MANIFEST, "public"))  # kept file -> part of the draft
COMPANY_SECONDS = 3.0  # the quorum is there; how long the others on the line are waited for


class Final:
    """Watches for the seal and its cosignatures, then puts the manifest before the notaries."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._watching: asyncio.Task[None] | None = None
        self._parts: BundleParts | None = None
        self.signed = False

    def watch(self) -> None:
        """Begin to wait for the seal's quorum; called once a witness is on the line."""
        if self._watching is None:
            self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def _watch(self) -> None:
        session = self._session
        seen = session.changed.revision
        while session.state.seal_index is None or not session.witnesses.has_quorum(session.record.size):
            seen = await session.changed.wait(seen)
        await self._wait_for_company()
        try:
            self.signed = await session.record.store.file(MANIFEST) is not None
            if not self.signed:
                await self._offer()
            session.changed.bump()
        except StoreFailed as failure:
            session.alarms.ring("store_failed", str(failure))

    async def _wait_for_company(self) -> None:
        """Those on the line who have not cosigned the seal yet have a moment to do so."""
        session = self._session
        try:
            async with asyncio.timeout(COMPANY_SECONDS):
                seen = session.witnesses.cosigned.revision
                while any(
                    seat.line is not None and seat.size < session.record.size for seat in session.witnesses.seats
                ):
                    seen = await session.witnesses.cosigned.wait(seen)
        except TimeoutError:
            log.warning("a witness on the line has not cosigned the seal")

    async def _offer(self) -> None:
        """Put it before the notaries; where nobody but observers is named, the log's signature is all there is."""
        session = self._session
        self._parts = await session.ledger.bundle_parts(session.files, session.policy)
        texts = await asyncio.to_thread(_texts, self._parts)
        if session.statements.needed:
            session.statements.offer("manifest", texts, session.files.software, self._finish)
        else:
            await self._keep(self._parts, [(name, texts[part], []) for name, part in MANIFESTS])

    async def _finish(self, statement: PendingStatement) -> Outcome:
        """Enough notaries agree: their lines, the log's, and the files that they signed for."""
        session, parts = self._session, self._parts
        if parts is None:
            return Refusal(RefusalCode.UNKNOWN_DRAFT, str(statement.id))
        signed = []
        for name, part in MANIFESTS:
            text = str(statement.body[part])
            lines = await session.statements.sign(statement, text)
            if isinstance(lines, Refusal):
                return lines
            signed.append((name, text, lines))
        try:
            await self._keep(parts, signed)
        except StoreFailed as failure:
            return Refusal(RefusalCode.TRY_AGAIN, str(failure))
        session.statements.settle(statement, "recorded", None)
        session.changed.bump()
        return {"manifest": "signed"}

    async def _keep(self, parts: BundleParts, signed: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        """The manifests (file, text, notaries' lines) and the files that they list as they were, kept together."""
        session = self._session
        kept = {CHECKPOINT: parts.checkpoint, HISTORY: parts.history}
        for name, text, lines in signed:
            kept[name] = render(text, [sign_note(text, session.origin, session.files.log_seed), *lines])
        await session.record.store.keep_files(kept)
        # a crash before this leaves both manifests unsigned: they are made again when a witness is on the line
        self.signed = True

    async def kept(self, name: str) -> bytes | None:
        """Checkpoint, history or manifest: as signed, or while it is being signed as drafted."""
        kept = await self._session.record.store.file(name)
        if kept is not None or self._parts is None:
            return kept
        return {CHECKPOINT: self._parts.checkpoint, HISTORY: self._parts.history}.get(name)

    async def bundle(self, public: bool) -> bytes:
        """The evidence or the public bundle; before the notaries have signed, the log's signature only is under it."""
        session, store = self._session, self._session.record.store
        parts = await session.ledger.bundle_parts(session.files, session.policy)
        if public:
            parts = public_parts(parts)
        note = await store.file(PUBLIC_MANIFEST if public else MANIFEST)
        if note is None:
            return await asyncio.to_thread(build_bundle, parts, session.record.sign_text)
        checkpoint, history = await store.file(CHECKPOINT), await store.file(HISTORY)
        parts = replace(parts, checkpoint=checkpoint or b"", history=history or b"")
        return await asyncio.to_thread(build_bundle, parts, lambda text: note)


def _texts(parts: BundleParts) -> dict[str, str]:
    """What one consent covers: the manifest of the evidence and that of the public bundle."""
    return {"text": manifest_text(parts), "public": manifest_text(public_parts(parts))}
