"""Air and wall in a real Chromium, on real doors: every scene, hostile texts, long names, lost lines."""

from __future__ import annotations

import copy
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from audience_server.domain.scene_names import SCENE_KINDS
from audience_server.endpoints.control_door import ControlDoor
from audience_server.endpoints.listen import PublicDoor
from audience_server.main import join_code
from audience_server.notary.verify import verify
from audience_server.pages.page_set import studio_page_set
from tests.browser.conftest import is_complaint
from tests.browser.lan_cable import cable_to
from tests.show_rig import SMALL_SESSION, Show
from tests.test_live_air import TRIAL_AND_MOOD, air, ask, deed, report_of, voted

pytestmark = pytest.mark.browser

MOODS = ("1", "1", "1", "2", "2")
RUNNING = re.compile(r"0[23]:[0-9]{2}")  # the server's clock stands still, the page's goes on
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
UNIT = SMALL_SESSION.replace(
    'name = "市教育局"\ncategory = "gov"',
    'name = "市教育局"\ncategory = "gov"\nhead = "局长 王建国"\npledges = ["办理时限由5个工作日压缩到3个"]',
)
LONG = UNIT.replace("市教育局", "某某市经济技术开发区管理委员会行政审批与公共资源交易服务中心")
HOSTILE = "<img src=x onerror=alert(1)> [b]粗[/b] {unit} &amp; \\u202e"


@dataclass(slots=True)
class Studio:
    show: Show
    door: PublicDoor
    page: Page

    async def scene(self, kind: str) -> None:
        """Until the stage shows one section of that kind and none is leaving."""
        await self.page.locator(f"section.{kind}:not(.coming):not(.leaving)").wait_for()
        await expect(self.page.locator("section.leaving")).to_have_count(0)
        await self.page.evaluate("document.fonts.ready.then(() => true)")
        await self.page.evaluate("Promise.all(document.getAnimations().map((moving) => moving.finished))")


@asynccontextmanager
async def studio(
    chromium: Browser, text: str = UNIT, path: str = "/air?full", size: tuple[int, int] = (1280, 720)
) -> AsyncIterator[Studio]:
    show = await Show(text, rehearsal=True).start()
    show.session.air.maker.join = join_code("http://192.168.8.2:8080/#open.offsite")
    door = await PublicDoor.start(show.session, "127.0.0.1", 0, studio_page_set())
    context = await chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text, line.type) else None)
    try:
        await page.goto(f"http://127.0.0.1:{door.port}{path}")
        yield Studio(show, door, page)
        assert complaints == []
    finally:
        await context.close()
        await door.close()


async def inside(page: Page) -> None:
    """Every text of the stage lies within the picture, and within its own box."""
    spilled = await page.evaluate(
        """() => [...document.querySelectorAll("#stage :is(p, h1, li, span, b)")]
            .filter((node) => node.getClientRects().length > 0)
            .filter((node) => {
              const box = node.getBoundingClientRect();
              return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
            })
            .map((node) => node.textContent)"""
    )
    assert [] == spilled


async def flawless(page: Page) -> None:
    """No finding of axe-core."""
    await page.evaluate(f"() => {{ if (!window.axe) {{ {AXE.read_text('utf-8')} }} }}")
    found: dict[str, Any] = await page.evaluate("axe.run()")
    assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


async def held(show: Show) -> str:
    """Everything that a scene can show has happened; the number of a question with a promise."""
    number = await ask(show, "路灯什么时候修好?" * 5)
    await deed(show, number, "approve")
    await deed(show, number, "promise", text="一周内全部修好" * 10, due="2026-12-01")
    await show.do("cue", cue="edu-report")
    await voted(show, "r01")
    await voted(show, "r02")
    await voted(show, "r03", MOODS)
    for round_id in ("r01", "r02", "r03"):
        await show.do("reveal", round=round_id)
    _, bundle = await show.session.evidence()
    await show.do("recount", round="r01", report=report_of(verify(bundle).as_json()))
    return number


@pytest.mark.parametrize("text", [UNIT, LONG], ids=["usual", "long"])
async def test_every_scene_stands_within_the_picture(chromium: Browser, text: str) -> None:
    """From join to board, names of thirty characters included; 彩排 is on each of them, and axe finds nothing."""
    async with studio(chromium, text.replace("[result]", TRIAL_AND_MOOD + "[result]")) as at:
        number = await held(at.show)
        scenes = {"join": "", "unit": "edu", "countdown": "", "turnout": "r01", "question": number, "result": "r01"}
        scenes |= {"mood": "r03", "ranking": "gov", "pledge": "edu", "promise": "edu", "fingerprint": "r01"}
        scenes |= {"title": "电视评议", "recount": "r01"}
        assert {"blank"} == set(SCENE_KINDS) - set(scenes)
        for scene, target in scenes.items():
            await air(at.show, scene, target)
            await at.scene(scene)
            await inside(at.page)
            await at.page.get_by_text("彩排 非正式结果").wait_for()
            if text == UNIT:
                await flawless(at.page)


