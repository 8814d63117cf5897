"""Bytes that no honest phone sends, and honest bytes cut as networks cut them."""

from __future__ import annotations

import asyncio
import logging
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from audience_server.endpoints import phone_door
from audience_server.endpoints.inbox import Inbox
from audience_server.endpoints.listen import PublicDoor
from audience_server.endpoints.phone_door import PhoneConnection
from audience_server.endpoints.phone_session import PhoneSession
from audience_server.wire.codec import MAX_PHONE_FRAME
from tests.endpoints.doors import House, ask, dial, house
from tests.endpoints.test_phone_door import HELLO, upgraded, welcome_of
from tests.show_rig import settle


def masked(payload: bytes, mask: bytes, opcode: int = 1, fin: bool = True) -> bytes:
    """A client's frame with a mask of the test's choice; lengths below 126."""
    head = bytes((opcode | (0x80 if fin else 0), 0x80 | len(payload)))
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


class Listener:
    """Stands in for the phone's session: notes every message."""

    is_flooding = False

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def take(self, message: bytes) -> None:
        self.heard.append(message)

    def endure(self) -> None:
        """As many frames as it likes."""


def open_protocol() -> ServerProtocol:
    return ServerProtocol(state=State.OPEN, max_size=MAX_PHONE_FRAME, logger=phone_door.quiet)


def heard_by_the_door(pieces: list[bytes]) -> tuple[list[bytes], int | None]:
    """Messages and close code of the door's own way."""
    connection, listener, protocol = PhoneConnection(cast(PublicDoor, None)), Listener(), open_protocol()
    connection._phone, connection._protocol = cast(PhoneSession, listener), protocol
    for piece in pieces:
        connection.take(piece)
    return listener.heard, None if protocol.close_sent is None else protocol.close_sent.code


def heard_by_the_library(stream: bytes) -> tuple[list[bytes], int | None]:
    """The same by the library alone."""
    protocol, heard, parts = open_protocol(), [], b""
    protocol.receive_data(stream)
    for event in protocol.events_received():
        if isinstance(event, Frame) and event.opcode in (Opcode.TEXT, Opcode.CONT):
            parts += event.data
            if event.fin:
                heard.append(parts)
                parts = b""
    return heard, None if protocol.close_sent is None else protocol.close_sent.code


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(stream) + 1) for place in places} | {len(stream)})
    return [stream[start:end] for start, end in zip([0, *ends], ends, strict=False)]


# the first mask looks like the head of another frame, wherever a piece begins with it
masks = st.sampled_from([b"\x81\x81\x01\x02", b"\x81\xfe\x00\x7e", b"\x00\x00\x00\x00"]) | st.binary(
    min_size=4, max_size=4
)
texts = st.builds(masked, st.binary(max_size=60), masks)
frames = texts | st.builds(
    masked, st.binary(max_size=30), masks, st.sampled_from([0, 1, 8, 9, 10]), st.sampled_from([True, True, False])
)
streams = st.lists(frames, max_size=6).map(b"".join)


@given(st.lists(texts, max_size=5).map(b"".join), st.lists(st.integers(0, 400), max_size=12))
def test_a_stream_cut_anywhere_says_the_same(stream: bytes, places: list[int]) -> None:
    """Honest frames, every cut."""
    whole, _ = heard_by_the_library(stream)
    assert whole == heard_by_the_door(cut(stream, places))[0]


@given(streams, st.lists(st.integers(0, 400), max_size=12))
def test_the_short_way_agrees_with_the_library_on_every_mixture_of_frames(stream: bytes, places: list[int]) -> None:
    """Fragments, pings, closes in every order, right or wrong: the same messages, the same end."""
    assert heard_by_the_library(stream) == heard_by_the_door(cut(stream, places))


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=6))
def test_garbage_never_brings_the_door_to_say_more_than_the_library_hears(stream: bytes, places: list[int]) -> None:
    """Any bytes at all."""
    assert heard_by_the_library(stream)[0] == heard_by_the_door(cut(stream, places))[0]


