"""The queue of questions on a control line: all of it once, in parts, then what changes, at most four times a second.

Parts are small enough for a frame and for the loop.  A console that misses nothing needs nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from audience_server.live_questions import QuestionDesk
from audience_server.wire import control
from audience_server.wire.questions import QuestionView

PART = 200
SHORTEST_BETWEEN_PUSHES = 0.25

Send = Callable[[control.Questions], Awaitable[None]]


async def push_queue(desk: QuestionDesk, send: Send, request_id: int) -> None:
    """Until it is cancelled or the line breaks.  The first part answers the request."""
    seen = desk.revision
    await _send_parts(desk, send, desk.changed_after(0), seen, request_id)
    while True:
        await desk.changed.wait(seen)
        since, seen = seen, desk.revision
        await _send_parts(desk, send, desk.changed_after(since), seen, None)
        await asyncio.sleep(SHORTEST_BETWEEN_PUSHES)


async def _send_parts(
    desk: QuestionDesk, send: Send, numbers: Sequence[str], revision: int, request_id: int | None
) -> None:
    """What changes while the parts go out is told again, being of a later revision."""
    for first in range(0, max(1, len(numbers)), PART):
        views = desk.views_of(numbers[first : first + PART])
        part = tuple(QuestionView(**view) for view in views)
        complete = first + PART >= len(numbers)
        await send(control.Questions(id=request_id, revision=revision, complete=complete, questions=part))
        request_id = None
        await asyncio.sleep(0)
