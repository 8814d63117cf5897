"""The console against a real control port: what the keys do, and what stands on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from console.app import ConsoleApp
from console.screens.ask import AskScreen
from console.screens.results import ResultsScreen
from console.screens.show import ShowScreen
from tests.console.console_rig import (
    JOIN_URL,
    TWO_CHANNELS,
    asking,
    at_rest,
    desk,
    grown,
    lines,
    says,
    screen_text,
    until,
    watching,
)
from tests.show_rig import SMALL_SESSION

SMALL = (80, 24)
WIDE = (120, 40)
CURSOR = "option-list--option-highlighted"


async def test_a_round_is_held_from_the_keyboard(tmp_path: Path) -> None:
    """Zero, next cue, open, extend, lock with the typed word, reveal: each takes effect in the session."""
    async with desk(tmp_path) as running:
        app, state = running.console(), running.show.session.state
        phones = await running.show.phones(3)
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("f4")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: state.zero_index is not None and at_rest(app))
            await pilot.press("f2")
            await until(pilot, lambda: app.show.view is not None and app.show.view.cue is not None and at_rest(app))
            await pilot.press("f5")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: app.show.open_round is not None and at_rest(app))
            assert "正在测评" in screen_text(app)
            await running.show.cast_all(phones, "r01", ["1", "1", "4"])
            await pilot.press("f6")
            await until(pilot, lambda: asking(app))
            await pilot.press(*"late", "enter")
            await until(pilot, lambda: state.windows["r01"].extensions == 1 and at_rest(app))
            await pilot.press("f8")
            await until(pilot, lambda: asking(app))
            await pilot.press(*"r01", "enter")
            await until(pilot, lambda: state.windows["r01"].state == "locked" and at_rest(app))
            # the code is read aloud: all of it, on the smallest screen too
            code = running.show.session.picture()["rounds"][0]["fingerprint"]
            await until(pilot, lambda: "结果锁定" in screen_text(app) and f"校验码 {code}" in screen_text(app))
            await pilot.press("f9")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: app.show.view is not None and app.show.view.revealed == "r01")


async def test_the_lock_waits_for_the_word(tmp_path: Path) -> None:
    """A wrong word changes nothing and says which is right; escape leaves everything as it was."""
    async with desk(tmp_path) as running:
        app, state = running.console(), running.show.session.state
        await running.show.do("zero")
        await running.show.do("open", round="r01")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("f8")
            await until(pilot, lambda: asking(app))
            await pilot.press(*"r02", "enter")
            await until(pilot, lambda: screen_text(app).count("输入 r01 以确认") == 2)
            assert asking(app)
            await pilot.press("escape")
            await until(pilot, lambda: at_rest(app))
            assert "open" == state.windows["r01"].state


async def test_counts_are_nowhere_before_the_lock(tmp_path: Path) -> None:
    """Turnout at once, choices never; after the lock the whole identity and the sentence."""
    async with desk(tmp_path) as running:
        app = running.console()
        phones = await running.show.phones(5)
        await running.show.do("zero")
        await running.show.do("open", round="r01")
        async with app.run_test(size=WIDE) as pilot:
            await watching(pilot, app)
            await running.show.cast_all(phones, "r01", ["1", "1", "1", "2", "4"])
            await until(
                pilot, lambda: any("人大代表" in line and line.split()[-2:] == ["5", "0"] for line in lines(app))
            )
            await running.show.do("close", round="r01")
            await until(pilot, lambda: "已截止,未锁定" in screen_text(app))
            assert "满意" not in screen_text(app)
            await running.show.do("lock", round="r01")
            await until(pilot, lambda: "基本满意" in screen_text(app))
            assert "收回5张,收回数等于发出数" in screen_text(app).replace(" ", "")


async def test_a_console_killed_and_started_again_is_where_it_was(tmp_path: Path) -> None:
    """Its screen is the one it had."""
    async with desk(tmp_path, rehearsal=True) as running:
        phones = await running.show.phones(3)
        await running.show.do("zero")
        await running.show.do("cue", cue="next")
        await running.show.hold("r01", phones, ["1", "2", "3"])
        first, second = running.console(clock=lambda: 5.0), running.console(clock=lambda: 77.0)
        async with first.run_test(size=WIDE) as pilot:
            await watching(pilot, first)
            before = body(first)
        async with second.run_test(size=WIDE) as other:
            await watching(other, second)
            await until(other, lambda: before == body(second))


def body(app: ConsoleApp) -> list[str]:
    """Without the title line, which tells the time."""
    return lines(app)[1:]


async def test_two_consoles_follow_each_other(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        first, second = running.console(), running.console()
        async with first.run_test(size=SMALL) as pilot, second.run_test(size=SMALL) as other:
            await watching(pilot, first)
            await watching(other, second)
            await pilot.press("f4")
            await until(pilot, lambda: asking(first))
            await pilot.press("enter")
            await until(other, lambda: second.show.view is not None and second.show.view.zeroed)


async def test_a_round_of_another_unit_asks_before_it_opens(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do("zero")
        await running.show.do("cue", cue="next")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("f5")
            await until(pilot, lambda: asking(app))
            await pilot.press("down", "enter")
            await until(pilot, lambda: "仍要开始 r02" in screen_text(app))
            assert None is app.show.open_round
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: getattr(app.show.open_round, "round", None) == "r02")


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
async def test_the_console_speaks_the_sessions_language_unless_told_otherwise(tmp_path: Path, language: str) -> None:
    text = SMALL_SESSION.replace('language = "zh-Hans"', f'language = "{language}"')
    words = {"zh-Hans": "开始测评", "zh-Hant": "開始測評", "en": "Open"}
    async with desk(tmp_path, text) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await until(pilot, lambda: words[language] in lines(app)[-2])
        told = running.console("en")
        async with told.run_test(size=SMALL) as pilot:
            await watching(pilot, told)
            assert words["en"] in lines(told)[-2]


async def test_the_palette_finds_an_action_by_its_name_and_runs_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console("en")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+p")
            await until(pilot, lambda: "Type what you want to do" in screen_text(app))
            await pilot.press(*"next cue", "enter")
            await until(pilot, lambda: running.show.session.current_cue() is not None)
            await until(pilot, lambda: at_rest(app))
            await pilot.press("ctrl+p", *"zzz")
            await until(pilot, lambda: "No such action" in screen_text(app))
            await pilot.press("escape")
            await until(pilot, lambda: at_rest(app))


async def test_the_mouse_does_what_the_keys_do(tmp_path: Path) -> None:
    """A button of the bar, and the button of the dialog."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.click("#bar-zero")
            await until(pilot, lambda: asking(app))
            await pilot.click("#ask-accept")
            await until(pilot, lambda: running.show.session.state.zero_index is not None and at_rest(app))
            await pilot.click("#bar-palette")
            await until(pilot, lambda: "输入要做的事" in screen_text(app))
            actions = app.screen.query_one(OptionList)
            assert actions.option_count > 15
            await pilot.click(OptionList, offset=(2, actions.get_option_index("next_cue")))
            await until(pilot, lambda: running.show.session.current_cue() is not None)


