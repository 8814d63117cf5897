"""How the verifier's page holds up: hostile texts, its policy, axe's rules, small screens, zoom, paper."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from tests.browser.conftest import SMALL_PHONE
from tests.browser.verify_reader import PRACTICE, Reader, bundle, on_disk, reading, served
from tests.notary.bundle_maker import Show
from tests.notary.show_rules import RULES

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TURNED = "\u202e\u2066彩排"
LONG = "某某市经济技术开发区管理委员会行政审批与公共资源交易服务中心" * 40
UNBROKEN = "W" * 3000
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
ZOOMED: ViewportSize = {"width": 640, "height": 450}  # what a desktop of 1280 has left at 200 %
SMALLEST_TEXT = """() => [...document.querySelectorAll("main *, header *")]
  .filter((each) => each.getClientRects().length > 0 && [...each.childNodes].some((child) => child.nodeType === 3))
  .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 18)
  .map((each) => each.textContent)"""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, .picker label, summary, input[type=text]")]
  .filter((each) => each.getClientRects().length > 0 && each.getBoundingClientRect().height < 44)
  .map((each) => each.textContent)"""
SPILLED = """() => [...document.querySelectorAll("main *")]
  .filter((each) => each.getClientRects().length > 0 && each.closest(".wide") === null)
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.textContent.slice(0, 80))"""


@cache
def hostile_bundle() -> bytes:
    """Names, titles and reasons that want to be more than text, in a record whose signatures are good."""
    rules = RULES
    for name, evil in (
        ('title = "演示场次"', MARKUP + TURNED),
        ('place = "一号演播厅"', "{title} {0} %s"),
        ('name = "人大代表"', UNBROKEN),
        ('name = "市教育局"', LONG),
        ('name = "市供电公司"', MARKUP),
        ('name = "满意"', MARKUP),
        ('name = "政府部门"', "constructor"),
        ('name = "问卷"', "__proto__"),
    ):
        assert name in rules
        rules = rules.replace(name, f"{name.split(' = ')[0]} = {json.dumps(evil)}")

    def alter(tag: str, body: dict[str, Any]) -> dict[str, Any]:
        evil = {"incident": {"text": MARKUP + UNBROKEN}, "extend": {"reason": MARKUP}, "open": {"title": LONG}}
        return {**body, **evil.get(tag, {})}

    return Show(rules=rules, alter=alter).play().bundle()


async def opened(at: Reader, data: bytes) -> None:
    """The report, with all that is folded unfolded."""
    await at.check(data)
    await at.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


async def check_looks(page: Page) -> None:
    """Nothing wider than the window, nothing too small to read or to hit."""
    assert [] == await page.evaluate(SPILLED)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [] == await page.evaluate(SMALLEST_TEXT)
    assert [] == await page.evaluate(SMALL_TARGETS)


async def check_axe(page: Page) -> None:
    found: dict[str, Any] = await page.evaluate(f"(() => {{ {AXE} }})(), axe.run()")
    assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in found["violations"]]


