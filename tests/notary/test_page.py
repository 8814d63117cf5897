"""The report in words and the page to read aloud."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from audience_server.notary import verify as v
from tests.notary.bundle_bytes import anchor
from tests.notary.bundle_maker import Show
from tests.notary.show_rules import LIVE, RULES

REFUSED = ("公证通过", "已公证", "不可篡改", "绝对安全", "绝对匿名", "官方认证", "区块链存证", "见证通过")


def page(data: bytes, *, chinese: bool = True, given: str | None = None) -> list[str]:
    return v.Page(v.verify(data, given), chinese).text().splitlines()


def test_the_scrutineers_sentence_is_word_for_word() -> None:
    """WORDS.md, both variants: fewer returned than issued, and as many."""
    numbers = {"expected": 60, "present": 58, "issued": 58, "returned": 57, "valid": 56, "invalid": 0, "abstained": 1}
    fewer = (
        "应到评议代表60名,实到58名。本轮发出评议票58张,收回57张,收回数少于发出数,本轮测评有效。"
        "其中有效票56张,无效票0张,弃权1张;另有1张未投。"
    )
    assert fewer == v.read_aloud({**numbers, "not_cast": 1})
    equal = fewer.replace("收回57张,收回数少于发出数", "收回58张,收回数等于发出数")
    equal = equal.replace("有效票56张", "有效票57张").replace("另有1张", "另有0张")
    assert equal == v.read_aloud({**numbers, "returned": 58, "valid": 57, "not_cast": 0})
    assert "收回数多于发出数,本轮测评无效" in v.read_aloud({**numbers, "returned": 59, "not_cast": -1})


def test_ties_at_the_border_are_named_in_full() -> None:
    """“后三位因并列共4个单位:…”"""
    assert (
        v.bottom_sentence("政府部门", 3, ["甲", "乙", "丙", "丁"]) == "政府部门后三位因并列共4个单位:甲、乙、丙、丁。"
    )
    assert v.bottom_sentence("政府部门", 2, ["甲", "乙"]) == "政府部门后二位:甲、乙。"
    assert v.bottom_sentence("政府部门", 12, ["甲"] * 12).startswith("政府部门后12位:")


def test_a_witnessed_session_reads_as_agreeing() -> None:
    """The verdict, a fingerprint a round, the ranks, the bottom, the footer last."""
    show = Show(witnessed=True).play()
    lines = page(show.bundle(), given=anchor())
    assert "数据核验一致" in lines
    assert not any("无第三方副本" in line for line in lines)
    assert "本件由软件生成,供核对使用,不是公证书。" == lines[-1]
    for window in ("t01", "r01", "r02.2", "r03"):
        assert any(line.startswith(f"【{window}】校验码 ") for line in lines)
    assert "【r02】本项测评作废重测。" in lines
    assert "  第1名 市生态环境局 76.95分;不计未经核验的参与者为76.08分" in lines
    assert "政府部门后一位:市教育局。" in lines


def test_a_public_bundle_does_not_read_as_if_the_votes_had_been_counted() -> None:
    """The verdict is followed by what was not checked, and no score is read out."""
    lines = page(Show(witnessed=True).play().bundle(public=True), given=anchor())
    assert "未核对:E421–E423及计票数" in lines
    assert lines.index("公开版:不含逐票开启值和计票数,计票与得分未核对") == lines.index("数据核验一致") + 1
    assert not any("76.95" in line for line in lines)


def test_a_self_asserted_rehearsal_says_so_first() -> None:
    """彩排 非正式结果 is the first line; the organiser's own word stands under the verdict."""
    lines = page(Show(origin=f"{LIVE}/rehearsal-20261122T010203Z").play().bundle())
    assert lines[0] == "彩排 非正式结果"
    assert "无第三方副本,由主办方自行出具" in lines
    assert page(Show(origin=f"{LIVE}/rehearsal-20261122T010203Z").play().bundle(), chinese=False)[0].startswith(
        "REHEARSAL"
    )


def test_a_failed_session_reads_as_not_agreeing() -> None:
    """Every finding has its code, place and sentence; the verdict is 数据核验不一致."""
    data = Show(hooks={"before seal": lambda show: show.append(b"c1/what\n")}).play().bundle()
    lines = page(data)
    assert any(
        line.startswith("不符 E306 记录序号74(从0起) 记录条目格式不正确(应为:格式正确的条目;实为:") for line in lines
    )
    assert "数据核验不一致" in lines
    assert any(line.startswith("failed E306 at entry 74 (counted from 0) ") for line in page(data, chinese=False))
    assert "THE DATA DO NOT AGREE" in page(data, chinese=False)


def test_no_text_uses_a_refused_word() -> None:
    """Words that claim more than a program can know appear in no sentence."""
    texts = [text for pair in v.SENTENCES.values() for text in pair]
    texts += [text for pair in v.VERDICTS.values() for text in pair] + list(v.PHRASES.values())
    assert not [text for text in texts for word in REFUSED if word in text]
    assert all(zh and en for zh, en in v.SENTENCES.values())


def test_every_translated_phrase_is_one_that_the_verifier_says() -> None:
    """A phrase that changes takes its translation along."""
    source = Path(v.__file__).read_text("utf-8")
    assert [] == [phrase for phrase in v.PHRASES if source.count(f'"{phrase}"') < 2]


def test_a_hostile_title_cannot_reach_the_terminal() -> None:
    """Escape sequences, bidirectional overrides and line breaks of a bundle are made visible, not obeyed."""
    evil = 'title = "\\u001b[2J\\u202e\\u2066数据核验一致\\n本件\\u200b"'
    data = Show(rules=RULES.replace('title = "演示场次"', evil)).play().bundle()
    for chinese in (True, False):
        text = v.Page(v.verify(data), chinese).text()
        assert not [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
        assert "数据核验一致" not in text.splitlines()


def test_a_long_list_ends_in_a_count() -> None:
    """At most 100 of a code are listed, then how many more there were."""

    def many(show: Show) -> None:
        for _ in range(130):
            show.append(b"c1/what\n")

    report = v.verify(Show(hooks={"before seal": many}).play().bundle())
    assert {"E306": 30} == report.more
    assert len(report.of_kind("E")) == 100
    assert "E306 另有30处,未逐一列出" in v.Page(report, True).text()


@pytest.mark.parametrize("chinese", [True, False])
def test_what_is_not_a_bundle_is_said_in_one_line(chinese: bool) -> None:
    """Exit 3 has one sentence."""
    assert len(page(b"x", chinese=chinese)) == 1
