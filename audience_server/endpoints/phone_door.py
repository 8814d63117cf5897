"""One connection to the public port: a page, or a phone's socket.

A lean `asyncio.Protocol` over the websocket library's Sans-I/O layer: handshake, close, ping, fragments and errors are
the library's; only the whole short text frame that phones send takes a path of its own, and never inside a fragmented
message.  What is not whole waits here, so that the library never holds half a frame.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from audience_server.endpoints.air_door import AirListener
from audience_server.endpoints.frames import frame_end, take_text, text_frame
from audience_server.endpoints.pages import ENTRY_TILES, Answer, refused, rendered
from audience_server.endpoints.phone_session import PhoneSession
from audience_server.wire.air import AIR_PATH, WALL_PATH
from audience_server.wire.air import SUBPROTOCOL as AIR_SUBPROTOCOL
from audience_server.wire.codec import MAX_PHONE_FRAME
from audience_server.wire.phone import PATH, SUBPROTOCOL

if TYPE_CHECKING:
    from audience_server.endpoints.listen import PublicDoor

HANDSHAKE_SECONDS = 10
PAGE_SECONDS = 30
SEND_BUFFER = 32 * 1024
LARGEST_BACKLOG = 64 * 1024
MOST_UNREAD = 64 * 1024

SPOKEN_AT = {PATH: SUBPROTOCOL, AIR_PATH: AIR_SUBPROTOCOL, WALL_PATH: AIR_SUBPROTOCOL}

quiet = logging.getLogger("touchstone.websocket")
quiet.setLevel(logging.CRITICAL)


class PhoneConnection(asyncio.Protocol):
    """Bytes of one client.  Owned by the loop; `door` keeps the set of greeted phones."""

    __slots__ = (
        "_door",
        "_fragments",
        "_inside_message",
        "_owes_answer",
        "_phone",
        "_protocol",
        "_rest",
        "_timer",
        "_transport",
        "_unread",
        "address",
        "missed_pings",
    )

    def __init__(self, door: PublicDoor) -> None:
        self._door = door
        self._transport: asyncio.Transport | None = None
        self._protocol: ServerProtocol | None = None
        self._phone: PhoneSession | AirListener | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rest = b""
        self._unread = 0
        self._inside_message = False
        self._owes_answer = False
        self._fragments = b""
        self.address = ""
        self.missed_pings = 0

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do everything a Transport does without being one
        self._transport = transport = cast("asyncio.Transport", transport)
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.address = str((transport.get_extra_info("peername") or ("",))[0])
        if not self._door.admit(self):
            self._answer(rendered(refused(HTTPStatus.SERVICE_UNAVAILABLE, "full; try again in a minute"), False))
            return
        spoken = [Subprotocol(SUBPROTOCOL), Subprotocol(AIR_SUBPROTOCOL)]
        self._protocol = ServerProtocol(subprotocols=spoken, max_size=MAX_PHONE_FRAME, logger=quiet)
        self._timer = asyncio.get_running_loop().call_later(HANDSHAKE_SECONDS, self.abort)

    def data_received(self, data: bytes) -> None:
        """Into the inbox; who sends faster than it is read has to wait."""
        self._unread += len(data)
        if self._unread > MOST_UNREAD and self._transport is not None:
            self._transport.pause_reading()
        self._door.inbox.put(self, data)

    def eof_received(self) -> bool:
        self._door.inbox.put(self, b"")
        return True

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_timer()
        self._transport = None
        self._door.inbox.put(self, None)

    # the inbox: in the order in which everything came

    def take(self, data: bytes) -> None:
        """Bytes of this connection in their turn."""
        before = self._unread
        self._unread = before - len(data)
        if self._phone is None:
            self._shake_hands(data)
        else:
            self._read_frames(self._phone, data)
        if before > MOST_UNREAD >= self._unread and self._transport is not None:
            self._transport.resume_reading()

    def end(self) -> None:
        """Nothing more will come; an answer on its way still goes out."""
        if self._protocol is not None and self._phone is not None:
            self._protocol.receive_eof()
            self._flush()
        if self._transport is not None and not self._owes_answer:
            self._transport.close()

    def part(self) -> None:
        """Everything received before the end has been taken; now nobody is here any more."""
        self._door.forget(self)
        if self._phone is not None:
            self._phone.leave()

    # the handshake

    def _shake_hands(self, data: bytes) -> None:
        protocol = self._protocol
        if protocol is None:
            return
        protocol.receive_data(data)
        for event in protocol.events_received():
            if isinstance(event, Request):
                self._request(protocol, event, too_much=not data.endswith(b"\n"))
                break
        self._flush()

    def _request(self, protocol: ServerProtocol, request: Request, too_much: bool) -> None:
        self._stop_timer()
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        path = request.path.partition("?")[0]
        spoken = SPOKEN_AT.get(path)
        if path.startswith(ENTRY_TILES):
            self._owe_an_answer(self._door.pages.entries(request.method, request.path, headers), request.method)
            return
        if spoken is None or (path != PATH and "upgrade" not in headers):
            answer = self._door.pages.answer(request.method, request.path, headers)
            self._answer(rendered(answer, request.method == "HEAD"))
            return
        if not same_host(headers.get("origin"), headers.get("host", "")):
            self._answer(rendered(refused(HTTPStatus.FORBIDDEN, "the page must come from this host"), False))
            return
        response: Response = protocol.accept(request)
        if too_much:
            response = protocol.reject(HTTPStatus.BAD_REQUEST, "wait for the answer before sending more\n")
        elif response.status_code == HTTPStatus.SWITCHING_PROTOCOLS and protocol.subprotocol != spoken:
            response = protocol.reject(HTTPStatus.BAD_REQUEST, f"the subprotocol {spoken} is needed\n")
        elif path != PATH and not self._door.air.has_room_for(self.address):
            response = protocol.reject(HTTPStatus.SERVICE_UNAVAILABLE, "enough pages listen already\n")
        protocol.send_response(response)
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            self._flush()
            self._phone = self._conversation(path)
            self._door.greet(self)

    def _owe_an_answer(self, answer: Awaitable[Answer], method: str) -> None:
        """One that is read from the store: meanwhile nothing more is read here, and the line stays until it is out."""

        async def give() -> None:
            made = await answer
            self._owes_answer = False
            self._stop_timer()
            self._answer(rendered(made, method == "HEAD"))

        self._protocol, self._owes_answer = None, True
        self._timer = asyncio.get_running_loop().call_later(PAGE_SECONDS, self.abort)
        self._spawn(give())

    def _conversation(self, path: str) -> PhoneSession | AirListener:
        if path == PATH:
            return PhoneSession(self._door.hall, self.send_text, self._spawn)
        return self._door.air.listen("wall" if path == WALL_PATH else "programme", self.address, self.send_text)

    # frames

    def _read_frames(self, phone: PhoneSession | AirListener, data: bytes) -> None:
        """Every whole frame; what is left of the last one waits for the rest of it."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        start, end = 0, len(data)
        while start < end and not self._is_over():
            taken = None if self._inside_message else take_text(data, start, MAX_PHONE_FRAME)
            if taken is not None:
                frame, start = taken
                phone.take(frame)
            else:
                stop = frame_end(data, start, MAX_PHONE_FRAME)
                if stop is None:
                    self._rest = data[start:]
                    return
                self._ask_library(phone, data[start:stop])
                start = stop
            if phone.is_flooding:
                self._fail(1008, "too many messages")

    def _is_over(self) -> bool:
        """Whether a close frame has gone out: nothing that comes behind it is read."""
        return self._protocol is None or self._protocol.state is not State.OPEN

    def _ask_library(self, phone: PhoneSession | AirListener, data: bytes) -> None:
        protocol = self._protocol
        assert protocol is not None
        protocol.receive_data(data)
        for event in protocol.events_received():
            if isinstance(event, Frame):
                self._frame(phone, event)
        self._flush()

    def _frame(self, phone: PhoneSession | AirListener, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            takes = frame.fin and isinstance(phone, PhoneSession) and phone.take_part(bytes(frame.data))
            if not takes:
                self._fail(1003, "text frames only")
        elif frame.opcode in (Opcode.TEXT, Opcode.CONT):
            self._fragments += bytes(frame.data)
            self._inside_message = not frame.fin
            if frame.fin:
                message, self._fragments = self._fragments, b""
                phone.take(message)
            else:
                phone.endure()
        else:
            if frame.opcode is Opcode.PONG:
                self.missed_pings = 0
            phone.endure()

    def _fail(self, code: int, reason: str) -> None:
        if self._protocol is not None:
            self._protocol.fail(code, reason)
            self._flush()

    # sending

    def send_text(self, text: bytes) -> None:
        self.send_frame(text_frame(text))

    def send_frame(self, frame: bytes) -> None:
        """A frame built before; one that would pile up behind a phone that does not read ends the connection."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > LARGEST_BACKLOG:
            self.abort()
            return
        transport.write(frame)

    @property
    def is_greeted(self) -> bool:
        """Whether the phone has said hello; nothing is pushed before its welcome."""
        return self._phone is not None and self._phone.greeted

    def ping(self) -> None:
        """One ping of the wheel; who answered none of the last two is gone."""
        if self._protocol is None or self._phone is None:
            return
        if self.missed_pings >= 2:
            self.abort()
            return
        self.missed_pings += 1
        self.send_frame(b"\x89\x00")

    def say_goodbye(self) -> None:
        """The server is stopping: 1001, and phones know to come back."""
        if self._protocol is not None and self._protocol.state is State.OPEN:
            self._protocol.send_close(1001, "")
            self._flush()
        elif self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _flush(self) -> None:
        protocol, transport = self._protocol, self._transport
        if protocol is None or transport is None:
            return
        for data in protocol.data_to_send():
            if data:
                transport.write(data)
            else:
                transport.close()
        if protocol.close_expected() and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HANDSHAKE_SECONDS, self.abort)

    def _answer(self, data: bytes) -> None:
        """One HTTP answer, then the end; a slow phone has half a minute to take it."""
        if self._transport is not None:
            self._protocol = None
            self._transport.write(data)
            self._timer = asyncio.get_running_loop().call_later(PAGE_SECONDS, self.abort)
            self._transport.close()

    def _spawn(self, work: Awaitable[None]) -> None:
        self._door.spawn(work)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def same_host(origin: str | None, host: str) -> bool:
    """Whether a page of that origin may open the socket: the host it came from, or none named (not a browser)."""
    return origin is None or origin.partition("://")[2].lower() == host.lower()
