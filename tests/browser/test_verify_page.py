"""The verifier's page in a real Chromium: from disk and server, every verdict, receipts, languages, refusals."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page

from audience_server.lan_address import lan_address
from audience_server.notary import verify as v
from audience_server.pages.verify_page import verify_page
from tests.browser.conftest import is_complaint
from tests.notary.bundle_bytes import anchor
from tests.notary.bundle_maker import Show
from tests.notary.show_rules import LIVE

pytestmark = pytest.mark.browser

PRACTICE = f"{LIVE}/rehearsal-20261122T010203Z"
DESKTOP = (1280, 900)


@cache
def bundle(kind: str) -> bytes:
    """Evidence by the verdict that it deserves."""
    shows: dict[str, Callable[[], bytes]] = {
        "agreed": lambda: Show(witnessed=True).play().bundle(),
        "self-asserted": lambda: Show().play().bundle(),
        "rehearsal": lambda: Show(origin=PRACTICE).play().bundle(),
        "public": lambda: Show(witnessed=True).play().bundle(public=True),
        "entry": lambda: Show(hooks={"before seal": lambda show: show.append(b"c1/what\n")}).play().bundle(),
        "flipped": lambda: Show().play().bundle().replace(b"'use strict';", b"'use STRICT';"),
    }
    return shows[kind]()


@cache
def partial_bundle() -> bytes:
    """Exported before the seal."""

    class Left(Exception):
        pass

    def leave(_: Show) -> None:
        raise Left

    show = Show(hooks={"before seal": leave})
    with pytest.raises(Left):
        show.play()
    return show.bundle()


@dataclass(slots=True)
class Reader:
    """Somebody at the page."""

    page: Page
    requests: list[str]

    async def choose(self, data: bytes, name: str = "show.c1.tar") -> None:
        await self.page.locator("#bundle").set_input_files(payload(name, data))

    async def check(self, data: bytes, given: str = "") -> None:
        """Choose the evidence, give an anchor, start, wait for the verdict."""
        await self.choose(data)
        await self.page.locator("#anchor").fill(given)
        await self.start()

    async def start(self) -> None:
        await self.page.locator("button.primary").click()
        await self.page.locator("#verdict").wait_for()

    async def text(self, selector: str = "#page") -> str:
        return await self.page.locator(selector).inner_text()

    async def saved(self, button: str) -> tuple[str, str]:
        """The name and the text of what a button saves."""
        async with self.page.expect_download() as started:
            await self.page.get_by_role("button", name=button).click()
        download = await started.value
        return download.suggested_filename, (await download.path()).read_text("utf-8")


def payload(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as it lies on a disk."""
    path = tmp_path_factory.mktemp("verify") / "verify.html"
    path.write_bytes(verify_page())
    return path


@asynccontextmanager
async def reading(chromium: Browser, address: str, size: tuple[int, int] = DESKTOP) -> AsyncIterator[Reader]:
    """The page opened at an address; any complaint of the browser fails the test."""
    context = await chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(20_000)
    page = await context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line.text, line.type) else None)
    page.on("request", lambda request: requests.append(request.url))
    try:
        await page.goto(address)
        yield Reader(page, requests)
        assert complaints == []
    finally:
        await context.close()


@contextmanager
def served(asked: list[str]) -> Iterator[str]:
    """The page from a plain server on an address that is not loopback where there is one."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(verify_page())

        def log_message(self, format: str, *values: object) -> None:
            """Nothing is written to the terminal of the tests."""

    server = ThreadingHTTPServer((lan_address(), 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{server.server_address[0]}:{server.server_address[1]}/verify"
    finally:
        server.shutdown()
        server.server_close()


async def test_from_a_disk_a_witnessed_session_agrees(chromium: Browser, page_file: Path) -> None:
    """The verdict in words and a sign, with the focus and said aloud; code, sentences and scores are verify.py's."""
    report = v.verify(bundle("agreed"), anchor())
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle("agreed"), anchor())
        assert "✓数据核验一致" == re.sub(r"\s", "", await at.text("#verdict"))
        assert "verdict" == await at.page.evaluate("document.activeElement.id")
        assert "核验完成:数据核验一致。" == await at.page.locator("#spoken").inner_text()
        assert report.fingerprint == await at.text("#fingerprint .code")
        told = await at.text()
        for row in report.rounds:
            for numbers in (row.get("by") or {}).values():
                assert v.read_aloud(numbers) in told
        assert "政府部门后一位:市教育局。" in told
        assert "已给出,与公证员密钥一致" in told
        assert "核对签名(不具公证书效力)\n公证员甲、市统计局" in told
        assert [] == [url for url in at.requests if not url.startswith(("file:", "blob:", "data:"))]


