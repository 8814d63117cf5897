"""The screens of the desk in the real app: switching, roles, command and nods, air, people, log, looks, keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Button, Input

from audience_server.domain.refusals import Refusal
from console.app import ConsoleApp
from console.config import Config, read_config
from console.keys import keys_with
from console.screens.alarms import AlarmsScreen
from console.screens.audience import AudienceScreen
from console.screens.desk import DeskScreen
from console.screens.record import RecordScreen
from console.screens.results import ResultsScreen
from console.screens.show import ShowScreen
from tests.console.console_rig import Desk, asking, at_rest, desk, lines, screen_text, until, watching
from tests.show_rig import SMALL_SESSION

SMALL = (80, 24)
CONFIRMED = SMALL_SESSION.replace("small_cell = 3", 'small_cell = 3\nconfirm = { lock = ["operator", "teller"] }')


def admitted(running: Desk, name: str, *roles: str) -> ConsoleApp:
    """A console that stands on a token of its own."""
    token = running.show.session.people.admit(name, roles)
    assert not isinstance(token, Refusal)
    return ConsoleApp(running.url, lambda: token)


# switching


IN_TURN = (ResultsScreen, AudienceScreen, RecordScreen, ShowScreen)


@pytest.mark.parametrize("modifier", ["", "alt+"])
async def test_screens_are_changed_by_their_digit_and_keep_the_same_frame(tmp_path: Path, modifier: str) -> None:
    """Title, screens, status and buttons stand in the same lines everywhere."""
    async with desk(tmp_path, rehearsal=True) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            for digit, screen in zip("3451", IN_TURN, strict=True):
                await pilot.press(f"{modifier}{digit}")
                await until(pilot, lambda: "小场次" in lines(app)[0])
                assert isinstance(app.screen, screen)
                await until(pilot, lambda: "播出" in lines(app)[2] and "预监" in lines(app)[3])
                assert all(part in lines(app)[1] for part in ("1 演播", "4 观众", "彩排 非正式结果"))
                await until(pilot, lambda: "^P 全部操作" in lines(app)[23])


async def test_a_digit_in_an_input_is_text_and_alt_still_changes_the_screen(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("5")
            await until(pilot, lambda: isinstance(app.screen, RecordScreen))
            await pilot.press("ctrl+u")
            await until(pilot, lambda: isinstance(app.focused, Input))
            await pilot.press("1")
            assert "1" == app.screen.query_one(Input).value
            app.post_message(Key("alt+1", "1"))
            await until(pilot, lambda: isinstance(app.screen, ShowScreen))
            await pilot.press("alt+5")
            await until(pilot, lambda: isinstance(app.screen, RecordScreen))
            assert "1" == app.screen.query_one(Input).value


async def test_the_mouse_changes_screens_too_and_a_dialog_is_never_left_by_a_digit(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.click("#tab-screen_audience")
            await until(pilot, lambda: isinstance(app.screen, AudienceScreen))
            await pilot.press("f4")
            await until(pilot, lambda: asking(app))
            await pilot.press("1", "alt+1", "escape")
            await until(pilot, lambda: isinstance(app.screen, AudienceScreen) and not app.busy)


async def test_the_language_changes_on_every_screen(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("4", "ctrl+l")
            await until(pilot, lambda: asking(app))
            await pilot.press("end", "enter")
            await until(pilot, lambda: isinstance(app.screen, AudienceScreen) and "4 Audience" in screen_text(app))
            await pilot.press("1")
            await until(pilot, lambda: isinstance(app.screen, ShowScreen) and "Now" in screen_text(app))


# the running order


async def test_the_running_order_is_changed_by_keys_on_the_cue_under_the_cursor(tmp_path: Path) -> None:
    """Skip and back, move, repeat, change: each takes effect in the session."""
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do("cue", cue="next")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            session = running.show.session
            first, second, third, *_ = [each.id for each in session.memory.order.cues]
            await pilot.press("down")
            await pilot.press("delete")
            await until(pilot, lambda: "跳过" in "\n".join(lines(app)[4:20]) and at_rest(app))
            assert "skipped" == session.memory.order.cues[1].state
            await pilot.press("delete")
            await until(pilot, lambda: session.memory.order.cues[1].state == "planned" and at_rest(app))
            await pilot.press("shift+down")
            await until(pilot, lambda: [first, third, second] == [each.id for each in session.memory.order.cues[:3]])
            await until(pilot, lambda: at_rest(app) and app.show.cues[2].id == second)
            await pilot.press("shift+up")
            await until(pilot, lambda: session.memory.order.cues[1].id == second and at_rest(app))
            await until(pilot, lambda: app.show.cues[1].id == second)
            await pilot.press("alt+r")
            await until(pilot, lambda: session.memory.order.cues[1].id == f"{second}-2" and at_rest(app))


async def test_a_cue_is_bound_to_another_round_at_the_desk(tmp_path: Path) -> None:
    """The round brings its unit along; the rundown shows it at once."""
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do("cue", cue="edu-vote")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await until(pilot, lambda: "r01" in screen_text(app))
            await pilot.press("space")
            await until(pilot, lambda: asking(app))
            await pilot.press("end", "up", "enter")
            await until(pilot, lambda: asking(app) and "哪一轮" in screen_text(app))
            await pilot.press("down", "enter")
            await until(pilot, lambda: "已修改" in screen_text(app) and at_rest(app))
            cue = running.show.session.current_cue()
            assert ("r02", "env") == (cue and cue.round, cue and cue.unit)


async def test_a_finished_cue_that_is_chosen_is_held_again_and_keeps_its_time(tmp_path: Path) -> None:
    """Enter on it asks; what is jumped over on the way is skipped, visibly."""
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do("cue", cue="edu-film")
        await running.show.clock.advance(70)
        await running.show.do("cue", cue="edu-questions")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await until(pilot, lambda: "1:10/" in screen_text(app) and "跳过" in screen_text(app))
            await pilot.press("up", "up", "enter")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: "现在是" in screen_text(app) and at_rest(app))
            cues = running.show.session.memory.order.cues
            assert ["done", "skipped", "done", "current"] == [cue.state for cue in cues[:4]]
            assert ("edu-film-2", 70) == (cues[3].id, cues[0].took)


async def test_the_note_for_the_host_is_written_at_the_desk_and_stands_there(tmp_path: Path) -> None:
    """Chinese as it comes from an input method; the length is told in minutes and seconds."""
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do("cue", cue="next")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            for fact, typed in (("down", "先问时限,再问物业"), ("home", "4:30")):
                await pilot.press("space")
                await until(pilot, lambda: asking(app) and "要改哪一项" in screen_text(app))
                await pilot.press(fact, "enter")
                await until(pilot, lambda: asking(app) and bool(app.screen.query(Input)))
                app.screen.query_one(Input).value = typed
                await pilot.press("enter")
                await until(pilot, lambda: at_rest(app))
            current = running.show.session.current_cue()
            assert current is not None
            assert ("先问时限,再问物业", 270) == (current.note, current.seconds)
            await until(pilot, lambda: "主持  先问时限,再问物业" in screen_text(app))


async def test_a_cue_is_inserted_behind_the_one_under_the_cursor(tmp_path: Path) -> None:
    """Kind, length and title, then the unit."""
    async with desk(tmp_path) as running:
        app, session = running.console(), running.show.session
        await running.show.do("cue", cue="next")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("insert")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            app.screen.query_one("#line-seconds", Input).value = "0:45"
            app.screen.query_one("#line-title", Input).value = "插播公告"
            await pilot.press("enter", "enter")
            await until(pilot, lambda: asking(app) and "属于哪个单位" in screen_text(app))
            await pilot.press("home", "enter")
            await until(pilot, lambda: session.memory.order.cues[1].title == "插播公告" and at_rest(app))
            assert ("film", 45, None) == tuple(
                getattr(session.memory.order.cues[1], each) for each in ("kind", "seconds", "unit")
            )


async def test_what_is_over_is_not_changed_and_a_unit_is_no_cue(tmp_path: Path) -> None:
    """Said at once, without asking the session."""
    async with desk(tmp_path) as running:
        app = running.console()
        await running.show.do("cue", cue="next")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("delete")
            await until(pilot, lambda: "已经开始或结束,不能再改" in screen_text(app) and at_rest(app))
            await pilot.press("home", "delete")
            await until(pilot, lambda: "请先在流程里选中一个环节" in screen_text(app) and at_rest(app))


# roles, command, nods


async def test_a_screener_sees_dim_buttons_that_say_why(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = admitted(running, "小陈", "screener")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            button = app.screen.query_one("#bar-next_cue", Button)
            await until(pilot, lambda: button.disabled)
            assert "需要角色:主控" == str(button.tooltip)
            await pilot.press("f2")
            await until(pilot, lambda: "没有执行  需要角色:主控" in screen_text(app))
            await pilot.press("5", "ctrl+u")
            await until(pilot, lambda: "需要角色:主控、计票员、监票人" in screen_text(app))


async def test_of_two_consoles_one_commands_and_the_other_watches_until_it_takes_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        first, second = running.console(), running.console()
        async with first.run_test(size=SMALL) as pilot, second.run_test(size=SMALL) as other:
            await watching(pilot, first)
            await watching(other, second)
            await until(other, lambda: "现由另一台主控台指挥,只看不动" in screen_text(second))
            await other.press("f2")
            await until(other, lambda: "没有执行  现由另一台主控台指挥" in screen_text(second))
            assert None is running.show.session.current_cue()
            await other.press("ctrl+w")
            await until(other, lambda: asking(second))
            await other.press("enter")
            await until(other, lambda: "只看不动" not in screen_text(second) and at_rest(second))
            await until(pilot, lambda: "现由另一台主控台指挥,只看不动" in screen_text(first))
            await other.press("f2")
            await until(other, lambda: running.show.session.current_cue() is not None)


async def test_a_lock_that_needs_a_nod_waits_for_it_and_the_teller_gives_it(tmp_path: Path) -> None:
    """Never said to be locked before it is."""
    async with desk(tmp_path, CONFIRMED) as running:
        phones = await running.show.phones(3)
        await running.show.do("zero")
        opened = await running.show.do("open", round="r01")
        await running.show.cast_all(phones, "r01", ["1", "1", "2"])
        await running.show.clock.advance(opened["seconds"] + 10)
        app, teller = running.console(), admitted(running, "李计票", "teller")
        windows = running.show.session.state.windows
        async with app.run_test(size=SMALL) as pilot, teller.run_test(size=SMALL) as other:
            await watching(pilot, app)
            await watching(other, teller)
            await until(other, lambda: "待锁定 1" in screen_text(teller))
            await pilot.press("f8")
            await until(pilot, lambda: asking(app))
            await pilot.press(*"r01", "enter")
            await until(pilot, lambda: "已提出,等待同意:计票员" in screen_text(app) and at_rest(app))
            assert "closed" == windows["r01"].state
            await until(pilot, lambda: screen_text(app).count("已提出,等待同意:计票员") == 2)  # at the round too
            await pilot.press("f8")
            await until(pilot, lambda: at_rest(app))
            await running.show.do("open", round="r02", despite_cue=True)
            await running.show.do("close", round="r02", reason="rig")
            await until(pilot, lambda: "待锁定 1 · 待同意 1" in lines(app)[3])
            await pilot.press("f8")
            await until(pilot, lambda: asking(app) and "锁定 r02 的结果" in screen_text(app))
            await pilot.press("escape")
            await until(other, lambda: "待同意 1" in screen_text(teller))
            await other.press("3")
            await until(other, lambda: "锁定 r01,等待:计票员" in screen_text(teller))
            await other.press("ctrl+a")
            await until(other, lambda: asking(teller))
            await other.press("enter")
            await until(other, lambda: windows["r01"].state == "locked")
            await until(pilot, lambda: "待同意" not in lines(app)[3])


# people


async def test_a_token_is_shown_once_and_dies_when_it_is_revoked(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app, people = running.console(), running.show.session.people
        async with app.run_test(size=(100, 30)) as pilot:
            await watching(pilot, app)
            await pilot.press("4", "insert")
            await until(pilot, lambda: asking(app) and "[x] 提问筛选" in screen_text(app))
            app.screen.query_one(Input).value = "小陈"
            await pilot.press("shift+tab", "down", "space")
            assert "[x] 字幕" in screen_text(app)
            app.screen.query_one(Input).focus()
            await pilot.press("enter")
            await until(pilot, lambda: "令牌只显示这一次" in screen_text(app) and asking(app))
            shown = screen_text(app)
            (token,) = {word for word in shown.split() if people.person_of(word) is not None}
            person = people.person_of(token)
            assert person is not None
            assert ("小陈", ["graphics", "screener"]) == (person.name, sorted(person.roles))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, AudienceScreen) and not app.busy)
            await until(pilot, lambda: "提问筛选、字幕" in screen_text(app))
            assert token not in screen_text(app)
            await pilot.press("delete")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: people.person_of(token) is None)


async def test_who_asks_for_help_stands_there_until_somebody_went(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app, session = running.console(), running.show.session
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            session.help.call(b"card", "deputies", "7排12座 [/b]")
            await until(pilot, lambda: "求助 1" in screen_text(app))
            await pilot.press("4")
            await until(pilot, lambda: "7排12座 [/b]  人大代表" in screen_text(app))
            await pilot.press("enter")
            await until(pilot, lambda: [] == session.help.waiting())
            await until(pilot, lambda: "没有人求助" in screen_text(app))


# the record and its log


async def test_the_record_screen_holds_what_is_read_out_and_the_log_can_be_searched(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        phones = await running.show.phones(3)
        await running.show.do("zero")
        locked = await running.show.hold("r01", phones, ["1", "2", "3"])
        app = running.console()
        async with app.run_test(size=(110, 32)) as pilot:
            await watching(pilot, app)
            await pilot.press("f2")
            await until(pilot, lambda: running.show.session.current_cue() is not None and at_rest(app))
            await pilot.press("5")
            await until(pilot, lambda: locked["fingerprint"] in screen_text(app))
            assert all(str(locked[each]) in screen_text(app) for each in ("index", "size"))
            assert "无第三方副本" in screen_text(app)
            await pilot.press("ctrl+u")
            await until(pilot, lambda: "主控" in screen_text(app) and "环节" in screen_text(app))
            app.screen.query_one(Input).value = "nothing like it"
            await until(pilot, lambda: "没有找到" in screen_text(app))
            app.screen.query_one(Input).value = "主控 环节"  # as the lines say it, not as the wire does
            await until(pilot, lambda: "没有找到" not in screen_text(app))
            assert "环节" in screen_text(app).split("主控 环节")[1]


# alarms, looks, keys


async def test_alarms_can_be_looked_up_with_their_times_after_they_were_acknowledged(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        running.show.session.alarms.ring("panel_full", "offsite \x1b[2J[/b]")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await until(pilot, lambda: "警报 1" in screen_text(app))
            await pilot.press("ctrl+k")
            await until(pilot, lambda: "警报 1" not in screen_text(app) and at_rest(app))
            await pilot.press("alt+k")
            await until(pilot, lambda: isinstance(app.screen, AlarmsScreen))
            await until(pilot, lambda: "已确认(主控)  评议团人数已满  offsite" in screen_text(app))
            await pilot.press("escape")
            await until(pilot, lambda: at_rest(app))


async def test_a_theme_is_chosen_and_kept(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        file = tmp_path / "config" / "console.toml"
        app = running.console(config=read_config(file))
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("alt+t")
            await until(pilot, lambda: asking(app))
            await pilot.press("end", "enter")
            await until(pilot, lambda: app.theme == "contrast" and at_rest(app))
        assert "contrast" == read_config(file).theme


async def test_a_theme_that_cannot_be_kept_is_on_and_says_so(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        (tmp_path / "file").write_text("")
        app = running.console(config=Config(tmp_path / "file" / "console.toml"))
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("alt+t")
            await until(pilot, lambda: asking(app))
            await pilot.press("end", "enter")
            await until(pilot, lambda: app.theme == "contrast" and "没能写入" in screen_text(app))


async def test_a_changed_key_acts_and_is_the_one_that_is_shown(tmp_path: Path) -> None:
    """Bar, palette and help show the real keys; the old one does nothing."""
    async with desk(tmp_path) as running:
        app = running.console(config=Config(keys=keys_with({"next_cue": "f11", "palette": "ctrl+b"})))
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await until(pilot, lambda: "F11 下一环节" in screen_text(app))
            assert "^B 全部操作" in screen_text(app)
            await pilot.press("f2")
            await pilot.press("f11")
            await until(pilot, lambda: running.show.session.current_cue() is not None and at_rest(app))
            assert 0 == [each.state for each in running.show.session.memory.order.cues].index("current")
            await pilot.press("f1")
            await until(pilot, lambda: "F11     下一环节" in screen_text(app))
            await pilot.press("escape")
            await until(pilot, lambda: at_rest(app))
            await pilot.press("ctrl+b")
            await until(pilot, lambda: "F11     下一环节" in screen_text(app))


async def test_only_the_screen_in_front_is_painted(tmp_path: Path) -> None:
    """What is behind costs nothing, and is fresh when one comes back to it."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            show = app.screen
            assert isinstance(show, DeskScreen)
            await pilot.press("4")
            await until(pilot, lambda: isinstance(app.screen, AudienceScreen))
            await running.show.do("zero")
            await until(pilot, lambda: app.show.view is not None and app.show.view.zeroed)
            assert "清零前" in str(show.query_one("#title-bar").render())
            await pilot.press("1")
            await until(pilot, lambda: app.screen is show and "已清零" in lines(app)[0])