@pytest.mark.parametrize("size", [(1280, 900), (360, 640)], ids=["desktop", "phone"])
async def test_hostile_texts_are_texts_and_break_nothing(
    chromium: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with reading(chromium, on_disk(tmp_path), size) as at:
        at.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        await opened(at, hostile_bundle())
        told = await at.text()
        assert "数据核验一致(有提示)" in await at.text("#verdict")
        assert MARKUP in told
        assert "\u202e" not in told
        assert "{title} {0} %s" in told
        assert "constructor 综合得分" in told
        assert "__proto__得分" in told
        assert [0, 0] == await at.page.evaluate(
            "['main img', 'main script'].map((each) => document.querySelectorAll(each).length)"
        )
        await check_looks(at.page)


@pytest.mark.parametrize("kind", ["start", "self-asserted", "rehearsal", "entry", "no evidence"])
async def test_every_state_of_the_page_can_be_read(chromium: Browser, tmp_path: Path, kind: str) -> None:
    """Text of 18 px and more, targets of 44, nothing beside the window; axe's rules: contrast, names, roles, order."""
    async with reading(chromium, on_disk(tmp_path)) as at:
        if kind != "start":
            await opened(at, b"%PDF-1.7" if kind == "no evidence" else bundle(kind))
        for size in (DESKTOP, ZOOMED, SMALL_PHONE):
            await at.page.set_viewport_size(size)
            await check_looks(at.page)
        await check_axe(at.page)


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
async def test_other_languages_can_be_read_as_well(chromium: Browser, tmp_path: Path, language: str) -> None:
    async with reading(chromium, on_disk(tmp_path), (360, 640)) as at:
        await at.page.locator(f"#head [lang={language}]").click()
        await check_looks(at.page)
        await check_axe(at.page)
        await opened(at, bundle("entry"))
        await check_looks(at.page)
        await check_axe(at.page)


REACH = """(attempt) => new Promise((done) => {
  const say = (word) => () => done(word);
  const ends = { onerror: say("refused"), onload: say("reached"), onopen: say("reached") };
  const wait = (thing) => Object.assign(thing, ends);
  const ways = {
    fetch: () => fetch("/elsewhere").then(say("reached"), say("refused")),
    request: () => { const x = wait(new XMLHttpRequest()); x.open("GET", "/elsewhere"); x.send(); },
    picture: () => { wait(new Image()).src = "/elsewhere"; },
    script: () => { const x = wait(document.createElement("script")); x.src = "/elsewhere"; document.head.append(x); },
    socket: () => wait(new WebSocket(location.href.replace("http", "ws"))),
    worker: () => wait(new Worker("/elsewhere")),
  };
  try { ways[attempt](); } catch { done("refused"); }
})"""


@pytest.mark.parametrize("attempt", ["fetch", "request", "picture", "script", "socket", "worker"])
async def test_nothing_on_the_page_can_reach_another_place(chromium: Browser, attempt: str) -> None:
    """Not even its own server, had somebody put a script into it."""
    asked: list[str] = []
    with served(asked) as address:
        context = await chromium.new_context()
        page = await context.new_page()
        await page.goto(address)
        assert "refused" == await page.evaluate(REACH, attempt)
        await context.close()
    assert ["/verify"] == asked


async def test_a_script_that_was_put_into_the_page_does_not_run(chromium: Browser, tmp_path: Path) -> None:
    """The policy names the page's own scripts by their digests."""
    address = on_disk(tmp_path)
    path = tmp_path / "verify.html"
    text = path.read_text("utf-8").replace("</body>", "<script>document.title = 'changed';</script></body>")
    path.write_text(text.replace("<body>", "<body onload=\"document.title = 'changed'\">"), "utf-8")
    context = await chromium.new_context()
    page = await context.new_page()
    await page.goto(address)
    assert "证据包核验" == await page.title()
    await context.close()


def text_of(pdf: Path) -> str:
    command = ["pdftotext", "-layout", str(pdf), "-"]
    return subprocess.run(command, capture_output=True, check=True, timeout=30).stdout.decode()


async def paper(at: Reader, folder: Path) -> list[str]:
    """The text of each printed page."""
    (folder / "paper.pdf").write_bytes(await at.page.pdf(prefer_css_page_size=True))
    return text_of(folder / "paper.pdf").split("\f")[:-1]


async def test_on_paper_every_page_has_its_foot_and_what_was_folded_is_there(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("entry"))
        code = await at.text("#fingerprint .code")
        pages = await paper(at, tmp_path)
    for number, text in enumerate(pages, 1):
        assert "本件由软件生成,供核对使用,不是公证书。" in text
        assert f"{number}/{len(pages)}" in text.replace(" ", "")
        assert "彩排" not in text
    told = "\n".join(pages)
    assert "证据包核验报告" in pages[0]
    assert "数据核验不一致" in pages[0]
    assert code in told
    assert "作答票数" in told
    assert "本项测评作废重测" in told
    for button in ("保存报告", "核验另一个证据包", "选择回执文件", "简体中文", "查回执"):
        assert button not in told


@pytest.mark.parametrize(
    ("language", "practice"),
    [("zh-Hans", "彩排 非正式结果"), ("zh-Hant", "彩排 非正式結果"), ("en", "REHEARSAL, not an official result")],
)
async def test_every_sheet_of_a_rehearsal_says_that_it_is_one(
    chromium: Browser, tmp_path: Path, language: str, practice: str
) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.page.locator(f"#head [lang={language}]").click()
        await at.check(Show(origin=PRACTICE).play().bundle())
        for text in await paper(at, tmp_path):
            assert practice in text.lstrip().split("\n")[0]
