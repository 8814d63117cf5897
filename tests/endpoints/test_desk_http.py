"""The control port by plain GET: button boxes, cue lights, and links for the pages of the roles."""

from __future__ import annotations

import asyncio
import json
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.typing import Origin, Subprotocol

from audience_server.endpoints.desk_http import NOT_BY_GET, command_from_query
from audience_server.wire.commands import OpenCommand, QuestionCommand
from tests.endpoints.doors import House, answer_to, house
from tests.show_rig import TOKEN

SUBPROTOCOLS = [Subprotocol("touchstone.control.v1")]


def _get(home: House, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    line = HTTPConnection("127.0.0.1", home.control.port, timeout=10)
    try:
        line.request("GET", path, headers=headers)
        answer: HTTPResponse = line.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.getheaders())
    finally:
        line.close()


async def get(home: House, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    return await asyncio.to_thread(_get, home, path, **headers)


async def admit(home: House, name: str, *roles: str) -> str:
    token = home.show.session.people.admit(name, roles)
    assert isinstance(token, str)
    return token


async def test_a_button_gives_a_command_and_hears_what_came_of_it() -> None:
    """200 done, 409 refused with the reason, 400 for what is no command, 401 without a token."""
    async with house() as home:
        status, body, _ = await get(home, f"/do/zero?token={TOKEN}")
        assert 200 == status
        assert 1 == json.loads(body)["index"]
        status, body, _ = await get(home, f"/do/zero?token={TOKEN}")
        assert (409, "already_zeroed") == (status, json.loads(body)["refused"])
        status, body, _ = await get(home, f"/do/open?token={TOKEN}&round=r01&seconds=20&despite_cue=true")
        assert (200, "r01") == (status, json.loads(body)["window"])
        status, body, _ = await get(home, f"/do/open?token={TOKEN}&rund=r01")
        assert 400 == status
        assert "round" in json.loads(body)["message"]
        assert 401 == (await get(home, "/do/cue?cue=next"))[0]


async def test_the_public_bundle_is_fetched_after_the_seal() -> None:
    """By those who may have the evidence; before the seal 409."""
    async with house() as home:
        show = home.show
        assert 409 == (await get(home, f"/public.tar?token={TOKEN}"))[0]
        assert 403 == (await get(home, f"/public.tar?token={await admit(home, '字幕', 'graphics')}"))[0]
        await show.do("zero")
        for round_id in ("r01", "r02"):
            await show.do("not-held", round=round_id, reason="时间不够")
        await show.do("seal")
        status, body, headers = await get(home, f"/public.tar?token={TOKEN}")
        assert (200, 'attachment; filename="small-1.public.c1.tar"') == (status, headers["Content-Disposition"])
        made = await show.session.public_bundle()
        assert made is not None
        assert (made[0], made[1].decode("utf-8", "replace")) == ("small-1.public.c1.tar", body)


async def test_a_button_does_what_its_token_s_role_may() -> None:
    """A box in the graphics corner opens no vote."""
    async with house() as home:
        token = await admit(home, "字幕", "graphics")
        status, body, _ = await get(home, f"/do/zero?token={token}")
        assert (409, "role_needed") == (status, json.loads(body)["refused"])


async def test_a_cookie_presses_no_button() -> None:
    """What changes something needs the token itself, or any page could press it."""
    async with house() as home:
        _, _, headers = await get(home, f"/host?token={TOKEN}")
        assert 401 == (await get(home, "/do/zero", Cookie=headers["Set-Cookie"].split(";")[0]))[0]


async def test_lights_burn_while_their_state_lasts() -> None:
    """One by one for simple lights, all together for clever ones."""
    async with house() as home:
        await home.show.phones(2)
        await home.show.do("zero")
        assert "0\n" == (await get(home, f"/tally/open?token={TOKEN}"))[1]
        await home.show.do("open", round="r01", despite_cue=True)
        assert "1\n" == (await get(home, f"/tally/open?token={TOKEN}"))[1]
        await home.show.do("close", round="r01", reason="提前")
        states = json.loads((await get(home, f"/tally?token={TOKEN}"))[1])
        assert (False, True) == (states["open"], states["decision"])
        status, body, _ = await get(home, f"/tally/fog?token={TOKEN}")
        assert 404 == status
        assert "decision" in body


async def test_a_page_s_link_becomes_a_cookie_and_leaves_the_address_bar() -> None:
    """The token is on no screen that a camera sees, and no script reads it."""
    async with house() as home:
        status, _, headers = await get(home, f"/host?token={TOKEN}")
        assert (303, "/host") == (status, headers["Location"])
        cookie = headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie


async def test_a_page_s_socket_comes_by_cookie_from_this_very_port_only() -> None:
    """Another site's page sends the cookie's owner nowhere."""
    async with house() as home:
        here = f"127.0.0.1:{home.control.port}"
        cookie = {"Cookie": f"touchstone={TOKEN}"}
        async with connect(
            f"ws://{here}/control",
            subprotocols=SUBPROTOCOLS,
            additional_headers=cookie,
            origin=Origin(f"http://{here}"),
        ) as line:
            await line.send('{"type":"watch","id":1}')
            assert "view" == (await answer_to(line, 1))["type"]
        with pytest.raises(InvalidStatus, match="401"):
            await connect(
                f"ws://{here}/control",
                subprotocols=SUBPROTOCOLS,
                additional_headers=cookie,
                origin=Origin("http://elsewhere.example"),
            )


async def test_a_revoked_token_s_line_is_hung_up() -> None:
    """4003, at once."""
    async with house() as home:
        token = await admit(home, "王", "screener")
        headers = {"Authorization": f"Bearer {token}"}
        url = f"ws://127.0.0.1:{home.control.port}/control"
        async with connect(url, subprotocols=SUBPROTOCOLS, additional_headers=headers) as line:
            await line.send('{"type":"watch","id":1}')
            view = await answer_to(line, 1)
            assert {"name": "王", "roles": ["screener"], "lines": 1} == view["you"]
            home.show.session.people.revoke("王")
            with pytest.raises(ConnectionClosedError):
                await _read_to_the_end(line)
            assert 4003 == line.close_code


async def test_of_two_consoles_one_commands_until_the_other_takes_over() -> None:
    """The one that only watches is refused, says so, and may take over."""
    async with house() as home:
        url = f"ws://127.0.0.1:{home.control.port}/control"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            connect(url, subprotocols=SUBPROTOCOLS, additional_headers=headers) as first,
            connect(url, subprotocols=SUBPROTOCOLS, additional_headers=headers) as second,
        ):
            for line, expected in ((first, True), (second, False)):
                await line.send('{"type":"watch","id":1,"console":true}')
                assert expected is (await answer_to(line, 1))["in_command"]
            await second.send(_do(2, "zero"))
            assert "not_in_command" == (await answer_to(second, 2))["code"]
            await second.send(_do(3, "take-over"))
            assert {"in_command": True} == (await answer_to(second, 3))["result"]
            await first.send(_do(4, "zero"))
            assert "not_in_command" == (await answer_to(first, 4))["code"]
            await second.send(_do(5, "zero"))
            assert "done" == (await answer_to(second, 5))["type"]


