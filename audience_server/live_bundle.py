"""The parts of the evidence of a running or sealed session, from the store and the directory's files."""

from __future__ import annotations

from collections.abc import Mapping

from audience_server.live_facts import SessionFiles
from audience_server.live_record import LiveRecord
from audience_server.record.bundle import BundleParts


async def collect_parts(
    record: LiveRecord,
    files: SessionFiles,
    policy: str,
    openings: Mapping[str, bytes],
    counts: Mapping[str, bytes],
    results_file: bytes,
) -> BundleParts:
    """As FORMAT.md orders them; the manifest is made from these."""
    return BundleParts(
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
