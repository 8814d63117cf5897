"""A cosignature that did not arrive is sent again: by a line that broke, by a crash between two writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notary.bundle_bytes import NOTARY_WITNESS
from tests.notary.bundle_maker import Show
from tests.notary.hall import hall, keys_named, session_naming
from tests.notary.live_rig import Teller

FIRST = keys_named("公证员甲", "gongzheng.example/n1")


@pytest.fixture(scope="module")
def honest() -> bytes:
    return Show(witnessed=True).play().bundle()


async def test_a_cosignature_lost_on_the_line_comes_when_the_line_is_back(tmp_path: Path) -> None:
    """The witness has it on its disk and says so; the server does not have it, and asks from there."""
    async with hall(tmp_path, session_naming([FIRST], 1)) as held:
        program = held.sit_down(FIRST)
        await held.agree(program, "session")
        await held.cosigned(program)
        send = program.witness.send
        program.witness.send = lambda message: None if message["type"] == "cosigned" else send(message)
        await held.show.do("incident", kind="note", text="停电")
        await held.until(lambda: program.witness.cosigned == 2)
        assert not held.show.session.witnesses.has_quorum(2)
        await held.leave(program)
        program = held.sit_down(FIRST)
        await held.cosigned(program)
        assert held.show.session.witnesses.has_quorum(2)
        assert program.alarms() == set()


def test_a_head_kept_but_not_cosigned_is_cosigned_when_it_is_shown_again(tmp_path: Path, honest: bytes) -> None:
    """A crash between the two writes; what was cosigned before is sent as it was."""
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(12)
    before = [each for each in teller.said if each["type"] == "cosigned"]
    mirror = teller.witness.mirror
    assert mirror is not None
    mirror._connection.execute("DELETE FROM line WHERE size = ?", (before[-1]["size"],))
    mirror.close()
    teller.said.clear()
    teller.now += 60
    teller.witness = teller.new_witness()
    teller.greet()
    teller.tell_entries(12)
    again = [each for each in teller.said if each["type"] == "cosigned"]
    assert before[:-1] == again[:-1]
    assert before[-1]["size"] == again[-1]["size"] == 12
    assert teller.witness.mirror is not None
    assert again[-1]["line"] == teller.witness.mirror.lines_of(12)[NOTARY_WITNESS.vkey]


def test_a_smaller_head_without_a_line_is_never_cosigned_afterwards(tmp_path: Path, honest: bytes) -> None:
    teller = Teller(honest, tmp_path)
    teller.greet()
    teller.tell_entries(12)
    mirror = teller.witness.mirror
    assert mirror is not None
    mirror._connection.execute("DELETE FROM line WHERE size = 5")
    teller.said.clear()
    teller.tell_entries(12)
    assert 5 not in teller.cosigned()
    assert 12 in teller.cosigned()