async def _read_to_the_end(line: ClientConnection) -> None:
    while True:
        await line.recv()


def _do(number: int, command: str, **arguments: Any) -> str:
    return json.dumps({"type": "command", "id": number, "do": {"command": command, **arguments}})


async def test_evidence_and_metrics_need_a_token_and_evidence_a_counting_role() -> None:
    """A screener's token carries no ballots away."""
    async with house() as home:
        token = await admit(home, "王", "screener")
        assert 403 == (await get(home, f"/evidence.tar?token={token}"))[0]
        assert 401 == (await get(home, "/metrics"))[0]
        assert "touchstone_record_size" in (await get(home, f"/metrics?token={token}"))[1]


def test_a_query_becomes_a_command() -> None:
    """Numbers, yes and no, and lists divided by commas."""
    assert OpenCommand(round="r01", seconds=20, despite_cue=True) == command_from_query(
        "open", {"round": "r01", "seconds": "20", "despite_cue": "true", "token": "t"}
    )
    assert QuestionCommand(numbers=("Q0001", "Q0002"), do="approve") == command_from_query(
        "question", {"numbers": "Q0001,Q0002", "do": "approve"}
    )


@pytest.mark.parametrize("name", ["", "dance", *sorted(NOT_BY_GET)])
def test_what_is_no_command_for_a_button_is_named(name: str) -> None:
    """The answer lists what would be right."""
    with pytest.raises(ValueError, match="close, cue"):
        command_from_query(name, {})


async def test_who_does_not_sit_at_a_console_takes_nothing_over() -> None:
    """A script that is gone the next moment would leave nobody in command."""
    async with house() as home:
        status, body, _ = await get(home, f"/do/take-over?token={TOKEN}")
        assert (409, "not_allowed") == (status, json.loads(body)["refused"])
