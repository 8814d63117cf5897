"""Holds the one line to the session: connects, backs off, connects again, and tells what happened.

Owned by the app's worker.  It never repeats a command: what was asked on a line that broke stays unanswered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from audience_server.domain.roles import Person
from audience_server.domain.rundown_asking import LONGEST_QUESTION
from audience_server.wire import commands, control
from console.link import ControlLink, LinkLost
from console.safe_text import safe_message
from console.show_view import Happening, LineDown, LineUp, QueueArrived, ViewArrived

SHORTEST_BACK_OFF = 0.5
LONGEST_BACK_OFF = 5.0
LONGEST_TEXT = 4000  # what the wire takes; a text that is corrected must come whole


class LinkKeeper:
    """`tell` gets every happening, already made safe for the terminal."""

    def __init__(self, url: str, token: Callable[[], str], tell: Callable[[Happening], None]) -> None:
        """`token` is asked at every try: a server that was set up anew has written a new one."""
        self._url = url
        self._token = token
        self._tell = tell
        self._link: ControlLink | None = None
        self._hurry = asyncio.Event()
        self._commanded: bool | None = None

    def page_url(self, path: str) -> str:
        """Of a page on the same port, for a browser."""
        parts = urlsplit(self._url)
        return f"{'https' if parts.scheme == 'wss' else 'http'}://{parts.netloc}{path}"

    async def run(self) -> None:
        """Until cancelled."""
        back_off = SHORTEST_BACK_OFF
        while True:
            try:
                async with ControlLink(self._url, self._token(), self._heard, self._heard_queue) as link:
                    self._tell(LineUp())
                    view = await link.watch(console=True, commanded=self._commanded)
                    if Person(view.you.name, frozenset(view.you.roles)).may_screen:
                        await link.watch_questions()
                    self._link = link
                    back_off = SHORTEST_BACK_OFF
                    await link.closed()
                reason = ""
            except LinkLost as lost:
                reason = lost.why
            finally:
                self._link = None
            self._tell(LineDown(reason, back_off))
            await self._rest(back_off)
            back_off = min(2 * back_off, LONGEST_BACK_OFF)

    async def _rest(self, seconds: float) -> None:
        self._hurry.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            return

    def hurry(self) -> None:
        """Try again at once."""
        self._hurry.set()

    def _heard(self, view: control.View) -> None:
        self._commanded = view.in_command
        self._tell(ViewArrived(safe_message(view)))

    def _heard_queue(self, questions: control.Questions) -> None:
        self._tell(QueueArrived(safe_message(questions, LONGEST_QUESTION)))

    async def ask(self, do: commands.AnyCommand, at: int | None) -> control.Done | control.Refused:
        """One command; LinkLost when there is no line or it broke before the answer."""
        if self._link is None:
            raise LinkLost("not connected")
        return safe_message(await self._link.ask(do, at), LONGEST_TEXT)
