"""The forms as the people who sign them read them: every number is the record's, every mark is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue
from audience_server.notary.verify import PHRASES, SENTENCES, read_aloud
from audience_server.reports.forms import form_files
from audience_server.reports.numerals import financial
from tests.reports.forms_reports import made, report_of, solid, texts_of, told

PDFS = (
    "count-sheet.pdf",
    "result-sheet.pdf",
    "scrutineers-report.pdf",
    "card-register.pdf",
    "incidents.pdf",
    "sealed-list.pdf",
    "watch-record.pdf",
)
FOOTER = "本件由软件生成,供核对使用,不是公证书。"
FORBIDDEN = ("公证通过", "已公证", "不可篡改", "绝对安全", "绝对匿名", "官方认证", "区块链存证", "见证", "选票", "名册")

Numbers = dict[str, Any]


def identities(report: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, Numbers]]:
    for row in report["rounds"]:
        for panel, numbers in (row.get("by") or {}).items():
            yield row, panel, numbers


def joined(pages: list[str]) -> str:
    return solid("".join(pages))


def test_a_session_has_seven_forms_to_sign_and_one_text_to_edit() -> None:
    assert [*PDFS, "statement.docx", "statement.txt"] == list(made("witnessed").files)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_which_session_it_is_and_that_it_is_no_certificate(language: Language) -> None:
    """Title, origin, fingerprint, digest of the phone page, footer, page x of y."""
    report = report_of("witnessed")
    words = catalogue(language, "forms")
    digest = report["acts"][0]["body"]["page"]
    for name, pages in texts_of("witnessed", language).items():
        if not name.endswith(".pdf"):
            continue
        for number, page in enumerate(pages, 1):
            here = solid(page)
            assert "演示场次" in here, name
            for part in (report["origin"], report["fingerprint"], digest, words.text("footer")):
                assert solid(part) in here, (name, part)
            assert solid(words.text("page_of", page=number, pages=len(pages))) in here, name
        assert solid(words.text("place_label") + "一号演播厅") in joined(pages)
        assert "2026-11-22" in joined(pages)


def test_the_count_sheet_says_each_number_in_figures_and_in_words() -> None:
    """Of the account of every panel, and of every option."""
    report = report_of("witnessed")
    pages = texts_of("witnessed")["count-sheet.pdf"]
    for row, _, numbers in identities(report):
        sheet = solid(next(page for page in pages if f"(轮次 {row['window']})" in page and "应到" in page))
        for name in ("expected", "present", "issued", "returned", "valid", "invalid", "abstained", "not_cast"):
            unit = "名" if name in ("expected", "present") else "张"
            assert f"{numbers[name]}{unit}{financial(numbers[name])}{unit}" in sheet
        assert row["fingerprint"].replace(" ", "") in sheet


def test_the_count_sheet_holds_the_counts_of_the_record_row_by_row() -> None:
    """The first round: options of three panels side by side, and sums that are the valid ballots."""
    report = report_of("witnessed")
    lines = [" ".join(line.split()) for page in texts_of("witnessed")["count-sheet.pdf"] for line in page.split("\n")]
    by = next(row for row in report["rounds"] if row["window"] == "r01")["by"]
    for option, shown in (("yes", "满意"), ("fair", "基本满意"), ("no", "不满意"), ("dk", "不了解")):
        numbers = [by[panel]["counts"]["overall"][option] for panel in ("deputies", "citizens", "offsite")]
        assert " ".join([shown, *(f"{n}张 {financial(n)}张" for n in numbers)]) in lines
    assert " ".join(["合计", *(f"{by[p]['valid']}张 {financial(by[p]['valid'])}张" for p in by)]) in lines


def test_what_is_not_counted_is_named_and_holds_no_number() -> None:
    """The window that was void."""
    text = joined(texts_of("witnessed")["count-sheet.pdf"])
    assert "没有计票的轮次" in text
    assert "题(轮次r02)本项测评作废重测,不计票" in text


def test_the_scrutineers_sentence_is_the_one_that_is_read_aloud() -> None:
    """Word for word as the verifier says it, for every round and panel, also in the material for the statement."""
    report = report_of("witnessed")
    pages = texts_of("witnessed")
    for row, _, numbers in identities(report):
        sentence = solid(read_aloud(numbers))
        assert sentence in joined(pages["scrutineers-report.pdf"])
        if row["window"] != "t01":
            assert sentence in joined(pages["statement.txt"])


def test_the_sentence_is_that_of_the_trade() -> None:
    """Fewer back than out; as many back as out."""
    words = catalogue("zh-Hans", "forms")
    numbers = {"expected": 60, "present": 58, "issued": 58, "returned": 57, "valid": 56, "invalid": 0}
    numbers |= {"abstained": 1, "not_cast": 1}
    assert words.text("aloud_fewer", **numbers) == (
        "应到评议代表60名,实到58名。本轮发出评议票58张,收回57张,收回数少于发出数,本轮测评有效。"
        "其中有效票56张,无效票0张,弃权1张;另有1张未投。"
    )
    assert "收回数等于发出数,本轮测评有效" in words.text("aloud_equal", **numbers)


def test_the_result_sheet_holds_scores_ranks_and_bottom_of_the_report() -> None:
    """Counts stand before scores; a score stands with its channels and without the unverified."""
    report = report_of("witnessed")
    text = "".join(texts_of("witnessed")["result-sheet.pdf"])
    names = {unit["id"]: unit["name"] for unit in report["names"]["units"]}
    lines = [" ".join(line.split()) for line in text.split("\n")]
    for row in report["results"]["units"]:
        line = next(each for each in lines if each.startswith(f"{row['rank']} {names[row['unit']]}"))
        assert row["score"] in line
        assert report["score_verified"][row["unit"]] in line
        for score in row["channels"].values():
            assert score in line
    assert text.index("评议票核算") < text.index("得分与名次")
    assert "政府部门后一位:市教育局。" in solid(text)
    assert "不公布" in text
    assert "场外参与者身份未经核验" in solid(text)
    assert "%" not in text


def test_units_that_tie_at_the_border_are_all_named(tmp_path: Path) -> None:
    """后一位因并列共2个单位."""
    report = report_of("witnessed")
    for row in report["results"]["units"][:2]:
        row |= {"rank": 1, "tied": True, "bottom": True, "score": "75.00"}
    text = joined(told(report, tmp_path)["result-sheet.pdf"])
    assert "政府部门后一位因并列共2个单位:市教育局、市生态环境局。" in text
    assert 2 == text.count("1(并列)")


def test_a_unit_without_a_vote_has_no_figure_that_is_withheld(tmp_path: Path) -> None:
    """不公布 says that there is one."""
    report = report_of("witnessed")
    row = report["results"]["units"][0]
    name = next(unit["name"] for unit in report["names"]["units"] if unit["id"] == row["unit"])
    opened = [act["body"] for act in report["acts"] if act["kind"] == "open"]
    held = {body["window"] for body in opened if row["unit"] in body["units"] and body["kind"] in ("ballot", "sheet")}
    report["rounds"] = [each for each in report["rounds"] if each["window"] not in held]
    row["panels"] = {panel: dict.fromkeys(figures) for panel, figures in row["panels"].items()}
    text = "".join(told(report, tmp_path)["result-sheet.pdf"])
    figures = [line for line in text[text.index("各评议团分项得分") :].split("\n") if line.strip().startswith(name)]
    assert figures
    assert all("无得分" in line and "不公布" not in line for line in figures)


def test_results_that_are_not_complete_say_so(tmp_path: Path) -> None:
    report = report_of("witnessed")
    report["results"]["complete"] = False
    report["results"]["units"][0] |= {"score": None, "rank": None, "tied": False, "bottom": False}
    text = joined(told(report, tmp_path)["result-sheet.pdf"])
    assert "结果尚不完整" in text
    assert "无得分" in text
    assert "综合得分和名次" not in joined(told(report, tmp_path)["statement.txt"])


def test_cards_are_accounted_for_with_boxes_for_what_is_counted_by_hand() -> None:
    """Printed and void are the record's; handed out and unused stay empty."""
    text = "".join(texts_of("witnessed")["card-register.pdf"])
    lines = [" ".join(line.split()) for line in text.split("\n")]
    assert "印制数 = 发出数 + 备用未用数 + 作废数" in lines
    assert "人大代表 8张 捌张 2 1张 壹张" in lines
    assert "居民代表 4张 肆张 0 1张 壹张" in lines
    assert [line for line in lines if line.startswith("7 人大代表") and line.endswith("污损 43")]


