"""The queue of questions on a control line: all of it once, in parts, then what changes, at most four times a second.

Parts are small enough for a frame and for the loop.  A console that misses nothing needs nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from audience_server.live_questions import QuestionDesk
from audience_server.wire import control
from audience_server.wire.questions import QuestionView

PART = 200
SHORTEST_BETWEEN_PUSHES = 0.25

Send = Callable[[control.Questions], Awaitable[None]]


async def push_queue(desk: QuestionDesk, send: Send, request_id: int) -> None:
    """Until it is cancelled or the line breaks.  The first part answers the request."""
    seen = desk.revision
    await _send_parts(send, desk.views(), seen, request_id)
    while True:
        await desk.changed.wait(seen)
        since, seen = seen, desk.revision
        await _send_parts(send, desk.views(since), seen, None)
        await asyncio.sleep(SHORTEST_BETWEEN_PUSHES)


async def _send_parts(send: Send, views: Sequence[dict[str, Any]], revision: int, request_id: int | None) -> None:
    for first in range(0, max(1, len(views)), PART):
        part = tuple(QuestionView(**view) for view in views[first : first + PART])
        complete = first + PART >= len(views)
        await send(control.Questions(id=request_id, revision=revision, complete=complete, questions=part))
        request_id = None
        await asyncio.sleep(0)
