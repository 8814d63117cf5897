"""A ballot shown at the notary's desk because its phone says that it is not recorded: taken, or told why not.

What happened is an incident in the record either way, so that nobody can later say the voter was turned away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audience_server.domain.acts import Draft
from audience_server.domain.refusals import Refusal
from audience_server.record.tree import leaf_hash

if TYPE_CHECKING:
    from audience_server.live_session import LiveSession

Outcome = dict[str, Any] | Refusal


async def demand(session: LiveSession, notary: str, present: str, entry: str, nonce: bytes, choice: str) -> Outcome:
    """`present` and `entry` are what the phone signed; the answer says where the ballot stands, or why it does not."""
    seat = session.arrive()
    try:
        if present:
            await session.present(seat, present.encode())
        recorded = await session.cast(seat, entry.encode(), nonce, choice)
    finally:
        session.leave(seat)
    leaf = leaf_hash(entry.encode()).hex()[:16]
    if isinstance(recorded, Refusal):
        told = f"{notary}: {leaf}: {recorded.code.value}"
    else:
        told = f"{notary}: {leaf}: recorded at {recorded.index}"
    body = {"at": session.clock.unix(), "kind": "demand", "text": told}
    async with session.desk.lock:
        noted = await session.desk.append(lambda: Draft("incident", body))
    if isinstance(recorded, Refusal):
        return recorded
    return {"index": recorded.index} if not isinstance(noted, Refusal) else noted
