"""A hostile server says anything: it ends the following with a reason, and never the program nor its screen."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from audience_server.notary import verify as v
from audience_server.notary.mirror import Mirror, MirrorRefused
from audience_server.notary.picture import picture
from audience_server.notary.witness import NotFollowed
from tests.notary.bundle_maker import Show
from tests.notary.live_rig import Teller
from tests.notary.painted import painted

HOSTILE: tuple[Any, ...] = (
    "",
    "[red]x[/]",
    "\x1b[2J",
    "\u202e",
    "\ud800",
    "x" * 9000,
    0,
    -1,
    2**53,
    2**70,
    1.5,
    True,
    None,
    [],
    {},
    [[]],
)
EXAMPLES: list[dict[str, Any]] = [
    {"type": "sign", "id": 1, "text": "c1/zero\n"},
    {"type": "settled", "id": 1, "outcome": "recorded", "index": 4},
    {"type": "asking", "waiting": [["lock", "r01", "r01", ["notary"]]]},
    {"type": "desk", "connected": {"deputies": 4}, "held": "", "final": False, "alarms": ["witness_lost: x"]},
    {"type": "answer", "about": "demand", "done": True, "text": '{"index": 4}'},
    {"type": "cosignatures", "lines": [[1, "a", "b"]]},
    {"type": "draft", "id": 2, "kind": "remark", "body": {"at": 1, "text": "x"}, "by": "operator"},
    {"type": "draft", "id": 3, "kind": "zero", "body": {"at": 1, "ballots": 0, "printed": {}, "spare": {}}, "by": "x"},
    {"type": "draft", "id": 4, "kind": "manifest", "body": {"text": "c1/manifest\n"}, "by": "x"},
    {"type": "draft", "id": 5, "kind": "void-round", "body": {"at": 1, "reason": "x", "window": "r01"}, "by": "x"},
    {"type": "restore", "first": 3},
    {"type": "part", "path": "rounds/r01.counts", "offset": 0, "total": 1, "data": "eA=="},
    {"type": "refused", "code": "refused", "message": "x"},
]


@pytest.fixture(scope="module")
def honest() -> bytes:
    return Show(witnessed=True).play().bundle()


def changed(message: Any, dice: random.Random) -> Any:
    """One place of it becomes something else, or is gone, or is there twice."""
    if isinstance(message, dict) and message and dice.random() < 0.85:
        name = dice.choice(sorted(message))
        if dice.random() < 0.1:
            return {key: value for key, value in message.items() if key != name}
        if dice.random() < 0.1:
            return message | {"another": dice.choice(HOSTILE)}
        return message | {name: changed(message[name], dice)}
    if isinstance(message, list) and message and dice.random() < 0.85:
        place = dice.randrange(len(message))
        return [*message[:place], changed(message[place], dice), *message[place + 1 :]]
    return dice.choice(HOSTILE)


def scripts(teller: Teller) -> Iterator[dict[str, Any]]:
    """Messages of an honest server, and the others of the protocol."""
    first = {"type": "entries", "first": 0, "entries": [v.b64(teller.entries[0])], "checkpoint": teller.notes[0]}
    yield from [first, *EXAMPLES]


@pytest.mark.parametrize("seed", range(15))
def test_no_message_ends_the_program(tmp_path: Path, honest: bytes, seed: int) -> None:
    """Whatever comes is taken, or the server is followed no more and an alarm says why; the screen is painted."""
    dice = random.Random(seed)
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(20)
    for _ in range(60):
        message = changed(dice.choice(list(scripts(teller))), dice)
        try:
            teller.witness.take(message)
        except NotFollowed:
            assert teller.witness.alarms or message.get("type") == "refused"
        assert "\x1b" not in painted(teller.witness)
        json.dumps([dict(each) for each in teller.said[-3:]], ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "path", ["rounds/r01.counts", "rules.toml", "page/../rules.toml", "page/", "page/a\nb", "/etc/passwd"]
)
def test_the_page_is_made_of_page_files(tmp_path: Path, honest: bytes, path: str) -> None:
    """A server must not make this computer keep another file under the name of one that an entry binds."""
    teller = Teller(honest, tmp_path)
    with pytest.raises(NotFollowed):
        teller.witness.take(greeting(teller) | {"page": [path]})


def greeting(teller: Teller) -> dict[str, Any]:
    origin = teller.files["C1"].decode().split("\n")[1]
    kind = {"kind": "live", "title": "t", "challenge": v.b64(bytes(32)), "page": []}
    return {"type": "greeting", "origin": origin, "log_vkey": teller.log_vkey, **kind}


def test_another_session_behind_the_same_address_is_not_followed(tmp_path: Path, honest: bytes) -> None:
    """The line comes back, and the server is another one."""
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(5)
    with pytest.raises(NotFollowed, match="other_server"):
        teller.witness.take(greeting(teller) | {"origin": "maker.example/show-2"})


FAILING: list[tuple[str, Callable[[Mirror], object]]] = [
    ("line", lambda mirror: mirror.keep_line(1, "k", "l")),
    ("file", lambda mirror: mirror.keep_file("p", b"x")),
    ("fact", lambda mirror: mirror.keep_fact("n", "v")),
]


@pytest.mark.parametrize(("table", "deed"), FAILING)
def test_a_full_disk_says_so(tmp_path: Path, table: str, deed: Callable[[Mirror], object]) -> None:
    """SQLite's own word for it ends the watching with a reason, as everything that the copy refuses."""
    mirror = Mirror.open(tmp_path / "m.sqlite")
    mirror._connection.execute(f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk'); END")
    with pytest.raises(MirrorRefused, match="disk"):
        deed(mirror)
    mirror.close()
    with pytest.raises((MirrorRefused, sqlite3.Error)):
        mirror.file("p")


def test_a_copy_that_cannot_be_read_leaves_the_screen_standing(tmp_path: Path, honest: bytes) -> None:
    """The disk went away under the program: what is in memory is still shown."""
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(20)
    assert teller.witness.mirror is not None
    teller.witness.mirror.close()
    assert not picture(teller.witness, "lost")["evidence"]
