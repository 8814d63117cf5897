"""A rehearsal from the keyboard: a real server, real phones, and the real console that somebody sits at.

The console runs in this process, so that its keys are pressed and its screen is read; everything else is a process of
its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from audience_server.wire.control_view import RoundView
from console.app import ConsoleApp
from tests.console.console_rig import asking, at_rest, screen_text, until, watching
from tests.desk_robot import token_of
from tests.processes import Served, audience, served, summary_of
from tests.show_rig import SMALL_SESSION
from tests.test_whole_shows import cards_for, verified

PHONES = 6


class Hands:
    """Two of them, and eyes: presses keys, and waits for what the screen says."""

    def __init__(self, pilot: Pilot[None], app: ConsoleApp) -> None:
        self._pilot = pilot
        self._app = app

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def see(self, *parts: str) -> None:
        """On the screen, with no dialog in front and no command on its way."""
        await until(self._pilot, lambda: not self._app.busy and all(part in screen_text(self._app) for part in parts))

    async def answer(self, key: str, *keys: str) -> None:
        """A key that asks, and what is typed into the dialog."""
        await self.press(key)
        await until(self._pilot, lambda: asking(self._app))
        await self.press(*keys)

    async def until(self, condition: Callable[[], object]) -> None:
        await until(self._pilot, condition)

    async def until_round(self, round_id: str, state: str) -> RoundView:
        def there() -> list[RoundView]:
            return [each for each in self._app.show.rounds if each.round == round_id and each.state == state]

        await self.until(lambda: there() and not self._app.busy)
        return there()[0]

    async def go_to(self, kind: str) -> None:
        """Next cue, until it is one of that kind."""
        while (before := self._cue)[1] != kind:
            await self.press("f2")
            await self.until(partial(self._moved, before))
            await self.see("现在是")

    def _moved(self, before: tuple[str, str]) -> bool:
        return self._cue != before

    @property
    def _cue(self) -> tuple[str, str]:
        view = self._app.show.view
        return ("", "") if view is None or view.cue is None else (view.cue.id, view.cue.kind)


async def screen_questions(hands: Hands, app: ConsoleApp) -> None:
    """All are marked and approved, the first one goes to the host's cue and on the air, and off again."""
    await hands.press("2")
    await hands.see("待筛选", "Q0001")
    await hands.press("alt+l", "enter")
    await hands.see("没有待办")
    await hands.press("home")
    await hands.answer("insert", "enter")
    await hands.see("已编入环节")
    await hands.press("alt+o")
    await hands.see("已上屏")
    await hands.until(lambda: app.show.programme is not None and app.show.programme.scene == "question")
    await hands.press("f12", "1")
    await hands.see("画面已清空")


async def vote(hands: Hands, app: ConsoleApp) -> None:
    """Opened, waited for, closed, locked with the typed name, revealed, and its picture taken to the air."""
    await hands.answer("f5", "enter")
    await hands.until_round("r01", "open")
    await hands.until(lambda: [("deputies", PHONES)] == _returned(app))
    await hands.answer("f7", "enter")
    await hands.until_round("r01", "closed")
    await hands.answer("f8", *"r01", "enter")
    locked = await hands.until_round("r01", "locked")
    assert PHONES == locked.by["deputies"]["valid"] + locked.by["deputies"]["abstained"]
    await hands.answer("f9", "enter")
    await hands.see("结果已公布")
    await hands.go_to("announce")
    await hands.press("ctrl+y")
    await hands.see("已播出:测评结果")


def _returned(app: ConsoleApp) -> list[tuple[str, int]]:
    opened = app.show.open_round
    return [] if opened is None else [(panel, row["returned"]) for panel, row in opened.by.items()]


async def rehearse(server: Served) -> None:
    app = ConsoleApp(server.ready["control"], lambda: token_of(server.ready), "zh-Hans")
    async with app.run_test(size=(110, 32)) as pilot:
        hands = Hands(pilot, app)
        await watching(pilot, app)
        await hands.until(lambda: app.show.view is not None and sum(app.show.view.connected.values()) == PHONES)
        await hands.answer("f4", "enter")
        await hands.see("清零确认完成", "已清零")
        await hands.go_to("questions")
        await hands.until(lambda: app.show.view is not None and app.show.view.queue.by_state.get("received", 0) >= 3)
        await screen_questions(hands, app)
        await hands.go_to("vote")
        await vote(hands, app)
        await hands.answer("ctrl+n", "enter", *"late", "enter", *"r02", "enter")
        await hands.until_round("r02", "not-held")
        await hands.answer("ctrl+x", *"small-1", "enter")
        await hands.see("记录已封存")
        assert app.show.sealed
        assert at_rest(app)


@pytest.mark.slow
def test_a_rehearsal_is_run_from_the_keyboard_of_a_real_console(tmp_path: Path) -> None:
    """Zero, cues, questions, air, open, close, lock, reveal, seal; what was done verifies."""
    session = tmp_path / "small.toml"
    session.write_text(SMALL_SESSION.replace("spare = 1", "spare = 0"), "utf-8")
    present = cards_for(session, tmp_path)
    words = ["--links", present, "--seed", 5, "--questions", 6, "--question-seconds", 1]
    with served(session, tmp_path / "data") as server, audience(server, *words) as crowd:
        asyncio.run(rehearse(server))
        assert PHONES == summary_of(crowd)["recorded"]
    report = verified(tmp_path)
    assert {"W106", "W108", "W109"} == {warning["code"] for warning in report["warnings"]} - {"W464"}