@given(st.integers(126, MAX_PHONE_FRAME + 3), st.integers(0, 30))
def test_long_frames_are_put_together_up_to_the_limit(size: int, place: int) -> None:
    """16 KiB is the most; beyond it the head alone ends the connection with 1009."""
    stream = Frame(Opcode.TEXT, b"x" * size).serialize(mask=True)
    heard, code = heard_by_the_door([stream[:place], stream[place:]])
    assert ([b"x" * size], None) == (heard, code) if size <= MAX_PHONE_FRAME else ([], 1009) == (heard, code)


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Everything up to the end, however hard it comes."""
    said = b""
    try:
        while piece := await reader.read(1024):
            said += piece
    except ConnectionResetError:
        return said
    return said


async def goes_on(home: House) -> bool:
    """Whether the next phone is served."""
    async with await dial(home) as line:
        return bool("welcome" == (await ask(line, HELLO))["type"])


async def test_a_head_cut_off_before_an_unlucky_mask_is_no_other_frame() -> None:
    """The bytes behind the cut look like the head of a text frame."""
    async with house() as home:
        reader, writer = await upgraded(home)
        frame = masked(msgspec.json.encode({**HELLO, "id": 5}), b"\x81\x81\x01\x02")
        writer.write(frame[:2])
        await settle(10)
        writer.write(frame[2:])
        assert 5 == (await welcome_of(reader))["id"]
        writer.close()


@pytest.mark.parametrize("opcode", [1, 9, 10])
async def test_who_goes_on_after_many_refusals_is_hung_up_on(opcode: int) -> None:
    """1008, for messages as for frames that are none; others do not notice."""
    async with house() as home:
        reader, writer = await upgraded(home)
        writer.write(masked(b"x", b"abcd", opcode) * 400)
        assert (1008).to_bytes(2, "big") in await all_of(reader)
        writer.close()
        assert await goes_on(home)


async def test_the_end_of_a_connection_is_heard_behind_its_last_bytes() -> None:
    """A rush waits in the inbox while the ends of its connections have come already."""
    async with house() as home:
        lines = [await upgraded(home) for _ in range(10)]
        for number, (_, writer) in enumerate(lines):
            hello = masked(msgspec.json.encode({**HELLO, "id": number}), b"abcd")
            writer.write(hello + masked(b"x", b"abcd", 9) + hello[:4])
            writer.write_eof()
        ids = [(await welcome_of(reader))["id"] for reader, _ in lines]
        assert list(range(10)) == ids
        for reader, writer in lines:
            await all_of(reader)
            writer.close()
        assert await goes_on(home)


async def test_a_program_that_shuts_its_side_still_gets_its_page() -> None:
    """`nc -N` and some health checks do."""
    async with house() as home:
        reader, writer = await asyncio.open_connection("127.0.0.1", home.public.port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: " + home.host.encode() + b"\r\n\r\n")
        writer.write_eof()
        assert (await all_of(reader)).endswith(b"\r\n\r\nok\n")
        writer.close()


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n", b"GET /phone HTT"])
async def test_who_never_finishes_a_request_is_hung_up_on(start: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request a byte an hour holds no place for long."""
    monkeypatch.setattr(phone_door, "HANDSHAKE_SECONDS", 0.02)
    async with house() as home:
        reader, writer = await asyncio.open_connection("127.0.0.1", home.public.port)
        writer.write(start)
        assert b"" == await all_of(reader)
        writer.close()


async def test_frames_before_the_answer_to_the_handshake_are_refused() -> None:
    """RFC 6455, section 4.1: a client waits."""
    async with house() as home:
        reader, writer = await asyncio.open_connection("127.0.0.1", home.public.port)
        request = (
            f"GET /phone HTTP/1.1\r\nHost: {home.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: touchstone.phone.v1\r\n\r\n"
        )
        writer.write(request.encode() + masked(b"{}", b"abcd"))
        assert (await all_of(reader)).startswith(b"HTTP/1.1 400 ")
        writer.close()


class Clumsy:
    """A connection that cannot read its bytes."""

    aborted = False

    def take(self, data: bytes) -> None:
        raise ValueError("clumsy")

    def end(self) -> None:
        """Never asked."""

    def part(self) -> None:
        """Never asked."""

    def abort(self) -> None:
        self.aborted = True


class Attentive(Clumsy):
    def __init__(self) -> None:
        self.taken = asyncio.Event()

    def take(self, data: bytes) -> None:
        self.taken.set()


async def test_what_one_connection_breaks_no_other_feels(caplog: pytest.LogCaptureFixture) -> None:
    """It is dropped and the log says so; the next in the queue is heard."""
    inbox, clumsy, attentive = Inbox(), Clumsy(), Attentive()
    with caplog.at_level(logging.ERROR):
        inbox.put(clumsy, b"x")
        inbox.put(attentive, b"x")
        await attentive.taken.wait()
    assert clumsy.aborted
    assert "clumsy" in caplog.text


async def test_who_sends_faster_than_it_is_read_has_to_wait() -> None:
    """The socket is not read while more than 64 KiB of one connection wait in the inbox."""
    async with house() as home:
        reader, writer = await upgraded(home)
        (connection,) = home.public._phones
        transport = connection._transport
        assert transport is not None
        connection.data_received(masked(msgspec.json.encode(HELLO), b"abcd") + b"\x81" * phone_door.MOST_UNREAD)
        assert not transport.is_reading()
        await welcome_of(reader)
        assert connection._unread <= phone_door.MOST_UNREAD
        assert b"" != await all_of(reader)
        writer.close()
        assert await goes_on(home)
