"""A ballot shown at the notary's desk because its phone says that it is not recorded: taken, or told why not.

What happened is an incident in the record either way, so that nobody can later say the voter was turned away.  It says
nothing of which ballot: with the evidence that would be the vote of whoever stood there.  The phone learns the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audience_server.domain.acts import Draft
from audience_server.domain.refusals import Refusal, RefusalCode

if TYPE_CHECKING:
    from audience_server.live_session import LiveSession

Outcome = dict[str, Any] | Refusal


async def demand(session: LiveSession, notary: str, present: str, entry: str, nonce: bytes, choice: str) -> Outcome:
    """`present` and `entry` are what the phone signed; the answer says whether the ballot stands now, or why not."""
    seat = session.arrive()
    try:
        if present:
            await session.present(seat, present.encode())
        recorded = await session.cast(seat, entry.encode(), nonce, choice)
    finally:
        session.leave(seat)
    outcome = f"refused {recorded.code.value}" if isinstance(recorded, Refusal) else "recorded"
    body = {"at": session.clock.unix(), "kind": "demand", "text": f"{notary}: {outcome}"}

    def incident() -> Draft | Refusal:
        """Nothing stands behind the seal."""
        return Refusal(RefusalCode.SEALED) if session.state.seal_index is not None else Draft("incident", body)

    async with session.desk.lock:
        noted = await session.desk.append(incident)
    if isinstance(recorded, Refusal):
        return recorded
    return {"outcome": outcome} if not isinstance(noted, Refusal) else noted
