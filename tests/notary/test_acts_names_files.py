"""What the report says beside its numbers, for whoever prints it: acts in their order, names, files with digests."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from audience_server.notary.verify import verify
from tests.notary.bundle_bytes import sha
from tests.notary.bundle_maker import Show
from tests.notary.show_rules import RULES


def report_of(data: bytes) -> dict[str, Any]:
    """As it is after it was written to a file."""
    found: dict[str, Any] = json.loads(json.dumps(verify(data).as_json()))
    return found


def test_acts_stand_in_the_order_of_the_record_with_their_bodies() -> None:
    """Everything that is no ballot, check-in or enrolment."""
    acts = report_of(Show().play().bundle())["acts"]
    assert ["session", "open", "close", "tally", "zero", "channel", "open", "close", "hand", "tally"] == [
        act["kind"] for act in acts[:10]
    ]
    assert ["void", "remark", "open", "close", "void-round", "open", "extend", "void", "close", "tally"] == [
        act["kind"] for act in acts[10:20]
    ]
    assert ["open", "close", "tally", "incident", "seal"] == [act["kind"] for act in acts[20:]]
    assert sorted(acts, key=lambda act: int(act["index"])) == acts
    extension = next(act for act in acts if act["kind"] == "extend")["body"]
    assert ("等候", 30) == (extension["reason"], extension["seconds"])


def test_an_act_that_cannot_be_read_is_in_no_list() -> None:
    """It is a failure, E306, and nothing of it is passed on."""

    def alter(tag: str, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "text": 5} if tag == "incident" else body

    report = report_of(Show(alter=alter).play().bundle())
    assert "E306" in {row["code"] for row in report["failures"]}
    assert "incident" not in {act["kind"] for act in report["acts"]}


def test_a_void_card_is_named_with_the_panel_on_whose_roll_its_keys_stand() -> None:
    acts = report_of(Show().play().bundle())["acts"]
    assert [("deputies", 7), ("citizens", 3)] == [
        (act["panel"], act["body"]["serial"]) for act in acts if act["kind"] == "void"
    ]


def test_names_are_those_of_the_session_file() -> None:
    names = report_of(Show(witnessed=True).play().bundle())["names"]
    assert {
        "title": "演示场次",
        "place": "一号演播厅",
        "date": "2026-11-22",
        "authority": "maker.example",
        "small_cell": 2,
    } == names["session"]
    offsite = {"seats": 0, "spare": 0, "invited": 0, "audit": 0, "card": False, "unverified": True, "weight": "10"}
    assert {"id": "offsite", "name": "场外群众", **offsite} == names["panels"][2]
    assert ["市教育局", "市生态环境局", "市供电公司"] == [unit["name"] for unit in names["units"]]
    assert [("政府部门", 1), ("公共服务行业", 1)] == [(each["name"], each["bottom"]) for each in names["categories"]]
    assert {"id": "skill", "name": "业务熟练程度", "scale": "marks", "weight": "2"} == names["criteria"][1]
    assert {"id": "fair", "name": "基本满意", "score": "60"} == names["scales"][0]["options"][1]
    assert {"id": "dk", "name": "不了解", "score": None} == names["scales"][0]["options"][3]
    assert [("现场测评", "70"), ("问卷", "30")] == [(each["name"], each["weight"]) for each in names["channels"]]
    assert ["t01", "r01", "r02", "r03"] == [each["id"] for each in names["rounds"]]
    assert {"notaries": ["公证员甲"], "observers": ["市统计局"]} == names["witnesses"]


def test_decimals_of_the_session_file_stay_what_they_are() -> None:
    rules = RULES.replace("weight = 60", "weight = 59.75").replace("weight = 30\n", 'weight = "30.250"\n')
    names = report_of(Show(rules=rules).play().bundle())["names"]
    assert ["59.75", "30.25", "10"] == [panel["weight"] for panel in names["panels"]]


def test_files_are_those_of_the_archive_with_the_digests_they_have() -> None:
    """Also where the manifest says otherwise: then the verdict is fail, and the digest is that of the file."""
    show = Show().play()
    files = show.evidence()
    bundle = show.bundle()
    report = report_of(bundle)
    assert [(path, sha(data).hex(), len(data)) for path, data in files.items()] == [
        (row["path"], row["sha256"], row["length"]) for row in report["files"]
    ]
    assert {"sha256": hashlib.sha256(bundle).hexdigest(), "length": len(bundle)} == report["archive"]
    changed = report_of(bundle.replace(b"'use strict';", b"'use STRICT';"))
    assert "E103" in {row["code"] for row in changed["failures"]}
    found = {row["path"]: row["sha256"] for row in changed["files"]}
    assert sha(b"'use STRICT';\n").hex() == found["page/app.js"]


def test_what_is_no_bundle_has_no_names() -> None:
    report = report_of(b"x" * 512)
    assert ({}, [], []) == (report["names"], report["acts"], report["files"])