async def test_from_a_server_it_is_the_same_page_and_asks_for_nothing_more(chromium: Browser) -> None:
    """Over plain http no browser offers Ed25519, and none is missed."""
    asked: list[str] = []
    with served(asked) as address:
        async with reading(chromium, address) as at:
            await at.check(bundle("self-asserted"))
            assert "数据核验一致(有提示)" in await at.text("#verdict")
    assert ["/verify"] == asked


KINDS = {
    "agreed": ("数据核验一致", "这个文件与它自己记载的全部签名、票数、得分、名次相符。"),
    "self-asserted": ("数据核验一致(有提示)", "无第三方副本,由主办方自行出具"),
    "rehearsal": ("数据核验一致(有提示)", "彩排 非正式结果"),
    "public": ("数据核验一致", "公开版:不含逐票开启值和计票数,计票与得分未核对"),
    "entry": ("数据核验不一致", "本页其余数字不能作为结果使用"),
    "flipped": ("数据核验不一致", "E103"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_evidence_is_told_as_what_it_is(chromium: Browser, page_file: Path, kind: str) -> None:
    verdict, words = KINDS[kind]
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle(kind), anchor() if kind in ("agreed", "public") else "")
        assert verdict == (await at.text("#verdict")).split("\n")[-1]
        told = await at.text()
        assert words in told
        assert ("予采信" in told) == (kind in ("entry", "flipped"))
        assert ("76.95" in told) == (kind != "public")


async def test_a_rehearsal_says_so_before_anything_else(chromium: Browser, page_file: Path) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle("rehearsal"))
        assert (await at.text()).startswith("彩排 非正式结果\n")


async def test_a_record_that_was_not_sealed_is_for_looking_only(chromium: Browser, page_file: Path) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(partial_bundle())
        assert "数据核验不一致" in await at.text("#verdict")
        assert "未封存的中间件:结束并封存记录之前导出,只供查看,不能存档。" in await at.text(".verdict")


@pytest.mark.parametrize("kind", ["agreed", "rehearsal", "public", "entry"])
async def test_the_saved_text_is_line_by_line_what_verify_py_prints(
    chromium: Browser, page_file: Path, kind: str
) -> None:
    given = anchor() if kind == "agreed" else None
    report = v.verify(bundle(kind), given)
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle(kind), given or "")
        name, text = await at.saved("保存报告(文字)")
        assert name.endswith(".txt")
        assert v.Page(report, True).text() == text
        await at.page.locator("#head [lang=en]").click()
        assert v.Page(report, False).text() == (await at.saved("Save the report (text)"))[1]


async def test_the_saved_json_is_the_report(chromium: Browser, page_file: Path) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle("entry"))
        name, text = await at.saved("保存报告(JSON)")
        found, expected = json.loads(text), v.verify(bundle("entry")).as_json()
        assert name.endswith(".json")
        assert {key: found[key] for key in expected} == json.loads(json.dumps(expected))


async def test_each_failure_has_code_place_sentence_expected_and_found(chromium: Browser, page_file: Path) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle("entry"))
        [row] = v.verify(bundle("entry")).of_kind("E")
        told = re.sub(r"\s+", " ", await at.text("#failures li"))
        assert f"E306 第{row.index}条 记录条目格式不正确 应为 格式正确的条目 实为 {row.found}" == told.strip()


async def test_the_time_line_tells_extensions_voids_and_incidents_with_reasons(
    chromium: Browser, page_file: Path
) -> None:
    """In the order of the record, with the clock of the notary's computer."""
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle("self-asserted"))
        lines = [re.sub(r"\s+", " ", line) for line in await at.page.locator("#acts li").all_inner_texts()]
        assert "2026-11-21 20:00:00 第0条 场次开始记录(正式场次),软件 maker 1" == lines[0]
        told = "|".join(lines)
        for part in (
            "※ 延时30秒【r02.2】 理由:等候",
            "※ 本项测评作废重测【r02】 理由:题目读错",
            "※ 评议卡作废:人大代表 7号 理由:污损",
            "※ 异常情况(网络):三号机位断线,已恢复",
            "清零确认:各单位票数均为零",
            "结束并封存记录",
        ):
            assert part in told


async def test_percentages_stand_behind_counts_and_say_what_they_are_of(chromium: Browser, page_file: Path) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle("self-asserted"))
        fold = at.page.locator("article", has_text="【r01】").locator("details")
        assert not await fold.locator("table").first.is_visible()
        await fold.locator("summary").click()
        rows = await fold.locator("tr").all_inner_texts()
        assert "评议项 满意 基本满意 不满意 不了解 作答票数(百分比的分母)" == " ".join(rows[0].split())
        assert "总体评价 2票 33.3% 2票 33.3% 1票 16.7% 1票 16.7% 6票" == " ".join(rows[1].split())
        assert "业务熟练程度 5票 85分1票、80分1票、75分1票、70分1票、60分1票 1票" == " ".join(rows[3].split())


