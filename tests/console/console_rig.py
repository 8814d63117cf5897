"""A show behind a real control port, the console in front of it, and `ctl` as a real process."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from audience_server.endpoints.control_door import ControlDoor
from audience_server.locale.catalogue import Language
from audience_server.stores.port import Store
from audience_server.wire.control import View
from console.app import ConsoleApp
from console.screens.ask import AskScreen
from console.screens.show import ShowScreen
from tests.show_rig import SMALL_SESSION, TOKEN, Show

JOIN_URL = "http://127.0.0.1:8080/#open.offsite"
TWO_CHANNELS = SMALL_SESSION.replace(
    'channels = [ { id = "vote", name = "现场测评", weight = 100 } ]',
    'channels = [ { id = "vote", name = "现场测评", weight = 60 }, { id = "sms", name = "短信评议", weight = 40 } ]',
)
PATIENCE = 20


@dataclass(slots=True)
class Desk:
    """One running session; `port` stays the same when the door is closed and opened again."""

    show: Show
    door: ControlDoor
    token_file: Path

    @property
    def port(self) -> int:
        return self.door.port

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/control"

    async def open_door(self, port: int = 0) -> None:
        self.door = await ControlDoor.start(self.show.session, "127.0.0.1", port, join_url=JOIN_URL)

    def console(self, language: Language | None = None, **options: Any) -> ConsoleApp:
        return ConsoleApp(self.url, self.token_file.read_text, language, **options)

    async def ctl(self, *words: str, **environment: str) -> Ctl:
        return await ctl("--url", self.url, "--token-file", str(self.token_file), *words, **environment)


@asynccontextmanager
async def desk(
    folder: Path, text: str = SMALL_SESSION, store: Store | None = None, rehearsal: bool = False
) -> AsyncIterator[Desk]:
    token_file = folder / "operator.token"
    token_file.write_text(TOKEN, "ascii")
    show = await Show(text, store, rehearsal).start()
    door = await ControlDoor.start(show.session, "127.0.0.1", 0, join_url=JOIN_URL)
    running = Desk(show, door, token_file)
    try:
        yield running
    finally:
        await running.door.close()


@dataclass(frozen=True, slots=True)
class Ctl:
    """What one call of `touchstone ctl` said."""

    status: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """The one JSON object; more or less than one line fails."""
        (line,) = self.out.splitlines()
        answer: dict[str, Any] = json.loads(line)
        return answer


async def ctl(*words: str, **environment: str) -> Ctl:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "ctl", *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TOUCHSTONE_LANG": "zh-Hans", **environment},
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return Ctl(process.returncode, out.decode(), err.decode())


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Let the app work until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await pilot.pause()


async def watching(pilot: Pilot[None], app: ConsoleApp) -> View:
    """The first view, painted."""
    await until(pilot, lambda: app.show.view is not None and app.show.connected)
    await pilot.pause()
    assert app.show.view is not None
    return app.show.view


def screen_text(app: ConsoleApp) -> str:
    """What stands on the screen, line by line."""
    screen = app.screen
    width, height = screen.size
    strips = screen._compositor.render_strips(screen.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in strips[:height]) if width else ""


def at_rest(app: ConsoleApp) -> bool:
    """No dialog, and no command on its way."""
    return isinstance(app.screen, ShowScreen) and not app.busy


def asking(app: ConsoleApp) -> bool:
    return isinstance(app.screen, AskScreen) and app.screen.is_mounted and app.focused is not None


def asks(app: ConsoleApp, title: str) -> Callable[[], bool]:
    """Whether the dialog with that title stands in front."""
    return lambda: asking(app) and isinstance(app.screen, AskScreen) and title in app.screen.question.title


def says(app: ConsoleApp, text: str, at_rest: bool = True) -> Callable[[], bool]:
    """Whether it stands on the screen, with no dialog in front."""
    return lambda: text in screen_text(app) and not (at_rest and app.busy)


def grown(app: ConsoleApp, show: Show, size: int) -> Callable[[], bool]:
    """Whether the record has that size and the console is at rest again."""
    return lambda: show.session.state.size == size and at_rest(app)


def lines(app: ConsoleApp) -> list[str]:
    return screen_text(app).split("\n")
