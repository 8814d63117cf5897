"""The evidence of a running or sealed session, put together from the store and the directory's files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from audience_server.live_facts import SessionFiles
from audience_server.live_record import LiveRecord
from audience_server.record.bundle import BundleParts, build_bundle


async def build_evidence(
    record: LiveRecord,
    files: SessionFiles,
    policy: str,
    openings: Mapping[str, bytes],
    counts: Mapping[str, bytes],
    results_file: bytes,
) -> bytes:
    """The tar of FORMAT.md.  Built in a thread: a bundle of a large session takes seconds."""
    parts = BundleParts(
        origin=record.origin,
        policy=policy.encode(),
        checkpoint=record.checkpoint(),
        history=record.history(),
        entries=await record.entries(),
        leaf_hashes=record.leaf_hashes,
        rolls=files.rolls,
        openings=openings,
        counts=counts,
        results=results_file,
        rules=files.rules,
        page=files.page,
    )
    return await asyncio.to_thread(build_bundle, parts, record.sign_text)
