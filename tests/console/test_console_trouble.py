"""What goes wrong in a studio: refusals, a lost line, alarms, a failing store, hostile texts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from audience_server.stores.memory import MemoryStore
from audience_server.wire.codec import encode
from audience_server.wire.control import REQUESTS, SUBPROTOCOL, Command, Refused, View
from audience_server.wire.control_view import (
    AirView,
    AlarmView,
    ArrivalsView,
    HelpView,
    PendingView,
    PersonView,
    SceneView,
    UnitView,
)
from console.app import ConsoleApp
from tests.console.console_rig import asking, at_rest, desk, lines, screen_text, until, watching
from tests.console.views import at_cue, view
from tests.stores.faulty_store import FaultyStore

SMALL = (80, 24)
HOSTILE_KEYS = (
    *("f5", "f9", "f10", "ctrl+f", "ctrl+g", "ctrl+n", "ctrl+l", "f3", "f1", "space", "ctrl+s"),
    *("ctrl+a", "alt+k", "3", "4", "5", "ctrl+y"),
)
HOSTILE = "[/b]\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07[@click=app.quit]点[/]\u202e反\x9b2J\\[link=x"


def hostile_view() -> View:
    """Every text that others write, written by somebody who means harm."""
    made = view(
        kind="rehearsal",
        title=HOSTILE,
        place=HOSTILE,
        units=(UnitView("edu", HOSTILE, "gov", HOSTILE), UnitView("env", HOSTILE, "gov", HOSTILE)),
        criteria={"overall": HOSTILE},
        scales={"overall": {"yes": HOSTILE}},
        panels=tuple(replace(each, name=HOSTILE) for each in view().panels),
        rounds=tuple(replace(each, title=HOSTILE) for each in view().rounds),
        alarms=(AlarmView(1, 1_795_000_000, HOSTILE, HOSTILE),),
        join_url="http://127.0.0.1/" + HOSTILE,
        you=PersonView(HOSTILE, ("operator", "teller", "graphics")),
        people=(PersonView(HOSTILE, ("operator", HOSTILE), 1), PersonView("b", ("usher",))),
        air=AirView(SceneView("question", HOSTILE, HOSTILE), SceneView(HOSTILE, "", HOSTILE), 1),
        arrivals=ArrivalsView({}, None, (HelpView(1, 1_795_000_000, HOSTILE, HOSTILE),)),
        pending=(PendingView("lock", HOSTILE, (HOSTILE,)),),
    )
    cues = tuple(
        replace(each, title=HOSTILE, note=HOSTILE, scene=HOSTILE, questions=(HOSTILE,))
        for each in made.cues
        if each.unit is not None
    )
    return at_cue(replace(made, cues=cues), "edu-vote")


@asynccontextmanager
async def hostile_session() -> AsyncIterator[str]:
    """A control port that shows the hostile view and refuses everything with a hostile sentence; gives its address."""

    async def talk(line: ServerConnection) -> None:
        async for frame in line:
            request = REQUESTS.decode(frame.encode() if isinstance(frame, str) else frame)
            refused = Refused(request.id, "not_zeroed", HOSTILE)
            answer = refused if isinstance(request, Command) else replace(hostile_view(), id=request.id)
            await line.send(encode(answer), text=True)

    async with serve(talk, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/control"


async def test_a_refusal_is_said_in_full_and_stays(tmp_path: Path) -> None:
    """The session's own sentence, with a word in front that says nothing was done."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await pilot.press("f5")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: "没有执行  还没有清零确认,请先清零" in screen_text(app))


async def test_a_dead_line_is_loud_and_commands_say_so(tmp_path: Path) -> None:
    """Nothing is sent, nothing is repeated; when the session is back, so is the console."""
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            port = running.port
            await running.door.close()
            await until(pilot, lambda: "与服务器断线" in screen_text(app))
            assert "断线!" in lines(app)[0]
            await until(pilot, lambda: "连不上控制端口,服务器没有应答" in screen_text(app))
            await pilot.press("f2")
            await until(pilot, lambda: "命令没有发出" in screen_text(app))
            await running.open_door(port)
            await pilot.press("ctrl+r")
            await until(pilot, lambda: app.show.connected and "与服务器断线" not in screen_text(app))
            assert None is running.show.session.current_cue()