async def test_a_cue_of_the_rundown_can_be_gone_to(tmp_path: Path) -> None:
    """Enter on a unit unfolds it, enter on a cue asks."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("down", "enter", "down", "down", "enter")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: running.show.session.current_cue() is not None)


async def test_everything_of_a_rehearsal_says_that_it_is_one(tmp_path: Path) -> None:
    """The main screen, results, join code, help, palette and dialogs."""
    async with desk(tmp_path, rehearsal=True) as running:
        phones = await running.show.phones(3)
        await running.show.do("zero")
        await running.show.hold("r01", phones, ["1", "2", "3"])
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            for key in ("f1", "f3", "f5", "ctrl+p", "ctrl+g", "ctrl+l"):
                assert "彩排 非正式结果" in screen_text(app)
                await pilot.press(key)
                await until(pilot, lambda: not isinstance(app.screen, ShowScreen))
                await pilot.pause()
                await until(pilot, lambda: "彩排 非正式结果" in screen_text(app))
                await pilot.press("escape")
                await until(pilot, lambda: at_rest(app))
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            assert "彩排" not in screen_text(app)


async def test_results_show_standings_and_every_counted_round(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        phones = await running.show.phones(5)
        await running.show.do("zero")
        await running.show.hold("r01", phones, ["1", "1", "1", "1", "2"])
        app = running.console()
        async with app.run_test(size=WIDE) as pilot:
            await watching(pilot, app)
            await pilot.press("f3")
            await until(pilot, lambda: isinstance(app.screen, ResultsScreen) and "92.00" in screen_text(app))
            assert "尚未完成" in screen_text(app)
            await running.show.hold("r02", phones, ["3", "3", "3", "3", "2"])
            await until(pilot, lambda: "全部轮次和渠道已齐" in screen_text(app))
            app.screen.query_one("Tabs").focus()
            await pilot.press("right")
            await until(pilot, lambda: "应到评议代表6名" in screen_text(app))
            await pilot.press("escape")
            await until(pilot, lambda: at_rest(app))


async def test_a_channel_is_imported_from_a_path(tmp_path: Path) -> None:
    """A path that cannot be read is said; the file's own errors are the session's to say."""
    csv = tmp_path / "sms.csv"
    csv.write_text("unit,score\nedu,80\nenv,70\n", "utf-8")
    async with desk(tmp_path, TWO_CHANNELS) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            for path, expected in ((str(tmp_path / "none.csv"), "没有这个文件"), (str(csv), "渠道 短信评议 已导入")):
                await pilot.press("ctrl+o")
                await until(pilot, lambda: asking(app))
                await pilot.press("enter")
                app.screen.query_one(Input).value = path
                await pilot.press("enter")
                await until(pilot, says(app, expected))
            assert "sms" in running.show.session.state.channels


async def test_void_not_held_remark_incident_and_seal(tmp_path: Path) -> None:
    """The grave ones want a reason and a word; the session hears them all."""
    async with desk(tmp_path) as running:
        phones = await running.show.phones(2)
        await running.show.do("zero")
        await running.show.hold("r01", phones, ["1", "2"])
        app, state = running.console(), running.show.session.state
        keys = {
            "f10": [*"why", "tab", *"r01", "enter"],
            "ctrl+n": [*"why", "tab", *"r01", "enter"],
            "ctrl+t": [*"note", "enter"],
            "ctrl+e": [*"cable", "enter"],
        }
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            for key, typed in keys.items():
                before = state.size
                await pilot.press(key)
                await until(pilot, lambda: asking(app))
                if isinstance(app.focused, OptionList):
                    if key != "ctrl+n":  # there the cursor is left in the list: what is typed goes to the line
                        await pilot.press("enter")
                    await pilot.press(typed.pop(0))
                    chosen = app.screen.query_one("#ask-choices").get_component_styles(CURSOR)
                    assert chosen.text_style.reverse, "what was chosen cannot be seen while its reason is typed"
                await pilot.press("alt+z", *typed)
                await until(pilot, grown(app, running.show, before + 1))
                await until(pilot, lambda: app.show.size == state.size)
            assert ({"r01"}, {"r01"}) == ({each.round for each in state.windows.values()}, set(state.not_held))
            assert "note" in running.show.session.show_log.search("remark", None, 1)[0].detail.split()
            await pilot.press("ctrl+x")
            await until(pilot, lambda: asking(app))
            assert isinstance(app.screen, AskScreen)
            assert "还有 1 轮没有举行:r02。" in app.screen.question.text
            await pilot.press("escape")
            await running.show.do("not-held", round="r02", reason="rig")
            await until(pilot, lambda: app.show.size == state.size)
            await pilot.press("ctrl+x")
            await until(pilot, lambda: asking(app))
            await pilot.press(*"small-1", "enter")
            await until(pilot, lambda: state.seal_index is not None and "已封存" in lines(app)[0])


@pytest.mark.parametrize(
    ("keys", "expected"),
    [(["enter"], 10), (["down", "enter"], 0)],
)
async def test_under_run_leaving_asks_what_becomes_of_the_server(
    tmp_path: Path, keys: list[str], expected: int
) -> None:
    """The safe answer is the first."""
    async with desk(tmp_path) as running:
        app = running.console(under_run=True)
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+q")
            await until(pilot, lambda: asking(app))
            await pilot.press("escape")
            await until(pilot, lambda: at_rest(app))
            await pilot.press("ctrl+q")
            await until(pilot, lambda: asking(app))
            await pilot.press(*keys)
            await until(pilot, lambda: app.return_code is not None)
        assert expected == app.return_code


async def test_leaving_asks_nothing_because_the_session_goes_on(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+q")
            await until(pilot, lambda: app.return_code is not None)
        assert 0 == app.return_code


@pytest.mark.parametrize("given", [None, "http://10.0.0.9/#c1.X"])
async def test_the_join_code_is_the_sessions_or_the_one_given(tmp_path: Path, given: str | None) -> None:
    """`touchstone run` gives the link of one's own card."""
    async with desk(tmp_path) as running:
        app = running.console(join_url=given)
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+g")
            await until(pilot, says(app, given or JOIN_URL, at_rest=False))
            assert "▀▀▀▀" in screen_text(app)


async def test_an_objection_waits_on_every_screen_until_it_is_decided(tmp_path: Path) -> None:
    """Recorded as an incident, counted among what needs a decision, answered by one key; the seal asks about it."""
    async with desk(tmp_path) as running:
        app, state = running.console(), running.show.session.state
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("ctrl+e")
            await until(pilot, lambda: asking(app))
            await pilot.press("home", "enter")
            await pilot.press(*"bad count", "enter")
            await until(pilot, lambda: len(app.show.objections) == 1)
            for screen in "12345":
                await pilot.press(f"alt+{screen}")
                await until(pilot, lambda: "待决定异议 1" in lines(app)[3])
            assert ["bad count"] == [body["text"] for body in state.objections.open.values()]
            await pilot.press("alt+q")
            await until(pilot, lambda: asking(app) and "bad count" in screen_text(app))
            await pilot.press("enter", *"stands", "enter")
            await until(pilot, lambda: not app.show.objections)
            assert "待决定异议" not in screen_text(app)
