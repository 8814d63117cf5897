"""The control port: only with the token, one picture, one vocabulary of commands."""

from __future__ import annotations

import asyncio
import logging
import urllib.error
import urllib.request
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.typing import Subprotocol

from audience_server.endpoints import control_door
from audience_server.notary.verify import verify
from audience_server.wire.control import MESSAGES, View
from tests.endpoints.doors import House, answer_to, ask, house, push
from tests.show_rig import TOKEN


async def control(home: House, token: str = TOKEN) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"ws://127.0.0.1:{home.control.port}/control"
    return await connect(url, subprotocols=[Subprotocol("touchstone.control.v1")], additional_headers=headers)


def do(command: str, **arguments: Any) -> dict[str, Any]:
    return {"type": "command", "id": 5, "do": {"command": command, **arguments}}


async def test_without_the_token_nobody_gets_in() -> None:
    """A wrong one is as good as none."""
    async with house() as home:
        for token in ("", "wrong"):
            with pytest.raises(InvalidStatus) as refusal:
                await control(home, token)
            assert 401 == refusal.value.response.status_code


async def test_watching_gives_the_picture_and_every_change() -> None:
    """The view is typed: what the console cannot read is not sent."""
    async with house() as home, await control(home) as line:
        await line.send('{"type":"watch","id":1}')
        view = MESSAGES.decode(await line.recv(decode=False))
        assert isinstance(view, View)
        assert (1, "before", 1) == (view.id, view.phase, view.record.size)
        await home.show.do("zero")
        pushed = await push(line, "view")
        assert "ready" == pushed["phase"]


async def test_a_picture_that_stands_is_told_again_as_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """Host and usher can tell a pulled cable from a show in which nothing changes."""
    monkeypatch.setattr(control_door, "BEAT_SECONDS", 0.01)
    async with house() as home, await control(home) as line:
        await line.send('{"type":"watch","id":1}')
        assert 1 == len({(await push(line, "view"))["record"]["size"] for _ in range(3)})


async def test_commands_answer_done_or_refused() -> None:
    """`lock` in the lock shape, `results` in the results shape, refusals with a sentence."""
    async with house() as home, await control(home) as line:
        phones = await home.show.phones(3)
        assert "done" == (await ask(line, do("zero")))["type"]
        refused = await ask(line, do("zero"))
        assert ("refused", "already_zeroed") == (refused["type"], refused["code"])
        assert refused["message"]
        opened = await ask(line, do("open", round="r01", seconds=30))
        assert 30 == opened["result"]["seconds"]
        await home.show.cast_all(phones, "r01", ["1", "2", "3"])
        locked = await ask(line, do("lock", round="r01"))
        assert {"round", "window", "state", "index", "size", "fingerprint", "by"} == set(locked["result"])
        results = await ask(line, do("results"))
        assert {"units", "complete"} == set(results["result"])
        status = (await ask(line, do("status")))["result"]
        assert {"kind", "phase", "cue", "connected", "record", "waiting_for", "rounds"} <= set(status)


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        '{"type":"command","id":5,"do":{"command":"dance"}}',
        '{"type":"command","id":5,"do":{"command":"open"}}',
    ],
)
async def test_a_malformed_command_is_refused_and_the_line_stays(frame: str) -> None:
    """With words that say what would be right."""
    async with house() as home, await control(home) as line:
        await line.send(frame)
        refused = await answer_to(line, 5 if "id" in frame else None)
        assert ("refused", "bad_message") == (refused["type"], refused["code"])
        assert "done" == (await ask(line, do("status")))["type"]


async def test_an_operators_program_is_told_what_is_wrong_with_it() -> None:
    """A phone's user reloads the page; a script has no page."""
    async with house() as home, await control(home) as line:
        refused = await ask(line, do("open", round=7))
        assert "bad_message" == refused["code"]
        assert refused["message"].startswith("参数不对")
        assert "$.do.round" in refused["message"]


async def test_the_protocol_is_asked_for_by_name() -> None:
    """Another version of the console is refused at the door."""
    async with house() as home:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with pytest.raises(InvalidStatus) as refusal:
            await connect(f"ws://127.0.0.1:{home.control.port}/control", additional_headers=headers)
        assert 400 == refusal.value.response.status_code


async def test_a_token_of_strange_letters_is_a_wrong_token() -> None:
    """Bytes beyond ASCII are refused like others, not stumbled over."""
    async with house() as home:
        reader, writer = await asyncio.open_connection("127.0.0.1", home.control.port)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \xff\xe2\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 401 ")
        writer.close()


async def test_a_console_that_can_be_told_nothing_more_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """1011, and the log says why: better no picture than an old one."""
    async with house() as home, await control(home) as line:
        await line.send('{"type":"watch","id":1}')
        await line.recv()

        def broken(by: object) -> dict[str, Any]:
            raise ValueError("no picture")

        monkeypatch.setattr(home.show.session, "picture", broken)
        with caplog.at_level(logging.ERROR):
            await home.show.do("zero")
            with pytest.raises(ConnectionClosedError):
                await line.recv()
        assert 1011 == line.close_code
        assert "no picture" in caplog.text


async def test_a_second_console_sees_and_does_the_same() -> None:
    """One may take over from the other at any time."""
    async with house() as home, await control(home) as first, await control(home) as second:
        for line in (first, second):
            await line.send('{"type":"watch","id":1}')
            assert "before" == msgspec.json.decode(await line.recv())["phase"]
        await ask(second, do("zero"))
        assert "ready" == (await push(first, "view"))["phase"]


async def test_a_stale_command_is_refused() -> None:
    """`at` below the last act."""
    async with house() as home, await control(home) as line:
        await home.show.do("zero")
        refused = await ask(line, {**do("open", round="r01"), "at": 1})
        assert "stale" == refused["code"]


def fetch(home: House, path: str, token: str = TOKEN) -> bytes:
    request = urllib.request.Request(
        f"http://127.0.0.1:{home.control.port}{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        data: bytes = answer.read()
        return data


async def test_metrics_and_evidence_are_for_the_operator() -> None:
    """Prometheus text, and the bundle as it stands."""
    async with house() as home:
        await home.show.do("zero")
        text = (await asyncio.to_thread(fetch, home, "/metrics")).decode()
        assert "touchstone_record_size 2\n" in text
        assert "touchstone_longest_stall_seconds " in text
        bundle = await asyncio.to_thread(fetch, home, "/evidence.tar")
        assert {"E481"} == {failure["code"] for failure in verify(bundle).as_json()["failures"]}
        assert b"ok\n" == await asyncio.to_thread(fetch, home, "/health", "")
        with pytest.raises(urllib.error.HTTPError):
            await asyncio.to_thread(fetch, home, "/metrics", "wrong")
