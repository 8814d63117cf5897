"""One agreement signs one text; what the notary orders goes out, waits for the line, or is said not to have gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from audience_server.endpoints.control_door import ControlDoor
from audience_server.notary.statements import Unsignable
from audience_server.stores.memory import MemoryStore
from tests.notary.bundle_maker import Show
from tests.notary.hall import Hall, Program, hall, keys_named, session_naming
from tests.notary.live_rig import Teller
from tests.notary.test_witness import at_zero, drafted, zero_text
from tests.stores.faulty_store import FaultyStore

NOTARY = keys_named("公证员甲", "gongzheng.example/n1")


@pytest.fixture(scope="module")
def honest() -> bytes:
    return Show(witnessed=True).play().bundle()


def signatures(teller: Teller) -> int:
    return len([each for each in teller.said if each["type"] == "signature"])


def test_one_agreement_signs_one_text(tmp_path: Path, honest: bytes) -> None:
    """The same text again, for its answer may have been lost; another one waits for the notary, who is told."""
    teller = Teller(honest, tmp_path)
    body = at_zero(teller)
    drafted(teller, "zero", body)
    desk = teller.witness.desk
    desk.consent(1)
    first, second = (zero_text(teller, {**body, "at": teller.now + later}) for later in (1, 2))
    teller.tell({"type": "sign", "id": 1, "text": first})
    teller.tell({"type": "sign", "id": 1, "text": first})
    assert (signatures(teller), desk.signed_before(desk.drafts[1])) == (2, False)
    teller.tell({"type": "sign", "id": 1, "text": second})
    assert "signed_other_text" in str(teller.said[-1]["reason"])
    assert not desk.drafts[1].agreed
    teller.tell({"type": "sign", "id": 1, "text": first})
    assert signatures(teller) == 2
    desk.consent(1)
    teller.tell({"type": "sign", "id": 1, "text": second})
    assert signatures(teller) == 3


def test_what_was_signed_and_not_recorded_is_told_after_a_restart(tmp_path: Path, honest: bytes) -> None:
    """The text is in the copy before its signature goes out."""
    teller = Teller(honest, tmp_path)
    body = at_zero(teller)
    drafted(teller, "zero", body)
    teller.witness.desk.consent(1)
    teller.tell({"type": "sign", "id": 1, "text": zero_text(teller, {**body, "at": teller.now + 1})})
    assert teller.witness.mirror is not None
    teller.witness.mirror.close()
    teller.witness = teller.new_witness()
    teller.greet()
    drafted(teller, "zero", body)
    desk = teller.witness.desk
    assert desk.signed_before(desk.drafts[1])
    drafted(teller, "zero", {**body, "ballots": 1}, 2)
    assert not desk.signed_before(desk.drafts[2])


def test_what_was_recorded_is_no_other_text(tmp_path: Path, honest: bytes) -> None:
    """Two remarks with the same words, one after the other."""
    teller = Teller(honest, tmp_path)
    body = at_zero(teller)
    drafted(teller, "zero", body)
    teller.witness.desk.consent(1)
    teller.tell({"type": "sign", "id": 1, "text": zero_text(teller, body)})
    teller.tell_entries(len(teller.entries))
    drafted(teller, "zero", body, 2)
    desk = teller.witness.desk
    assert not desk.signed_before(desk.drafts[2])


async def begun(held: Hall) -> Program:
    program = held.sit_down(NOTARY)
    await held.agree(program, "session")
    await held.cosigned(program)
    return program


async def test_a_store_that_fails_behind_the_signature_wedges_nothing(tmp_path: Path) -> None:
    """The server has the signature and no entry: the notary is asked again, reads why, and agrees to another text."""
    store = FaultyStore(MemoryStore())
    async with hall(tmp_path, session_naming([NOTARY], 1), store) as held:
        program = await begun(held)
        await held.show.do("zero")
        store.fail_before = 1
        await held.agree(program, "zero")
        await held.until(lambda: program.draft("zero") is not None)
        desk = program.witness.desk
        drafts = program.now["drafts"]
        assert [each["signed_before"] for each in drafts] == [True]  # type: ignore[attr-defined]
        await held.show.clock.advance(60)
        await held.agree(program, "zero")
        await held.until(lambda: held.show.session.state.zero_index is not None)
        assert not desk.drafts


def test_without_a_line_no_answer_is_said_to_be_given(tmp_path: Path, honest: bytes) -> None:
    """An agreement, a refusal, a nod: each says that it did not go out."""
    teller = Teller(honest, tmp_path)
    body = at_zero(teller)
    drafted(teller, "zero", body)
    teller.witness.line_broke()
    teller.said.clear()
    desk = teller.witness.desk
    orders: tuple[Callable[[], None], ...] = (
        lambda: desk.consent(1),
        lambda: desk.decline(1, "x"),
        lambda: desk.nod("lock", "r01"),
    )
    for order in orders:
        with pytest.raises(Unsignable, match="no_line"):
            order()
    assert ([], False) == (teller.said, desk.drafts[1].agreed)


def test_a_remark_that_waited_for_the_line_is_agreed_to(tmp_path: Path, honest: bytes) -> None:
    """Its line never carried it; the server shows it as a proposal of this notary."""
    teller = Teller(honest, tmp_path)
    at_zero(teller)
    teller.witness.line_broke()
    teller.witness.desk.propose("remark", {"text": "到场"})
    teller.witness.line_broke([teller.said[-1]])
    teller.greet()
    drafted(teller, "remark", {"at": 1, "text": "到场"})
    assert teller.witness.desk.drafts[1].agreed
    assert teller.witness.desk.answers == []


def test_what_was_asked_when_the_line_broke_is_told(tmp_path: Path, honest: bytes) -> None:
    """Nobody knows whether it has arrived; what the server has of it is shown to the notary again."""
    teller = Teller(honest, tmp_path)
    at_zero(teller)
    desk = teller.witness.desk
    desk.propose("remark", {"text": "到场"})
    teller.witness.line_broke()
    assert desk.answers[-1] == ("remark", False, "line_broke")
    teller.said.clear()
    teller.greet()
    assert "propose" not in [each["type"] for each in teller.said]
    drafted(teller, "remark", {"at": 1, "text": "到场"})
    assert not desk.drafts[1].agreed


async def test_a_remark_made_while_the_server_is_away_is_recorded(tmp_path: Path) -> None:
    """With a real line: it waits, goes out, and is signed without being asked again."""
    async with hall(tmp_path, session_naming([NOTARY], 1)) as held:
        program = await begun(held)
        port = held.door.port
        await held.door.close()
        await held.until(lambda: program.line.state == "lost")
        program.witness.desk.propose("remark", {"text": "服务器断开"})
        held.door = await ControlDoor.start(held.show.session, "127.0.0.1", port, join_url="http://127.0.0.1:8080/")
        follower = program.witness.follower
        assert follower is not None
        await held.until(lambda: "remark" in [act["kind"] for act in follower.report.acts])
        assert program.alarms() == set()