async def test_the_wall_shows_every_vote_of_the_hall(chromium: Browser) -> None:
    """The trial before it is open, the open vote, a mood, a result; readable by everybody."""
    async with studio(chromium, UNIT.replace("[result]", TRIAL_AND_MOOD + "[result]"), "/wall") as at:
        show = at.show
        await show.do("cue", cue="t01-trial")
        await at.scene("turnout")
        await at.page.get_by_text("试投,不计入结果").wait_for()
        await flawless(at.page)
        phones = await show.phones(5)
        await show.hold("t01", phones, ["1", "1", "1", "1", "2"])
        await voted(show, "r03", MOODS)
        await show.do("reveal", round="r03")
        await at.scene("mood")
        await inside(at.page)
        await flawless(at.page)
        await voted(show, "r01")
        await show.do("reveal", round="r01")
        await at.scene("result")
        await inside(at.page)
        await flawless(at.page)


HALL = """
async ([kind, panels]) => {
  const { Stage } = await import("/air/stage.js");
  for (const node of document.querySelectorAll("section")) node.remove();
  const one = { panel: "人大代表、政协委员", issued: 400, returned: 388 };
  const each = Array(panels).fill(one);
  const options = ["满意", "基本满意", "不满意", "不了解"];
  const bars = options.map((label) => ({ option: label, label, count: 97, percent: "25.0" }));
  const groups = each.map(({ panel }) => ({ panel, title: "", total: 388, bars, withheld: false }));
  const turnout = { state: "open", title: "市教育局", trial: false, closes_in_ms: 60000, panels: each };
  const scene = { kind, title: "市教育局", ...(kind === "turnout" ? turnout : { groups }) };
  const stage = new Stage(document.getElementById("stage"), "page_title");
  await stage.show({ language: "zh-Hans", rehearsal: false, scene });
  await document.fonts.ready;
  const drawn = [...document.querySelectorAll(":is(.panels, .groups) :is(p, span, b)")];
  const cut = drawn.filter((node) => {
    const [box, room] = [node, node.closest(".panels, .groups")].map((one) => one.getBoundingClientRect());
    return box.top < room.top - 4 || box.bottom > room.bottom + 4 || box.right > room.right + 2;
  });
  const tracks = [...document.querySelectorAll(".track")].map((node) => node.clientWidth);
  const letters = Math.min(...drawn.map((node) => parseFloat(getComputedStyle(node).fontSize)));
  return { cut: cut.map((node) => node.textContent), narrowest: Math.min(9999, ...tracks), letters };
}"""


@pytest.mark.parametrize("path", ["/air?full", "/wall"])
async def test_every_panel_of_a_hall_is_whole(chromium: Browser, path: str) -> None:
    """From one panel to six: no name and no number is cut, letters can be read, and a bar can be seen as a bar."""
    async with studio(chromium, path=path) as at:
        await at.page.wait_for_load_state("networkidle")
        for panels in range(1, 7):
            turnout = await at.page.evaluate(HALL, ["turnout", panels])
            assert (panels, [], True) == (panels, turnout["cut"], turnout["letters"] >= 24), turnout
            result = await at.page.evaluate(HALL, ["result", panels])
            assert (panels, [], True) == (panels, result["cut"], result["letters"] >= 24), result
            assert result["narrowest"] > 120


async def test_a_recount_that_differs_is_said_as_plainly_as_one_that_agrees(chromium: Browser) -> None:
    """About this round, with its check code, and in words as well as in colour."""
    async with studio(chromium) as at:
        await voted(at.show)
        await at.show.do("reveal", round="r01")
        _, bundle = await at.show.session.evidence()
        report = verify(bundle).as_json()
        other = copy.deepcopy(report_of(report).by)
        assert other is not None
        other["deputies"]["counts"]["overall"] |= {"yes": 1, "no": 2}
        for found, told in (({}, "本轮数据核验一致"), ({"by": other}, "本轮数据核验不一致")):
            await at.show.do("recount", round="r01", report=report_of(report, **found))
            await air(at.show, "recount", "r01")
            await at.page.locator("section.recount:not(.leaving)").get_by_text(told, exact=True).wait_for()
            await at.page.get_by_text(report["rounds"][0]["fingerprint"]).first.wait_for()


