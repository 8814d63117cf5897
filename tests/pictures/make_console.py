"""Makes the README's pictures of the console, from the real console on a real session.

Run by hand: `python -m tests.pictures.make_console`; look at what comes out before it is committed.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, async_playwright
from textual.pilot import Pilot

from audience_server.domain.refusals import Refusal
from audience_server.domain.roles import Person
from audience_server.endpoints.control_door import ControlDoor
from audience_server.live_questions_asking import Asked, AskReceipt
from audience_server.live_session import LiveSession
from console.app import ConsoleApp
from tests.browser.conftest import chromium_path
from tests.console.console_rig import screen_text, until, watching
from tests.pictures.make_pages import CHOICES, UNITS, montage, session
from tests.pictures.terminal_picture import picture_of
from tests.show_rig import TOKEN, RigPhone, Show, settle
from tests.test_live_air import air, deed

HERE = Path(__file__).parent
SIZE = (120, 34)
EVENING = 20
BEFORE = 1600  # seconds that the rig's clock is turned on by in the end
QUESTIONS = (
    ("edu", "学校周边的路灯坏了三个月，打了四次电话都没有人来修。请问局长，什么时候能修好？"),
    ("edu", "學校周邊的路燈壞了三個月，打電話都沒有人來修，請問什麼時候能修好？"),
    ("edu", "課後服務收費的標準是什麼？能不能在網上公佈？"),
    ("env", "河道治理已经三年，为什么一到夏天还是发臭？"),
    ("env", "建议把噪声监测点的数据实时公开，方便居民查询。"),
    ("traffic", "12路公交车晚上七点就停运，下夜班的人怎么办？"),
    ("health", "社区医院周末没有儿科医生，孩子发烧要跑十公里。"),
    ("edu", "Why is there no English information about school enrolment?"),
    ("house", "老旧小区加装电梯的审批为什么要跑七个部门？他们就是互相推诿！"),
    ("market", "预付卡商家跑路，投诉半年了还没有结果。"),
    ("env", "建筑工地夜里施工，投诉以后只安静了一天。"),
    ("edu", "校门口的路灯什么时候修？"),
)


class Sitting:
    """The console in front of the camera."""

    def __init__(self, app: ConsoleApp, pilot: Pilot[None], page: Page) -> None:
        self._app = app
        self._pilot = pilot
        self._page = page

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def until(self, *parts: str) -> None:
        await until(self._pilot, lambda: all(part in screen_text(self._app) for part in parts))

    async def shoot(self, *parts: str) -> Image.Image:
        """Once all of it stands there."""
        await self.until(*parts)
        await self._pilot.pause(0.6)
        return await picture_of(self._app, self._page)


async def begin() -> Show:
    text = session().replace("small_cell = 3", 'small_cell = 3\nconfirm = { reveal = ["operator", "scrutineer"] }')
    show = Show(text, rehearsal=True)
    show.clock._now = time.time() - BEFORE - show.clock.unix() + show.clock._now
    await show.start()
    for name, roles in (
        ("王计票", ["teller"]),
        ("李监票", ["scrutineer"]),
        ("小赵", ["screener"]),
        ("小钱", ["graphics"]),
    ):
        assert not isinstance(show.session.people.admit(name, roles), Refusal)
    return show


async def asked_by(phone: RigPhone, text: str, unit: str, session: LiveSession) -> None:
    answers: list[AskReceipt | Refusal] = []
    kind = "suggestion" if text.startswith("建议") else "question"
    session.questions.asking.ask(phone.seat, Asked(kind, text, unit=unit), answers.append)
    await settle()
    assert isinstance(answers[0], AskReceipt), answers


async def ask_all(show: Show, phones: list[RigPhone]) -> None:
    """Asked, and half of them decided."""
    await show.do("words", words=["推诿"])
    for place, (unit, text) in enumerate(QUESTIONS):
        await asked_by(phones[place], text, unit, show.session)
        await show.clock.advance(17)
    for number in ("Q0001", "Q0004", "Q0005", "Q0007"):
        await deed(show, number, "approve")
    await deed(show, "Q0011", "merge", into="Q0001")
    await deed(show, "Q0009", "refuse", text="请向主管部门直接反映")
    await deed(show, "Q0004", "star")
    await deed(show, "Q0004", "assign", cue="env-questions")
    await deed(show, "Q0001", "air")


async def rundown_until_vote(show: Show) -> None:
    for cue, seconds in (("edu-film", 131), ("edu-report", 204), ("edu-questions", 372), ("edu-comment", 84)):
        await show.do("cue", cue=cue)
        await show.clock.advance(seconds)
    await show.do("cue-edit", do="change", cue="env-questions", note="先念群众提问，再请局长回答")
    await show.do("cue", cue="edu-vote")


async def all_rounds(show: Show, phones: list[RigPhone]) -> None:
    """Every unit has been voted on; the last reveal waits for the scrutineer."""
    scrutineer = Person("李监票", frozenset({"scrutineer"}))
    for place in range(len(UNITS)):
        name = f"r{place + 1:02d}"
        if place:
            await show.do("open", round=name, despite_cue=True)
            choices = (CHOICES[place % len(CHOICES)][place:] + ["1"] * place)[: len(phones)]
            await show.cast_all(phones, name, choices)
        await show.clock.advance(80)
        await show.do("lock", round=name)
        if place < len(UNITS) - 1:
            nod = await show.session.command("nod", {"do": "reveal", "round": name}, None, scrutineer)
            assert not isinstance(nod, Refusal)
    await show.do("reveal", round="r06")


async def register(show: Show) -> None:
    async def step(do: str, number: str = "", **fields: str) -> None:
        await show.do("case", do=do, number=number, fields=fields)

    await deed(show, "Q0001", "promise", text="路灯一周内全部修好，并公布维修电话", due="2026-12-03")
    for number, problem in (("Q0004", "b3"), ("Q0005", "a5")):
        await step("make", question=number, problem=problem)
    await step("make", source="hotline", content="小区停水三天，物业和水务互相推诿", unit="house", problem="a1")
    await step("make", source="letter", content="窗口要求补交的材料前后说法不一", unit="market", problem="b2")
    await step("assign", "J0001", person="王科长", unit="edu")
    await step("handle", "J0001", measures="更换路灯11盏，检修线路两处", result="11月28日晚全部恢复照明")
    await step("reply", "J0001", reply="您反映的路灯已全部修好，维修电话12319，24小时有人接听。")
    await step("test", "J0001", clarified="yes", corrected="yes")
    await step("assign", "J0002", person="赵处长", unit="env", deadline="2026-11-20")
    await step("assign", "J0004", person="孙主任")
    await step("handle", "J0004", measures="约谈物业公司，水务所当日抢修")


async def shots(show: Show, sitting: Sitting) -> dict[str, Image.Image]:
    phones = await show.phones(28)
    made: dict[str, Image.Image] = {}
    await show.do("zero")
    await ask_all(show, phones)
    await sitting.press("2")
    await sitting.until("Q0010")
    await sitting.press("home", "down", "down", "space", "space", "home")
    made["console-questions"] = await sitting.shoot("可能重复")
    await sitting.press("1")
    await rundown_until_vote(show)
    await show.do("open", round="r01")
    await show.cast_all(phones[:21], "r01", CHOICES[0][:21])
    await air(show, "turnout", "r01")
    made["console"] = await sitting.shoot("正在测评", "21")
    await show.cast_all(phones[21:], "r01", CHOICES[0][21:28])
    await all_rounds(show, phones)
    await air(show, "clear")
    await sitting.press("3")
    made["console-results"] = await sitting.shoot("等待:监票人", "市市场监督管理局")
    for card, panel, where in ((b"a" * 32, "deputies", "5排12座"), (b"b" * 32, "deputies", "7排3座")):
        show.session.help.call(card, panel, where)
    await sitting.press("4")
    made["console-audience"] = await sitting.shoot("5排12座", "李监票")
    await sitting.press("5")
    made["console-record"] = await sitting.shoot("r06", "校验码")
    await register(show)
    await sitting.press("6")
    await sitting.until("J0005")
    await sitting.press("end")
    made["console-register"] = await sitting.shoot("更换路灯")
    made["console-dialogs"] = await dialogs(show, sitting)
    return made


async def dialogs(show: Show, sitting: Sitting) -> Image.Image:
    await sitting.press("1")
    for code, text in (("witness_lost", "公证员甲"), ("panel_full", "场外观众")):
        show.session.alarms.ring(code, text)
        await show.clock.advance(40)
    await sitting.until("2 条警报未确认")
    taken = []
    for key, part in (("alt+k", "本场警报"), ("f1", "全部按键"), ("ctrl+p", "输入要做的事"), ("alt+y", "不再等待")):
        await sitting.press(key)
        taken.append(await sitting.shoot(part))
        await sitting.press("escape")
        await sitting.until("F2")
    return montage(taken, 2, 960)


async def main() -> None:
    os.environ.pop("NO_COLOR", None)
    # in the pictures it is evening, wherever they are made
    os.environ["TZ"] = f"STU{time.gmtime().tm_hour - EVENING:+d}"
    time.tzset()
    show = await begin()
    door = await ControlDoor.start(show.session, "127.0.0.1", 0, join_url="http://192.168.8.2:8080/")
    token: Callable[[], str] = lambda: TOKEN  # noqa: E731
    app = ConsoleApp(f"ws://127.0.0.1:{door.port}/control", token, "zh-Hans")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        page = await browser.new_page()
        async with app.run_test(size=SIZE) as pilot:
            await watching(pilot, app)
            for name, picture in (await shots(show, Sitting(app, pilot, page))).items():
                picture.quantize(192, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)
        await browser.close()
    await door.close()


if __name__ == "__main__":
    asyncio.run(main())
