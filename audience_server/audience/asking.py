"""Simulated askers: questions spread over the run, each asked once however often the line breaks, and some supports."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import secrets
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from audience_server.audience.phone import SimulatedPhone
from audience_server.audience.question_model import Wish, wishes

SUPPORTS = 0.4


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """How many questions, and over how many seconds."""

    count: int = 0
    seconds: float = 300.0


class Askers:
    """Some phones ask; `over` ends them early."""

    def __init__(self, plan: QuestionPlan, random: Random, over: asyncio.Event) -> None:
        self._plan = plan
        self._random = random
        self._over = over
        self._secrets: dict[int, str] = {}
        self.received = 0
        self.supported = 0
        self.refused: Counter[str] = Counter()

    def works(self, phones: Sequence[SimulatedPhone]) -> list[Coroutine[Any, Any, None]]:
        """One coroutine a question; phones take turns, so that no card asks more than it must."""
        if not phones:
            return []
        session = phones[0].session
        units = [unit["id"] for unit in session["units"]]
        problems = [problem["id"] for problem in session["asking"]["problems"]]
        return [
            self._ask(phones[number % len(phones)], number, wish, self._random.uniform(0, self._plan.seconds))
            for number, wish in enumerate(wishes(self._plan.count, units, problems, self._random))
        ]

    async def _ask(self, phone: SimulatedPhone, number: int, wish: Wish, delay: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._over.wait()
        if self._over.is_set():
            return
        asker = self._secrets.setdefault(phone.number, _new_asker())
        facts = {"kind": wish.kind, "unit": wish.unit, "text": wish.text, "problem": wish.problem}
        answer = await phone.until_answered({"type": "ask", **facts, "asker": asker, "ref": str(number)})
        if answer["type"] == "received":
            self.received += 1
        else:
            self.refused[answer["code"]] += 1
        if self._random.random() < SUPPORTS:
            await self._support(phone)

    async def _support(self, phone: SimulatedPhone) -> None:
        listed = await phone.until_answered({"type": "questions"})
        open_now = [each["number"] for each in listed.get("questions", ()) if each["state"] != "answered"]
        if open_now:
            answer = await phone.until_answered({"type": "support", "number": self._random.choice(open_now)})
            self.supported += answer["type"] == "ok"


def _new_asker() -> str:
    return base64.b64encode(hashlib.sha256(secrets.token_bytes(32)).digest()).decode()
