"""What the control port answers by plain GET: metrics, evidence, button boxes, cue lights and the pages of the roles.

`/do/COMMAND?token=…&round=r01` gives a command; `/tally?token=…` tells the states that lights show, and `/tally/NAME`
one of them as 1 or 0.  Everything but `/health` needs a token.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import urlencode, urlsplit

import msgspec
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import Person
from audience_server.endpoints.desk_login import by_cookie, by_token, cookie_header, query_of
from audience_server.endpoints.pages import Pages
from audience_server.live_session import LiveSession
from audience_server.wire import air, control, witness
from audience_server.wire.commands import AnyCommand, AnyOperatorCommand

Metrics = Callable[[], Mapping[str, float]]
Run = Callable[[AnyCommand, Person], Awaitable[dict[str, Any] | Refusal]]
Sentence = Callable[[Refusal], str]

COMMANDS = {str(kind.__struct_config__.tag): kind for kind in AnyOperatorCommand.__subclasses__()}
NOT_BY_GET = frozenset({"hand", "channel", "void-card", "recount"})  # they carry files or keys


class DeskHttp:
    """Plain requests of the control port; `run` gives a command, `sentence` words a refusal."""

    def __init__(self, session: LiveSession, metrics: Metrics, pages: Pages, run: Run, sentence: Sentence) -> None:
        self._session = session
        self._metrics = metrics
        self._pages = pages
        self._run = run
        self._sentence = sentence

    def person(self, request: Request) -> Person | None:
        """Whose request it is, for sockets and pages."""
        people = self._session.people
        return by_token(people, request.path, request.headers) or by_cookie(people, request.headers)

    async def answer(self, request: Request) -> Response | None:
        """None lets the request become a socket."""
        path = urlsplit(request.path).path
        if path == "/health":
            if not self._session.store_ok:
                return _text(HTTPStatus.SERVICE_UNAVAILABLE, "the store has failed")
            return _text(HTTPStatus.OK, "ok")
        if path.startswith("/questions/") and "ticket" in query_of(request.path):
            return await self._picture_by_ticket(_question_in(path), query_of(request.path)["ticket"])
        person = self.person(request)
        if person is None:
            return _text(HTTPStatus.UNAUTHORIZED, "send Authorization: Bearer <token>, or ?token=<token>")
        if path in (control.PATH, witness.PATH):
            return None
        if path == air.AIR_PATH and "Upgrade" in request.headers:
            return (
                None if person.may("air") else _text(HTTPStatus.FORBIDDEN, "the preview is for graphics and operator")
            )
        if path.startswith("/do/"):
            return await self._trigger(path.removeprefix("/do/"), request)
        if path == "/tally" or path.startswith("/tally/"):
            return self._tally(path.removeprefix("/tally").removeprefix("/"))
        if path == "/metrics":
            return _response(HTTPStatus.OK, self._metrics_text(), "text/plain; version=0.0.4; charset=utf-8")
        if path in ("/evidence.tar", "/public.tar"):
            return await self._bundle(person, path == "/public.tar")
        if path.startswith("/questions/"):
            return await self._picture(_question_in(path), person)
        return self._page(request, path)

    async def _bundle(self, person: Person, public: bool) -> Response:
        if not person.may_see_counts:
            return _text(HTTPStatus.FORBIDDEN, "evidence is for operator, teller and scrutineer")
        made = await (self._session.public_bundle() if public else self._session.evidence())
        if made is None:
            return _text(HTTPStatus.CONFLICT, "there is no public bundle before the seal")
        return _response(HTTPStatus.OK, made[1], "application/x-tar", made[0])

    async def _picture(self, number: str, person: Person) -> Response:
        """What came with a question; nobody but a screener sees it."""
        if not person.may_screen:
            return _text(HTTPStatus.FORBIDDEN, "pictures are for operator and screener")
        return await self._jpeg(number)

    async def _picture_by_ticket(self, number: str, ticket: str) -> Response:
        """For the browser of whoever screens; the token stays where it is."""
        if not self._session.questions.tickets.opens(ticket, number):
            return _text(HTTPStatus.FORBIDDEN, "this link has run out; open the picture from the console again")
        return await self._jpeg(number)

    async def _jpeg(self, number: str) -> Response:
        picture = await self._session.questions.picture(number)
        if isinstance(picture, Refusal):
            return _text(HTTPStatus.NOT_FOUND, self._sentence(picture))
        return _response(HTTPStatus.OK, picture, "image/jpeg")

    def _metrics_text(self) -> bytes:
        numbers = {**self._session.metrics, **self._metrics()}
        return "".join(f"touchstone_{name} {value:g}\n" for name, value in numbers.items()).encode()

    # pages

    def _page(self, request: Request, path: str) -> Response:
        query = query_of(request.path)
        if "token" in query:
            # the token leaves the address bar before anybody's camera sees it
            headers = Headers()
            kept = urlencode({name: value for name, value in query.items() if name != "token"})
            headers["Location"] = f"{path}?{kept}" if kept else path
            headers["Set-Cookie"] = cookie_header(query["token"])
            return _finished(HTTPStatus.SEE_OTHER, headers, b"")
        answer = self._pages.answer("GET", path, {name.lower(): value for name, value in request.headers.raw_items()})
        headers = Headers()
        for name, value in answer.headers:
            headers[name] = value
        return _finished(answer.status, headers, answer.body)

    # button boxes and cue lights

    async def _trigger(self, name: str, request: Request) -> Response:
        person = by_token(self._session.people, request.path, request.headers)
        if person is None:
            return _text(HTTPStatus.UNAUTHORIZED, "a button needs the token itself: ?token=<token>")
        try:
            command = command_from_query(name, query_of(request.path))
        except ValueError as error:
            refusal = Refusal(RefusalCode.BAD_ARGUMENT, str(error))
            return _json(HTTPStatus.BAD_REQUEST, {"refused": refusal.code, "message": self._sentence(refusal)})
        outcome = await self._run(command, person)
        if isinstance(outcome, Refusal):
            return _json(HTTPStatus.CONFLICT, {"refused": outcome.code, "message": self._sentence(outcome)})
        return _json(HTTPStatus.OK, outcome)

    def _tally(self, name: str) -> Response:
        states = tally(self._session)
        if not name:
            return _json(HTTPStatus.OK, states)
        if name not in states:
            return _text(HTTPStatus.NOT_FOUND, f"lights are {', '.join(states)}")
        return _text(HTTPStatus.OK, "1" if states[name] else "0")


def tally(session: LiveSession) -> dict[str, Any]:
    """The states that cue lights show; every value is true exactly while its light should burn."""
    picture = session.picture()
    open_round = next((each for each in picture["rounds"] if each["state"] in ("open", "closing")), None)
    closed = any(each["state"] == "closed" for each in picture["rounds"])
    air = picture.get("air") or {"programme": None, "preview": None}
    return {
        "on_air": air["programme"] is not None,
        "preview": air["preview"] is not None,
        "open": open_round is not None,
        "last_10_seconds": open_round is not None and (open_round["closes_in_ms"] or 0) <= 10_000,
        "decision": closed or bool(picture["pending"]),
        "revealed": picture["revealed"] is not None,
        "over": picture["clock"]["over"] > 0,
        "store_failed": not session.store_ok,
        "sealed": picture["phase"] == "sealed",
    }


def command_from_query(name: str, query: Mapping[str, str]) -> AnyCommand:
    """The command `name` with the query's values, lists divided by commas; ValueError says what would be right."""
    kind = COMMANDS.get(name)
    if kind is None or name in NOT_BY_GET:
        raise ValueError(f"{name}: one of {', '.join(sorted(set(COMMANDS) - NOT_BY_GET))}")
    values = {field: value for field, value in query.items() if field != "token"}
    unknown = sorted(set(values) - set(kind.__struct_fields__))
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: {name} takes {', '.join(kind.__struct_fields__) or 'nothing'}")
    lists = {field for field, hint in get_type_hints(kind).items() if _is_list(hint)}
    typed: dict[str, Any] = {field: value.split(",") if field in lists else value for field, value in values.items()}
    try:
        made: AnyCommand = msgspec.convert(typed | {"command": name}, AnyCommand, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    return made


def _question_in(path: str) -> str:
    return path.removeprefix("/questions/").removesuffix(".jpg")


def _is_list(hint: Any) -> bool:
    return get_origin(hint) is tuple or any(_is_list(part) for part in get_args(hint))


def _json(status: HTTPStatus, value: Mapping[str, Any]) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode() + b"\n"
    return _response(status, body, "application/json; charset=utf-8")


def _text(status: HTTPStatus, text: str) -> Response:
    return _response(status, text.encode() + b"\n")


def _response(status: HTTPStatus, body: bytes, kind: str = "text/plain; charset=utf-8", name: str = "") -> Response:
    headers = Headers()
    headers["Content-Type"] = kind
    headers["Cache-Control"] = "no-store"
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _finished(status, headers, body)


def _finished(status: HTTPStatus, headers: Headers, body: bytes) -> Response:
    headers["Content-Length"] = str(len(body))
    headers["Connection"] = "close"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    return Response(status.value, status.phrase, headers, body)
