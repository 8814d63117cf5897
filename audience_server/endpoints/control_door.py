"""The control port: consoles, `ctl`, button boxes and the pages of the roles, for whoever holds a token.

Few peers, so the websocket library does everything.  Loopback by default.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import NEEDS_COMMAND, Person
from audience_server.endpoints.air_preview import PreviewHall
from audience_server.endpoints.desk_http import DeskHttp, Metrics
from audience_server.endpoints.pages import Pages
from audience_server.endpoints.queue_pushes import push_queue
from audience_server.endpoints.witness_door import WitnessTalk
from audience_server.live_people import DeskLine
from audience_server.live_session import LiveSession
from audience_server.locale.catalogue import catalogue
from audience_server.wire import air, control, witness
from audience_server.wire.codec import MAX_CONTROL_FRAME, BadMessage, encode
from audience_server.wire.commands import AnyCommand

SHORTEST_BETWEEN_VIEWS = 0.25
VIEW_SECONDS = 1.0
BEAT_SECONDS = 3.0
TOKEN_REVOKED = 4003

# what a voter is told to do ("wait for the host", "reload the page") helps nobody at the desk
DESK_WORDS = {
    RefusalCode.BAD_MESSAGE: "bad_argument",
    RefusalCode.ROUND_NOT_OPEN: "desk_round_not_open",
    RefusalCode.ROUND_CLOSED: "desk_round_closed",
}

SPOKEN = {
    control.PATH: control.SUBPROTOCOL,
    air.AIR_PATH: air.SUBPROTOCOL,
    witness.PATH: witness.SUBPROTOCOL,
}

log = logging.getLogger(__name__)


class PortTaken(OSError):
    """The port cannot be had; the text says which and what to do."""


class ControlDoor:
    """The control port of one session."""

    def __init__(self, session: LiveSession, join_url: str, metrics: Metrics, pages: Mapping[str, bytes]) -> None:
        self._session = session
        self._join_url = join_url
        self._words = catalogue(session.rundown.session.language, "refusals")
        served = Pages(pages, session.checkpoint, session.hash_tile)
        self._http = DeskHttp(session, metrics, served, self._give, self._sentence)
        self._previews = PreviewHall(session)
        self._server: Server | None = None
        self._hanging_up: set[asyncio.Future[None]] = set()
        self.port = 0

    @classmethod
    async def start(
        cls,
        session: LiveSession,
        host: str,
        port: int,
        join_url: str,
        metrics: Metrics = dict,
        pages: Mapping[str, bytes] | None = None,
    ) -> ControlDoor:
        """`metrics` adds the public door's numbers to the session's; `pages` are those of the roles."""
        door = cls(session, join_url, metrics, pages or {})
        quiet = logging.getLogger("touchstone.control")
        quiet.setLevel(logging.CRITICAL)
        try:
            door._server = await serve(
                door._talk,
                host,
                port,
                subprotocols=[Subprotocol(name) for name in SPOKEN.values()],
                process_request=door._process_request,
                compression=None,
                max_size=max(MAX_CONTROL_FRAME, witness.MAX_WITNESS_FRAME),
                server_header=None,
                logger=quiet,
            )
        except OSError as error:
            raise PortTaken(f"{host}:{port} cannot be used ({error.strerror}); choose another --control") from None
        door.port = next(iter(door._server.sockets)).getsockname()[1]
        return door

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        return await self._http.answer(request)

    # the socket

    async def _talk(self, connection: ServerConnection) -> None:
        path = urlsplit(connection.request.path).path if connection.request is not None else ""
        spoken = SPOKEN.get(path, control.SUBPROTOCOL)
        if connection.subprotocol != spoken:
            await connection.close(1002, f"the subprotocol {spoken} is needed")
            return
        person = self._http.person(connection.request) if connection.request is not None else None
        if person is None:
            await connection.close(TOKEN_REVOKED, "the token was revoked")
            return
        if path == air.AIR_PATH:
            await self._previews.show(connection)
            return
        if path == witness.PATH:
            await self._witness(connection)
            return
        line = DeskLine(person, lambda: self._hang_up(connection))
        self._session.people.arrive(line)
        try:
            await self._converse(connection, line)
        except ConnectionClosed:
            log.info("a control connection was lost")
        except Exception:
            # the library would say so to a log that nobody reads
            log.exception("a control connection failed")
            raise
        finally:
            self._session.people.leave(line)

    async def _witness(self, connection: ServerConnection) -> None:
        """The token opens the port; who a witness is, its key proves."""
        try:
            await WitnessTalk(self._session, connection, self._sentence).run()
        except ConnectionClosed:
            log.info("a witness went away")
        except Exception:
            log.exception("the conversation with a witness failed")
            raise

    async def _converse(self, connection: ServerConnection, line: DeskLine) -> None:
        pushing: asyncio.Task[None] | None = None
        queue: asyncio.Task[None] | None = None
        try:
            async for frame in connection:
                request = self._read(frame)
                if isinstance(request, control.Refused):
                    await self._send(connection, request)
                elif isinstance(request, control.Watch):
                    if request.console:
                        self._session.people.sit_down(line, request.commanded)
                    await self._send(connection, self.view(line, request.id))
                    pushing = pushing or asyncio.ensure_future(self._keep_pushing(connection, line))
                elif isinstance(request, control.WatchQuestions):
                    if not line.person.may_screen:
                        refusal = Refusal(RefusalCode.ROLE_NEEDED, "operator、screener")
                        await self._send(connection, self._refused(request.id, refusal))
                    elif queue is None:
                        queue = asyncio.ensure_future(self._keep_pushing_queue(connection, request.id))
                elif isinstance(request, control.Command):
                    await self._send(connection, await self._answer(request, line))
        finally:
            tasks = [task for task in (pushing, queue) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _hang_up(self, connection: ServerConnection) -> None:
        closing = asyncio.ensure_future(connection.close(TOKEN_REVOKED, "the token was revoked"))
        self._hanging_up.add(closing)
        closing.add_done_callback(self._hanging_up.discard)

    def _read(self, frame: str | bytes) -> control.ControlRequest | control.Refused:
        try:
            return control.REQUESTS.decode(frame.encode() if isinstance(frame, str) else frame)
        except BadMessage as error:
            return self._refused(error.request_id, Refusal(RefusalCode.BAD_MESSAGE, str(error)))

    # commands

    async def _answer(self, request: control.Command, line: DeskLine) -> control.Done | control.Refused:
        outcome = await self._run(request, line)
        if isinstance(outcome, Refusal):
            return self._refused(request.id, outcome)
        return control.Done(id=request.id, result=outcome)

    async def _run(self, request: control.Command, line: DeskLine) -> dict[str, Any] | Refusal:
        name = str(request.do.__struct_config__.tag)
        if name == "take-over" and line.is_console and line.person.may(name):
            self._session.people.take_over(line)
            await self._session.show_log.note(line.person, name, {})
            return {"in_command": True}
        if name in NEEDS_COMMAND and not self._session.people.is_in_command(line):
            return Refusal(RefusalCode.NOT_IN_COMMAND)
        return await self._give(request.do, line.person, request.at)

    async def _give(self, do: AnyCommand, by: Person, at: int | None = None) -> dict[str, Any] | Refusal:
        """One command of one person, logged."""
        name = str(do.__struct_config__.tag)
        arguments = {field: getattr(do, field) for field in do.__struct_fields__}
        outcome = await self._session.command(name, arguments, at, by)
        if isinstance(outcome, Refusal):
            return outcome
        log.info("%s by %s", name, by.name.encode("unicode_escape").decode())
        return self._whole_view(by) if name == "status" else outcome

    def _refused(self, request_id: int | None, refusal: Refusal) -> control.Refused:
        return control.Refused(id=request_id, code=refusal.code.value, message=self._sentence(refusal))

    def _sentence(self, refusal: Refusal) -> str:
        key = DESK_WORDS.get(refusal.code, refusal.code.value)
        return self._words.text(key, detail=refusal.detail).strip()

    # views

    def _whole_view(self, by: Person) -> dict[str, Any]:
        you = self._session.people.row(by)
        return self._session.picture(by) | {"join_url": self._join_url, "you": you, "in_command": True}

    def view(self, line: DeskLine, request_id: int | None = None) -> control.View:
        """The picture as the person on this line may see it."""
        picture = self._whole_view(line.person) | {"in_command": self._session.people.is_in_command(line)}
        return msgspec.convert(picture | {"type": "view", "id": request_id}, control.View)

    async def _keep_pushing(self, connection: ServerConnection, line: DeskLine) -> None:
        """A console that can be told nothing more is hung up on: it comes back, instead of showing an old picture."""
        try:
            await self._push(connection, line)
        except ConnectionClosed:
            log.info("a console went away")
        except Exception:
            log.exception("no view could be made")
            await connection.close(1011)

    async def _keep_pushing_queue(self, connection: ServerConnection, request_id: int) -> None:
        try:
            await push_queue(self._session.questions, partial(self._send, connection), request_id)
        except ConnectionClosed:
            log.info("a screener went away")
        except Exception:
            log.exception("the queue could not be told")
            await connection.close(1011)

    async def _push(self, connection: ServerConnection, line: DeskLine) -> None:
        """The newest view on every change, at most four a second; every second of an open window, else every few
        seconds: a page that hears nothing knows that its cable is out.
        """
        seen = self._session.changed.revision
        while True:
            timeout = VIEW_SECONDS if self._session.state.open_window is not None else BEAT_SECONDS
            try:
                # not wait_for: up to Python 3.11 it swallows a cancellation that meets a change
                async with asyncio.timeout(timeout):
                    seen = await self._session.changed.wait(seen)
            except TimeoutError:
                seen = self._session.changed.revision
            await self._send(connection, self.view(line))
            await asyncio.sleep(SHORTEST_BETWEEN_VIEWS)

    async def _send(self, connection: ServerConnection, message: control.ControlMessage) -> None:
        await connection.send(encode(message), text=True)
