"""Makes the README's picture of the notary's screen, from the real program on a real line.

Run by hand: `python -m tests.pictures.make_notary`; look at what comes out before it is committed.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import async_playwright
from textual.pilot import Pilot

from audience_server.locale.catalogue import catalogue
from console.notary.app import NotaryApp
from tests.browser.conftest import chromium_path
from tests.notary.hall import hall, keys_named, session_naming
from tests.pictures.make_pages import CHOICES, session
from tests.pictures.terminal_picture import picture_of
from tests.show_rig import TOKEN, settle

HERE = Path(__file__).parent
SIZE = (120, 36)
KEYS = keys_named("公证员甲", "gongzheng.example/jia")


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await pilot.pause(0.05)


async def main() -> None:
    text = session().replace("small_cell = 3", 'small_cell = 3\nconfirm = { reveal = ["operator", "notary"] }')
    with tempfile.TemporaryDirectory() as folder:
        async with hall(Path(folder), session_naming([KEYS], 1, text)) as held, async_playwright() as playwright:
            show = held.show
            words, desk_words = catalogue("zh-Hans", "notary"), catalogue("zh-Hans", "console")
            app = NotaryApp(KEYS, Path(folder), held.url, TOKEN, words, desk_words, show.clock.unix)
            async with app.run_test(size=SIZE) as pilot:
                desk = app.witness.desk

                async def agree(kind: str) -> None:
                    await until(pilot, lambda: any(each.kind == kind for each in desk.drafts.values()))
                    drafted = next(each for each in desk.drafts.values() if each.kind == kind)
                    await until(pilot, lambda: app.witness.follower is not None and not desk.untrue(drafted))
                    desk.consent(drafted.id, "今天的头条")

                await agree("session")
                await until(pilot, lambda: show.session.record.size == 1)
                phones = await show.phones(len(CHOICES[0]))
                await show.session.command("zero", {}, None)
                await agree("zero")
                await until(pilot, lambda: show.session.state.zero_index is not None)
                for place, name in enumerate(("r01", "r02")):
                    await show.hold(name, phones, CHOICES[place])
                    await settle()
                await until(pilot, lambda: app.witness.follower and app.witness.follower.row_of("r02"))
                await show.session.command("reveal", {"round": "r02"}, None)
                await until(pilot, lambda: desk.told.waiting and app.witness.cosigned == show.session.record.size)
                await pilot.pause(0.8)
                browser = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
                picture = await picture_of(app, await browser.new_page())
                picture.save(HERE / "notary.png", optimize=True)
                await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