def test_incidents_stand_in_order_with_time_reason_and_entry() -> None:
    """Extension, early close, void round, void cards, remark, incident; nothing that went as planned."""
    report = report_of("witnessed")
    text = joined(texts_of("witnessed")["incidents.pdf"])
    kinds = ("void", "void-round", "extend", "incident", "remark")
    acts = [a for a in report["acts"] if a["kind"] in kinds or a["body"].get("cause") == "early"]
    assert 7 == len(acts)
    places = [
        text.index(part) for part in ("7号评议卡作废", "由主持人提前截止", "作废重测", "延时30秒", "三号机位断线")
    ]
    assert sorted(places) == places
    for reason in ("理由:污损", "理由:题目读错", "理由:等候", "网络:三号机位断线,已恢复", "未写理由"):
        assert reason in text
    assert "20:02:29" in text
    assert "以上共7项柒项" in text
    assert "到时截止" not in text


@pytest.mark.parametrize(("not_cast", "is_told"), [(0, False), (1, True)])
def test_a_lock_before_time_is_an_incident_when_ballots_were_out(not_cast: int, is_told: bool, tmp_path: Path) -> None:
    """With every ballot back it went as planned; the record of the watch tells it in any case."""
    report = report_of("witnessed")
    close = next(act["body"] for act in report["acts"] if act["kind"] == "close" and act["body"]["window"] == "r01")
    close |= {"cause": "lock", "reason": "锁定前截止"}
    report["rounds"][1]["by"]["citizens"]["not_cast"] = not_cast
    pages = told(report, tmp_path)
    assert is_told == ("锁定前截止" in joined(pages["incidents.pdf"]))
    assert 1 == joined(pages["watch-record.pdf"]).count("锁定前截止")


