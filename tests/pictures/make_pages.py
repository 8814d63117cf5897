"""Makes the README's pictures of air, wall, host and usher, from real pages on a real session.

Run by hand: `python -m tests.pictures.make_pages`; look at what comes out before it is committed.
"""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, async_playwright

from audience_server.endpoints.control_door import ControlDoor
from audience_server.endpoints.listen import PublicDoor
from audience_server.main import join_code
from audience_server.notary.verify import verify
from audience_server.pages.page_set import role_page_set, studio_page_set
from tests.browser.conftest import chromium_path
from tests.show_rig import SMALL_SESSION, RigPhone, Show
from tests.test_live_air import air, ask, deed, report_of

HERE = Path(__file__).parent
UNITS = {
    "edu": "市教育局",
    "env": "市生态环境局",
    "traffic": "市交通运输局",
    "health": "市卫生健康委员会",
    "house": "市住房和城乡建设局",
    "market": "市市场监督管理局",
}
SEATS = 30
CHOICES = (
    ["1"] * 22 + ["2"] * 6 + ["3"] * 2,
    ["1"] * 18 + ["2"] * 9 + ["3"] * 2 + ["4"],
    ["1"] * 12 + ["2"] * 12 + ["3"] * 6,
)
QUESTION = (
    "学校周边的路灯坏了三个月，打了四次电话都没有人来修。请问局长，什么时候能修好？孩子们晚自习回家，家长都很担心。"
)


def session() -> str:
    """Six units and thirty seats."""
    text = SMALL_SESSION.replace("seats = 6", "seats = 30").replace('title = "小场次"', 'title = "2026年电视问政"')
    text = text[: text.index("[[unit]]")]
    for unit, name in UNITS.items():
        text += f'[[unit]]\nid = "{unit}"\nname = "{name}"\ncategory = "gov"\nhead = "局长 王建国"\n'
        text += 'pledges = ["办理时限由5个工作日压缩到3个", "窗口延时服务到晚上8点"]\n\n'
    channels = 'channels = [ { id = "vote", name = "现场测评", weight = 100 } ]'
    return text + f"[result]\nplaces = 2\n{channels}\n"


SECOND_PANEL = """spare = 0
weight = 40

[[panel]]
id = "citizens"
name = "群众代表"
admission = "card"
seats = 30
weight = 60
"""


def hall() -> str:
    """The same with a second panel of thirty, as most halls have one."""
    return session().replace("spare = 1\nweight = 100\n", SECOND_PANEL)


async def shoot(page: Page) -> Image.Image:
    """Once nothing moves any more."""
    await page.evaluate("document.fonts.ready.then(() => true)")
    await page.evaluate("Promise.all(document.getAnimations().map((moving) => moving.finished))")
    return Image.open(io.BytesIO(await page.screenshot()))


async def scene(show: Show, page: Page, kind: str, target: str = "") -> Image.Image:
    await air(show, kind, target)
    await page.locator(f"section.{kind}:not(.coming):not(.leaving)").wait_for()
    await page.locator("section.leaving").wait_for(state="detached")
    return await shoot(page)


