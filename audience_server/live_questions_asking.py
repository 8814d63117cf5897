"""What phones ask, support and report: who may, how often, and the 提问回执.

Limits and "one support a card" are counted in memory by the card presented on the line; nothing written down knows a
card, only that the same one stood behind several questions.  A report is ciphertext: it goes to the journal and nowhere
else.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from audience_server.clock import Clock
from audience_server.domain.questions import (
    KIND_LETTERS,
    REPORT_LETTER,
    SUPPORTABLE_STATES,
    Draft,
    may_ask,
    may_report,
)
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import CHECK_IN_ROUND
from audience_server.domain.session import SessionState
from audience_server.live_questions_book import Event, QuestionBook
from audience_server.live_seats import PhoneSeat
from audience_server.matching.language_guess import guess_language

CODES = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A phone's request.  `asker`: base64 SHA-256 of its secret, or empty; `picture`: one already made harmless."""

    kind: str
    text: str
    unit: str = ""
    problem: str = ""
    asker: str = ""
    ref: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class AskReceipt:
    """提问回执."""

    number: str
    code: str


Answer = Callable[[AskReceipt | Refusal], None]


@dataclass(slots=True)
class _Card:
    """What one card has asked so far; `name` stands for it in the journal."""

    asked: int = 0
    reported: int = 0
    last_asked: float = float("-inf")
    supported: set[str] = field(default_factory=set)
    name: str = field(default_factory=lambda: secrets.token_hex(6))


