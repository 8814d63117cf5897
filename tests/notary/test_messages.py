"""A server that says anything at all: the witness follows it no further, and never stops with a traceback."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audience_server.notary.messages import FIELDS, NoMessage, checked
from audience_server.notary.mirror import MirrorRefused
from audience_server.notary.witness import NotFollowed
from audience_server.wire import witness as wire
from tests.notary.bundle_maker import Show
from tests.notary.live_rig import Teller
from tests.notary.painted import painted

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**60),
    st.text(max_size=8),
    st.sampled_from(["lock", "AAAA", "zero", "session", "/rehearsal-", "rules.toml"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["printed", "spare", "text", "kind"]), st.integers(), max_size=2),
)


@pytest.fixture(scope="module")
def bundle() -> bytes:
    return Show(witnessed=True).play().bundle()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(FIELDS)),
    late=st.booleans(),
    fields=st.dictionaries(st.sampled_from(sorted({name for each in FIELDS.values() for name in each})), ODD),
)
def test_odd_messages_end_the_line_or_do_nothing(
    bundle: bytes, tmp_path_factory: pytest.TempPathFactory, kind: str, late: bool, fields: dict[str, Any]
) -> None:
    """Before the greeting and after a whole session; right fields where none is drawn, so that readers are reached."""
    teller = Teller(bundle, tmp_path_factory.mktemp("odd"))
    if late:
        teller.greet()
    usual: dict[str, Any] = {"id": 1, "offset": 0, "total": 1, "first": 0, "index": None, "done": True, "final": True}
    usual |= {name: [] for name in ("entries", "page", "lines", "waiting", "alarms")}
    usual |= {"body": {}, "connected": {}, "outcome": "recorded", "kind": "live", "data": "AAAA"}
    message = {name: fields.get(name, usual.get(name, "x")) for name in FIELDS[kind]}
    with suppress(NotFollowed, MirrorRefused):
        teller.witness.take({"type": kind, **message})
    painted(teller.witness)


def test_what_the_server_really_sends_is_read(bundle: bytes, tmp_path: Path) -> None:
    assert "" == Teller(bundle, tmp_path).tell_everything()


def test_reader_and_wire_name_the_same_fields() -> None:
    """The notary's own table beside the server's."""
    kinds = {each.__struct_config__.tag: set(each.__struct_fields__) for each in wire.ServerSays.__args__}
    assert {kind: set(fields) for kind, fields in FIELDS.items()} == kinds


@pytest.mark.parametrize(
    "message",
    [
        {"type": "restore", "first": True},
        {"type": "draft", "id": 1, "kind": "zero", "body": {"printed": 5}, "by": "operator"},
        {"type": "draft", "id": 1, "kind": "zero", "body": [], "by": "operator"},
        {"type": "draft", "id": 1, "kind": "tally", "body": {}, "by": "operator"},
        {"type": "asking", "waiting": [["shred", "r01", "r01", []]]},
        {"type": "desk", "connected": {"a": "1"}, "held": "", "final": False, "alarms": []},
        {"type": "part", "path": "x", "offset": 0, "total": 1, "data": "?"},
        {"type": "answer", "about": "x", "done": True},
        {"type": "hello"},
        {},
    ],
    ids=json.dumps,
)
def test_what_is_no_message_is_named(message: dict[str, Any]) -> None:
    with pytest.raises(NoMessage):
        checked(message)


def test_a_live_name_shown_as_a_rehearsal_is_not_followed(bundle: bytes, tmp_path: Path) -> None:
    """So nothing is signed by itself that only a rehearsal may have signed."""
    teller = Teller(bundle, tmp_path)
    origin = teller.files["C1"].decode().split("\n")[1]
    greeting = {"type": "greeting", "origin": origin, "kind": "rehearsal", "title": "t"}
    with pytest.raises(NotFollowed, match="kind_differs"):
        teller.tell({**greeting, "log_vkey": teller.log_vkey, "challenge": "AAAA", "page": []})
    assert ["kind_differs"] == [code for _, code, _ in teller.witness.alarms]
