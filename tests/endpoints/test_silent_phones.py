"""Phones that no longer read or answer: they cost little, and the others notice nothing."""

from __future__ import annotations

import asyncio
import socket
from typing import cast

import msgspec
import pytest
from websockets.frames import Frame, Opcode

from audience_server.endpoints.frames import text_frame
from audience_server.endpoints.phone_door import PhoneConnection
from tests.endpoints.doors import House, ask, dial, house, push
from tests.endpoints.test_hostile_bytes import all_of, masked
from tests.endpoints.test_phone_door import HELLO, upgraded, welcome_of

PUSH = text_frame(msgspec.json.encode({"type": "state", "filler": "x" * 30_000}))


async def greeted(home: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, PhoneConnection]:
    """A raw phone that has said hello, and the door's side of it."""
    before = set(home.public._phones)
    reader, writer = await upgraded(home)
    (connection,) = home.public._phones - before
    writer.write(masked(msgspec.json.encode(HELLO), b"abcd"))
    await welcome_of(reader)
    return reader, writer, connection


async def test_a_phone_that_does_not_read_is_dropped_and_the_others_are_told() -> None:
    """What piles up behind it is bounded: 64 KiB here, 32 KiB in the kernel."""
    async with house() as home, await dial(home) as line:
        await ask(line, HELLO)
        _, writer, stuck = await greeted(home)
        writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        cast(asyncio.ReadTransport, writer.transport).pause_reading()
        for _ in range(1000):
            await home.public.broadcast(PUSH)
            assert "state" == (await push(line))["type"]
            if stuck not in home.public._phones:
                break
        assert stuck not in home.public._phones
        assert 1 == home.public.phones
        writer.close()


async def test_a_phone_that_answers_no_ping_is_gone_after_two() -> None:
    """A phone that was carried out of the Wi-Fi never says goodbye."""
    async with house() as home:
        reader, writer, connection = await greeted(home)
        for _ in range(3):
            connection.ping()
        assert Frame(Opcode.PING, b"").serialize(mask=False) * 2 in await all_of(reader)
        writer.close()


async def test_a_phone_that_answers_stays() -> None:
    """Any pong is a sign of life."""
    async with house() as home:
        reader, writer, connection = await greeted(home)
        for number in range(5):
            connection.ping()
            connection.ping()
            writer.write(masked(b"", b"abcd", 10) + masked(msgspec.json.encode({**HELLO, "id": number}), b"abcd"))
            assert number == (await welcome_of(reader))["id"]
        assert connection in home.public._phones
        writer.close()


async def test_nobody_is_told_anything_before_their_hello() -> None:
    """The first message a phone gets is the answer to its own."""
    async with house() as home:
        reader, writer = await upgraded(home)
        await home.public.broadcast(PUSH)
        await home.show.do("zero")
        writer.write(masked(msgspec.json.encode({**HELLO, "id": 3}), b"abcd"))
        head = await reader.readexactly(4)
        body = await reader.readexactly(int.from_bytes(head[2:], "big"))
        assert ("welcome", 3) == (msgspec.json.decode(body)["type"], msgspec.json.decode(body)["id"])
        writer.close()


async def test_a_push_that_fails_is_in_the_log_and_the_next_one_is_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for a push: without a word in the log its failure would be silence for the rest of the show."""
    async with house() as home, await dial(home) as line:
        await ask(line, HELLO)
        failed = asyncio.Event()

        def broken() -> bytes:
            failed.set()
            raise ValueError("no state")

        with monkeypatch.context() as patched:
            patched.setattr(home.public.hall, "state", broken)
            await home.show.do("zero")
            await failed.wait()
        await home.show.do("open", round="r01")
        assert "r01" == (await push(line))["window"]["window"]
        assert "no state" in caplog.text