class Asking:
    """The phones' side of the book."""

    def __init__(self, book: QuestionBook, state: SessionState, clock: Clock) -> None:
        self._book = book
        self._board = book.board
        self._state = state
        self._rules = state.rundown.questions
        self._clock = clock
        self._cards: dict[bytes, _Card] = {}
        self._under_way: dict[tuple[str, str], list[Answer]] = {}

    def may_take_part(self, seat: PhoneSeat) -> bytes | Refusal:
        """The card presented on the line, if it may ask, support, and call for help."""
        key = seat.check_in_key
        if key is None:
            return Refusal(RefusalCode.NOT_PRESENT)
        return Refusal(RefusalCode.CARD_VOID) if self._state.is_void(CHECK_IN_ROUND, key) else key

    # asking

    def ask(self, seat: PhoneSeat, asked: Asked, answer: Answer) -> None:
        """`answer` is called once: at once, or when the question is durable.  The same asker and ref asks once."""
        key = self.may_take_part(seat)
        if not self._rules.enabled:
            answer(Refusal(RefusalCode.QUESTIONS_OFF))
        elif isinstance(key, Refusal):
            answer(key)
        elif asked.kind == "report":
            self._report(key, asked, answer)
        elif (name := (asked.asker, asked.ref)) in self._under_way:
            self._under_way[name].append(answer)
        elif (settled := self.settled(seat, asked)) is not None:
            answer(settled)
        else:
            self._ask(key, asked, answer)

    def settled(self, seat: PhoneSeat, asked: Asked) -> AskReceipt | Refusal | None:
        """The answer that needs no writing: it was asked before, or may not be asked.  None: it may."""
        key = self.may_take_part(seat)
        if not self._rules.enabled or isinstance(key, Refusal):
            return key if isinstance(key, Refusal) else Refusal(RefusalCode.QUESTIONS_OFF)
        number = self._board.by_ref.get((asked.asker, asked.ref))
        if number is not None:
            return AskReceipt(number, self._board.codes[number])
        draft = may_ask(asked.kind, asked.text, asked.unit, asked.problem, self._state.rundown)
        return draft if isinstance(draft, Refusal) else self._too_often(self._cards.setdefault(key, _Card()))

    def _ask(self, key: bytes, asked: Asked, answer: Answer) -> None:
        draft = may_ask(asked.kind, asked.text, asked.unit, asked.problem, self._state.rundown)
        assert isinstance(draft, Draft)
        card = self._cards[key]
        before = (card.asked, card.last_asked)
        card.asked, card.last_asked = card.asked + 1, self._clock.monotonic()
        name = (asked.asker, asked.ref)
        if all(name):
            self._under_way[name] = []
        event: Event = {}

        def written(well: bool) -> None:
            outcome: AskReceipt | Refusal = Refusal(RefusalCode.TRY_AGAIN)
            if well:
                outcome = AskReceipt(event["number"], event["code"])
            else:
                card.asked, card.last_asked = before
            for say in (answer, *self._under_way.pop(name, ())):
                say(outcome)

        def make(others: Sequence[Event]) -> Event:
            event.update(self._event(draft, asked, others))
            return event

        self._book.later(make, written)

    def _too_often(self, card: _Card) -> Refusal | None:
        if self._state.seal_index is not None:
            return Refusal(RefusalCode.SEALED)
        if self._board.mode == "paused":
            return Refusal(RefusalCode.QUESTIONS_PAUSED)
        if card.asked >= self._rules.per_card:
            return Refusal(RefusalCode.QUESTION_LIMIT)
        waited = self._clock.monotonic() - card.last_asked
        if self._board.mode == "slow" and waited < self._board.slow_seconds:
            return Refusal(RefusalCode.QUESTION_SLOW)
        return None

    def _event(self, draft: Draft, asked: Asked, others: Sequence[Event]) -> Event:
        event = {
            "e": "asked",
            "number": self._next_number(KIND_LETTERS[draft.kind], others),
            "code": _new_code(),
            "at": self._clock.unix(),
            "kind": draft.kind,
            "unit": draft.unit,
            "text": draft.text,
            "problem": draft.problem,
            "language": guess_language(draft.text),
            "asker": asked.asker,
            "ref": asked.ref,
            "picture": bool(asked.picture),
        }
        return event | {"image": base64.b64encode(asked.picture).decode()} if asked.picture else event

    def _next_number(self, letter: str, others: Sequence[Event]) -> str:
        ahead = sum(each["e"] in ("asked", "reported") and each["number"][0] == letter for each in others)
        return self._board.next_number(letter, ahead)

    # reports

    def _report(self, key: bytes, asked: Asked, answer: Answer) -> None:
        """Off unless the office's key is in the session file; the same ciphertext again is the same report."""
        box = may_report(asked.text)
        card = self._cards.setdefault(key, _Card())
        if not self._rules.report_key:
            answer(Refusal(RefusalCode.REPORTS_OFF))
        elif isinstance(box, Refusal):
            answer(box)
        elif (number := self._board.reports.get(asked.text)) is not None:
            answer(AskReceipt(number, self._board.codes[number]))
        elif self._state.seal_index is not None:
            answer(Refusal(RefusalCode.SEALED))
        elif card.reported >= self._rules.per_card:
            answer(Refusal(RefusalCode.QUESTION_LIMIT))
        else:
            self._write_report(card, asked.text, answer)

    def _write_report(self, card: _Card, box: str, answer: Answer) -> None:
        card.reported += 1
        event: Event = {}

        def written(well: bool) -> None:
            if not well:
                card.reported -= 1
            answer(AskReceipt(event["number"], event["code"]) if well else Refusal(RefusalCode.TRY_AGAIN))

        def make(others: Sequence[Event]) -> Event:
            # no unit and no asker: a report must not be told apart by what its phone asked elsewhere
            number = self._next_number(REPORT_LETTER, others)
            event.update({"e": "reported", "number": number, "code": _new_code(), "at": self._clock.unix(), "box": box})
            return event

        self._book.later(make, written)

    # supporting

    def support(self, seat: PhoneSeat, number: str, answer: Callable[[Refusal | None], None]) -> None:
        """Once a card; a question that was merged is supported where it went."""
        key = self.may_take_part(seat)
        question = self._board.root(number)
        if not (self._rules.enabled and self._rules.support):
            answer(Refusal(RefusalCode.NOT_ALLOWED))
        elif isinstance(key, Refusal):
            answer(key)
        elif question is None or question.state not in SUPPORTABLE_STATES:
            answer(Refusal(RefusalCode.UNKNOWN_QUESTION))
        else:
            self._support(self._cards.setdefault(key, _Card()), question.number, question.merged, answer)

    def _support(
        self, card: _Card, number: str, merged: tuple[str, ...], answer: Callable[[Refusal | None], None]
    ) -> None:
        if not card.supported.isdisjoint((number, *merged)):
            answer(None)
            return
        card.supported.add(number)

        def written(well: bool) -> None:
            if not well:
                card.supported.discard(number)
            answer(None if well else Refusal(RefusalCode.TRY_AGAIN))

        def make(others: Sequence[Event]) -> Event:
            return {"e": "support", "number": number, "card": card.name}

        self._book.later(make, written)

    # looking

    def has_code(self, number: str) -> bool:
        return number in self._board.codes

    def code_fits(self, number: str, code: str) -> bool:
        known = self._board.codes.get(number)
        return known is not None and secrets.compare_digest(known.encode(), code.encode())


def _new_code() -> str:
    return f"{secrets.randbelow(CODES):06d}"
