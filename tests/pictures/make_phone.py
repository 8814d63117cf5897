"""Makes the README's pictures of the phone: the real page in a real Chromium, in the tests' scripted hall.

Run by hand: `python -m tests.pictures.make_phone`; look at what comes out before it is committed.
"""

from __future__ import annotations

import asyncio
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from nacl.public import PrivateKey
from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, async_playwright

from audience_server.lan_address import lan_address
from tests.browser.conftest import SMALL_PHONE, chromium_path
from tests.browser.hall import Hall, Json, open_hall
from tests.browser.hall_questions import own, public
from tests.browser.sample import CODE, OTHER_CODE, asking_facts, options, session_facts, sheet_window, window
from tests.browser.test_ask_picture import add_photo
from tests.browser.test_asking import lose_asks, open_form, send, write
from tests.browser.test_ballot import recorded, vote
from tests.browser.test_demand import SHOW, ready_to_show
from tests.browser.test_trouble import keep_all, lose_casts, refuse_casts
from tests.browser.test_witnessed import anchored, notary_facts, push
from tests.pictures.make_pages import montage, shoot

HERE = Path(__file__).parent
ACROSS = 5
CARD = f"#c1.{CODE}"
OFFICE = "市纪委监委驻局纪检监察组"
LAMP = "学校门口的路灯坏了三个月，什么时候能修好？"
HEATING = "小区暖气不热，打电话没有人来修，请问归哪个单位管？"
BRIBE = "7月20日上午，县政务大厅3号窗口的工作人员向我索要好处费，有转账记录。"
IN = "签到成功"