async def test_titles_of_scores_say_what_the_number_is(chromium: Browser, page_file: Path) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle("self-asserted"))
        rows = await at.page.locator("#results tr").all_inner_texts()
        heads = "单位 名次 综合得分 不计未经核验的参与者 现场测评得分(权重70%) 问卷得分(权重30%) 备注"
        assert heads == " ".join(rows[0].split())
        assert "市教育局 第2名 73.79 75.33 70.91 80.50 末位" == " ".join(rows[2].split())


RECEIPT = Show(witnessed=True).play()
FOREIGN = Show(origin=PRACTICE).play().receipt(5, 40)


async def test_a_receipt_tells_whether_and_where_and_never_what(chromium: Browser, page_file: Path) -> None:
    """Handed in before the check as a file and as pasted text with another system's line ends."""
    index = next(n for n, entry in enumerate(RECEIPT.entries) if entry.startswith(b"c1/ballot") and b"\nr01\n" in entry)
    async with reading(chromium, page_file.as_uri()) as at:
        await at.page.locator("#receipts").set_input_files([payload("a.txt", RECEIPT.receipt(index, 60))])
        pasted = RECEIPT.receipt(index + 1, 60).decode().replace("\n", "  \r\n")
        await at.page.locator("#receipt-text").fill(f"\n{pasted}\n{RECEIPT.receipt(9, 60).decode()}")
        await at.check(bundle("agreed"), anchor())
        assert "数据核验一致" in await at.text("#verdict")
        assert [
            f"第1张回执 在本记录中:第{index}条,轮次r01的评议票",
            f"第2张回执 在本记录中:第{index + 1}条,轮次r01的评议票",
            "第3张回执 在本记录中:第9条,签到",
        ] == [row.replace("✓", "").strip() for row in await at.page.locator("#receipts .found li").all_inner_texts()]


async def test_a_receipt_is_looked_up_afterwards_too(chromium: Browser, page_file: Path) -> None:
    """One of another record is not in this one: that is told apart from a fault of the evidence."""
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(bundle("agreed"), anchor())
        await at.page.get_by_role("button", name="查是否在记录中").click()
        assert "请粘贴回执文字,或选择回执文件。" in await at.text("#problem")
        await at.page.locator("#receipt-text").fill(FOREIGN.decode())
        await at.page.get_by_role("button", name="查是否在记录中").click()
        await at.page.locator("#receipts .found").wait_for()
        assert "不在本记录中(E511);回执自称第5条" in await at.text("#receipts .found")
        assert "不符的只有所交的回执;证据包本身没有发现不符。" in await at.text(".verdict")
        assert "予采信" not in await at.text()
        assert await at.page.evaluate("document.activeElement.matches('#receipts .found')")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda at: at.page.locator("#receipt-text").fill("我的回执"), "这不是回执:粘贴的文字。"),
        (
            lambda at: at.page.locator("#receipts").set_input_files([payload("x.jpg", b"\xff\xd8")]),
            "这不是回执:x.jpg。",
        ),
        (lambda at: at.page.locator("#receipts").set_input_files([payload("big", b"c" * 200_000)]), "太大,不是回执"),
        (lambda at: at.page.locator("#anchor").fill("abc"), "锚点应为22个字符"),
    ],
)
async def test_what_was_given_wrongly_is_said_before_anything_is_checked(
    chromium: Browser, page_file: Path, change: Callable[[Reader], Any], sentence: str
) -> None:
    """With the focus on the sentence, and nothing forgotten of what was given rightly."""
    async with reading(chromium, page_file.as_uri()) as at:
        await at.choose(bundle("agreed"))
        await change(at)
        await at.page.locator("button.primary").click()
        await at.page.locator("#problem", has_text=sentence).wait_for()
        assert "problem" == await at.page.evaluate("document.activeElement.id")
        assert "show.c1.tar" in await at.text("#chosen")


async def test_without_evidence_the_page_asks_for_it(chromium: Browser, page_file: Path) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.page.locator("button.primary").click()
        assert "请先选择证据包。" in await at.text("#problem")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "这个文件是空的"),
        (b"PK\x03\x04rest", "zip压缩包"),
        (b"\x1f\x8b\x08rest", "压缩文件(gzip)"),
        (b"%PDF-1.7", "这是一份PDF文件"),
        (b'{"verdict": "pass"}', "这是一个JSON文件"),
        (FOREIGN, "这是一张回执"),
        (b"\x00" * 5000, "应当选择的是主办方导出的“场次名.c1.tar”文件"),
    ],
)
async def test_what_is_no_evidence_is_told_what_would_be_right(
    chromium: Browser, page_file: Path, data: bytes, sentence: str
) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.check(data)
        told = await at.text()
        assert "这不是证据包,没有核验" in told
        assert sentence in told
        await at.page.get_by_role("button", name="核验另一个证据包").click()
        assert await at.page.locator("#bundle").is_visible() or await at.page.locator("#anchor").is_visible()


