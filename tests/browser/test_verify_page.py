"""What the verifier's page tells of evidence, from disk and server: verdicts, numbers, time line, languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from audience_server.notary import verify as v
from tests.browser.verify_reader import bundle, on_disk, partial_bundle, reading, served
from tests.notary.bundle_bytes import anchor

pytestmark = pytest.mark.browser


async def test_from_a_disk_a_witnessed_session_agrees(chromium: Browser, tmp_path: Path) -> None:
    """The verdict in words and a sign, with the focus and said aloud; code, sentences and scores are verify.py's."""
    report = v.verify(bundle("agreed"), anchor())
    async with reading(chromium, on_disk(tmp_path)) as at:
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
async def test_every_kind_of_evidence_is_told_as_what_it_is(chromium: Browser, tmp_path: Path, kind: str) -> None:
    verdict, words = KINDS[kind]
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle(kind), anchor() if kind in ("agreed", "public") else "")
        assert verdict == (await at.text("#verdict")).split("\n")[-1]
        told = await at.text()
        assert words in told
        assert ("予采信" in told) == (kind in ("entry", "flipped"))
        assert ("76.95" in told) == (kind != "public")


async def test_a_rehearsal_says_so_before_anything_else(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("rehearsal"))
        assert (await at.text()).startswith("彩排 非正式结果\n")


async def test_a_record_that_was_not_sealed_is_for_looking_only(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(partial_bundle())
        assert "数据核验不一致" in await at.text("#verdict")
        assert "未封存的中间件:结束并封存记录之前导出,只供查看,不能存档。" in await at.text(".verdict")


@pytest.mark.parametrize("kind", ["agreed", "rehearsal", "public", "entry", "audited"])
async def test_the_saved_text_is_line_by_line_what_verify_py_prints(
    chromium: Browser, tmp_path: Path, kind: str
) -> None:
    given = anchor() if kind == "agreed" else None
    report = v.verify(bundle(kind), given)
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle(kind), given or "")
        name, text = await at.saved("保存报告(文字)")
        assert name.endswith(".txt")
        assert v.Page(report, True).text() == text
        await at.page.locator("#head [lang=en]").click()
        assert v.Page(report, False).text() == (await at.saved("Save the report (text)"))[1]


async def test_the_saved_json_is_the_report(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("entry"))
        name, text = await at.saved("保存报告(JSON)")
        found, expected = json.loads(text), v.verify(bundle("entry")).as_json()
        assert name.endswith(".json")
        assert {key: found[key] for key in expected} == json.loads(json.dumps(expected))


async def test_each_failure_has_code_place_sentence_expected_and_found(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("entry"))
        [row] = v.verify(bundle("entry")).of_kind("E")
        told = re.sub(r"\s+", " ", await at.text("#failures li"))
        assert (
            f"E306 记录序号{row.index}(从0起) 记录条目格式不正确 应为 格式正确的条目 实为 {row.found}" == told.strip()
        )


async def test_the_time_line_tells_extensions_voids_and_incidents_with_reasons(
    chromium: Browser, tmp_path: Path
) -> None:
    """In the order of the record, with the clock of the notary's computer."""
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("self-asserted"))
        lines = [re.sub(r"\s+", " ", line) for line in await at.page.locator("#acts li").all_inner_texts()]
        assert "2026-11-21 20:00:00 记录序号0(从0起) 场次开始记录(正式场次),软件 maker 1" == lines[0]
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


async def test_percentages_stand_behind_counts_and_say_what_they_are_of(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("self-asserted"))
        fold = at.page.locator("article", has_text="【r01】").locator("details")
        assert not await fold.locator("table").first.is_visible()
        await fold.locator("summary").click()
        rows = await fold.locator("tr").all_inner_texts()
        assert "评议项 满意 基本满意 不满意 不了解 作答票数(百分比的分母)" == " ".join(rows[0].split())
        assert "总体评价 2票 33.3% 2票 33.3% 1票 16.7% 1票 16.7% 6票" == " ".join(rows[1].split())
        assert "业务熟练程度 5票 85分1票、80分1票、75分1票、70分1票、60分1票 1票" == " ".join(rows[3].split())


async def test_titles_of_scores_say_what_the_number_is(chromium: Browser, tmp_path: Path) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.check(bundle("self-asserted"))
        rows = await at.page.locator("#results tr").all_inner_texts()
        heads = "单位 名次 综合得分 不计未经核验的参与者 现场测评得分(权重70%) 问卷得分(权重30%) 备注"
        assert heads == " ".join(rows[0].split())
        assert "市教育局 第2名 73.79 75.33 70.91 80.50 末位" == " ".join(rows[2].split())


@pytest.mark.parametrize(
    ("language", "verdict", "sentence"),
    [
        ("zh-Hans", "数据核验一致(有提示)", "收回数等于发出数,本轮测评有效"),
        ("zh-Hant", "數據核驗一致(有提示)", "收回數等於發出數,本輪測評有效"),
        ("en", "the data agree (with warnings)", "6 expected, 6 present; 6 ballots issued, 6 returned: 6 valid"),
    ],
)
async def test_the_language_changes_at_any_time_and_loses_nothing(
    chromium: Browser, tmp_path: Path, language: str, verdict: str, sentence: str
) -> None:
    async with reading(chromium, on_disk(tmp_path)) as at:
        await at.choose(bundle("self-asserted"))
        await at.page.locator(f"#head [lang={language}]").click()
        assert "show.c1.tar" in await at.text("#chosen")
        assert language == await at.page.evaluate("document.documentElement.lang")
        await at.start()
        assert verdict in await at.text("#verdict")
        assert sentence in await at.text("#rounds")
        await at.page.locator("#head [lang=zh-Hans]").click()
        assert "数据核验一致(有提示)" in await at.text("#verdict")


async def test_every_text_is_there_in_three_languages_with_the_same_values(chromium: Browser, tmp_path: Path) -> None:
    """Only English has no words for the parts of the Chinese sentences."""
    chinese_only = {"relation", "validity", "tied"}
    async with reading(chromium, on_disk(tmp_path)) as at:
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