def montage(pictures: list[Image.Image], columns: int, width: int) -> Image.Image:
    height = round(width * pictures[0].height / pictures[0].width)
    rows = -(-len(pictures) // columns)
    made = Image.new("RGB", (columns * (width + 8) - 8, rows * (height + 8) - 8), "white")
    for place, picture in enumerate(pictures):
        spot = ((place % columns) * (width + 8), (place // columns) * (height + 8))
        made.paste(picture.convert("RGB").resize((width, height)), spot)
    return made


async def vote(show: Show, phones: list[RigPhone], number: int) -> None:
    """One round from opening to lock; every unit fares a little differently."""
    name = f"r{number + 1:02d}"
    opened = await show.do("open", round=name, despite_cue=True)
    choices = CHOICES[number % len(CHOICES)][number:] + ["1"] * number + CHOICES[(number + 1) % len(CHOICES)]
    await show.cast_all(phones, opened["window"], choices)
    await show.clock.advance(opened["seconds"] + 10)
    await show.do("lock", round=name)


async def play(show: Show, air_page: Page, wall: Page) -> list[Image.Image]:
    """The scenes of one unit, in the order in which they come; then the board."""
    shots = [await scene(show, air_page, "join"), await scene(show, air_page, "unit", "edu")]
    shots.append(await scene(show, air_page, "pledge", "edu"))
    await wall.locator("section.join").wait_for()
    shots.append(await shoot(wall))
    await show.do("cue", cue="edu-report")
    await show.clock.advance(155)
    shots.append(await scene(show, air_page, "countdown"))
    number = await ask(show, QUESTION)
    await deed(show, number, "approve")
    shots.append(await scene(show, air_page, "question", number))
    phones = await show.phones(2 * SEATS)
    await show.do("zero")
    await show.do("open", round="r01", despite_cue=True)
    await show.cast_all(phones[:21] + phones[30:57], "r01", CHOICES[0][:21] + CHOICES[1][:27])
    shots.append(await scene(show, air_page, "turnout", "r01"))
    await wall.locator("section.turnout").wait_for()
    shots.append(await shoot(wall))
    await show.cast_all(phones[21:30] + phones[57:], "r01", CHOICES[0][21:] + CHOICES[1][27:])
    await show.clock.advance(80)
    await show.do("lock", round="r01")
    shots.append(await scene(show, air_page, "fingerprint", "r01"))
    await show.do("reveal", round="r01")
    shots.append(await scene(show, air_page, "result", "r01"))
    await wall.locator("section.result").wait_for()
    shots.append(await shoot(wall))
    _, bundle = await show.session.evidence()
    await show.do("recount", round="r01", report=report_of(verify(bundle).as_json()))
    shots.append(await scene(show, air_page, "recount", "r01"))
    await deed(show, number, "promise", text="路灯一周内全部修好，并公布维修电话", due="2026-12-01")
    shots.append(await scene(show, air_page, "promise", "edu"))
    for place in range(1, len(UNITS)):
        await vote(show, phones, place)
    await show.do("reveal", round="gov")
    await air(show, "ranking", "gov")
    for _ in range(4):
        await show.do("air", scene="next", target="", to="programme")
    shots.append(await scene_of_board(air_page))
    return shots


async def scene_of_board(page: Page) -> Image.Image:
    await page.locator(".place.shown").nth(3).wait_for()
    return await shoot(page)


async def roles(show: Show, control: ControlDoor, page: Page) -> list[Image.Image]:
    """Host and usher."""
    shots: list[Image.Image] = []
    token = show.session.people.admit("演播室", ["host", "usher"])
    show.session.help.call(b"x" * 32, "deputies", "5排12座")
    await show.do("cue", cue="edu-questions")
    number = await ask(show, "课后服务收费的标准是什么？能不能在网上公布？", 1)
    await deed(show, number, "approve")
    await deed(show, number, "assign", cue="edu-questions")
    await show.do("cue-edit", do="change", cue="edu-questions", note="先念群众提问，再请局长回答，三分钟")
    for seat in [seat for seat in show.session._seats if seat.panel][2 * SEATS :]:
        show.session.leave(seat)
    for role, words in (("host", "课后服务"), ("usher", "5排12座")):
        await page.goto(f"http://127.0.0.1:{control.port}/{role}?token={token}")
        await page.get_by_text(words).first.wait_for()
        shots.append(Image.open(io.BytesIO(await page.screenshot())))
    return shots


async def main() -> None:
    show = await Show(hall()).start()
    show.session.air.maker.join = join_code("http://192.168.8.2:8080/")
    public = await PublicDoor.start(show.session, "127.0.0.1", 0, studio_page_set())
    control = await ControlDoor.start(show.session, "127.0.0.1", 0, join_url="x", pages=role_page_set())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN")
        air_page, wall = await context.new_page(), await context.new_page()
        await air_page.goto(f"http://127.0.0.1:{public.port}/air?full")
        await wall.goto(f"http://127.0.0.1:{public.port}/wall")
        montage(await play(show, air_page, wall), 2, 640).save(HERE / "air.png", optimize=True)
        page = await context.new_page()
        montage(await roles(show, control, page), 2, 640).save(HERE / "roles.png", optimize=True)
        await browser.close()
    await public.close()
    await control.close()


if __name__ == "__main__":
    asyncio.run(main())
