"""The air's sockets on the public port: who listens is told at once and at every change, and may say nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.typing import Origin, Subprotocol

from audience_server.endpoints import air_door
from audience_server.endpoints.air_door import MOST_LISTENERS, MOST_OF_ONE_ADDRESS
from audience_server.wire.air import MESSAGES, SUBPROTOCOL
from tests.endpoints.doors import House, ask, dial, house


async def listen(home: House, path: str = "/air", **options: Any) -> ClientConnection:
    protocols = [Subprotocol(SUBPROTOCOL)]
    return await connect(f"ws://{home.host}{path}", subprotocols=protocols, compression=None, **options)


async def scene(line: ClientConnection, kind: str | None) -> dict[str, Any]:
    """The next message whose scene is of that kind."""
    while True:
        frame = await line.recv()
        message: dict[str, Any] = msgspec.json.decode(frame)
        MESSAGES.decode(frame.encode() if isinstance(frame, str) else frame)
        if (None if message["scene"] is None else message["scene"]["kind"]) == kind:
            return message


async def test_a_page_is_told_at_once_and_at_every_change() -> None:
    """Programme, and what comes after."""
    async with house() as home, await listen(home) as line:
        assert "programme" == (await scene(line, None))["output"]
        await home.show.do("air", scene="unit", target="edu", to="programme")
        assert "市教育局" == (await scene(line, "unit"))["scene"]["unit"]
        await home.show.do("air", scene="clear", target="", to="programme")
        await scene(line, None)
        assert 1 == home.show.session.picture()["air"]["outputs"]


async def test_a_picture_that_stands_is_told_again_as_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that hears nothing can tell a pulled cable from a show in which nothing changes."""
    monkeypatch.setattr(air_door, "BEAT_SECONDS", 0.0)
    monkeypatch.setattr(air_door, "CLOCK_SECONDS", 0.01)
    async with house() as home:
        await home.show.do("air", scene="title", target="节目", to="programme")
        async with await listen(home) as line:
            assert 1 == len({str(await scene(line, "title")) for _ in range(3)})


async def test_the_preview_is_not_on_the_public_port() -> None:
    """What is only being prepared is nobody else's."""
    async with house() as home, await listen(home) as line:
        await home.show.do("air", scene="unit", target="edu", to="preview")
        await home.show.do("air", scene="title", target="节目", to="programme")
        assert "节目" == (await scene(line, "title"))["scene"]["text"]


async def test_the_wall_follows_the_vote() -> None:
    """Turnout while a window is open."""
    async with house() as home, await listen(home, "/wall") as line:
        await home.show.phones(2)
        await home.show.do("zero")
        await home.show.do("open", round="r01", despite_cue=True)
        told = (await scene(line, "turnout"))["scene"]
        assert ("open", [{"panel": "人大代表", "issued": 2, "returned": 0}]) == (told["state"], told["panels"])


async def test_who_speaks_on_it_is_hung_up_on() -> None:
    """A page of the studio has nothing to say."""
    async with house() as home, await listen(home) as line:
        await line.recv()
        await line.send('{"type":"hello","id":1}')
        with pytest.raises(ConnectionClosedError):
            await scene(line, "blank")


async def test_another_site_s_page_and_a_phone_s_protocol_are_refused() -> None:
    """The air is for pages of this very port, in its own protocol."""
    async with house() as home:
        with pytest.raises(InvalidStatus, match="403"):
            await listen(home, origin=Origin("http://elsewhere.example"))
        with pytest.raises(InvalidStatus, match="400"):
            await connect(f"ws://{home.host}/air", subprotocols=[Subprotocol("touchstone.phone.v1")])
        with pytest.raises(InvalidStatus, match="400"):
            await connect(f"ws://{home.host}/phone", subprotocols=[Subprotocol(SUBPROTOCOL)])


async def test_listeners_are_few_and_never_in_the_way_of_phones() -> None:
    """One address gets a few places, all together some more; beyond is a refusal, and phones get their welcome."""
    async with house() as home:
        lines = [await listen(home, "/wall", local_addr=("127.0.0.2", 0)) for _ in range(MOST_OF_ONE_ADDRESS)]
        with pytest.raises(InvalidStatus, match="503"):
            await listen(home, local_addr=("127.0.0.2", 0))
        for number in range(MOST_LISTENERS - MOST_OF_ONE_ADDRESS):
            place = f"127.0.0.{3 + number // MOST_OF_ONE_ADDRESS}"
            lines.append(await listen(home, local_addr=(place, 0)))
        with pytest.raises(InvalidStatus, match="503"):
            await listen(home)
        async with await dial(home) as phone:
            assert "welcome" == (await ask(phone, {"type": "hello", "id": 1, "lang": "zh-Hans"}))["type"]
        for line in lines:
            await line.close()
