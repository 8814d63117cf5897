"""The console's language: chosen while it runs, and never in the way of a dialog that is open."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import OptionList

from console.screens.help import HelpScreen
from console.screens.join import JoinScreen
from tests.console.console_rig import asking, at_rest, desk, lines, screen_text, until, watching
from tests.show_rig import SMALL_SESSION

SMALL = (80, 24)


async def test_the_language_is_changed_while_the_show_runs(tmp_path: Path) -> None:
    """Screen, dialogs and palette follow at once; the view that comes next changes nothing back."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+l")
            await until(pilot, lambda: asking(app))
            await pilot.press("end", "enter")
            await until(pilot, lambda: at_rest(app) and "Open" in lines(app)[-2])
            await running.show.do("zero")
            await until(pilot, lambda: app.show.view is not None and app.show.view.zeroed)
            assert "Open" in lines(app)[-2]
            await pilot.press("f5")
            await until(pilot, lambda: asking(app))
            assert "Cancel" in screen_text(app)
            await pilot.press("escape")
            await until(pilot, lambda: at_rest(app))
            await pilot.press("ctrl+l")
            await until(pilot, lambda: asking(app))
            assert 2 == app.screen.query_one(OptionList).highlighted


async def test_a_dialog_opened_before_the_first_view_is_brought_to_its_end(tmp_path: Path) -> None:
    """The session's language comes with the first view; the dialog stays, then the screen speaks it."""
    async with desk(tmp_path, SMALL_SESSION.replace('"zh-Hans"', '"en"')) as running:
        port = running.port
        await running.door.close()
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await until(pilot, lambda: "连不上服务器" in screen_text(app))
            await pilot.press("f1")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen))
            await running.open_door(port)
            app.keeper.hurry()
            await watching(pilot, app)
            assert isinstance(app.screen, HelpScreen)
            await pilot.press("escape")
            await until(pilot, lambda: at_rest(app) and "Open" in lines(app)[-2])
            await pilot.press("f4")
            await until(pilot, lambda: asking(app))


async def test_an_alarm_is_not_hidden_by_the_join_code(tmp_path: Path) -> None:
    """The code fills the screen; it gives way."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+g")
            await until(pilot, lambda: isinstance(app.screen, JoinScreen))
            running.show.session.alarms.ring("panel_full", "offsite")
            await until(pilot, lambda: "1 条警报未确认" in screen_text(app) and at_rest(app))


async def test_before_any_lock_the_results_say_that_there_are_none(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("f3")
            await until(pilot, lambda: "尚未完成" in screen_text(app))
