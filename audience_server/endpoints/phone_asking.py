"""One phone's questions: asking, following, looking up, supporting, and calling for help.

It translates and answers; who may do what is the desk's business.  What goes out is what the desk says may be read.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.endpoints.picture_parts import PART_BYTES, PictureParts, PictureRoom
from audience_server.live_questions_asking import Asked, AskReceipt
from audience_server.live_seats import PhoneSeat
from audience_server.live_session import LiveSession
from audience_server.pictures.picture_cleaner import PictureCleaner, TooBusy
from audience_server.record.forms import FormError, unb64
from audience_server.wire import phone
from audience_server.wire.codec import encode

MOST_OWN = 50
SPARE_PICTURES = 5
UPLOAD_SECONDS = 120.0
WRONG_CODES = 5
WRONG_CODES_OF_ONE = 20
WRONG_CODES_SECONDS = 600.0

AskingRequest = phone.Ask | phone.Follow | phone.Lookup | phone.ListQuestions | phone.Support | phone.AskHelp
ASKING = (phone.Ask, phone.Follow, phone.Lookup, phone.ListQuestions, phone.Support, phone.AskHelp)

Send = Callable[[bytes], None]
Refuse = Callable[[int | None, Refusal], None]
Spawn = Callable[[Awaitable[None]], None]


class OpenLists:
    """The public list encoded once for all phones, and wrong codes counted over all connections."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._revision = -1
        self._encoded: dict[str, bytes] = {}
        self._wrong: dict[str, list[float]] = {}

    def answer(self, request: phone.ListQuestions) -> bytes:
        """`wire.phone.OpenQuestions` of a unit, or of all when it is not one of the session's."""
        desk = self._session.questions
        if desk.public_revision != self._revision:
            self._revision, self._encoded = desk.public_revision, {}
        units = {unit.id for unit in self._session.rundown.units}
        unit = request.unit if request.unit in units else ""
        if unit not in self._encoded:
            self._encoded[unit] = encode(
                [
                    phone.OpenQuestion(each.number, each.unit, each.text, each.supporters, each.state)
                    for each in desk.public(unit)
                ]
            )
        return b'{"type":"questions","id":%d,"questions":%b}' % (request.id, self._encoded[unit])

    def is_guessed_at(self, number: str) -> bool:
        """Whether so many wrong codes came for one number that its right one is no longer looked at for a while."""
        now = self._session.clock.monotonic()
        recent = [at for at in self._wrong.get(number, ()) if now - at < WRONG_CODES_SECONDS]
        if number in self._wrong:
            self._wrong[number] = recent
        return len(recent) >= WRONG_CODES_OF_ONE

    def note_wrong(self, number: str) -> None:
        if self._session.questions.asking.has_code(number):
            self._wrong.setdefault(number, []).append(self._session.clock.monotonic())


