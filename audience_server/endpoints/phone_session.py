"""One phone's conversation: requests in, answers out.  It knows no socket; the door hands it texts and a way to send.

Every request gets one answer with its id; pushes come after `hello`.  Audience text never reaches
the terminal, a page or the log from here.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.endpoints.phone_asking import ASKING, AskingHall, PhoneAsking
from audience_server.endpoints.phone_facts import session_facts, state_message
from audience_server.endpoints.witnessed_pushes import WitnessedHall
from audience_server.live_seats import Enrolled, PhoneSeat, Recorded, SlotStanding
from audience_server.live_session import LiveSession
from audience_server.locale.catalogue import catalogue, match_language
from audience_server.record.forms import FormError, unb64
from audience_server.wire import phone
from audience_server.wire.codec import BadMessage, encode

MOST_AT_ONCE = 30
MESSAGES_A_SECOND = 6.0
MOST_REFUSED_IN_A_ROW = 100

Send = Callable[[bytes], None]
Spawn = Callable[[Awaitable[None]], None]


class PhoneHall:
    """What all phones of a session share: facts encoded once, the newest state encoded once, counts of refusals."""

    def __init__(self, session: LiveSession) -> None:
        self.session = session
        self.refusals: Counter[str] = Counter()
        self.asking = AskingHall(session)
        self.witnessed = WitnessedHall(session)
        self._facts = encode(session_facts(session))

    def welcome(self, request_id: int) -> bytes:
        """`wire.phone.Welcome`, with the facts encoded once for all phones."""
        return b'{"type":"welcome","id":%d,"session":%b,"state":%b}' % (request_id, self._facts, self.state())

    def state(self) -> bytes:
        """The state push as it is now."""
        session = self.session
        return encode(state_message(session.phone_picture(), session.rundown, session.questions))


class PhoneSession:
    """One connection's requests.  `send` takes one JSON text; `spawn` runs what must wait."""

    def __init__(self, hall: PhoneHall, send: Send, spawn: Spawn) -> None:
        self._hall = hall
        self._session = hall.session
        self._send = send
        self._spawn = spawn
        self._language = hall.session.rundown.session.language
        self._allowance = float(MOST_AT_ONCE)
        self._refilled_at = time.monotonic()
        self._too_many = 0
        self.seat: PhoneSeat = self._session.arrive()
        self._asking = PhoneAsking(hall.asking, self.seat, send, self._refuse, spawn)
        self.greeted = False

    def leave(self) -> None:
        self._asking.leave()
        self._session.leave(self.seat)

    def take(self, frame: bytes) -> None:
        """One request.  Never raises for what a phone says."""
        may_speak = self._may_speak()
        try:
            request = phone.REQUESTS.decode(frame)
        except BadMessage as error:
            self._refuse(error.request_id, Refusal(RefusalCode.BAD_MESSAGE))
            return
        if not may_speak:
            self._refuse(request.id, Refusal(RefusalCode.RATE_LIMITED))
        elif isinstance(request, phone.Hello):
            self._hello(request)
        elif isinstance(request, phone.Cast):
            self._cast(request, self.seat)
        elif isinstance(request, phone.Present):
            self._session.present_nowait(self.seat, request.entry.encode(), self._answering(request.id))
        elif isinstance(request, phone.Enrol):
            self._enrol(request, self.seat)
        elif isinstance(request, phone.Slot):
            self._slot(request)
        elif isinstance(request, ASKING):
            self._asking.take(request)

    def _may_speak(self) -> bool:
        """A token bucket: bursts are fine, floods are not."""
        now = time.monotonic()
        refill = (now - self._refilled_at) * MESSAGES_A_SECOND
        self._allowance = min(float(MOST_AT_ONCE), self._allowance + refill)
        self._refilled_at = now
        if self._allowance < 1:
            self._too_many += 1
            return False
        self._allowance -= 1
        self._too_many = 0
        return True

    def take_part(self, frame: bytes) -> bool:
        """A binary frame: part of a picture.  False where this session takes none."""
        if not self._hall.asking.room.largest:
            return False
        if not self._asking.take_part(frame):
            self._may_speak()
        return True

    def endure(self) -> None:
        """A frame that is no message costs as much."""
        self._may_speak()

    @property
    def is_flooding(self) -> bool:
        """Whether it goes on although it has been refused again and again: hang up."""
        return self._too_many > MOST_REFUSED_IN_A_ROW

    def _hello(self, request: phone.Hello) -> None:
        self._language = match_language(request.lang)
        self.greeted = True
        self._send(self._hall.welcome(request.id))

    def _cast(self, request: phone.Cast, seat: PhoneSeat) -> None:
        try:
            nonce = unb64(request.nonce, 32)
        except FormError:
            self._refuse(request.id, Refusal(RefusalCode.BAD_MESSAGE))
            return
        self._session.cast_nowait(seat, request.entry.encode(), nonce, request.choice, self._answering(request.id))

    def _answering(self, request_id: int) -> Callable[[Recorded | Refusal], None]:
        def answer(outcome: Recorded | Refusal) -> None:
            if isinstance(outcome, Refusal):
                self._refuse(request_id, outcome)
            else:
                self._send(recorded_text(request_id, outcome))
                self._hall.witnessed.recorded(outcome.index, self._send)

        return answer

    def _enrol(self, request: phone.Enrol, seat: PhoneSeat) -> None:
        try:
            keys = {round_id: unb64(key, 32) for round_id, key in request.keys.items()}
        except FormError:
            self._refuse(request.id, Refusal(RefusalCode.BAD_MESSAGE))
            return

        def answer(outcome: Enrolled | Refusal) -> None:
            if isinstance(outcome, Refusal):
                self._refuse(request.id, outcome)
            else:
                self._send(encode(phone.Enrolled(id=request.id, panel=outcome.panel, rounds=outcome.rounds)))

        self._session.enrol_nowait(seat, request.panel, keys, answer)

    def _slot(self, request: phone.Slot) -> None:
        try:
            key = unb64(request.key, 32)
        except FormError:
            self._refuse(request.id, Refusal(RefusalCode.BAD_MESSAGE))
            return
        self._spawn(self._tell_slot(request.id, request.window, key))

    async def _tell_slot(self, request_id: int, window: str, key: bytes) -> None:
        outcome = await self._session.slot(window, key)
        if isinstance(outcome, SlotStanding):
            answer = phone.SlotState(
                id=request_id,
                next=outcome.next,
                index=outcome.index,
                receipt=outcome.receipt,
                entry=outcome.entry,
            )
            self._send(encode(answer))
        else:
            self._refuse(request_id, outcome)

    def _refuse(self, request_id: int | None, refusal: Refusal) -> None:
        self._hall.refusals[refusal.code.value] += 1
        message = catalogue(self._language, "refusals").text(refusal.code.value, detail="").strip()
        self._send(encode(phone.Refused(id=request_id, code=refusal.code.value, message=message, next=refusal.next)))


def recorded_text(request_id: int, recorded: Recorded) -> bytes:
    """`Recorded` as JSON, from a template: a receipt holds base64, digits, line ends and the origin only."""
    receipt = recorded.receipt.replace("\n", "\\n")
    panel = f',"panel":"{recorded.panel}"' if recorded.panel else ""
    text = f'{{"type":"recorded","id":{request_id},"index":{recorded.index},"receipt":"{receipt}"{panel}}}'
    return text.encode()
