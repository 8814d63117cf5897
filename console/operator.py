"""From the id of an action to the flow that carries it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from console.flows.air import AirFlow
from console.flows.cases import CaseFlow
from console.flows.flow import Flow
from console.flows.people import PeopleFlow
from console.flows.questions import QuestionFlow
from console.flows.rounds import RoundFlow
from console.flows.rundown import RundownFlow
from console.flows.session import SessionFlow

if TYPE_CHECKING:
    from console.app import ConsoleApp

Carried = Callable[[str | None], Awaitable[None]]


class Operator:
    """One flow an action; the app runs one at a time."""

    def __init__(self, app: ConsoleApp) -> None:
        self._flows: tuple[Flow, ...] = (
            RoundFlow(app),
            RundownFlow(app),
            AirFlow(app),
            PeopleFlow(app),
            QuestionFlow(app),
            CaseFlow(app),
            SessionFlow(app),
        )

    async def act(self, action: str, argument: str | None = None) -> None:
        name = f"do_{action}"
        flow = next(flow for flow in self._flows if hasattr(flow, name))
        carried: Carried = getattr(flow, name)
        await carried(argument)
