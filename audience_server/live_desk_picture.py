"""What one person at the desk may see: the console's picture, with who is there, what waits and who comes.

Counts that nobody has been shown yet are for those who count; screener, graphics, host and usher get turnout only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from audience_server.domain.roles import Person
from audience_server.domain.session import SessionState
from audience_server.live_nods import Nods
from audience_server.live_pace import Pace
from audience_server.live_people import People

TURNOUT = ("expected", "present", "issued", "returned")


class DeskPicture:
    def __init__(
        self,
        state: SessionState,
        people: People,
        nods: Nods,
        pace: Pace,
        help_waiting: Callable[[], list[dict[str, Any]]],
    ) -> None:
        self._state = state
        self._people = people
        self._nods = nods
        self._pace = pace
        self._help_waiting = help_waiting

    def of(self, picture: Mapping[str, Any], by: Person) -> dict[str, Any]:
        """`picture` with the desk's own facts, cut to what `by` may see."""
        whole = {
            **picture,
            "people": self._people.rows(),
            "pending": self._pending(),
            "arrivals": self._arrivals(),
        }
        return whole if by.may_see_counts else _without_counts(whole)

    def _pending(self) -> list[dict[str, Any]]:
        """What the operator has asked for and somebody has not agreed to yet."""
        found = []
        for do, name, roles in self._nods.pending():
            window = self._state.windows.get(name)
            if window is not None and window.state == ("closed" if do == "lock" else "locked"):
                found.append({"do": do, "round": window.round, "roles": list(roles)})
        return found

    def _arrivals(self) -> dict[str, Any]:
        card_panels = self._state.rundown.card_panels
        missing = sum(max(0, panel.invited - self._state.present_count[panel.id]) for panel in card_panels)
        return {
            "last_5_minutes": self._pace.lately(),
            "full_at": self._pace.full_at(missing),
            "help": self._help_waiting(),
        }


def _without_counts(picture: Mapping[str, Any]) -> dict[str, Any]:
    rounds = [
        {**round_, "by": {panel: _turnout(numbers) for panel, numbers in round_["by"].items()}}
        for round_ in picture["rounds"]
    ]
    return {**picture, "rounds": rounds, "results": None}


def _turnout(numbers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: numbers[name] for name in TURNOUT if name in numbers}
