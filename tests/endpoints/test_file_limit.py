"""How many connections there may be, and what the one too many is told."""

from __future__ import annotations

import logging
import resource

import pytest

from audience_server.endpoints import file_limit, listen
from audience_server.endpoints.file_limit import FILES_KEPT_BACK, connections_allowed
from tests.endpoints.doors import ask, dial, house, http
from tests.endpoints.test_phone_door import HELLO

HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


def test_the_limit_is_raised_as_far_as_it_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most systems start a process with 1,024 files and allow it many more."""
    wanted: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 20_000))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: wanted.append(limits))
    assert 20_000 - FILES_KEPT_BACK == connections_allowed()
    assert [(20_000, 20_000)] == wanted


def test_no_limit_is_no_reason_to_refuse_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "Infinity" is written -1."""
    monkeypatch.setattr(resource, "getrlimit", lambda which: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert connections_allowed() >= 100_000


def test_a_limit_too_low_for_a_hall_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Before the show, not in it."""
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, 256))
    with caplog.at_level(logging.WARNING, file_limit.log.name):
        assert 56 == connections_allowed()
    assert "56 connections" in caplog.text


async def test_one_too_many_is_refused_politely_and_a_place_that_is_left_is_given_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """503 with words; whoever is in stays in."""
    monkeypatch.setattr(listen, "connections_allowed", lambda: 2)
    monkeypatch.setattr(listen, "SHARE_OF_ONE_ADDRESS", 1.0)
    async with house() as home, await dial(home) as first:
        async with await dial(home) as second:
            assert "welcome" == (await ask(second, HELLO))["type"]
            status, _, body = await http(home, HEALTH)
            assert (503, b"full; try again in a minute\n") == (status, body)
            assert "welcome" == (await ask(first, HELLO))["type"]
        while home.public.phones == 2:
            await ask(first, {**HELLO, "id": 2})
        assert 200 == (await http(home, HEALTH))[0]


async def test_one_address_never_takes_every_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hall may stand behind one address; a program that opens sockets for fun does, too."""
    monkeypatch.setattr(listen, "connections_allowed", lambda: 4)
    async with house() as home, await dial(home), await dial(home), await dial(home):
        assert 503 == (await http(home, HEALTH))[0]
        assert 200 == (await http(home, HEALTH, source="127.0.0.2"))[0]
