"""The control port: console, `ctl`, metrics and evidence, for whoever holds the operator's token.

Few peers, so the websocket library does everything.  Loopback by default.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.live_session import LiveSession
from audience_server.locale.catalogue import catalogue
from audience_server.wire import control
from audience_server.wire.codec import MAX_CONTROL_FRAME, BadMessage, encode

SHORTEST_BETWEEN_VIEWS = 0.25
VIEW_SECONDS = 1.0

# what a voter is told to do ("wait for the host", "reload the page") helps nobody at the desk
DESK_WORDS = {
    RefusalCode.BAD_MESSAGE: "bad_argument",
    RefusalCode.ROUND_NOT_OPEN: "desk_round_not_open",
    RefusalCode.ROUND_CLOSED: "desk_round_closed",
}

log = logging.getLogger(__name__)


class PortTaken(OSError):
    """The port cannot be had; the text says which and what to do."""


Metrics = Callable[[], Mapping[str, float]]


class ControlDoor:
    """The control port of one session."""

    def __init__(self, session: LiveSession, token: str, join_url: str, metrics: Metrics) -> None:
        self._session = session
        self._token = token
        self._join_url = join_url
        self._metrics = metrics
        self._words = catalogue(session.rundown.session.language, "refusals")
        self._server: Server | None = None
        self.port = 0

    @classmethod
    async def start(
        cls, session: LiveSession, host: str, port: int, token: str, join_url: str, metrics: Metrics = dict
    ) -> ControlDoor:
        """`metrics` adds the public door's numbers to the session's."""
        door = cls(session, token, join_url, metrics)
        quiet = logging.getLogger("touchstone.control")
        quiet.setLevel(logging.CRITICAL)
        try:
            door._server = await serve(
                door._talk,
                host,
                port,
                subprotocols=[Subprotocol(control.SUBPROTOCOL)],
                process_request=door._process_request,
                compression=None,
                max_size=MAX_CONTROL_FRAME,
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

    # HTTP

    async def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path == "/health":
            if not self._session.store_ok:
                return _response(HTTPStatus.SERVICE_UNAVAILABLE, b"the store has failed\n")
            return _response(HTTPStatus.OK, b"ok\n")
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {self._token}".encode()):
            return _response(HTTPStatus.UNAUTHORIZED, b"send Authorization: Bearer <operator.token>\n")
        if path == control.PATH:
            return None
        if path == "/metrics":
            return _response(HTTPStatus.OK, self._metrics_text(), "text/plain; version=0.0.4; charset=utf-8")
        if path == "/evidence.tar":
            name, bundle = await self._session.evidence()
            return _response(HTTPStatus.OK, bundle, "application/x-tar", name)
        return _response(HTTPStatus.NOT_FOUND, b"here are /control, /metrics, /evidence.tar and /health\n")

    def _metrics_text(self) -> bytes:
        numbers = {**self._session.metrics, **self._metrics()}
        lines = [f"touchstone_{name} {value:g}\n" for name, value in numbers.items()]
        return "".join(lines).encode()

    # the socket

    async def _talk(self, connection: ServerConnection) -> None:
        if connection.subprotocol != control.SUBPROTOCOL:
            await connection.close(1002, f"the subprotocol {control.SUBPROTOCOL} is needed")
            return
        pushing: asyncio.Task[None] | None = None
        try:
            async for frame in connection:
                request = self._read(frame)
                if isinstance(request, control.Refused):
                    await self._send(connection, request)
                elif isinstance(request, control.Watch):
                    await self._send(connection, self.view(request.id))
                    pushing = pushing or asyncio.ensure_future(self._keep_pushing(connection))
                elif isinstance(request, control.Command):
                    await self._send(connection, await self._run(request))
        except ConnectionClosed:
            log.info("a control connection was lost")
        except Exception:
            # the library would say so to a log that nobody reads
            log.exception("a control connection failed")
            raise
        finally:
            if pushing is not None:
                pushing.cancel()
                await asyncio.gather(pushing, return_exceptions=True)

    def _read(self, frame: str | bytes) -> control.ControlRequest | control.Refused:
        try:
            return control.REQUESTS.decode(frame.encode() if isinstance(frame, str) else frame)
        except BadMessage as error:
            return self._refused(error.request_id, Refusal(RefusalCode.BAD_MESSAGE, str(error)))

    async def _run(self, request: control.Command) -> control.Done | control.Refused:
        name = str(request.do.__struct_config__.tag)
        arguments = {field: getattr(request.do, field) for field in request.do.__struct_fields__}
        outcome = await self._session.command(name, arguments, request.at)
        if isinstance(outcome, Refusal):
            return self._refused(request.id, outcome)
        log.info("%s %s", name, {key: value for key, value in arguments.items() if key not in ("data", "keys")})
        return control.Done(id=request.id, result=self._with_join(outcome) if name == "status" else outcome)

    def _with_join(self, picture: dict[str, Any]) -> dict[str, Any]:
        return picture | {"join_url": self._join_url}

    def _refused(self, request_id: int | None, refusal: Refusal) -> control.Refused:
        key = DESK_WORDS.get(refusal.code, refusal.code.value)
        message = self._words.text(key, detail=refusal.detail).strip()
        return control.Refused(id=request_id, code=refusal.code.value, message=message)

    def view(self, request_id: int | None = None) -> control.View:
        return msgspec.convert(
            self._with_join(self._session.picture()) | {"type": "view", "id": request_id}, control.View
        )

    async def _keep_pushing(self, connection: ServerConnection) -> None:
        """A console that can be told nothing more is hung up on: it comes back, instead of showing an old picture."""
        try:
            await self._push(connection)
        except ConnectionClosed:
            log.info("a console went away")
        except Exception:
            log.exception("no view could be made")
            await connection.close(1011)

    async def _push(self, connection: ServerConnection) -> None:
        """The newest view on every change, at most four a second, and every second of an open window."""
        seen = self._session.changed.revision
        while True:
            timeout = VIEW_SECONDS if self._session.state.open_window is not None else None
            try:
                # not wait_for: up to Python 3.11 it swallows a cancellation that meets a change
                async with asyncio.timeout(timeout):
                    seen = await self._session.changed.wait(seen)
            except TimeoutError:
                seen = self._session.changed.revision
            await self._send(connection, self.view())
            await asyncio.sleep(SHORTEST_BETWEEN_VIEWS)

    async def _send(self, connection: ServerConnection, message: control.ControlMessage) -> None:
        await connection.send(encode(message), text=True)


def _response(status: HTTPStatus, body: bytes, kind: str = "text/plain; charset=utf-8", name: str = "") -> Response:
    headers = Headers()
    headers["Content-Type"] = kind
    headers["Content-Length"] = str(len(body))
    headers["Connection"] = "close"
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(status.value, status.phrase, headers, body)
