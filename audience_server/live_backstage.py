"""Commands about the desk itself: who holds a token, who agreed, who did what.  Nothing here touches the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from audience_server.domain import acts
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.domain.session import SessionState
from audience_server.live_boards import Boards
from audience_server.live_nods import Nods
from audience_server.live_people import People
from audience_server.live_picture import Alarms
from audience_server.live_show_log import ShowLog

Outcome = dict[str, Any] | Refusal
CarryOut = Callable[[str, str], Awaitable[Outcome]]


class Backstage:
    """`carry_out(do, round)`: what the operator asked for and the last nod allows; `boards` may wait for it too."""

    def __init__(
        self,
        state: SessionState,
        people: People,
        nods: Nods,
        boards: Boards,
        show_log: ShowLog,
        alarms: Alarms,
        carry_out: CarryOut,
    ) -> None:
        self._state = state
        self._people = people
        self._nods = nods
        self._boards = boards
        self._show_log = show_log
        self._alarms = alarms
        self._carry_out = carry_out
        self.commands = {
            "people": self._who,
            "admit": self._admit,
            "revoke": self._revoke,
            "nod": self._nod,
            "show-log": self._read_log,
            "acknowledge": self._acknowledge,
            "take-over": self._take_nothing_over,
        }

    async def _who(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        return {"people": self._people.rows()}

    async def _admit(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        token = self._people.admit(arguments["name"], arguments["roles"])
        if isinstance(token, Refusal):
            return token
        return {"name": arguments["name"].strip(), "roles": list(arguments["roles"]), "token": token}

    async def _revoke(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        refusal = self._people.revoke(arguments["name"])
        return refusal if refusal is not None else {"revoked": arguments["name"]}

    async def _take_nothing_over(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        """Only a console that somebody sits at can take over; the door knows which line that is."""
        return Refusal(RefusalCode.NOT_ALLOWED)

    async def _nod(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        """The agreement of a role; with the last one the act is carried out."""
        do, round_id = arguments["do"], arguments["round"]
        window = acts.may_nod(self._state, do, round_id)
        if isinstance(window, Refusal):
            return window
        given = self._nods.give(do, window.name, by)
        missing = self._nods.missing(do, window.name)
        answer: dict[str, Any] = {"nod": list(given), "round": round_id, "do": do, "pending": list(missing)}
        self._boards.reveal_agreed()
        if missing or not self._nods.is_asked(do, window.name):
            return answer
        outcome = await self._carry_out(do, round_id)
        return outcome if isinstance(outcome, Refusal) else answer | {"done": outcome}

    async def _acknowledge(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        """What they were about goes into the log here: their numbers tell nobody anything a day later."""
        seen = self._alarms.acknowledge(arguments["numbers"], by.name)
        if seen:
            told = [f"{alarm.number} {alarm.code} {alarm.text}".strip() for alarm in seen]
            await self._show_log.note(by, "acknowledge", {"alarms": told})
        return {"acknowledged": [alarm.number for alarm in seen]}

    async def _read_log(self, arguments: Mapping[str, Any], by: Person) -> Outcome:
        lines = self._show_log.search(arguments["text"], arguments["before"], arguments["limit"])
        return {"lines": [line.as_dict() for line in lines]}
