"""One table of texts that strangers may send, through everything that shows them: nothing happens anywhere.

The texts go in by the phone socket of a real server and come out on phones, console, host, air, wall, in workbook, PDF,
CSV, published files, logs and evidence.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.async_api import Page, async_playwright

from audience_server.audience.phone_line import LineLost
from audience_server.exports import export_of_directory
from audience_server.reports.tables import plain, unformulated
from tests.browser.conftest import SMALL_PHONE, chromium_path
from tests.browser.test_asking import send, write
from tests.console.test_console_terminal import terminal
from tests.desk_robot import DeskRobot, token_of
from tests.phone_robot import PhoneRobot
from tests.processes import Served, must, served
from tests.test_whole_shows import cards_for

SESSION = Path(__file__).resolve().parent / "sessions" / "rehearsal-90.toml"

HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)> 甲",
    "attribute": '" onmouseover="alert(1)" x="乙',
    "textual-markup": "[/nope][@click=app.quit]点我[/] [b]丙",
    "rich-link": "[link=file:///etc/passwd]丁[/link] a[",
    "placeholder": "{unit} {{count}} %s %(x)s ${PATH} 戊",
    "escape-codes": "\x1b[31m\x1b]0;title\x07\x1b]52;c;ZXZpbA==\x07\x9b2J 己",
    "bidi": "\u202e\u2066evil\u2069\u202c 庚",
    "zero-width": "敏\u200b感\u2060词\ufeff\u00ad 辛",
    "line-breaks": "一\r\n二\u2028三\u0085四\x0b五 壬",
    "formula": '=HYPERLINK("http://evil/","癸")',
    "formula-plus": "+cmd|' /C calc'!A0 子",
    "formula-at": "@SUM(1+1)*cmd 丑",
    "emoji-family": "家👨‍👩‍👧‍👦🇨🇳👍🏽 寅",
    "combining": "Z̷̢̡̛̗̘a̶̡͓̗l̵̨͎̲g̷̢̛o̸ 卯",
    "json": '"}],"type":"view","x":[{" 辰',
    "css": "</style><style>*{display:none}</style> 巳",
    "url": "javascript:alert(1) file:///etc/passwd 午",
    "long": "长" * 199 + "未",
    "astral": "𠮷野家𝒳 申",
}
TOO_LONG = "长" * 100_000


async def ask_all(server: Served, link: str, robot_token: str) -> dict[str, dict[str, Any]]:
    """Every text asked by a real phone and approved by a real screener; name -> the question as the desk has it."""
    async with DeskRobot(server.ready["control"], robot_token) as screener:
        await screener.watch_questions()
        phone = await PhoneRobot.connect(server.ready["url"], link.split("#c1.")[1][:20])
        await phone.hello()
        await phone.present()
        for name, text in HOSTILE.items():
            answer = await phone.request({"type": "ask", "kind": "question", "unit": "edu", "text": text})
            assert "received" == answer["type"], (name, answer)
        await far_too_long(server, phone, screener)
        await screener.until(lambda: len(screener.queue) == len(HOSTILE))
        numbers = sorted(screener.queue)
        await screener.do("question", numbers=numbers, do="approve")
        listed = await phone.request({"type": "questions"})
        assert len(HOSTILE) == len(listed["questions"])
        harmless_text(json.dumps(listed, ensure_ascii=False))
        await phone.hang_up()
        return dict(zip(HOSTILE, (screener.queue[number] for number in numbers), strict=True))


async def far_too_long(server: Served, phone: PhoneRobot, screener: DeskRobot) -> None:
    """100,000 characters: what fits a frame is refused and the line lives on, more ends the line that sent it, and no
    other; at the desk it is refused as well.
    """
    asked = {"type": "ask", "kind": "question", "unit": "edu"}
    for text in (TOO_LONG[:4000], "x" * 16_000):
        refused = await phone.request({**asked, "text": text})
        assert refused["code"] in ("question_too_long", "bad_message"), refused
    flood = await PhoneRobot.connect(server.ready["url"])
    await flood.hello()
    with pytest.raises(LineLost):
        await flood.request({**asked, "text": TOO_LONG})
    await flood.hang_up()
    for command, fields in (
        ("question", {"numbers": ["Q0001"], "do": "edit", "text": TOO_LONG}),
        ("case", {"do": "make", "fields": {"content": TOO_LONG}}),
        ("remark", {"text": TOO_LONG}),
        ("air", {"scene": "title", "target": TOO_LONG}),
        ("words", {"words": [TOO_LONG]}),
    ):
        answer = await screener.ask(command, **fields)
        assert "refused" == answer["type"], (command, answer)
    assert "received" not in (await phone.request({**asked, "text": ""}))["type"]


def harmless_text(text: str, allowed: str = "\n") -> None:
    """Nothing that a terminal or a bidirectional layout obeys."""
    bad = {
        character
        for character in text
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in f"{allowed}\u200d"
    }
    assert not bad, [f"U+{ord(each):04X}" for each in bad]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    folder = tmp_path_factory.mktemp("hostile")
    text = SESSION.read_text("utf-8").replace("per_card = 6", "per_card = 50")
    session = folder / "hostile.toml"
    session.write_text(text, "utf-8")
    cards_for(session, folder)
    with served(session, folder / "data") as running:
        yield running, folder


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_hostile_texts_do_nothing_anywhere(server: tuple[Served, Path]) -> None:
    """Asked, approved, cued, aired, promised, exported, logged: text stays text."""
    running, folder = server
    token = token_of(running.ready)
    with (folder / "links.csv").open(newline="") as file:
        link = list(csv.reader(file))[1][2]
    questions = await ask_all(running, link, token)
    for question in questions.values():
        harmless_text(question["text"])
    await on_pages(running, token, questions)
    await in_a_terminal(running, folder, questions)
    await on_a_phone(running, folder, questions)
    await the_register(running, token, questions)
    running.end()
    await in_files(folder, [question["text"] for question in questions.values()])
    in_logs(folder)


async def on_pages(running: Served, token: str, questions: dict[str, dict[str, Any]]) -> None:
    """Host, air and wall in a real Chromium: every text on them once, no element of theirs, no dialog."""
    async with async_playwright() as playwright, DeskRobot(running.ready["control"], token) as desk:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        dialogs: list[str] = []
        context = await browser.new_context(viewport={"width": 1280, "height": 720})
        pages = {name: await context.new_page() for name in ("air", "wall", "host")}
        for page in pages.values():
            page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        await pages["air"].goto(running.ready["air"])
        await pages["wall"].goto(running.ready["wall"])
        control = running.ready["control"].replace("ws://", "http://").removesuffix("/control")
        await pages["host"].goto(f"{control}/host?token={token}")
        await desk.do("cue", cue="edu-questions")
        for question in questions.values():
            number = question["number"]
            await desk.do("question", numbers=[number], do="assign", cue="edu-questions")
            await desk.do("air", scene="question", target=number)
            for name, page in pages.items():
                await page.get_by_text(number).first.wait_for()
                shown = await page.evaluate("document.body.innerText")
                whole = re.sub(r"\s", "", question["text"])
                assert whole in re.sub(r"\s", "", shown), (name, question["text"])
                assert 0 == await page.locator("img, iframe, a").count(), name
                assert await page.evaluate("getComputedStyle(document.body).display") != "none"
        assert [] == dialogs
        await browser.close()


async def on_a_phone(running: Served, folder: Path, questions: dict[str, dict[str, Any]]) -> None:
    """Another person's phone in a real Chromium: among what all may read, and as one's own, typed there."""
    with (folder / "links.csv").open(newline="") as file:
        code = list(csv.reader(file))[2][2].split("#c1.")[1]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        context = await browser.new_context(viewport=SMALL_PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
        page = await context.new_page()
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        await page.goto(f"{running.ready['url']}/#c1.{code}")
        await page.get_by_text("签到成功").first.wait_for()
        await page.get_by_role("button", name="大家的提问").tap()
        await page.locator(".question-card").nth(len(questions) - 1).wait_for()
        await inert(page, [question["text"] for question in questions.values()])
        await page.get_by_role("button", name="返回评议").tap()
        for name in ("html", "bidi"):
            await write(page, HOSTILE[name])
            await send(page)
            await page.get_by_text("提问回执").wait_for()
            await page.get_by_role("button", name="返回评议").tap()
        await page.get_by_role("button", name="我的提问").tap()
        await page.locator(".question-card").nth(1).wait_for()
        await inert(page, [questions[name]["text"] for name in ("html", "bidi")])
        assert [] == dialogs
        await browser.close()


async def inert(page: Page, texts: list[str]) -> None:
    """All of them to be read, and nothing of them at work."""
    shown = re.sub(r"\s", "", await page.evaluate("document.body.innerText"))
    assert [] == [text for text in texts if re.sub(r"\s", "", text) not in shown]
    assert 0 == await page.locator("img, iframe, a, script:not([src]), style").count()
    assert await page.evaluate("getComputedStyle(document.body).display") != "none"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def in_a_terminal(running: Served, folder: Path, questions: dict[str, dict[str, Any]]) -> None:
    """The console on its questions screen in tmux: alive after every text, its title and clipboard untouched."""
    if shutil.which("tmux") is None:
        pytest.fail("tmux is needed")
    async with terminal(folder, running.ready["control"], Path(running.ready["token_file"])) as screen:
        await screen.until(lambda text: "已连接" in text)
        await screen.tmux("send-keys", "-t", "show", "2")
        await screen.until(lambda text: "Q0001" in text)
        for question in questions.values():
            head = f"{question['number']}  提问"
            lines = await screen.until(_holding(head))
            harmless_text("".join(lines))
            await screen.tmux("send-keys", "-t", "show", "Down")
        assert "ZXZpbA" not in await screen.tmux("show-buffer")
        assert "title" not in await screen.flag("pane_title")


def _holding(part: str) -> Callable[[str], bool]:
    return lambda text: part in text


async def the_register(running: Served, token: str, questions: dict[str, dict[str, Any]]) -> None:
    async with DeskRobot(running.ready["control"], token) as desk:
        for question in questions.values():
            made = await desk.do("case", do="make", fields={"question": question["number"]})
            assert question["text"] == made["case"]["content"]
        log = await desk.do("show-log", limit=500)
        harmless_text(json.dumps(log, ensure_ascii=False))
        for question in questions.values():
            assert question["text"] not in json.dumps(log, ensure_ascii=False)


async def in_files(folder: Path, texts: list[str]) -> None:
    """Workbook, PDF, CSV and the public set: every text has arrived in each, as text."""
    for kind in ("xlsx", "pdf", "csv", "public"):
        must("export", "--data", folder / "data", "--out", folder / kind, "--only", kind)
    in_a_workbook(folder, texts)
    cells = [cell for file in (folder / "csv").rglob("*.csv") for row in rows_of(file) for cell in row]
    for text in texts:
        assert 2 == cells.count(unformulated(text)), ("questions and register", text)
    for file in [*(folder / "csv").rglob("*.csv"), *(folder / "public").rglob("*.csv")]:
        for row in rows_of(file):
            assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "@"))], file.name
            harmless_text("".join(row), "")
    for file in (folder / "public").rglob("*.html"):
        assert "<script>alert" not in file.read_text("utf-8")
    await in_a_pdf(folder, texts)


def rows_of(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))


def in_a_workbook(folder: Path, texts: list[str]) -> None:
    [book] = (folder / "xlsx").glob("*.xlsx")
    with zipfile.ZipFile(book) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode("utf-8")
            assert "<f>" not in content, name
            assert "hyperlink" not in content, name
        strings = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    cells = ["".join(part.itertext()) for part in strings]
    assert [] == [text for text in texts if plain(text) not in cells]


async def in_a_pdf(folder: Path, texts: list[str]) -> None:
    """Nothing that a reader would run or follow; what no font holds stands there as a mark of its own."""
    [document] = (folder / "pdf").glob("*.pdf")
    for active in (b"/JavaScript", b"/URI", b"/Launch", b"/EmbeddedFile", b"/AcroForm"):
        assert active not in document.read_bytes(), active
    read = await asyncio.to_thread(_read_pdf, document)
    missing = (await export_of_directory(folder / "data", "pdf")).missing
    shown = as_printed(read, frozenset())
    assert [] == [text for text in texts if as_printed(plain(text), missing) not in shown]


def _read_pdf(document: Path) -> str:
    return subprocess.check_output(["pdftotext", "-raw", document, "-"], text=True)


def as_printed(text: str, missing: frozenset[str]) -> str:
    return "".join("〓" if each in missing else each for each in text if not each.isspace())


def in_logs(folder: Path) -> None:
    """`tail -f` is a terminal too."""
    harmless_text((folder / "data" / "server.log").read_text("utf-8"))
