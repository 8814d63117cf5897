"""The questions that the host reads: those of the cue that is on and of the next one, and whatever is on the air."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from audience_server.domain.questions import PUBLIC_STATES, Question
from audience_server.domain.running_order import RunningOrder


def prompts(order: RunningOrder, find: Callable[[str], Question | None]) -> list[dict[str, Any]]:
    """As `wire.control_view.PromptView`, in the order in which they come; what was not approved is not there."""
    found = []
    for cue in (order.current, order.next):
        for number in cue.questions if cue is not None else ():
            question = find(number)
            if cue is not None and question is not None and question.state in PUBLIC_STATES:
                found.append(
                    {
                        "number": question.number,
                        "unit": question.unit,
                        "text": question.text,
                        "cue": cue.id,
                        "on_air": question.state == "on_air",
                    }
                )
    return found