async def test_a_long_name_on_the_board_is_whole(chromium: Browser) -> None:
    """In its row, by two lines or smaller letters; the others keep their size."""
    async with studio(chromium, LONG) as at:
        await voted(at.show)
        await voted(at.show, "r02")
        await at.show.do("reveal", round="gov")
        await air(at.show, "ranking", "gov")
        for step in range(2):
            await air(at.show, "next")
            await at.page.locator(".place.shown").nth(step).wait_for()
            wide = "(names) => names.filter((name) => name.scrollWidth > name.clientWidth + 1).length"
            assert 0 == await at.page.locator(".board .unit").evaluate_all(wide)
        tall = "(name) => [name.scrollHeight - name.clientHeight, getComputedStyle(name).textOverflow]"
        spilled, shortened = await at.page.locator(".board .unit", has_text="公共资源交易服务中心").evaluate(tall)
        assert (True, "clip") == (spilled < 12, shortened)


RARE = "区𠮷㛃垚犇骉囍冇嘅䶮𡐓𫖯堃김ㆠ"
FAMILY = "👨‍👩‍👧‍👦🏳️‍🌈"


async def drawn_by(page: Page, selector: str) -> list[dict[str, Any]]:
    """The fonts with which Chromium has really drawn an element, as its own inspector tells."""
    inspector = await page.context.new_cdp_session(page)
    await inspector.send("DOM.enable")
    await inspector.send("CSS.enable")
    document = await inspector.send("DOM.getDocument")
    found = await inspector.send("DOM.querySelector", {"nodeId": document["root"]["nodeId"], "selector": selector})
    fonts = await inspector.send("CSS.getPlatformFontsForNode", {"nodeId": found["nodeId"]})
    told: list[dict[str, Any]] = fonts["fonts"]
    return told


async def test_rare_characters_of_names_are_drawn_by_our_own_font(chromium: Browser) -> None:
    """Variants, Extension A, surnames of Extension B, hangul; a page without them fetches nothing more."""
    fetched: list[str] = []
    async with studio(chromium, UNIT.replace("市生态环境局", RARE)) as at:
        at.page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
        await air(at.show, "unit", "edu")
        await at.scene("unit")
        assert [] == [name for name in fetched if name.endswith(".woff2")]
        await air(at.show, "unit", "env")
        await at.page.get_by_text(RARE).wait_for()
        await at.scene("unit")
        assert {True} == {font["isCustomFont"] for font in await drawn_by(at.page, "section:last-of-type .body")}
        await inside(at.page)
        wanted = {"noto-rare.woff2", "noto-ext-a.woff2", "noto-beyond.woff2", "noto-hangul.woff2", "noto-signs.woff2"}
        assert wanted == {name for name in fetched if name.endswith(".woff2")}


async def test_an_emoji_moves_nothing(chromium: Browser) -> None:
    """It is drawn by whatever font the computer has, in the same line."""
    names = SMALL_SESSION.replace("市生态环境局", f"环境局{FAMILY}")
    async with studio(chromium, names) as at:
        heights = []
        for unit in ("edu", "env"):
            await air(at.show, "unit", unit)
            await at.scene("unit")
            await inside(at.page)
            box = await at.page.locator("section.unit .body").bounding_box()
            assert box is not None
            heights.append((box["y"], box["height"]))
        assert heights[0] == heights[1]


async def test_hostile_text_is_text(chromium: Browser) -> None:
    """No element, no markup, no placeholder comes of it."""
    async with studio(chromium) as at:
        number = await ask(at.show, HOSTILE)
        await deed(at.show, number, "approve")
        await air(at.show, "question", number)
        await at.scene("question")
        assert 0 == await at.page.locator("#stage img").count()
        assert "<img src=x onerror=alert(1)> [b]粗[/b] {unit} &amp;" in await at.page.locator(".body").inner_text()


async def test_the_board_reveals_its_rows_without_moving_anything(chromium: Browser) -> None:
    """A row's box is where it was before it was filled; titles say what the number is."""
    async with studio(chromium) as at:
        await voted(at.show)
        await voted(at.show, "r02")
        await at.show.do("reveal", round="gov")
        await air(at.show, "ranking", "gov")
        await at.scene("ranking")
        assert "政府部门 综合得分" == await at.page.locator("h1").inner_text()
        boxes = "[...document.querySelectorAll('.place')].map((box) => box.getBoundingClientRect().top)"
        before = await at.page.evaluate(boxes)
        await air(at.show, "next")
        await at.page.locator(".place.shown").wait_for()
        assert before == await at.page.evaluate(boxes)
        assert 1 == await at.page.locator(".place.shown").count()


