"""What is given to the verifier's page: receipts, anchors, wrong files; a check that is cancelled; the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.verify_reader import PRACTICE, Reader, bundle, on_disk, payload, reading
from tests.notary.bundle_bytes import anchor
from tests.notary.bundle_maker import Show

pytestmark = pytest.mark.browser


RECEIPT = Show(witnessed=True).play()
FOREIGN = Show(origin=PRACTICE).play().receipt(5, 40)


async def test_a_receipt_tells_whether_and_where_and_never_what(chromium: Browser, tmp_path: Path) -> None:
    """Handed in before the check as a file and as pasted text with another system's line ends."""
    index = next(n for n, entry in enumerate(RECEIPT.entries) if entry.startswith(b"c1/ballot") and b"\nr01\n" in entry)
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.page.locator("#receipts").set_input_files([payload("a.txt", RECEIPT.receipt(index, 60))])
        pasted = RECEIPT.receipt(index + 1, 60).decode().replace("\n", "  \r\n")
        await at.page.locator("#receipt-text").fill(f"\n{pasted}\n{RECEIPT.receipt(9, 60).decode()}")
        await at.check(bundle("agreed"), anchor())
        assert "数据核验一致" in await at.text("#verdict")
        assert [
            f"第1张回执 在本记录中:记录序号{index}(从0起),轮次r01的评议票",
            f"第2张回执 在本记录中:记录序号{index + 1}(从0起),轮次r01的评议票",
            "第3张回执 在本记录中:记录序号9(从0起),签到",
        ] == [row.replace("✓", "").strip() for row in await at.page.locator("#receipts .found li").all_inner_texts()]


async def test_a_receipt_is_looked_up_afterwards_too(chromium: Browser, tmp_path: Path) -> None:
    """One of another record is not in this one: that is told apart from a fault of the evidence."""
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("agreed"), anchor())
        await at.page.get_by_role("button", name="查是否在记录中").click()
        assert "请粘贴回执文字,或选择回执文件。" in await at.text("#problem")
        await at.page.locator("#receipt-text").fill(FOREIGN.decode())
        await at.page.get_by_role("button", name="查是否在记录中").click()
        await at.page.locator("#receipts .found").wait_for()
        assert "不在本记录中(E511);回执自称记录序号5(从0起)" in await at.text("#receipts .found")
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
    chromium: Browser, tmp_path: Path, change: Callable[[Reader], Any], sentence: str
) -> None:
    """With the focus on the sentence, and nothing forgotten of what was given rightly."""
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.choose(bundle("agreed"))
        await change(at)
        await at.page.locator("button.primary").click()
        await at.page.locator("#problem", has_text=sentence).wait_for()
        assert "problem" == await at.page.evaluate("document.activeElement.id")
        assert "show.c1.tar" in await at.text("#chosen")


async def test_without_evidence_the_page_asks_for_it(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
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
    chromium: Browser, tmp_path: Path, data: bytes, sentence: str
) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(data)
        told = await at.text()
        assert "这不是证据包,没有核验" in told
        assert sentence in told
        await at.page.get_by_role("button", name="核验另一个证据包").click()
        assert await at.page.locator("#bundle").is_visible() or await at.page.locator("#anchor").is_visible()


async def test_a_file_that_is_gone_before_the_check_is_said_to_be_unreadable(chromium: Browser, tmp_path: Path) -> None:
    evidence = tmp_path / "gone.c1.tar"
    evidence.write_bytes(bundle("agreed"))
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.page.locator("#bundle").set_input_files(evidence)
        evidence.unlink()
        await at.page.locator("button.primary").click()
        await at.page.locator("#problem", has_text="读不出文件 gone.c1.tar").wait_for()


async def test_another_anchor_than_the_notarys_is_a_failure(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("agreed"), "A" * 22)
        assert "数据核验不一致" in await at.text("#verdict")
        assert "E105" in await at.text("#failures")
        assert "已给出,与公证员密钥不一致" in await at.text("#facts")


DROP = """() => {
  const data = new DataTransfer();
  data.items.add(new File(["%PDF-1.7"], "dropped.pdf"));
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  return document.querySelector("#drop").dispatchEvent(event);
}"""


async def test_evidence_can_be_dropped_anywhere_and_never_opens_in_place_of_the_page(
    chromium: Browser, tmp_path: Path
) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        assert not await at.page.evaluate(DROP)
        assert "dropped.pdf" in await at.text("#chosen")
        await at.start()
        assert "这是一份PDF文件" in await at.text()


CANCEL_AT_ONCE = """() => {
  window.steps = [];
  new MutationObserver(() => {
    const step = document.querySelector(".step");
    if (step?.textContent) window.steps.push(step.textContent);
    if (window.cancelling && step) document.querySelector(".running button").click();
  }).observe(document.getElementById("page"), { childList: true, subtree: true });
}"""


async def test_a_check_can_be_cancelled_and_begun_again(chromium: Browser, tmp_path: Path) -> None:
    """A cancelled one never comes back with a verdict; the next one goes through its steps in order."""
    async with reading(chromium, on_disk(tmp_path)) as at:
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


async def test_the_page_is_used_with_the_keyboard_alone(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
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
