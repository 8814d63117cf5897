"""A desk of questions on a show without sockets: phones ask, screeners act, the journal can fail or be read again."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from audience_server.domain.refusals import Refusal
from audience_server.domain.roles import Person
from audience_server.live_questions import QuestionDesk
from audience_server.live_questions_asking import Asked, AskReceipt
from audience_server.live_seats import PhoneSeat
from audience_server.stores.journal_memory import MemoryJournal
from audience_server.stores.port import StoreFailed
from tests.show_rig import SMALL_SESSION, RigPhone, Show, settle

SCREENER = Person("甲", frozenset({"screener"}))
SECOND = Person("乙", frozenset({"screener"}))
ASKING = SMALL_SESSION + "\n[questions]\nper_card = 3\nlongest = 50\n"


class FailingJournal(MemoryJournal):
    """Fails a write, before it or after it: the next one, or the one after `later` good ones."""

    def __init__(self) -> None:
        super().__init__()
        self.fails = ""
        self.later = 0

    async def append(self, rows: Sequence[bytes]) -> int:
        if self.fails and self.later:
            self.later -= 1
            return await super().append(rows)
        fails, self.fails = self.fails, ""
        if fails == "before":
            raise StoreFailed("the disk is full")
        first = await super().append(rows)
        if fails == "after":
            raise StoreFailed("the answer was lost")
        return first

    async def events(self) -> list[dict[str, Any]]:
        return [json.loads(row) async for row in self.read()]


@dataclass(slots=True)
class QuestionRig:
    """One desk; `again` is what a new process would make of the same journal."""

    show: Show
    phones: list[RigPhone]
    journal: FailingJournal
    desk: QuestionDesk
    rung: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    async def begin(cls, text: str = ASKING, phones: int = 3) -> QuestionRig:
        show = await Show(text).start()
        rig = cls(show, await show.phones(phones), FailingJournal(), None)  # type: ignore[arg-type]
        await rig.again()
        return rig

    async def again(self) -> None:
        self.desk = QuestionDesk(
            self.show.session.state, self.journal, self.show.clock, lambda *alarm: self.rung.append(alarm), lambda: None
        )
        await self.desk.start()
        await settle()

    async def ask(self, text: str = "为什么?", phone: int = 0, **fields: Any) -> AskReceipt:
        outcome = await self.try_ask(text, self.phones[phone].seat, **fields)
        assert isinstance(outcome, AskReceipt), outcome
        return outcome

    async def try_ask(self, text: str, seat: PhoneSeat, kind: str = "question", **fields: Any) -> AskReceipt | Refusal:
        answers: list[AskReceipt | Refusal] = []
        self.desk.asking.ask(seat, Asked(kind, text, **fields), answers.append)
        await settle()
        assert 1 == len(answers)
        return answers[0]

    async def refused(self, text: str, phone: int = 0, **fields: Any) -> str:
        outcome = await self.try_ask(text, self.phones[phone].seat, **fields)
        assert isinstance(outcome, Refusal), outcome
        return outcome.code.value

    async def support(self, number: str, phone: int = 0) -> str:
        answers: list[Refusal | None] = []
        self.desk.asking.support(self.phones[phone].seat, number, answers.append)
        await settle()
        return "" if answers[0] is None else answers[0].code.value

    async def deed(self, do: str, *numbers: str, by: Person = SCREENER, **fields: Any) -> Any:
        outcome = await self.desk.commands["question"]({"numbers": numbers, "do": do, **fields}, by)
        await settle()
        return outcome

    async def done(self, do: str, *numbers: str, by: Person = SCREENER, **fields: Any) -> list[str]:
        outcome = await self.deed(do, *numbers, by=by, **fields)
        assert isinstance(outcome, dict), outcome
        assert {} == outcome["refused"]
        return list(outcome["done"])

    async def command(self, name: str, by: Person = SCREENER, **arguments: Any) -> Any:
        outcome = await self.desk.commands[name](arguments, by)
        await settle()
        return outcome

    def view(self, number: str) -> dict[str, Any]:
        return next(view for view in self.desk.views() if view["number"] == number)


def new_asker() -> tuple[str, str]:
    """A secret of a phone, and the asker that follows from it; both base64."""
    secret = secrets.token_bytes(32)
    return base64.b64encode(secret).decode(), base64.b64encode(hashlib.sha256(secret).digest()).decode()
