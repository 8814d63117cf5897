"""The session that the scripted hall holds: a ballot, a sheet, marks, a selection and a trial."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

ORIGIN = "county.example/rehearsed"
CODE = "4YG6Y479AU7VL5CGBUN2"
OTHER_CODE = "QUZZJEYS2VBCXDXB2JGE"

UNITS = (
    *("县住建局", "县国土局", "县环保局", "县消防大队", "县规划局", "县质监站"),
    *("县劳动监察大队", "县安监局", "县地税局", "县供电分公司", "县供水公司", "县政务大厅"),
)
PANEL = "外来项目投资商、施工单位负责人和社会各界代表"
CRITERIA = ("服务态度", "业务熟练程度", "办事效率", "有无吃拿卡要", "有无乱收费、乱摊派")
FOUR = ("满意", "基本满意", "不满意", "不了解")


def options(*names: str) -> list[Json]:
    return [{"id": f"o{place}", "name": name} for place, name in enumerate(names, 1)]


def session_facts(kind: str = "live") -> Json:
    return {
        "origin": ORIGIN,
        "kind": kind,
        "title": "“商评官”满意度民主测评",
        "place": "机关事务管理中心四楼会议室",
        "date": "2011-08-24",
        "language": "zh-Hans",
        "page_digest": "ab" * 32,
        "log_vkey": "",
        "notaries": [],
        "small_cell": 12,
        "panels": [
            {"id": "deputies", "name": PANEL, "admission": "card", "unverified": False},
            {"id": "offsite", "name": "场外群众", "admission": "open", "unverified": True},
        ],
        "units": [
            {"id": f"u{place}", "name": name, "category": "dept", "head": "", "pledges": []}
            for place, name in enumerate(UNITS, 1)
        ],
        "scales": [{"id": "four", "options": options(*FOUR)}, {"id": "marks", "range": [0, 100]}],
        "criteria": [
            *({"id": f"c{place}", "name": name, "scale": "four"} for place, name in enumerate(CRITERIA, 1)),
            {"id": "total", "name": "总体打分", "scale": "marks"},
        ],
        "rounds": [round_facts("r01"), round_facts("r02", units=["u2"])],
        "asking": asking_facts(),
        "spare_rounds": ["r900"],
    }


def asking_facts(**changes: Any) -> Json:
    return {
        "enabled": True,
        "longest": 200,
        "per_card": 5,
        "support": True,
        "problems": [
            {"id": "a1", "group": "不作为", "name": "推诿扯皮"},
            {"id": "a5", "group": "不作为", "name": "承诺不兑现"},
            {"id": "b3", "group": "慢作为", "name": "久拖不决"},
            {"id": "c3", "group": "乱作为", "name": "吃拿卡要"},
        ],
        "picture_bytes": 0,
        "report_key": "",
        "report_office": "",
    } | changes


def round_facts(id_: str, **changes: Any) -> Json:
    return {
        "id": id_,
        "kind": "ballot",
        "title": "第一轮",
        "units": ["u1"],
        "criteria": ["c1"],
        "panels": ["deputies", "offsite"],
        "seconds": 60,
    } | changes


def window(name: str, grammar: str = "1-4", closes_in_ms: int = 60_000, **changes: Any) -> Json:
    facts = round_facts(name.split(".")[0], **changes)
    del facts["id"]
    turnout = {"deputies": {"issued": 44, "returned": 0}}
    return facts | {
        "window": name,
        "round": name.split(".")[0],
        "grammar": grammar,
        "closes_in_ms": closes_in_ms,
        "turnout": turnout,
    }


def sheet_window(name: str = "r01") -> Json:
    labels = [f"{unit}.{criterion}=1-4" for unit in range(1, 13) for criterion in range(1, 6)]
    units = [f"u{place}" for place in range(1, 13)]
    criteria = [f"c{place}" for place in range(1, 6)]
    return window(name, ";".join(labels), 600_000, kind="sheet", units=units, criteria=criteria, title="民主测评表")
