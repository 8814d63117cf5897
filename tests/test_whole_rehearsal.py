"""A rehearsal of ninety minutes, time compressed: 200 phones, 300 questions, a desk of five people, nothing by hand.

Operator, scrutineer, graphics and two screeners work over their own tokens at once; at the end everything that was
promised is in the register, everything decided is in the evidence, and nothing of the questions is.
"""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.desk_robot import DeskRobot, token_of
from tests.processes import Served, audience, must, served, summary_of
from tests.test_whole_shows import cards_for, verified

SESSION = Path(__file__).resolve().parent / "sessions" / "rehearsal-90.toml"
QUESTIONS, ASKED = 300, 340  # some of what is asked is too long or says nothing, and refused


async def screen(robot: DeskRobot, name: str, chance: random.Random, done: asyncio.Event) -> dict[str, int]:
    """Reads the queue as it grows: approves most, refuses some, merges what looks alike; the other screener may be
    quicker, and then it is told so.
    """
    await robot.watch_questions()
    tally = {"decided": 0, "quicker": 0}
    while not done.is_set() or has_received(robot):
        waiting = [each for each in robot.queue.values() if each["state"] == "received"]
        if not waiting:
            news = asyncio.ensure_future(robot.until(lambda: has_received(robot)))
            end = asyncio.ensure_future(done.wait())
            await asyncio.wait({news, end}, return_when=asyncio.FIRST_COMPLETED)
            for task in (news, end):
                task.cancel()
            await asyncio.gather(news, end, return_exceptions=True)
            continue
        question = chance.choice(waiting[:20])
        answer = await robot.ask("question", numbers=[question["number"]], **_decision(question, robot, chance))
        if answer["type"] == "done":
            tally["decided"] += 1
        else:
            assert answer["code"] in ("question_changed", "question_state"), (name, answer)
            tally["quicker"] += 1
            number = question["number"]
            await robot.until(lambda number=number: robot.queue[number]["state"] != "received")
    return tally


def has_received(robot: DeskRobot) -> bool:
    return any(each["state"] == "received" for each in robot.queue.values())


def _decision(question: dict[str, Any], robot: DeskRobot, chance: random.Random) -> dict[str, Any]:
    versions = {question["number"]: question["version"]}
    for other in question.get("similar", ()):
        if robot.queue.get(other, {}).get("state") in ("approved", "cued"):
            return {"do": "merge", "into": other, "versions": versions}
    if question.get("flags") or chance.random() < 0.15:
        return {"do": "refuse", "text": "与本场无关", "versions": versions}
    return {"do": "approve", "versions": versions}


async def play_unit(desk: dict[str, DeskRobot], unit: str, round_id: str) -> None:
    """The seven cues of a unit, taken one after the other."""
    operator, graphics, scrutineer = desk["operator"], desk["graphics"], desk["scrutineer"]
    for kind in ("film", "report", "questions", "comment", "vote", "announce", "promise"):
        taken = await operator.do("cue", cue="next")
        assert (kind, unit) == (taken["cue"]["kind"], taken["cue"]["unit"])
        if kind == "questions":
            await ask_on_air(desk, unit)
        if kind == "vote":
            await vote(desk, round_id)
        if kind == "announce":
            await operator.do("reveal", round=round_id)
            await graphics.do("air", scene="result", target=round_id)
            continue
        if kind == "promise":
            await graphics.ask("air", scene="promise", target=unit)
            continue
        await graphics.ask("air", scene="take")
    await graphics.do("air", scene="clear")
    assert scrutineer.view["you"]["roles"] == ["scrutineer"]


async def ask_on_air(desk: dict[str, DeskRobot], unit: str) -> None:
    """Two approved questions to this unit go on the air; the second one ends with a promise."""
    screener, graphics = desk["screener-a"], desk["graphics"]

    def ready() -> list[str]:
        return [
            each["number"]
            for each in screener.queue.values()
            if each["unit"] == unit and each["state"] == "approved" and each["kind"] == "question"
        ]

    await screener.until(lambda: len(ready()) >= 2)
    first, second = ready()[:2]
    for number in (first, second):
        await screener.do("question", numbers=[number], do="assign", cue=f"{unit}-questions")
        await graphics.do("air", scene="question", target=number)
        await screener.do("question", numbers=[number], do="answered", text="已当场答复")
    await screener.do("question", numbers=[second], do="promise", text="一个月内解决", due="2026-12-23")


