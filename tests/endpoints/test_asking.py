"""Questions over real sockets: what a phone sends and hears, the public list, and the queue at the desk."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from audience_server.endpoints.queue_pushes import PART
from audience_server.live_questions_asking import Asked
from audience_server.record.ballots import build_present
from audience_server.record.codes import round_seed, seed_of
from tests.endpoints.doors import House, answer_to, ask, dial, house, push
from tests.question_rig import new_asker
from tests.show_rig import SMALL_SESSION, TOKEN, settle

ASKING = SMALL_SESSION + "\n[questions]\nper_card = 20\n"
SECRET, ASKER = new_asker()
WHY = {"type": "ask", "kind": "question", "text": "为什么?", "unit": "edu"}


async def voter(home: House, card: int = 0) -> ClientConnection:
    """A greeted phone whose card is checked in."""
    line = await dial(home)
    await ask(line, {"type": "hello", "id": 1})
    seed = round_seed(seed_of(home.show.issue.cards[card].code), home.show.origin, "r00")
    answer = await ask(line, {"type": "present", "id": 2, "entry": build_present(home.show.origin, seed).decode()})
    assert "recorded" == answer["type"]
    return line


async def desk_line(home: House, token: str = TOKEN) -> ClientConnection:
    return await connect(
        f"ws://127.0.0.1:{home.control.port}/control",
        subprotocols=[Subprotocol("touchstone.control.v1")],
        additional_headers={"Authorization": f"Bearer {token}"},
        max_size=None,
    )


async def told(line: ClientConnection, kind: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = msgspec.json.decode(await line.recv())
        if message["type"] == kind:
            return message


async def queue_of(line: ClientConnection) -> list[dict[str, Any]]:
    """The next whole telling of the queue."""
    found: list[dict[str, Any]] = []
    while True:
        part = await told(line, "questions")
        found += part["questions"]
        if part["complete"]:
            return found


async def test_a_question_gets_its_receipt_and_the_phone_hears_what_becomes_of_it() -> None:
    """On the line that asked, and on a later one that knows the secret."""
    async with house(ASKING) as home:
        line = await voter(home)
        received = await ask(line, {**WHY, "id": 3, "asker": ASKER, "ref": "1"})
        assert ("received", "Q0001", 6) == (received["type"], received["number"], len(received["code"]))
        assert received | {"id": 4} == await ask(line, {**WHY, "id": 4, "asker": ASKER, "ref": "1"})
        later = await dial(home)
        await ask(later, {"type": "hello", "id": 1})
        own = await ask(later, {"type": "follow", "id": 2, "secret": SECRET})
        assert [("Q0001", "received", "为什么?")] == [
            (each["number"], each["state"], each["text"]) for each in own["questions"]
        ]
        await home.show.do("question", numbers=("Q0001",), do="approve")
        for each in (line, later):
            assert "approved" == (await push(each, "question"))["question"]["state"]
        stranger = await ask(later, {"type": "follow", "id": 3, "secret": base64.b64encode(bytes(32)).decode()})
        assert [] == stranger["questions"]


async def test_number_and_code_look_a_question_up_and_guessing_ends_soon() -> None:
    """Right for whoever has the receipt; five wrong codes a line, and a bound for one number over all lines."""
    async with house(ASKING) as home:
        line = await voter(home)
        received = await ask(line, {**WHY, "id": 3})
        wrong = "000000" if received["code"] != "000000" else "000001"
        look = {"type": "lookup", "number": " q0001", "code": received["code"]}
        found = await ask(line, {**look, "id": 4})
        assert ["Q0001"] == [each["number"] for each in found["questions"]]
        codes = [(await ask(line, {**look, "id": 5, "code": wrong}))["code"] for _ in range(5)]
        assert ["unknown_question"] * 5 == codes
        assert "rate_limited" == (await ask(line, {**look, "id": 6}))["code"]
        for _ in range(3):
            other = await dial(home)
            for number in range(5):
                await ask(other, {**look, "id": number, "code": wrong})
        other = await dial(home)
        assert "rate_limited" == (await ask(other, {**look, "id": 7}))["code"]
        await home.show.clock.advance(601)
        assert "own_questions" == (await ask(other, {**look, "id": 8}))["type"]


async def test_the_public_list_holds_what_was_approved_and_nothing_else() -> None:
    """By unit; most supported first; a withdrawal is pushed at once as a new list revision."""
    async with house(ASKING) as home:
        line, second = await voter(home, 0), await voter(home, 1)
        for number, text in enumerate(("一", "二", "三")):
            await ask(line, {**WHY, "id": 10 + number, "text": text})
        await ask(line, {**WHY, "id": 13, "text": "四", "unit": "env"})
        await home.show.do("question", numbers=("Q0001", "Q0002", "Q0004"), do="approve")
        assert "ok" == (await ask(second, {"type": "support", "id": 5, "number": "Q0002"}))["type"]
        assert "unknown_question" == (await ask(second, {"type": "support", "id": 6, "number": "Q0003"}))["code"]
        await home.show.clock.advance(6)
        listed = await ask(second, {"type": "questions", "id": 7, "unit": "edu"})
        assert [("Q0002", 1), ("Q0001", 0)] == [(each["number"], each["supporters"]) for each in listed["questions"]]
        assert 3 == len((await ask(second, {"type": "questions", "id": 8}))["questions"])
        state = home.show.session.questions.public_revision
        await home.show.do("question", numbers=("Q0002",), do="withdraw")
        while (pushed := await push(second))["questions"] == state:
            pass
        assert "open" == pushed["intake"]
        listed = await ask(second, {"type": "questions", "id": 9, "unit": "edu"})
        assert ["Q0001"] == [each["number"] for each in listed["questions"]]


async def test_phones_hear_of_a_pause_at_once() -> None:
    """It is part of the scene."""
    async with house(ASKING) as home:
        line = await voter(home)
        await home.show.do("intake", mode="paused")
        while (await push(line))["intake"] != "paused":
            pass
        assert "questions_paused" == (await ask(line, {**WHY, "id": 3}))["code"]


async def test_what_is_no_request_is_refused() -> None:
    """Without a card, with a digest that is none, with a secret that is none."""
    async with house(ASKING) as home:
        line = await dial(home)
        for request, code in (
            (WHY, "not_present"),
            ({"type": "support", "number": "Q0001"}, "not_present"),
            ({"type": "help", "where": "3排5座"}, "not_present"),
            ({**WHY, "asker": "short"}, "bad_message"),
            ({"type": "follow", "secret": "A" * 44}, "bad_message"),
            ({**WHY, "kind": "poem"}, "bad_message"),
        ):
            assert code == (await ask(line, {**request, "id": 9}))["code"]


async def test_help_reaches_the_desk_until_somebody_went() -> None:
    """Once a card; the newest seat counts."""
    async with house(ASKING) as home:
        line = await voter(home)
        assert "ok" == (await ask(line, {"type": "help", "id": 3, "where": "3排\u202e5座"}))["type"]
        await ask(line, {"type": "help", "id": 4, "where": "4排1座"})
        (call,) = home.show.session.picture()["arrivals"]["help"]
        assert (1, "deputies", "4排1座") == (call["number"], call["panel"], call["where"])
        assert "bad_argument" == await home.show.refused("helped", number=7)
        await home.show.do("helped", number=1)
        assert [] == home.show.session.picture()["arrivals"]["help"]
        await ask(line, {"type": "help", "id": 5})
        assert [2] == [each["number"] for each in home.show.session.picture()["arrivals"]["help"]]


async def test_a_desk_gets_the_whole_queue_in_parts_and_then_what_changes() -> None:
    """Nothing twice, nothing missed; the first part answers the request."""
    async with house(ASKING.replace("per_card = 20", "per_card = 100")) as home:
        phones = await home.show.phones(6)
        desk = home.show.session.questions
        for number in range(PART + 20):
            desk.asking.ask(phones[number % 6].seat, Asked("question", f"第{number}个"), lambda outcome: None)
        await settle(200)
        line = await desk_line(home)
        await line.send('{"type":"watch_questions","id":7}')
        first = await answer_to(line, 7)
        assert (PART, False) == (len(first["questions"]), first["complete"])
        rest = await queue_of(line)
        assert PART + 20 == len({each["number"] for each in (*first["questions"], *rest)})
        await home.show.do("question", numbers=("Q0003", "Q0005"), do="approve")
        approved: set[str] = set()
        while approved != {"Q0003", "Q0005"}:
            approved |= {each["number"] for each in await queue_of(line) if each["state"] == "approved"}
        assert PART + 18 == home.show.session.picture()["queue"]["by_state"]["received"]
        await line.close()


async def test_the_queue_is_for_those_who_screen() -> None:
    """A host reads what is next, not what people wrote."""
    async with house(ASKING) as home:
        token = home.show.session.people.admit("主持人", ["host"])
        assert isinstance(token, str)
        line = await desk_line(home, token)
        await line.send('{"type":"watch_questions","id":7}')
        assert "role_needed" == (await answer_to(line, 7))["code"]
        await line.close()


async def test_ten_lines_that_go_away_leave_nobody_listening() -> None:
    """A phone that leaves is told nothing more."""
    async with house(ASKING) as home:
        for number in range(10):
            line = await voter(home, number % 6)
            await ask(line, {**WHY, "id": 3, "asker": ASKER, "ref": str(number)})
            await line.close()
        seen = home.show.session.changed.revision
        while home.show.session.metrics["phones_connected"]:
            seen = await home.show.session.changed.wait(seen)
        assert not home.show.session.questions.lines.listening


async def test_a_change_of_the_list_reaches_every_phone_however_soon_after_another_push() -> None:
    """What is not told at once is told a moment later, also between the windows when nothing else happens."""
    async with house(ASKING) as home:
        line, other = await voter(home), await voter(home, 1)
        await ask(line, {**WHY, "id": 3, "asker": ASKER, "ref": "1"})
        await home.show.do("question", numbers=("Q0001",), do="approve")
        while not (state := await told(other, "state"))["questions"]:
            assert state["window"] is None
