"""The public port over real sockets: what phones may say, and what becomes of everybody else."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import msgspec
import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from audience_server.record.ballots import build_present
from audience_server.record.receipt import verify_receipt
from tests.endpoints.doors import House, answer_to, ask, dial, house, http, push
from tests.show_rig import settle

HELLO = {"type": "hello", "id": 1, "lang": "zh-Hans"}


async def test_a_phone_checks_in_votes_and_gets_a_receipt_that_verifies() -> None:
    """The whole way over one socket."""
    async with house() as home, await dial(home) as line:
        show = home.show
        phone = show.phone(0)
        welcome = await ask(line, HELLO)
        assert ("welcome", show.origin, "before") == (
            welcome["type"],
            welcome["session"]["origin"],
            welcome["state"]["phase"],
        )
        entry = build_present(show.origin, phone.seed("r00")).decode()
        present = await ask(line, {"type": "present", "id": 2, "entry": entry})
        assert ("recorded", "deputies") == (present["type"], present["panel"])
        assert present["receipt"] == (await ask(line, {"type": "present", "id": 3, "entry": entry}))["receipt"]
        await show.do("zero")
        await show.do("open", round="r01")
        state = await push(line)
        while state["window"] is None:
            state = await push(line)
        assert ("r01", "1-4", {"deputies": {"issued": 1, "returned": 0}}) == (
            state["window"]["window"],
            state["window"]["grammar"],
            state["window"]["turnout"],
        )
        ballot, nonce = phone.ballot("r01", "2")
        cast = {"type": "cast", "id": 4, "entry": ballot.decode(), "nonce": base64_of(nonce), "choice": "2"}
        await line.send(msgspec.json.encode(cast).decode())
        while show.session.state.windows["r01"].returned["deputies"] == 0:
            await show.clock.advance(1)
            await asyncio.sleep(0)
        recorded = await answer_to(line, 4)
        verify_receipt(recorded["receipt"], ballot, welcome["session"]["log_vkey"])
        key = ballot.decode().split("\n")[3]
        slot = await ask(line, {"type": "slot", "id": 5, "window": "r01", "key": key})
        assert (1, recorded["index"], recorded["receipt"], ballot.decode()) == (
            slot["next"],
            slot["index"],
            slot["receipt"],
            slot["entry"],
        )


def base64_of(data: bytes) -> str:
    from audience_server.record.forms import b64

    return b64(data)


@pytest.mark.parametrize(
    ("frame", "request_id"),
    [
        ("not json", None),
        ("[]", None),
        ('{"type":"dance","id":7}', 7),
        ('{"type":"hello","id":7,"lang":5}', 7),
        ('{"type":"hello","id":7,"colour":"red"}', 7),
        ('{"type":"hello","id":-1}', None),
        ('{"type":"slot","id":7,"window":"r01","key":"short"}', 7),
        ('{"type":"cast","id":7,"entry":"","nonce":"' + "!" * 44 + '","choice":"1"}', 7),
        ("[" * 5000, None),
        ('{"a":' * 3000, None),
        ('{"type":"support","type":"hello","id":7}', 7),
        ('{"type":"hello","id":7.0}', None),
        ('{"type":"hello","id":9007199254740992}', None),
        ('{"type":"hello","id":7} {"type":"hello","id":8}', None),
        ('\ufeff{"type":"hello","id":7}', None),
        ('{"type":"hello","id":7,"lang":"\\ud800"}', None),
        ("", None),
        ('{"type":"present","id":7,"entry":"c1/present\\nrig.example/small-1\\n\\u0007\\n"}', 7),
    ],
)
async def test_malformed_messages_are_refused_with_their_id_and_the_line_stays(
    frame: str, request_id: int | None
) -> None:
    """A clear refusal; nothing is lost, the next request is answered."""
    async with house() as home, await dial(home) as line:
        await ask(line, HELLO)
        await line.send(frame)
        refused = await answer_to(line, request_id)
        assert ("refused", "bad_message") == (refused["type"], refused["code"])
        assert refused["message"]
        assert "welcome" == (await ask(line, {**HELLO, "id": 9}))["type"]


async def test_only_who_said_hello_is_told_the_state() -> None:
    """A program may check in or ask without a hello; pushes come to those who greeted."""
    async with house() as home, await dial(home) as line:
        asked = await ask(line, {"type": "support", "id": 3, "number": "Q0001"})
        assert "not_present" == asked["code"]
        entry = build_present(home.show.origin, home.show.phone(0).seed("r00")).decode()
        assert "recorded" == (await ask(line, {"type": "present", "id": 4, "entry": entry}))["type"]
        await home.show.do("zero")
        await ask(line, {**HELLO, "id": 5})
        await home.show.do("remark", text="x")
        assert "ready" == (await push(line))["phase"]


async def test_a_flood_is_refused_politely() -> None:
    """Bursts are fine, floods are not."""
    async with house() as home, await dial(home) as line:
        for number in range(60):
            await line.send(msgspec.json.encode({**HELLO, "id": number}).decode())
        kinds = [(await answer_to(line, number))["type"] for number in range(60)]
        assert "welcome" == kinds[0]
        assert "refused" == kinds[-1]


async def test_refusals_speak_the_phones_language() -> None:
    """One vocabulary, three languages."""
    async with house() as home, await dial(home) as line:
        sentences = set()
        for number, lang in enumerate(("zh-Hans", "zh-Hant", "en")):
            await ask(line, {"type": "hello", "id": 10 + number, "lang": lang})
            slot = {"type": "slot", "id": 20 + number, "window": "r01", "key": "A" * 43 + "="}
            sentences.add((await ask(line, slot))["message"])
        assert 3 == len(sentences)


async def upgraded(home: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A raw connection behind the handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", home.public.port)
    request = (
        f"GET /phone HTTP/1.1\r\nHost: {home.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: touchstone.phone.v1\r\n\r\n"
    )
    writer.write(request.encode())
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def welcome_of(reader: asyncio.StreamReader) -> dict[str, Any]:
    """The next welcome on a raw connection."""
    while True:
        head = await reader.readexactly(2)
        size = head[1]
        if size == 126:
            size = int.from_bytes(await reader.readexactly(2), "big")
        payload = await reader.readexactly(size)
        if head[0] == 0x81:
            message: dict[str, Any] = msgspec.json.decode(payload)
            if message["type"] == "welcome":
                return message


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 11])
async def test_frames_cut_anywhere_are_put_together(size: int) -> None:
    """Byte by byte, or in any pieces: the same messages."""
    async with house() as home:
        reader, writer = await upgraded(home)
        stream = b"".join(
            Frame(Opcode.TEXT, msgspec.json.encode({**HELLO, "id": number})).serialize(mask=True) for number in range(3)
        )
        for start in range(0, len(stream), size):
            writer.write(stream[start : start + size])
            await writer.drain()
            await settle(3)
        assert [0, 1, 2] == [(await welcome_of(reader))["id"] for _ in range(3)]
        writer.close()


async def test_a_fragmented_message_among_whole_ones_keeps_its_place() -> None:
    """The fast way waits while the library holds a fragment; a ping in between is answered."""
    async with house() as home:
        reader, writer = await upgraded(home)
        text = msgspec.json.encode({**HELLO, "id": 1})
        frames = [
            Frame(Opcode.TEXT, msgspec.json.encode({**HELLO, "id": 0})),
            Frame(Opcode.TEXT, text[:5], fin=False),
            Frame(Opcode.PING, b"x"),
            Frame(Opcode.CONT, text[5:]),
            Frame(Opcode.TEXT, msgspec.json.encode({**HELLO, "id": 2})),
        ]
        for frame in frames:
            writer.write(frame.serialize(mask=True))
            await settle(3)
        assert [0, 1, 2] == [(await welcome_of(reader))["id"] for _ in range(3)]
        writer.close()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (Frame(Opcode.TEXT, b"{}").serialize(mask=False), 1002),
        (Frame(Opcode.BINARY, b"{}").serialize(mask=True), 1003),
        (Frame(Opcode.TEXT, b"a" * 16385).serialize(mask=True), 1009),
        (Frame(Opcode.CONT, b"a").serialize(mask=True), 1002),
    ],
    ids=["unmasked", "binary", "too large", "continuation of nothing"],
)
async def test_frames_against_the_protocol_end_the_connection_with_their_code(raw: bytes, code: int) -> None:
    """And the server goes on."""
    async with house() as home:
        reader, writer = await upgraded(home)
        writer.write(raw)
        data = await reader.read()
        assert code.to_bytes(2, "big") in data
        writer.close()
        async with await dial(home) as line:
            assert "welcome" == (await ask(line, HELLO))["type"]


async def test_only_this_hosts_page_may_open_the_socket() -> None:
    """Another origin is refused; a missing one is not a browser."""
    async with house() as home:
        with pytest.raises(InvalidStatus) as refusal:
            await dial(home, origin="http://evil.example")
        assert 403 == refusal.value.response.status_code
        async with await dial(home, origin=f"http://{home.host}") as line:
            assert "welcome" == (await ask(line, HELLO))["type"]


async def test_pages_come_with_their_policy_and_are_not_sent_twice() -> None:
    """Strict CSP, ETag, gzip when it helps, HEAD without a body."""
    async with house() as home:
        host = f"Host: {home.host}\r\n".encode()
        status, headers, body = await http(home, b"GET / HTTP/1.1\r\n" + host + b"\r\n")
        assert (200, home.show.files.page["index.html"]) == (status, body)
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "nosniff" == headers["x-content-type-options"]
        again = b"GET / HTTP/1.1\r\n" + host + f"If-None-Match: {headers['etag']}\r\n\r\n".encode()
        assert (304, b"") == (await http(home, again))[::2]
        status, headers, body = await http(home, b"HEAD / HTTP/1.1\r\n" + host + b"\r\n")
        assert (200, b"") == (status, body)
        assert int(headers["content-length"]) > 0


async def test_a_large_page_is_packed() -> None:
    """Half the air time of a slow Wi-Fi."""
    from audience_server.endpoints.pages import Pages

    data = b"<p>" + b"x" * 5000
    pages = Pages({"index.html": data}, lambda: b"", lambda path: None)
    answer = pages.answer("GET", "/", {"accept-encoding": "gzip, br"})
    assert data == gzip.decompress(answer.body)
    assert data == pages.answer("GET", "/", {}).body


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /nothing HTTP/1.1", 404),
        (b"GET /../rolls/index.json HTTP/1.1", 404),
        (b"GET /record/tile/entries/000.p/1 HTTP/1.1", 404),
        (b"GET /record/tile/0/000.p/9 HTTP/1.1", 404),
        (b"POST / HTTP/1.1", 405),
        (b"GET /health HTTP/1.1", 200),
        (b"GET /record/checkpoint HTTP/1.1", 200),
        (b"GET /record/tile/0/000.p/1 HTTP/1.1", 200),
        (b"GET /phone HTTP/1.1", 426),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000, 431),
        (b"complete nonsense", 0),
    ],
)
async def test_every_other_request_gets_a_plain_answer(request_line: bytes, status: int) -> None:
    """Entries are not public before the seal; nonsense is hung up on."""
    async with house() as home:
        request = request_line + b"\r\nHost: " + home.host.encode() + b"\r\n\r\n"
        assert status == (await http(home, request))[0]


async def test_a_phone_that_leaves_is_no_longer_counted() -> None:
    """Connected, by panel."""
    async with house() as home:
        show = home.show
        entry = build_present(show.origin, show.phone(0).seed("r00")).decode()
        async with await dial(home) as line:
            await ask(line, HELLO)
            await ask(line, {"type": "present", "id": 2, "entry": entry})
            assert {"deputies": 1} == show.session.connected
        revision = show.session.changed.revision
        if show.session.connected["deputies"]:
            await show.session.changed.wait(revision)
        assert {"deputies": 0} == show.session.connected


async def test_phones_are_told_when_the_server_stops() -> None:
    """1001: come back later."""
    async with house() as home:
        line = await dial(home)
        await ask(line, HELLO)
        await home.public.close()
        async for _ in line:
            pass
        assert 1001 == line.close_code
