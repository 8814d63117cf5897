"""What a witness is told without asking: every entry under its checkpoint, everybody's cosignatures, what waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from audience_server.live_session import LiveSession
from audience_server.record.forms import b64
from audience_server.wire import witness

LINES_A_MESSAGE = 1000

Send = Callable[[witness.ServerSays], Awaitable[None]]


class WitnessFeed:
    """One witness's place in the record.  Runs until it is cancelled or the line breaks."""

    def __init__(self, session: LiveSession, send: Send, size: int) -> None:
        """`size`: how many entries the witness has already."""
        self._session = session
        self._send = send
        self._sent = size
        self._lines = 0
        self._told: tuple[object, ...] = ()

    async def run(self) -> None:
        changed = self._session.changed
        while True:
            seen = changed.revision
            await self._entries()
            await self._cosignatures()
            await self._desk()
            await changed.wait(seen)

    async def _entries(self) -> None:
        record = self._session.record
        for head in record.heads_after(self._sent):
            entries = await record.entries_between(self._sent, head.size)
            note = record.note_of(head).decode()
            await self._send(witness.Entries(first=self._sent, entries=tuple(map(b64, entries)), checkpoint=note))
            self._sent = head.size

    async def _cosignatures(self) -> None:
        """Those over heads that this witness has been told of."""
        lines = self._session.witnesses.lines
        while self._lines < len(lines):
            part = []
            for each in lines[self._lines : self._lines + LINES_A_MESSAGE]:
                if each.size > self._sent:
                    break
                part.append((each.size, each.key, each.line))
            if not part:
                return
            await self._send(witness.Cosignatures(lines=tuple(part)))
            self._lines += len(part)

    async def _desk(self) -> None:
        """Phones on the line, what waits for nods, alarms: only when they have changed."""
        session = self._session
        waiting = tuple(
            (do, session.state.windows[window].round, window, roles)
            for do, window, roles in session.nods.pending()
            if window in session.state.windows
        )
        alarms = tuple(f"{alarm.code}: {alarm.text}" for alarm in session.alarms.rung[-20:])
        now = (waiting, dict(session.connected), session.record.held, session.final.signed, alarms)
        if now == self._told:
            return
        self._told = now
        await self._send(witness.Asking(waiting=waiting))
        held, final = session.record.held, session.final.signed
        await self._send(witness.Desk(connected=session.connected, held=held, final=final, alarms=alarms))