CANCEL_AT_ONCE = """() => {
  window.steps = [];
  new MutationObserver(() => {
    const step = document.querySelector(".step");
    if (step?.textContent) window.steps.push(step.textContent);
    if (window.cancelling && step) document.querySelector(".running button").click();
  }).observe(document.getElementById("page"), { childList: true, subtree: true });
}"""


async def test_a_check_can_be_cancelled_and_begun_again(chromium: Browser, page_file: Path) -> None:
    """A cancelled one never comes back with a verdict; the next one goes through its steps in order."""
    async with reading(chromium, page_file.as_uri()) as at:
        await at.page.evaluate(CANCEL_AT_ONCE)
        await at.page.evaluate("window.cancelling = true")
        await at.choose(bundle("self-asserted"))
        await at.page.locator("button.primary").click()
        await at.page.locator("#problem", has_text="已取消,没有得出结论。").wait_for()
        assert "show.c1.tar" in await at.text("#chosen")
        await at.page.evaluate("window.cancelling = false; window.steps = []")
        await at.start()
        numbers = [int(re.findall(r"第(\d+)步\(共12步\)", step)[0]) for step in await at.page.evaluate("window.steps")]
        assert sorted(numbers) == numbers
        assert {8, 12} <= set(numbers)


@pytest.mark.parametrize(
    ("language", "verdict", "sentence"),
    [
        ("zh-Hans", "数据核验一致(有提示)", "收回数等于发出数,本轮测评有效"),
        ("zh-Hant", "數據核驗一致(有提示)", "收回數等於發出數,本輪測評有效"),
        ("en", "the data agree (with warnings)", "6 expected, 6 present; 6 ballots issued, 6 returned: 6 valid"),
    ],
)
async def test_the_language_changes_at_any_time_and_loses_nothing(
    chromium: Browser, page_file: Path, language: str, verdict: str, sentence: str
) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.choose(bundle("self-asserted"))
        await at.page.locator(f"#head [lang={language}]").click()
        assert "show.c1.tar" in await at.text("#chosen")
        assert language == await at.page.evaluate("document.documentElement.lang")
        await at.start()
        assert verdict in await at.text("#verdict")
        assert sentence in await at.text("#rounds")
        await at.page.locator("#head [lang=zh-Hans]").click()
        assert "数据核验一致(有提示)" in await at.text("#verdict")


async def test_every_text_is_there_in_three_languages_with_the_same_values(chromium: Browser, page_file: Path) -> None:
    """Only English has no words for the parts of the Chinese sentences."""
    chinese_only = {"relation", "validity", "tied"}
    async with reading(chromium, page_file.as_uri()) as at:
        words: dict[str, list[str]] = await at.page.evaluate("ALL_WORDS")
        phrases: dict[str, list[str]] = await at.page.evaluate("PHRASES")
    assert {3} == {len(texts) for texts in words.values()}
    for key, texts in words.items():
        values = [set(re.findall(r"\{(\w+)\}", text)) for text in texts]
        assert values[0] == values[1], key
        assert texts[2] == "" or values[0] - chinese_only == values[2] - chinese_only, key
    refused = ("公证通过", "已公证", "不可篡改", "绝对安全", "绝对匿名", "官方认证", "区块链存证", "见证")
    assert not [text for texts in words.values() for text in texts for word in refused if word in text]
    assert v.PHRASES == {phrase: texts[0] for phrase, texts in phrases.items()}


async def test_the_page_is_used_with_the_keyboard_alone(chromium: Browser, page_file: Path) -> None:
    async with reading(chromium, page_file.as_uri()) as at:
        await at.choose(bundle("self-asserted"))
        assert "bundle" == await at.page.evaluate("document.activeElement.id")
        for expected in ("anchor", "receipts", "receipt-text"):
            await at.page.keyboard.press("Tab")
            assert expected == await at.page.evaluate("document.activeElement.id")
        await at.page.keyboard.press("Tab")
        await at.page.keyboard.press("Enter")
        await at.page.locator("#verdict").wait_for()
        assert "verdict" == await at.page.evaluate("document.activeElement.id")
        await at.page.keyboard.press("Tab")
        assert "打印" == await at.page.evaluate("document.activeElement.textContent")