async def test_numbers_change_in_place(chromium: Browser) -> None:
    """A rising turnout is no new scene, and moves nothing."""
    async with studio(chromium) as at:
        phones = await at.show.phones(5)
        await at.show.do("zero")
        await at.show.do("open", round="r01", despite_cue=True)
        await air(at.show, "turnout", "r01")
        await at.scene("turnout")
        section = await at.page.locator("section.turnout").element_handle()
        assert section is not None
        where = await at.page.locator(".numbers b").last.bounding_box()
        await at.show.cast_all(phones, "r01", ["1"] * 5)
        at.show.session.changed.bump()
        await at.page.locator(".numbers b").last.get_by_text("5").wait_for()
        assert await section.evaluate("(node) => node.isConnected")
        assert where == await at.page.locator(".numbers b").last.bounding_box()


async def test_a_lost_line_freezes_the_picture_and_shows_no_trouble(chromium: Browser) -> None:
    """The last picture stays; a clock says nothing rather than something wrong; the line comes back by itself."""
    async with studio(chromium) as at:
        await at.show.do("cue", cue="edu-report")
        await air(at.show, "countdown")
        await at.scene("countdown")
        await at.page.locator(".digits").get_by_text(RUNNING).wait_for()
        port = at.door.port
        await at.door.close()
        await at.page.locator(".digits").get_by_text("--:--").wait_for()
        assert "市教育局 述职" == await at.page.locator(".what").inner_text()
        at.door = await PublicDoor.start(at.show.session, "127.0.0.1", port, studio_page_set())
        await at.page.locator(".digits").get_by_text(RUNNING).wait_for()
        await at.door.close()


async def test_a_pulled_cable_is_noticed_though_nobody_says_so(chromium: Browser) -> None:
    """No line is closed, nothing comes: the picture stays, its clock stops, and all comes back with the cable."""
    async with studio(chromium) as at, cable_to(f"http://127.0.0.1:{at.door.port}", "127.0.0.1") as cable:
        await at.show.do("cue", cue="edu-report")
        await air(at.show, "countdown")
        await at.page.goto(f"{cable.url}/air?full")
        await at.page.locator(".digits").get_by_text(RUNNING).wait_for()
        cable.fall_silent()
        await at.page.locator(".digits").get_by_text("--:--").wait_for()
        assert "市教育局 述职" == await at.page.locator(".what").inner_text()
        cable.flow_again()
        await at.page.locator(".digits").get_by_text(RUNNING).wait_for()


async def test_clear_air_is_empty_and_transparent(chromium: Browser) -> None:
    """For keying over the picture: without ?full there is nothing behind the scene."""
    async with studio(chromium, path="/air") as at:
        await air(at.show, "unit", "edu")
        await at.scene("unit")
        assert "rgba(0, 0, 0, 0)" == await at.page.evaluate("getComputedStyle(document.body).backgroundColor")
        await air(at.show, "clear")
        await at.page.locator("section").wait_for(state="detached")
        assert "" == await at.page.locator("#stage").inner_text()


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1440, 1080)])
async def test_the_stage_fills_any_picture(chromium: Browser, size: tuple[int, int]) -> None:
    """1080p, 4K, and 4:3 with bars; safe areas on demand; another theme by its name."""
    async with studio(chromium, path="/air?safe&theme=plain", size=size) as at:
        await air(at.show, "question", await _approved(at.show))
        await at.scene("question")
        box = await at.page.locator("#stage").bounding_box()
        assert box is not None
        assert (size[0], round(size[0] * 9 / 16)) == (round(box["width"]), round(box["height"]))
        await at.page.locator(".safe-title").wait_for()
        assert "rgb(20, 32, 43)" == await at.page.evaluate("getComputedStyle(document.getElementById('stage')).color")


async def _approved(show: Show) -> str:
    number = await ask(show, "问" * 200)
    await deed(show, number, "approve")
    return number


async def test_the_wall_shows_how_to_join_and_passes_axe(chromium: Browser) -> None:
    """Large, by itself, and without a finding."""
    async with studio(chromium, path="/wall") as at:
        await at.scene("join")
        await at.page.get_by_text("扫码参加评议").wait_for()
        await flawless(at.page)


async def test_the_preview_is_on_the_control_port_for_whoever_may_take_it(chromium: Browser) -> None:
    """The same page behind a token; a screener's opens nothing."""
    async with studio(chromium) as at:
        control = await ControlDoor.start(at.show.session, "127.0.0.1", 0, join_url="x", pages=studio_page_set())
        try:
            tokens = {role: at.show.session.people.admit(role, [role]) for role in ("graphics", "screener")}
            page = await at.page.context.new_page()
            await page.goto(f"http://127.0.0.1:{control.port}/air?token={tokens['graphics']}&full=")
            assert page.url.endswith("/air?full=")
            await at.show.do("air", scene="unit", target="edu", to="preview")
            await page.get_by_text("局长 王建国").wait_for()
            assert 0 == await at.page.get_by_text("局长 王建国").count()
            await page.close()
        finally:
            await control.close()
