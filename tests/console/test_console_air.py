"""The air from the desk: preview, take, clear at once, and what a cue carries to it."""

from __future__ import annotations

import json
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input

from audience_server.notary.verify import verify
from console.air_scenes import SCENES
from console.app import ConsoleApp
from console.screens.ask import AskScreen
from tests.console.console_rig import TWO_CHANNELS, asking, asks, at_rest, desk, lines, screen_text, until, watching

SMALL = (80, 24)


async def test_a_scene_goes_to_preview_and_is_taken_by_one_key(tmp_path: Path) -> None:
    """Programme and preview stand by name on every screen."""
    async with desk(tmp_path) as running:
        app, air = running.console(), running.show.session.air
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, asks(app, "单位"))
            await pilot.press("down", "enter")
            await until(pilot, lambda: at_rest(app) and "单位 · 市生态环境局" in lines(app)[3])
            assert None is air.picture()["programme"]
            await pilot.press("4", "ctrl+y")
            await until(pilot, lambda: "单位 · 市生态环境局" in lines(app)[2])
            await until(pilot, lambda: "已播出:单位 · 市生态环境局" in screen_text(app))


async def test_the_air_is_cleared_at_once_whatever_stands_in_front(tmp_path: Path) -> None:
    """A dialog is open and a line half typed: one key, no question, and the dialog stays."""
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do("air", scene="unit", target="edu")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await until(pilot, lambda: "单位 · 市教育局" in lines(app)[2])
            await pilot.press("ctrl+t")
            await until(pilot, lambda: asking(app))
            await pilot.press("a")
            await pilot.press("f12")
            await until(pilot, lambda: app.show.programme is None)
            assert None is running.show.session.air.picture()["programme"]
            assert isinstance(app.screen, AskScreen)
            assert "a" == app.screen.query_one(Input).value


async def test_a_scene_with_nothing_to_choose_from_says_so(tmp_path: Path) -> None:
    """No round is locked: there is no result to show."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: asking(app))
            await pilot.press("down", "down", "down", "down", "enter")
            await until(pilot, lambda: "测评结果 现在没有可以选的内容" in screen_text(app) and at_rest(app))


async def test_what_the_session_will_not_show_is_refused_in_its_own_words(tmp_path: Path) -> None:
    """A question that does not exist never reaches the preview."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: asking(app))
            await pilot.press("down", "down", "enter")
            await until(pilot, lambda: asking(app) and "提问编号" in screen_text(app))
            app.screen.query_one(Input).value = "q0099"
            await pilot.press("enter")
            await until(pilot, lambda: "没有执行" in screen_text(app) and "Q0099" in screen_text(app))


async def test_a_cue_brings_the_scene_that_it_carries_to_preview(tmp_path: Path) -> None:
    """Chosen at the desk for the next cue; the programme stays as it is."""
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do("cue", cue="next")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("down", "space")
            await until(pilot, lambda: asking(app))
            await pilot.press("down", "down", "down", "enter")
            await until(pilot, lambda: asking(app) and "按环节类型" in screen_text(app))
            await pilot.press("down", "down", "enter")
            await until(pilot, lambda: at_rest(app) and app.show.cues[1].scene == "unit")
            await pilot.press("f2")
            await until(pilot, lambda: "单位 · 市教育局" in lines(app)[3])
            assert "空" in lines(app)[2]


async def test_the_operator_lets_a_board_on_the_air_and_a_cue_brings_it(tmp_path: Path) -> None:
    """F9 reveals it, Space binds the vote's own board to the cue, F2 has it in the preview."""
    async with desk(tmp_path, TWO_CHANNELS) as running:
        app, show = running.console(), running.show
        phones = await show.phones(5)
        await show.do("zero")
        await show.do("cue", cue="edu-vote")
        await show.hold("r01", phones, ["1", "1", "2", "3", "2"])
        await show.do("cue", cue="env-vote")
        await show.hold("r02", phones, ["1", "1", "1", "3", "2"])
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("f9")
            await until(pilot, lambda: asking(app) and "现场测评得分(占综合成绩60%)" in screen_text(app))
            await pilot.press("end", "enter")
            await until(pilot, lambda: at_rest(app) and "现场测评得分(占综合成绩60%) 可以播出了" in _said(app))
            await pilot.press("down", "space")
            await until(pilot, lambda: asking(app))
            await pilot.press("down", "down", "down", "enter")
            await until(pilot, lambda: asking(app) and "按环节类型" in screen_text(app))
            await pilot.press(*["down"] * (2 + list(SCENES).index("ranking")), "enter")
            await until(pilot, asks(app, "排行榜"))
            await pilot.press("end", "enter")
            await until(pilot, lambda: at_rest(app) and "ranking gov/vote" in [cue.scene for cue in app.show.cues])
            await pilot.press("f2")
            await until(pilot, lambda: "排行榜 · 政府部门 现场测评" in lines(app)[3])


async def test_a_recount_shows_only_what_the_verifier_has_written(tmp_path: Path) -> None:
    """Another file, or a report without the round, is refused; then the scene has its verdict."""
    other, report = tmp_path / "other.json", tmp_path / "report.json"
    other.write_text('{"verdict": "pass", "rounds": []}', "utf-8")
    async with desk(tmp_path) as running:
        phones = await running.show.phones(5)
        await running.show.do("zero")
        await running.show.hold("r01", phones, ["1", "1", "1", "1", "2"])
        await running.show.do("reveal", round="r01")
        _, bundle = await running.show.session.evidence()
        report.write_text(json.dumps(verify(bundle).as_json()), "utf-8")
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await _hand_in(pilot, app, other)
            await until(pilot, lambda: _said(app).endswith("不是核验报告,或没有这一轮"))
            await _hand_in(pilot, app, report)
            await until(pilot, lambda: "r01 现场复核:一致" in _said(app))
            await pilot.press("ctrl+s")
            await until(pilot, lambda: asking(app))
            await pilot.press("end", "up", "enter")
            await until(pilot, asks(app, "现场复核"))
            await pilot.press("enter")
            await until(pilot, lambda: "现场复核 已放到预监" in _said(app))
            await until(pilot, lambda: "现场复核" in lines(app)[3])


async def _hand_in(pilot: Pilot[None], app: ConsoleApp, report: Path) -> None:
    app.act("recount")
    await until(pilot, asks(app, "递交现场复核报告"))
    app.screen.query_one(Input).value = str(report)
    app.screen.query_one(Input).focus()
    await pilot.press("enter")
    await until(pilot, lambda: at_rest(app))


def _said(app: ConsoleApp) -> str:
    return "" if app.said is None else app.said.text