def test_a_session_without_incidents_says_that_there_were_none(tmp_path: Path) -> None:
    report = report_of("witnessed")
    report["acts"] = [act for act in report["acts"] if act["kind"] in ("session", "zero", "open", "tally", "seal")]
    assert "没有延时、提前截止、作废" in joined(told(report, tmp_path)["incidents.pdf"])


def test_the_sealed_list_holds_the_digest_of_every_file() -> None:
    """And those of the whole, of rules, page, policy, rolls, and the checkpoint."""
    report = report_of("witnessed")
    text = joined(texts_of("witnessed")["sealed-list.pdf"])
    for row in report["files"]:
        assert f"{row['path']}{row['length']}{row['sha256']}" in text
    session = report["acts"][0]["body"]
    digests = [session[name] for name in ("rules", "page", "policy", "rolls")]
    for each in (report["archive"]["sha256"], report["root"], *digests, session["software"]):
        assert solid(each) in text


def test_the_watch_record_tells_every_act_in_its_order() -> None:
    """With its time; and what the notary saw is left to the notary."""
    report = report_of("witnessed")
    text = joined(texts_of("witnessed")["watch-record.pdf"])
    names = {
        "session": "记录开始", "zero": "清零确认", "open": "开始测评", "extend": "延时", "close": "测评截止",
        "hand": "纸质票录入", "tally": "结果锁定", "void": "评议卡作废", "void-round": "本项测评作废",
        "incident": "异常", "remark": "说明", "channel": "渠道得分记入", "seal": "结束并封存记录",
    }  # fmt: skip
    place = text.index("现场经过")
    for act in report["acts"]:
        place = text.index(names[act["kind"]], place) + 1
    assert "公证员甲" in text
    assert "市统计局" in text
    assert "各单位票数均为零" in text


def test_the_statement_is_all_blanks_and_material() -> None:
    """No verdict of a notary, no wording of one: the sentences of the first part hold nothing but blanks."""
    (text,) = texts_of("witnessed")["statement.txt"]
    first = text.split("一、")[1].split("二、")[0]
    assert "结论:____" in first
    assert "数据核验" not in first
    assert not re.search(r"[0-9]+[名张]", first)
    assert "措辞和结论由公证员自行决定" in text
    assert "核对签名由程序作出(不具公证书效力)" in text