async def vote(desk: dict[str, DeskRobot], round_id: str) -> None:
    operator, graphics, scrutineer = desk["operator"], desk["graphics"], desk["scrutineer"]
    await operator.do("open", round=round_id, seconds=6)
    await graphics.do("air", scene="turnout", target=round_id)

    def state(robot: DeskRobot) -> dict[str, Any]:
        return next(each for each in robot.view["rounds"] if each["round"] == round_id)

    def all_back() -> bool:
        panels = state(operator)["by"].values()
        return bool(panels) and all(panel["returned"] == panel["issued"] for panel in panels)

    await operator.until(all_back)
    assert {"pending": ["scrutineer"]} == await operator.do("lock", round=round_id)
    locked = await scrutineer.do("nod", do="lock", round=round_id)
    assert "locked" == locked["done"]["state"]


async def rehearse(server: Served) -> dict[str, Any]:
    """The whole rundown from the desk; what is left in the end."""
    url, operator_token = server.ready["control"], token_of(server.ready)
    async with DeskRobot(url, operator_token) as operator:
        tokens = {
            name: (await operator.do("admit", name=name, roles=[role]))["token"]
            for name, role in (
                *(("scrutineer", "scrutineer"), ("graphics", "graphics")),
                *(("screener-a", "screener"), ("screener-b", "screener")),
            )
        }
        async with (
            DeskRobot(url, tokens["scrutineer"]) as scrutineer,
            DeskRobot(url, tokens["graphics"]) as graphics,
            DeskRobot(url, tokens["screener-a"]) as first,
            DeskRobot(url, tokens["screener-b"]) as second,
        ):
            desk = {
                "operator": operator,
                "scrutineer": scrutineer,
                "graphics": graphics,
                "screener-a": first,
                "screener-b": second,
            }
            await operator.until(lambda: sum(operator.view["connected"].values()) == 200)
            await operator.do("zero")
            over = asyncio.Event()
            screening = [
                asyncio.ensure_future(screen(robot, name, random.Random(name), over))
                for name, robot in (("screener-a", first), ("screener-b", second))
            ]
            for number, unit in enumerate(operator.view["units"], 1):
                await play_unit(desk, unit["id"], f"r{number:02d}")
                if number == 3:
                    await operator.do("cue-edit", do="insert", kind="break", seconds=180, note="广告")
                    await operator.do("cue", cue="next")
            await first.until(lambda: len(first.queue) >= QUESTIONS)
            over.set()
            tallies = await asyncio.gather(*screening)
            await graphics.do("air", scene="ranking", target="gov")
            for _ in range(6):
                await graphics.do("air", scene="next")
            left = {
                "tallies": tallies,
                "cases": await first.do("cases"),
                "log": await operator.do("show-log", limit=500),
                "queue": dict(first.queue),
                "view": operator.view,
            }
            await operator.do("seal")
            return left


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_a_rehearsal_of_ninety_minutes_runs_from_the_desk_alone(tmp_path: Path) -> None:
    """Six units, 43 cues, 200 voters, 300 questions, two screeners at one queue."""
    checked = must("check", SESSION)
    assert "2026年电视问政" in checked
    present = cards_for(SESSION, tmp_path)
    ballots = tmp_path / "cards.jsonl"
    words = ["--links", present, "--ballots", ballots, "--seed", 5, "--questions", ASKED, "--question-seconds", 12]
    with served(SESSION, tmp_path / "data") as server, audience(server, *words) as crowd:
        left = asyncio.run(rehearse(server))
        summary = summary_of(crowd)
    assert 200 * 6 == summary["recorded"]
    check_questions(left)
    report = verified(tmp_path)
    # the last few of a wave may be a small batch: honestly reported, and no fault
    assert {"W106", "W108", "W109"} == {warning["code"] for warning in report["warnings"]} - {"W464"}
    check_nothing_of_questions_in_the_evidence(tmp_path, left["queue"])


def check_questions(left: dict[str, Any]) -> None:
    """Everybody's question was decided once, by one of the two, and promises became cases."""
    queue = left["queue"]
    assert len(queue) >= QUESTIONS
    assert [] == [each["number"] for each in queue.values() if each["state"] == "received"]
    assert sum(tally["decided"] for tally in left["tallies"]) == len(queue)
    assert all(tally["decided"] > 0 for tally in left["tallies"])
    assert 6 == left["cases"]["total"]
    assert {"promise"} == {case["source"] for case in left["cases"]["cases"]}
    said = {line["by"] for line in left["log"]["lines"]}
    assert {"operator", "graphics", "scrutineer", "screener-a"} <= said
    assert 90 * 60 == left["view"]["clock"]["planned"]


def check_nothing_of_questions_in_the_evidence(tmp_path: Path, queue: dict[str, Any]) -> None:
    bundle = b"".join(file.read_bytes() for file in (tmp_path / "out").glob("*.c1.tar"))
    longest = max((each["text"] for each in queue.values()), key=len)
    assert longest.encode() not in bundle
    for kind in ("xlsx", "pdf", "csv", "public"):
        written = json.loads(must("export", "--data", tmp_path / "data", "--out", tmp_path / kind, "--only", kind))
        assert written["bytes"] > 1000
