"""What became of one's own questions, what others ask, and the sealed box, against the scripted hall."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from nacl.public import PrivateKey, SealedBox
from playwright.async_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.hall import Hall, Json
from tests.browser.hall_questions import own, public
from tests.browser.sample import asking_facts
from tests.browser.test_asking import send, write

pytestmark = pytest.mark.browser

SEAL = """async ([words, key]) => {
  const { seal } = await import("/sealed_box.js");
  const random = (length) => crypto.getRandomValues(new Uint8Array(length));
  return btoa(String.fromCharCode(...seal(new TextEncoder().encode(words), key, random)));
}"""


async def asked(page: Page) -> None:
    await write(page)
    await send(page)
    await page.get_by_text("提问回执").wait_for()
    await page.get_by_role("button", name="返回评议").tap()


async def open_others(page: Page) -> None:
    await page.get_by_role("button", name="大家的提问").tap()
    await page.locator(".question-card").first.wait_for()


async def test_one_s_own_questions_are_asked_for_after_every_greeting(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    assert [] == hall.of("follow")
    await asked(page)
    await hall.heard_of("follow", 1)
    hall.questions.own["Q0001"]["state"] = "cued"
    await hall.cut()
    await hall.heard_of("follow", 2)
    await page.get_by_role("button", name="我的提问").tap()
    await expect(page.locator(".question-card")).to_contain_text("已安排在现场提出")


async def test_where_a_merged_question_went_is_said(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await asked(page)
    hall.questions.own["Q0001"] |= {"state": "merged", "into": "Q0007"}
    await hall.send({"type": "question", "question": hall.questions.own["Q0001"]})
    await page.get_by_role("button", name="我的提问有新进展").tap()
    await expect(page.locator(".question-card")).to_contain_text("与 Q0007 内容相近，已合并办理")
    await page.get_by_role("button", name="返回评议").tap()
    await expect(page.get_by_role("button", name="我的提问", exact=True)).to_be_visible()


async def test_number_and_code_stay_findable_when_the_server_knows_the_asker_no_more(
    arrive: Arrive, hall: Hall
) -> None:
    page = await arrive()
    await asked(page)
    hall.questions.askers.clear()
    await page.reload()
    await page.get_by_role("button", name="我的提问").tap()
    await expect(page.locator(".question-card")).to_contain_text("Q0001")
    await expect(page.locator(".question-card")).to_contain_text("查询码：482 913")


async def test_a_lookup_asks_nothing_before_number_and_code_are_there(arrive: Arrive, hall: Hall) -> None:
    page = await arrive("", wait_for="请输入评议卡里的编码")
    await page.get_by_role("button", name="求助 / 语言").tap()
    await page.get_by_role("button", name="我的提问").tap()
    await page.get_by_label("编号").fill("Q0001")
    await page.get_by_label("查询码（6位数字）").fill("48291")
    await page.get_by_role("button", name="查询", exact=True).tap()
    await page.get_by_text("请填编号").wait_for()
    assert [] == hall.of("lookup")
    await page.get_by_role("button", name="返回评议").tap()
    await page.get_by_text("请输入评议卡里的编码").wait_for()


async def test_the_receipt_of_a_report_finds_only_that_it_is_there(arrive: Arrive, hall: Hall) -> None:
    hall.questions.own["R0001"] = own("R0001", kind="report", text="")
    page = await arrive("", wait_for="请输入评议卡里的编码")
    await page.get_by_role("button", name="求助 / 语言").tap()
    await page.get_by_role("button", name="我的提问").tap()
    await page.get_by_label("编号").fill("R0001")
    await page.get_by_label("查询码（6位数字）").fill("482 913")
    await page.get_by_role("button", name="查询", exact=True).tap()
    await expect(page.locator(".question-card")).to_contain_text("已收到，由受理部门处理")


async def test_the_list_is_fetched_again_only_while_it_is_open_and_nothing_jumps(arrive: Arrive, hall: Hall) -> None:
    """What is there keeps its place, what is new comes behind it, what was withdrawn goes."""
    page = await arrive()
    await hall.push(questions=1)
    assert [] == hall.of("questions")
    hall.questions.public = [public("Q0001", supporters=2), public("Q0002", supporters=1), public("Q0003")]
    await open_others(page)
    hall.questions.public = [public("Q0009", supporters=9), public("Q0003", supporters=5), public("Q0002")]
    await hall.push(questions=2)
    await page.get_by_text("Q0009").first.wait_for()
    titles = await page.locator(".question-card h2").all_text_contents()
    assert ["Q0002", "Q0003", "Q0009"] == [title.split(" ")[0] for title in titles]
    await page.get_by_role("button", name="返回评议").tap()
    await hall.push(questions=3)
    await page.get_by_role("button", name="请工作人员来").wait_for()
    assert 2 == len(hall.of("questions"))


async def test_the_list_can_be_narrowed_to_a_unit_and_is_never_endless(arrive: Arrive, hall: Hall) -> None:
    hall.questions.public = [public(f"Q{number:04d}") for number in range(1, 131)]
    page = await arrive()
    await open_others(page)
    await expect(page.locator(".question-card")).to_have_count(100)
    await expect(page.get_by_text("还有 30 条没有列出")).to_be_visible()
    hall.questions.public = [public("Q0200", unit="u3")]
    await page.get_by_label("看哪个单位的").select_option(label="县环保局")
    await expect(page.locator(".question-card")).to_have_count(1)
    assert ["", "u3"] == [request["unit"] for request in hall.of("questions")]


async def test_the_list_begins_with_the_unit_on_the_stage(arrive: Arrive, hall: Hall) -> None:
    """What most look for, and the shortest answer for a full hall."""
    hall.state |= {"unit": "u2"}
    hall.questions.public = [public("Q0001", unit="u2")]
    page = await arrive()
    await open_others(page)
    assert ["u2"] == [request["unit"] for request in hall.of("questions")]
    await expect(page.get_by_label("看哪个单位的")).to_have_value("u2")


async def test_after_the_end_one_s_own_questions_are_still_there(arrive: Arrive, hall: Hall) -> None:
    page = await arrive()
    await asked(page)
    await hall.push(phase="sealed")
    await page.get_by_role("button", name="我的提问").tap()
    await expect(page.locator(".question-card")).to_contain_text("Q0001")
    await page.get_by_role("button", name="返回评议").tap()
    await page.get_by_text("本场已结束并封存记录").wait_for()
    assert ["我的提问"] == await page.locator(".ways button:visible").all_text_contents()


async def test_support_that_is_refused_can_be_given_again(arrive: Arrive, hall: Hall) -> None:
    hall.questions.public = [public("Q0001", supporters=2)]

    def refuse(request: Json, answer: Json | None) -> Json | None:
        return {"type": "refused", "code": "rate_limited", "message": ""} if request["type"] == "support" else answer

    page = await arrive()
    await open_others(page)
    hall.fault = refuse
    await page.get_by_role("button", name="附议 Q0001").tap()
    await page.get_by_role("alert").filter(has_text="请等几秒再按一次").wait_for()
    hall.fault = lambda request, answer: answer
    await page.get_by_role("button", name="附议 Q0001").tap()
    await expect(page.get_by_role("button", name="已附议 Q0001")).to_be_disabled()
    await expect(page.locator(".supporters")).to_have_text("3 人附议")


async def test_a_session_without_support_shows_no_list(arrive: Arrive, hall: Hall) -> None:
    hall.facts["asking"] = asking_facts(support=False)
    page = await arrive()
    await page.get_by_role("button", name="我要提问").wait_for()
    await expect(page.get_by_role("button", name="大家的提问")).to_be_hidden()


async def test_libsodium_opens_what_the_page_sealed(arrive: Arrive, hall: Hall) -> None:
    """Any key of an office, any length, every time another ciphertext."""
    page = await arrive()
    for length in (0, 1, 63, 64, 65, 5600):
        office, words = PrivateKey.generate(), "举" * (length // 3) + "a" * (length % 3)
        key = b64encode(bytes(office.public_key)).decode()
        boxes = {await page.evaluate(SEAL, [words, key]) for _ in range(2)}
        assert 2 == len(boxes)
        assert {words} == {SealedBox(office).decrypt(b64decode(box)).decode() for box in boxes}


async def test_a_report_that_cannot_be_sealed_does_not_leave_the_phone(arrive: Arrive, hall: Hall) -> None:
    hall.facts["asking"] = asking_facts(report_key=b64encode(b"\1" + bytes(31)).decode(), report_office="纪检组")
    page = await arrive()
    await page.get_by_role("button", name="我要提问").tap()
    await page.get_by_role("button", name="举报").tap()
    await page.get_by_label("举报内容").fill("收了我五千元")
    await page.get_by_role("button", name="加密发送").tap()
    await page.get_by_role("alert").filter(has_text="请刷新页面再试，或直接向“纪检组”反映").wait_for()
    await expect(page.get_by_label("举报内容")).to_have_value("收了我五千元")
    assert [] == hall.of("ask")


@pytest.mark.parametrize("key", [bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32])
async def test_nothing_is_sealed_for_a_key_that_nobody_can_hold(arrive: Arrive, hall: Hall, key: bytes) -> None:
    page = await arrive()
    words = "async (args) => { try { return await (%s)(args); } catch (error) { return error.message; } }"
    said = await page.evaluate(words % SEAL, ["words", b64encode(key).decode()])
    assert "X25519" in said