def test_a_rehearsal_is_marked_on_every_page() -> None:
    for name, pages in texts_of("rehearsal").items():
        for page in pages:
            assert "彩排 非正式结果" in page, name


def test_a_live_session_bears_no_mark_of_a_rehearsal() -> None:
    for pages in texts_of("witnessed").values():
        assert "彩排 非正式结果" not in "".join(pages)
        assert "无第三方副本" not in "".join(pages)


def test_a_session_without_a_second_copy_says_so_on_every_page() -> None:
    for name, pages in texts_of("alone").items():
        for page in pages:
            assert "无第三方副本,由主办方自行出具" in solid(page), name


def test_a_public_bundle_gives_no_count_and_no_score() -> None:
    pages = texts_of("public")
    assert "公开版不含" in joined(pages["count-sheet.pdf"])
    assert "不列得分和名次" in joined(pages["result-sheet.pdf"])
    for score in ("73.79", "76.95", "62.21"):
        assert score not in "".join("".join(each) for each in pages.values())


def test_when_verification_fails_every_form_says_so_and_holds_no_result() -> None:
    """In large letters, with the codes and their meaning; no count, no score, no sentence to read aloud."""
    report = report_of("broken")
    assert {"E103", "E401"} == {row["code"] for row in report["failures"]}
    for name, pages in texts_of("broken").items():
        whole = joined(pages)
        for page in pages:
            assert "数据核验不一致" in solid(page), name
        for part in ("E103", "E401", solid(SENTENCES["E103"][0]), solid(SENTENCES["E401"][0])):
            assert part in whole, (name, part)
        for part in ("73.79", "76.95", "62.21", "本轮测评有效", "综合得分和名次", "收回6张"):
            assert part not in whole, (name, part)
        assert ("不列任何票数" in whole) or ("不予采信" in whole), name


def test_a_bundle_of_which_little_can_be_read_still_gives_forms_that_say_so(tmp_path: Path) -> None:
    """Without rules nobody knows the session's name; the forms come all the same."""
    report = report_of("broken") | {"names": {}, "rounds": [], "results": None, "acts": [], "files": []}
    report |= {"fingerprint": None, "size": None, "root": None, "origin": ""}
    for name, pages in told(report, tmp_path).items():
        assert "数据核验不一致" in joined(pages), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["witnessed", "rehearsal", "broken", "public"])
def test_no_form_claims_what_a_program_may_not(kind: str, language: Language) -> None:
    text = "".join(joined(pages) for pages in texts_of(kind, language).values())
    assert [] == [word for word in FORBIDDEN if word in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_holds_every_character_of_the_forms(language: Language) -> None:
    assert frozenset() == made("witnessed", language).missing
    assert frozenset() == made("broken", language).missing


def test_every_code_of_the_verifier_has_its_sentence_in_the_catalogue() -> None:
    """The same in Chinese and English: paper and screen say one thing."""
    for code, (chinese, english) in SENTENCES.items():
        assert chinese == catalogue("zh-Hans", "forms").text(f"code_{code}")
        assert english == catalogue("en", "forms").text(f"code_{code}")
    listed = [key for key in catalogue("zh-Hans", "forms").texts if key.startswith("code_")]
    assert [f"code_{code}" for code in SENTENCES] == listed


def test_what_was_expected_and_found_is_told_in_the_readers_language(tmp_path: Path) -> None:
    """The verifier's own phrases, as its page says them; data stay as they are."""
    assert PHRASES == catalogue("zh-Hans", "findings").texts
    assert list(PHRASES) == list(catalogue("en", "findings").texts.values())
    report = report_of("broken")
    report["failures"][0] |= {"expected": "no such file", "found": "rounds/r01.counts"}
    sheet = joined(told(report, tmp_path)["count-sheet.pdf"])
    assert "没有此文件rounds/r01.counts" in sheet
    assert "nosuchfile" not in sheet


def test_the_same_report_gives_the_same_bytes() -> None:
    """A digest of a form means something."""
    assert made("witnessed") == form_files(report_of("witnessed"), "zh-Hans")