async def test_a_session_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        port = running.port
        await running.door.close()
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await until(pilot, lambda: "连不上服务器" in screen_text(app))
            await running.open_door(port)
            await pilot.press("ctrl+r")
            await watching(pilot, app)
            assert "小场次" in lines(app)[0]


async def test_alarms_stay_in_sight_until_they_are_acknowledged(tmp_path: Path) -> None:
    async with desk(tmp_path) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            running.show.session.alarms.ring("panel_full", "offsite \x1b[2J[/b]")
            await until(pilot, lambda: "1 条警报未确认" in screen_text(app))
            assert "评议团人数已满" in screen_text(app)
            await pilot.press("f3", "escape")
            await until(pilot, lambda: at_rest(app))
            assert "1 条警报未确认" in screen_text(app)
            await pilot.press("ctrl+k")
            await until(pilot, lambda: "条警报未确认" not in screen_text(app))


async def test_one_alarm_at_a_time_is_acknowledged_and_every_console_knows_by_whom(tmp_path: Path) -> None:
    """The one in the banner; how many are left is said, the log keeps it, a console that starts later shows it."""
    async with desk(tmp_path) as running:
        for code in ("panel_full", "witness_lost", "show_log"):
            running.show.session.alarms.ring(code, "x")
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            await until(pilot, lambda: "3 条警报未确认" in screen_text(app))
            await pilot.press("ctrl+k")
            await until(pilot, lambda: "操作日志写不进去,还有 2 条" in screen_text(app))
            await until(pilot, lambda: "2 条警报未确认" in screen_text(app) and "公证处电脑断开" in screen_text(app))
        again = running.console()
        async with again.run_test(size=SMALL) as pilot:
            await watching(pilot, again)
            await until(pilot, lambda: "2 条警报未确认" in screen_text(again))
            await pilot.press("alt+k")
            await until(pilot, lambda: "已确认(主控)  操作日志写不进去" in screen_text(again))
            await pilot.press("ctrl+k")
            await until(pilot, lambda: "条警报未确认" not in screen_text(again) and at_rest(again))
        told = [line.detail for line in running.show.session.show_log.search("acknowledge", None, 9)]
        assert ["1 panel_full x,2 witness_lost x", "3 show_log x"] == told


async def test_a_failing_store_is_told_until_it_works_again(tmp_path: Path) -> None:
    """It cannot be acknowledged away."""
    store = FaultyStore(MemoryStore())
    async with desk(tmp_path, store=store) as running:
        app = running.console()
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            store.fail_before = 1000
            await pilot.press("f4")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: "记录存储故障" in screen_text(app) and at_rest(app))
            await pilot.press("ctrl+k")
            await until(pilot, lambda: not app.show.unseen_alarms)
            assert "记录存储故障!" in screen_text(app)
            store.fail_before = 0
            await running.show.do("zero")
            await until(pilot, lambda: "记录存储故障!" not in screen_text(app))


async def test_hostile_texts_are_only_text() -> None:
    """On every screen: no markup read, no control character left, nothing clickable, the console still there."""
    async with hostile_session() as url:
        app = ConsoleApp(url, lambda: "token")
        async with app.run_test(size=SMALL) as pilot:
            await watching(pilot, app)
            for key in HOSTILE_KEYS:
                _is_clean(app)
                await pilot.press(key)
                await pilot.pause()
                _is_clean(app)
                await pilot.press("escape", "1")
                await until(pilot, lambda: at_rest(app))
            await pilot.press("f5")
            await until(pilot, lambda: asking(app))
            await pilot.press("enter")
            await until(pilot, lambda: "没有执行" in screen_text(app) and at_rest(app))
            _is_clean(app)
            assert "[/b]" in screen_text(app)
            assert None is app.return_code


def _is_clean(app: ConsoleApp) -> None:
    text = screen_text(app)
    assert not [each for each in text if each != "\n" and (ord(each) < 32 or 0x7F <= ord(each) < 0xA0)]
    assert not set("\u202e\u2066\u200b") & set(text)
    assert "\x1b" not in app.title
