"""Pictures with questions: parts over the phone socket, decoded elsewhere, seen by screeners only."""

from __future__ import annotations

import asyncio
import contextlib
import io
import secrets

import pytest
from PIL import Image
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from audience_server.endpoints.picture_parts import MOST_BYTES_AT_ONCE, PART_BYTES, PictureParts, PictureRoom
from tests.endpoints.doors import House, ask, dial, house
from tests.endpoints.test_asking import ASKING, WHY, voter
from tests.show_rig import TOKEN

PICTURES = ASKING + "picture_kb = 300\n"


def photo(size: tuple[int, int] = (900, 600)) -> bytes:
    """Some hundred thousand bytes that are a picture."""
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, "JPEG", quality=70)
    return out.getvalue()


def frames(data: bytes, name: bytes) -> list[bytes]:
    parts = [data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES)]
    head = len(parts).to_bytes(2, "big")
    return [name + number.to_bytes(2, "big") + head + part for number, part in enumerate(parts)]


async def upload(line: ClientConnection, data: bytes) -> str:
    name = secrets.token_bytes(16)
    for frame in frames(data, name):
        await line.send(frame)
    return name.hex()


async def get(home: House, path: str, token: str = TOKEN) -> tuple[int, bytes]:
    """One GET on the control port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", home.control.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    await writer.drain()
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split(b" ")[1]), body


async def test_a_picture_comes_with_its_question_and_only_a_screener_sees_it() -> None:
    """Drawn anew; named by the question; not for a host, not without a token."""
    async with house(PICTURES) as home:
        line = await voter(home)
        sent = photo()
        assert len(frames(sent, bytes(16))) > 5
        received = await ask(line, {**WHY, "id": 3, "picture": await upload(line, sent)})
        assert ("received", "Q0001") == (received["type"], received["number"])
        assert home.show.session.questions.views()[0]["picture"]
        status, body = await get(home, "/questions/Q0001.jpg")
        assert 200 == status
        with Image.open(io.BytesIO(body)) as image:
            assert ("JPEG", (900, 600)) == (image.format, image.size)
        assert body != sent
        host = home.show.session.people.admit("主持人", ["host"])
        assert isinstance(host, str)
        assert [404, 403, 401] == [
            (await get(home, "/questions/Q0009.jpg"))[0],
            (await get(home, "/questions/Q0001.jpg", host))[0],
            (await get(home, "/questions/Q0001.jpg", "wrong"))[0],
        ]
        await by_ticket(home, body)
        await home.show.restart()
        again = await home.show.session.questions.picture("Q0001")
        assert body == again


async def by_ticket(home: House, picture: bytes) -> None:
    """A link for a screener's browser: this picture only, for a short time, without anybody's token."""
    given = await home.show.do("question-picture", number="Q0001")
    assert TOKEN not in given["path"]
    assert (200, picture) == await get(home, given["path"], "")
    ticket = given["path"].partition("?")[2]
    assert 403 == (await get(home, f"/questions/Q0002.jpg?{ticket}", ""))[0]
    assert 403 == (await get(home, "/questions/Q0001.jpg?ticket=", ""))[0]
    assert 401 == (await get(home, f"/metrics?{ticket}", ""))[0]
    await home.show.clock.advance(given["seconds"] + 1)
    assert 403 == (await get(home, given["path"], ""))[0]
    assert "unknown_question" == await home.show.refused("question-picture", number="Q0009")
    assert [] == (await home.show.do("show-log", text="", before=None, limit=9))["lines"]


@pytest.mark.parametrize("data", [b"hello, I am no picture", photo()[:40_000]], ids=["text", "cut"])
async def test_what_is_no_picture_leaves_the_question_unasked(data: bytes) -> None:
    """The phone says so, and the person decides whether to ask without it."""
    async with house(PICTURES) as home:
        line = await voter(home)
        assert "bad_picture" == (await ask(line, {**WHY, "id": 3, "picture": await upload(line, data)}))["code"]
        assert [] == home.show.session.questions.views()
        assert "received" == (await ask(line, {**WHY, "id": 4}))["type"]


async def test_a_picture_that_is_not_whole_not_here_or_too_large_is_refused() -> None:
    """The line stays."""
    async with house(PICTURES) as home:
        line = await voter(home)
        name = secrets.token_bytes(16)
        for frame in frames(photo(), name)[:-1]:
            await line.send(frame)
        assert "bad_picture" == (await ask(line, {**WHY, "id": 3, "picture": name.hex()}))["code"]
        assert "bad_picture" == (await ask(line, {**WHY, "id": 4, "picture": "00" * 16}))["code"]
        large = await upload(line, bytes(320 * 1024))
        assert "bad_picture" == (await ask(line, {**WHY, "id": 5, "picture": large}))["code"]
        room = home.public.hall.asking.room
        await line.close()
        seen = home.show.session.changed.revision
        while home.show.session.metrics["phones_connected"]:
            seen = await home.show.session.changed.wait(seen)
        assert 0 == room.taken


async def test_a_question_that_may_not_be_asked_has_its_picture_looked_at_by_nobody() -> None:
    """And one that was asked before is answered as the first time."""
    async with house(PICTURES) as home:
        line = await voter(home)
        asked = {**WHY, "asker": "A" * 43 + "=", "ref": "1"}
        first = await ask(line, {**asked, "id": 3, "picture": await upload(line, photo((300, 200)))})
        assert {**first, "id": 4} == await ask(line, {**asked, "id": 4, "picture": "00" * 16})
        await home.show.do("intake", mode="paused")
        refused = await ask(line, {**WHY, "id": 5, "picture": await upload(line, b"whatever")})
        assert "questions_paused" == refused["code"]


async def test_a_session_without_pictures_and_a_stranger_bring_none() -> None:
    """The first hangs up, the second is not listened to."""
    async with house(PICTURES) as home:
        stranger = await dial(home)
        await ask(stranger, {"type": "hello", "id": 1})
        await upload(stranger, photo())
        await ask(stranger, {"type": "hello", "id": 2})
        assert 0 == home.public.hall.asking.room.taken
    async with house(ASKING) as home:
        line = await voter(home)
        await line.send(frames(b"x", bytes(16))[0])
        await line.wait_closed()
        assert 1003 == line.close_code


async def test_who_sends_pictures_without_end_is_hung_up_on() -> None:
    """After what all questions of a card could need."""
    async with house(PICTURES) as home:
        line = await voter(home)
        with contextlib.suppress(ConnectionClosed):
            while True:
                await line.send(frames(b"x", secrets.token_bytes(16))[0])
        assert line.close_code in (1006, 1008)


async def test_an_upload_that_is_not_used_gives_its_room_back() -> None:
    """Or a few phones could keep all others from sending pictures."""
    async with house(PICTURES) as home:
        line = await voter(home)
        await upload(line, photo())
        await ask(line, {"type": "hello", "id": 9})
        room = home.public.hall.asking.room
        assert room.taken > 0
        await home.show.clock.advance(121)
        assert 0 == room.taken


def test_parts_are_bounded_one_by_one_and_all_together() -> None:
    """A new upload takes the place of the last; what was counted is given back."""
    room = PictureRoom(100)
    parts, others = PictureParts(room), PictureParts(room)
    head = bytes(16) + b"\x00\x00\x00\x02"
    assert parts.take(head + bytes(60))
    assert parts.take(head + bytes(50))
    assert 50 == room.taken
    assert not parts.take(bytes(16) + b"\x00\x01\x00\x02" + bytes(60))
    assert 0 == room.taken
    assert not parts.take(bytes(16) + b"\x00\x02\x00\x02" + b"x")
    assert not parts.take(bytes(20))
    assert not PictureParts(PictureRoom(0)).take(head + b"x")
    room.taken = MOST_BYTES_AT_ONCE
    assert not others.take(head + b"x")
    room.taken = 0
    assert others.take(bytes(16) + b"\x00\x00\x00\x01" + b"ab")
    assert None is others.finish("ff" * 16)
    assert b"ab" == others.finish("00" * 16)
    assert None is others.finish("00" * 16)