@asynccontextmanager
async def phone(
    browser: Browser, fragment: str = CARD, seen: str = IN, panel: str = "deputies"
) -> AsyncIterator[tuple[Hall, Page]]:
    """A hall of its own, and a phone in it that has come by this link."""
    facts = session_facts("rehearsal") | {"title": "2026年电视问政", "asking": asking()}
    facts["panels"][0]["name"] = "群众代表"
    async with open_hall(Hall(facts=facts, panel_of=lambda key: panel), lan_address()) as hall:
        if fragment == "anchored":
            fragment = anchored(notary_facts(hall))
        context = await browser.new_context(viewport=SMALL_PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
        page = await context.new_page()
        await page.goto(hall.url + fragment)
        await page.get_by_text(seen).first.wait_for()
        yield hall, page
        await context.close()


def asking() -> Json:
    key = b64encode(bytes(PrivateKey.generate().public_key)).decode()
    return asking_facts(report_key=key, report_office=OFFICE, picture_bytes=120_000)


def cue(kind: str, **more: str) -> Json:
    return {"id": f"u1-{kind}", "kind": kind, "unit": "u1", "seconds": 60} | more


async def announced(hall: Hall) -> None:
    names = ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast")
    counts = {"c1": {"o1": 40, "o2": 10, "o3": 4, "o4": 2}}
    by = {"deputies": dict(zip(names, (60, 58, 58, 57, 56, 0, 1, 1), strict=True)) | {"counts": counts}}
    told = {"round": "r01", "window": "r01", "state": "locked", "index": 812, "size": 813, "by": by}
    await hall.push(revealed=told | {"fingerprint": "48213 90576 11111 22222 33333"}, cue=cue("announce"))


async def straight_way(browser: Browser) -> list[Image.Image]:
    """Join, wait, ballot, recorded, witnessed, announced; and a sheet of many units."""
    async with phone(browser, "", "请输入评议卡里的编码") as (_, page):
        await page.get_by_label("第1行").fill(CODE[:10])
        shots = [await shoot(page)]
    async with phone(browser, "anchored") as (hall, page):
        await hall.push(cue=cue("report"))
        await page.get_by_text("正在进行").wait_for()
        shots.append(await shoot(page))
        await hall.open(window("r01", closes_in_ms=48_000))
        await page.get_by_role("radio").first.wait_for()
        shots.append(await shoot(page))
        await page.get_by_role("radio", name="基本满意").tap()
        shots.append(await shoot(page))
        await hall.push(window=window("r01", closes_in_ms=9_900))
        await page.get_by_text("时间快到了").wait_for()
        shots.append(await shoot(page))
        await hall.push(window=window("r01", closes_in_ms=39_000))
        await page.get_by_role("button", name="提交").tap()
        await recorded(page)
        shots.append(await shoot(page))
        await hall.send(push(hall, 1))
        await page.get_by_text("公证处电脑已存副本").wait_for()
        await page.get_by_role("button", name="看我选的").tap()
        shots.append(await shoot(page))
        await hall.close("locked")
        await announced(hall)
        await page.get_by_text("公布：").wait_for()
        await page.evaluate("scrollTo(0, document.body.scrollHeight)")
        shots.append(await shoot(page))
        await hall.open(sheet_window("r02"))
        for _ in range(2):
            for row in range(5):
                await page.get_by_role("radiogroup").nth(row).get_by_role("radio").first.tap()
            await page.get_by_role("button", name="下一个").tap()
        await page.get_by_role("button", name="上一个").tap()
        shots.append(await shoot(page))
        await page.get_by_role("button", name="检查提交").tap()
        shots.append(await shoot(page))
    return shots


async def come_too_late(browser: Browser) -> list[Image.Image]:
    async with phone(browser) as (hall, page):
        shots = []
        for opened, said in (
            (window("r01", present_before=0), "从下一轮起评议"),
            (window("r01", panels=["offsite"]), "这一轮只请"),
            (window("r01", closes_in_ms=0), "已经截止"),
        ):
            await hall.open(opened)
            await page.get_by_text(said).wait_for()
            shots.append(await shoot(page))
        await hall.push(window=window("r01", closes_in_ms=2_000))
        await page.get_by_role("radio", name="满意", exact=True).tap()
        await page.get_by_text("时间到，").wait_for()
        shots.append(await shoot(page))
        await hall.close()
        await page.get_by_text("您没有提交评议票").wait_for()
        shots.append(await shoot(page))
    return shots


async def lost_lines(browser: Browser) -> list[Image.Image]:
    """No network before the tap, after it, and what came of it; a ballot that the notary may scan."""
    async with phone(browser, "anchored") as (hall, page):
        await ready_to_show(page)
        await hall.open(window("r01", closes_in_ms=50_000))
        await page.get_by_role("radio", name="满意", exact=True).tap()
        await page.context.set_offline(True)
        await hall.cut()
        await page.get_by_text("网络断了").wait_for()
        shots = [await shoot(page)]
        await page.get_by_role("button", name="提交").tap()
        await page.get_by_text("还没有送到").wait_for()
        shots.append(await shoot(page))
        hall.fault = lose_casts
        await page.context.set_offline(False)
        await page.get_by_role("button", name=SHOW).tap(timeout=30_000)
        await page.locator(".demand").evaluate("each => scrollTo(0, each.offsetTop - 100)")
        shots.append(await shoot(page))
        hall.fault = keep_all
        hall.go_back(1)
        hall.state |= {"window": None, "windows": {"r01": "closed"}}
        await hall.cut()
        await page.get_by_text("没有送达").wait_for()
        shots.append(await shoot(page))
        await hall.open(window("r02"))
        hall.fault = refuse_casts("card_void")  # type: ignore[assignment]
        await vote(page, "满意")
        await page.get_by_text("没有被接受").wait_for()
        shots.append(await shoot(page))
    return shots


async def rarer(browser: Browser) -> list[Image.Image]:
    """Two cards, a wrong one, two tabs, help; marks, a selection, a trial, the end; an open panel, an alarm."""
    shots: list[Image.Image] = []
    async with phone(browser) as (hall, page):
        hall.panel_of = lambda key: None
        await page.goto("about:blank")
        await page.goto(hall.url + f"#c1.{OTHER_CODE}")
        await page.get_by_text("这部手机上有几张评议卡").wait_for()
        shots.append(await shoot(page))
        await page.get_by_role("button", name="第2张").tap()
        await page.get_by_text("这张卡不是本场的").wait_for()
        shots.append(await shoot(page))
        other = await page.context.new_page()
        await other.goto(hall.url)
        await page.get_by_text("评议页已在另一个标签页打开").wait_for()
        shots.append(await shoot(page))
    async with phone(browser) as (hall, page):
        await page.get_by_role("button", name="请工作人员来").tap()
        await page.get_by_label("您坐在哪里").fill("3排8座")
        await page.locator(".help").get_by_role("button", name="请工作人员来").tap()
        await page.get_by_text("已通知工作人员").wait_for()
        shots.append(await shoot(page))
        await page.get_by_role("button", name="求助 / 语言").tap()
        await hall.open(window("r01", "0-100", 95_000, criteria=["total"]))
        await page.get_by_role("textbox").fill("85")
        shots.append(await shoot(page))
        units = [f"u{number}" for number in range(1, 13)]
        await hall.close()
        await hall.open(window("r02", "3/12", kind="select", units=units, criteria=[], choose=3))
        await page.get_by_role("button", name="县国土局").tap()
        shots.append(await shoot(page))
        own_options = options("能听清", "听不清")
        trial: Json = {
            "kind": "trial",
            "units": [],
            "criteria": [],
            "options": own_options,
            "title": "您能听清主持人说话吗？",
        }
        await hall.close()
        await hall.open(window("t01", "1-2", **trial))
        await page.get_by_role("radio", name="能听清").wait_for()
        shots.append(await shoot(page))
        await hall.push(phase="sealed", window=None)
        await page.get_by_text("本场已结束").wait_for()
        shots.append(await shoot(page))
    async with phone(browser, "#open.offsite", panel="offsite") as (hall, page):
        await hall.push(cue=cue("film"))
        await page.get_by_text("正在进行").wait_for()
        shots.append(await shoot(page))
    async with phone(browser) as (hall, page):
        hall.log_seed = bytes(reversed(hall.log_seed))
        await hall.cut()
        await page.get_by_text("凭据核对不上").wait_for()
        shots.append(await shoot(page))
    return shots


def lamp(folder: Path) -> Path:
    """A photo as somebody would take one: a street lamp at dusk."""
    image = Image.linear_gradient("L").resize((900, 1200)).convert("RGB")
    drawn = ImageDraw.Draw(image)
    drawn.rectangle((430, 200, 460, 1150), fill="#202428")
    drawn.line((445, 205, 640, 150), fill="#202428", width=24)
    drawn.ellipse((610, 130, 720, 190), fill="#4a4f55")
    image.save(folder / "lamp.jpg", "JPEG", quality=85)
    return folder / "lamp.jpg"


async def asking_screens(browser: Browser, folder: Path) -> list[Image.Image]:
    """A question with its photo, the receipt, what became of it, what others ask; a report."""
    async with phone(browser) as (hall, page):
        await open_form(page)
        shots = [await shoot(page)]
        await page.get_by_label("问哪个单位").select_option(label="县住建局")
        await page.get_by_label("您要说的话").fill(LAMP)
        await add_photo(page, lamp(folder))
        await page.get_by_role("img", name="您选的照片").wait_for()
        await page.get_by_role("button", name="换一张照片").evaluate("each => scrollTo(0, each.offsetTop - 100)")
        shots.append(await shoot(page))
        hall.fault = lose_asks
        await send(page)
        await page.get_by_text("正在发送").wait_for()
        shots.append(await shoot(page))
        hall.fault = keep_all
        await hall.cut()
        await page.get_by_text("提问回执").wait_for()
        shots.append(await shoot(page))
        promise = {"state": "answered", "promise": "一周内修好", "due": "2026-12-01", "unit": "u1"}
        hall.questions.own["Q0001"] = own("Q0001", text=LAMP, **promise)
        await page.get_by_role("button", name="我的提问").tap()
        await page.get_by_text("现场承诺").wait_for()
        shots.append(await shoot(page))
        await page.get_by_role("button", name="返回评议").tap()
        hall.questions.public = [public("Q0007", text=HEATING, supporters=23), public("Q0009", unit="u6", supporters=4)]
        await page.get_by_role("button", name="大家的提问").tap()
        await page.get_by_role("button", name="附议 Q0007").tap()
        await page.get_by_text("已附议").wait_for()
        shots.append(await shoot(page))
        await page.get_by_role("button", name="返回评议").tap()
        shots += await report(page)
    return shots


async def report(page: Page) -> list[Image.Image]:
    await write(page, "")
    await page.get_by_role("button", name="举报违纪违法").tap()
    await page.get_by_label("举报内容").fill(BRIBE)
    shots = [await shoot(page)]
    await page.get_by_role("button", name="加密发送").tap()
    await page.get_by_text("举报回执").wait_for()
    return [*shots, await shoot(page)]


async def lent(browser: Browser) -> list[Image.Image]:
    """The lent phone: the next card, please; and thanks."""
    async with phone(browser, "desk", "请扫评议卡") as (hall, page):
        shots = [await shoot(page)]
        await page.keyboard.type(f"{CARD}\n")
        await page.get_by_text(IN).wait_for()
        await hall.open(window("r01"))
        await vote(page, "满意")
        await page.get_by_text("谢谢您").wait_for()
        shots.append(await shoot(page))
    return shots


Part = Callable[[Browser], Awaitable[list[Image.Image]]]


async def main() -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        with tempfile.TemporaryDirectory() as folder:
            pictures: dict[str, list[Part]] = {
                "phone": [straight_way],
                "phone-asking": [partial(asking_screens, folder=Path(folder)), lent],
                "phone-more": [come_too_late, lost_lines, rarer],
            }
            for name, parts in pictures.items():
                shots = [shot for part in parts for shot in await part(browser)]
                montage(shots, ACROSS, SMALL_PHONE["width"]).quantize(128).save(HERE / f"{name}.png", optimize=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