class AskingHall:
    """What the asking parts of all connections share."""

    def __init__(self, session: LiveSession) -> None:
        rules = session.rundown.questions
        self.session = session
        self.lists = OpenLists(session)
        self.room = PictureRoom(rules.picture_kb * 1024)
        self.cleaner = PictureCleaner()
        self.most_parts = (rules.per_card + SPARE_PICTURES) * (self.room.largest // PART_BYTES + 1)


class PhoneAsking:
    """The asking part of one connection.  `spawn` runs what must wait."""

    def __init__(self, hall: AskingHall, seat: PhoneSeat, send: Send, refuse: Refuse, spawn: Spawn) -> None:
        self._session = hall.session
        self._desk = hall.session.questions
        self._hall = hall
        self._lists = hall.lists
        self._seat = seat
        self._send = send
        self._refuse = refuse
        self._spawn = spawn
        self._wrong_codes = 0
        self._parts = PictureParts(hall.room)
        self._parts_taken = 0

    def leave(self) -> None:
        self._desk.lines.forget(self._push)
        self._parts.drop()

    def take_part(self, frame: bytes) -> bool:
        """A part of a picture; False when this phone sends more of them than it may."""
        self._parts_taken += 1
        if self._seat.check_in_key is None or self._parts_taken > self._hall.most_parts:
            return False
        before = self._parts.name
        if self._parts.take(frame) and self._parts.name != before:
            name = self._parts.name
            self._session.clock.call_later(UPLOAD_SECONDS, lambda: self._drop_upload(name))
        return True

    def _drop_upload(self, name: str) -> None:
        if self._parts.name == name:
            self._parts.drop()

    def take(self, request: AskingRequest) -> None:
        """One request, already known to be of these kinds."""
        if isinstance(request, phone.Ask):
            self._ask(request)
        elif isinstance(request, phone.Follow):
            self._follow(request)
        elif isinstance(request, phone.Lookup):
            self._look_up(request)
        elif isinstance(request, phone.ListQuestions):
            self._send(self._lists.answer(request))
        elif isinstance(request, phone.Support):
            self._desk.asking.support(self._seat, request.number, self._answering(request.id))
        else:
            self._call_for_help(request)

    def _push(self, own: dict[str, Any]) -> None:
        self._send(encode(phone.QuestionPush(question=phone.OwnQuestion(**own))))

    def _answering(self, request_id: int) -> Callable[[Refusal | None], None]:
        def answer(outcome: Refusal | None) -> None:
            if outcome is None:
                self._send(encode(phone.Ok(id=request_id)))
            else:
                self._refuse(request_id, outcome)

        return answer

    def _ask(self, request: phone.Ask) -> None:
        if request.asker and not _is_digest(request.asker):
            self._refuse(request.id, Refusal(RefusalCode.BAD_MESSAGE))
            return
        asked = Asked(request.kind, request.text, request.unit, request.problem, request.asker, request.ref)

        def answer(outcome: AskReceipt | Refusal) -> None:
            if isinstance(outcome, Refusal):
                self._refuse(request.id, outcome)
                return
            if request.kind != "report":
                self._desk.own(outcome.number)
                self._desk.lines.follow(self._push, request.asker or outcome.number)
            self._send(encode(phone.Received(id=request.id, number=outcome.number, code=outcome.code)))

        if request.picture:
            self._spawn(self._ask_with_picture(asked, request.picture, answer))
        else:
            self._desk.asking.ask(self._seat, asked, answer)

    async def _ask_with_picture(self, asked: Asked, name: str, answer: Callable[[AskReceipt | Refusal], None]) -> None:
        """The picture is looked at, elsewhere, only when the question may be asked."""
        data = self._parts.finish(name)
        outcome = self._desk.asking.settled(self._seat, asked)
        if outcome is None and (data is None or asked.kind == "report"):
            outcome = Refusal(RefusalCode.BAD_PICTURE)
        if outcome is not None or data is None:
            answer(outcome or Refusal(RefusalCode.BAD_PICTURE))
            return
        try:
            made = await self._hall.cleaner.harmless(data)
        except (TooBusy, OSError):
            answer(Refusal(RefusalCode.TRY_AGAIN))
            return
        if made is None:
            answer(Refusal(RefusalCode.BAD_PICTURE))
        else:
            self._desk.asking.ask(self._seat, replace(asked, picture=made), answer)

    def _follow(self, request: phone.Follow) -> None:
        try:
            secret = unb64(request.secret, 32)
        except FormError:
            self._refuse(request.id, Refusal(RefusalCode.BAD_MESSAGE))
            return
        asker = base64.b64encode(hashlib.sha256(secret).digest()).decode()
        self._desk.lines.follow(self._push, asker)
        self._tell_own(request.id, self._desk.own_of(asker)[:MOST_OWN])

    def _look_up(self, request: phone.Lookup) -> None:
        """After a few wrong codes this line, and then this number, is looked up no more."""
        number = request.number.strip().upper()
        if self._wrong_codes >= WRONG_CODES or self._lists.is_guessed_at(number):
            self._refuse(request.id, Refusal(RefusalCode.RATE_LIMITED))
        elif self._desk.asking.code_fits(number, request.code.strip()):
            self._wrong_codes = 0
            self._tell_own(request.id, [self._desk.own(number)])
        else:
            self._wrong_codes += 1
            self._lists.note_wrong(number)
            self._refuse(request.id, Refusal(RefusalCode.UNKNOWN_QUESTION))

    def _tell_own(self, request_id: int, owns: list[dict[str, Any]]) -> None:
        questions = tuple(phone.OwnQuestion(**own) for own in owns)
        self._send(encode(phone.OwnQuestions(id=request_id, questions=questions)))

    def _call_for_help(self, request: phone.AskHelp) -> None:
        card = self._desk.asking.may_take_part(self._seat)
        if isinstance(card, Refusal):
            self._refuse(request.id, card)
        else:
            self._answering(request.id)(self._session.help.call(card, self._seat.panel, request.where))


def _is_digest(text: str) -> bool:
    try:
        unb64(text, 32)
    except FormError:
        return False
    return True
