"""What stands on the notary's screen, as lines: rounds, people, statements, keys; nothing is cut that must be read."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue
from audience_server.notary import verify as v
from console.notary import lines, rounds, statements
from console.notary.app import NotaryApp
from tests.notary.hall import keys_named

WORDS = catalogue("zh-Hans", "notary")
LONG = "人大代表、政协委员和民主党派代表"
OPENED = int(datetime(2026, 11, 23, 20, 0).timestamp())
NUMBERS = {"expected": 60, "present": 58, "issued": 58, "returned": 57}
COUNTED: dict[str, Any] = NUMBERS | {"valid": 56, "invalid": 0, "abstained": 1, "not_cast": 1}
COUNTED |= {"counts": {"overall": {"yes": 40, "no": 16}}}
CODE = "12345 12345 12345 12345 12345"


def window(number: int, state: str = "locked", seconds: int = 60) -> dict[str, Any]:
    """As the picture has it."""
    is_locked = state == "locked"
    return {
        "window": f"r{number:02}",
        "round": f"r{number:02}",
        "title": f"市第{number}局",
        "state": state,
        "opened_at": OPENED,
        "closes_at": OPENED + seconds,
        "names": {},
        "by": {"deputies": {"issued": 58, "returned": 57}},
        "counted": {"deputies": COUNTED} if is_locked else None,
        "agrees": True if is_locked else None,
        "audit": None,
        "sealed": False,
        "fingerprint": CODE if is_locked else None,
    }


def picture(*windows: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {
        "line": "following",
        "origin": "pingyi.example/tv",
        "kind": "live",
        "title": "电视评议",
        "size": 9,
        "cosigned": 9,
        "adds_up": True,
        "held": "",
        "alarms": [],
        "server_alarms": [],
        "answers": [],
        "drafts": [],
        "waiting": [],
        "demands_missed": [],
        "windows": list(windows),
        "panels": [{"id": "deputies", "name": LONG, "expected": 60, "present": 58}],
        "connected": {"deputies": 57},
        "printed": {"deputies": 66},
        "spare": {"deputies": 6},
        "words": {"overall": "总体评价", "yes": "满意", "no": "不满意"},
        "rounds": {f"r{number:02}": f"市第{number}局" for number in range(1, 31)},
        "zero": 3,
        "unwitnessed": [],
        "warnings": [],
    }
    return found | more


@pytest.mark.parametrize(
    ("state", "seconds", "now", "said"),
    [
        ("open", 90, 25, "还剩1:05(按记录应在20:01:30截止)"),
        ("open", 60, 72, "已过应截止时刻0:12(按记录应在20:01:00截止)"),
        ("open", 0, 3725, "已开放1:02:05"),
        ("closed", 60, 25, "已截止"),
    ],
)
def test_an_open_round_says_how_long_it_has(state: str, seconds: int, now: int, said: str) -> None:
    """By what the record says; where the record does not tell, how long it is open."""
    shown = rounds.current(picture(window(1), window(2, state, seconds)), WORDS, OPENED + now, brief=False)
    assert shown[0].startswith("r02 市第2局")
    assert shown[0].endswith(said)


def test_the_round_that_matters_is_the_open_one_then_the_one_to_be_locked_then_the_newest() -> None:
    assert "r03" in rounds.current(picture(window(3, "open"), window(4)), WORDS, OPENED, brief=True)[0]
    assert "r03" in rounds.current(picture(window(3, "closed"), window(4, "void")), WORDS, OPENED, brief=True)[0]
    newest = rounds.current(picture(window(3), window(4)), WORDS, OPENED, brief=True)
    assert "r04 市第4局  已锁定  ✓ 本机计票核对一致" == newest[0]
    assert f"校验码 {CODE}" == newest[1]
    full = rounds.current(picture(window(3), window(4)), WORDS, OPENED, brief=False)
    assert "  总体评价: 满意 40  不满意 16" in set(full) - set(newest)
    assert ["还没有开始任何一项测评"] == rounds.current(picture(), WORDS, OPENED, brief=True)


@pytest.mark.parametrize("room", [54, 62, 78])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_panel_is_named_by_half_and_no_line_is_broken(room: int, language: Language) -> None:
    """A long name takes a line of its own before its numbers are pushed out."""
    words = catalogue(language, "notary")
    shown = lines.people(picture(), words, room)[:-1]
    assert LONG in "".join(shown)
    assert all(cell_len(line) <= room for line in shown)
    assert re.search(r"60 +58 +57 +66\(6\)$", shown[-1])


@pytest.mark.parametrize("room", [54, 78])
def test_thirty_rounds_are_thirty_lines(room: int) -> None:
    """One a line, newest first, without the one that stands above; all are counted."""
    windows = [window(number) for number in range(1, 30)]
    shown = rounds.listed(picture(*windows, window(30, "open")), WORDS, room)
    assert "各轮:已锁定29、作废0,场次文件共30轮。其余各轮:" == shown[0]
    assert [f"r{number:02}" for number in range(29, 0, -1)] == [line[:3] for line in shown[1:]]
    assert all(cell_len(line) <= room and line.endswith(f"✓ 一致  {CODE}") for line in shown[1:])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [78, 118])
def test_the_footer_names_every_key_and_tears_none_from_its_name(language: Language, width: int) -> None:
    words = catalogue(language, "notary")
    shown = lines.keys(words, width)
    assert words.text("keys").split("  ") == [item for line in shown.split("\n") for item in line.split("  ")]
    assert len(shown.split("\n")) <= 3
    assert all(cell_len(line) <= width for line in shown.split("\n"))
    for key in ("F1 ", "F10 ", "PgUp/PgDn "):
        assert key in shown
        assert key.strip().split("/")[0] in words.text("help_lines")


DIGEST, KEY = "ab12" * 16, v.b64(bytes(32))
BODIES: dict[str, dict[str, Any]] = {
    "session": {"kind": "live", "number": 2, "previous": {"origin": "a.example/b", "size": 3, "root": KEY}}
    | dict.fromkeys(("rules", "page", "policy", "rolls"), DIGEST)
    | {"codes_exported": True, "software": "touchstone 1", "fresh": KEY},
    "zero": {"size": 3, "ballots": 0, "printed": {"deputies": 66}, "spare": {"deputies": 6}},
    "void": {"serial": 17, "keys": {"r00": KEY}, "reason": "遗失"},
    "hand": {"window": "r02", "panel": "deputies", "counts": {"overall": {"yes": 5}}, "sheet": DIGEST}
    | {"present": 6, "issued": 6, "returned": 5, "valid": 5, "invalid": 0, "abstained": 0},
    "remark": {"text": "停电三分钟"},
    "void-round": {"window": "r02", "reason": "停电"},
    "audit": {"window": "r05", "digest": DIGEST},
    "audit-open": {"window": "r02", "cards": [{"check_in": KEY, "key": KEY, "choice": "1"}], "salt": KEY},
    "manifest": {"text": "c1/manifest\na\n9\nroot\nx 1 a\nx 1 b\n", "public": "c1/manifest\na\n9\nroot\nx 1 a\n"},
}
READ = {
    "session": ["场次性质:正式场次", "场次:第2场,接续 a.example/b", "卡册:ab12 ab12 ab12 ab12 …", "曾以文件形式导出"],
    "zero": ["各单位票数均为零。", f"{LONG}:印制66张,其中备用6张"],
    "void": ["评议卡号码:17", f"评议团:{LONG}", "签到:已签到", "理由:遗失", "不能恢复"],
    "hand": ["轮次:r02 市第2局", f"评议团:{LONG}", "实到6 发出6 收回5 有效5 无效0 弃权0", "总体评价: 满意 5"],
    "remark": ["内容:停电三分钟"],
    "void-round": ["轮次:r02 市第2局", "理由:停电", "本项须重新测评"],
    "audit": ["轮次:r05 市第5局", "从此固定"],
    "audit-open": ["轮次:r02 市第2局", "抽验卡1:总体评价 满意"],
    "manifest": ["证据包:记录9条,文件2个", "公开版:记录9条,文件1个", "两份都签"],
}


def draft(kind: str) -> dict[str, Any]:
    found = {"id": 1, "kind": kind, "untrue": "", "signed_before": False}
    return found | {"panel": "deputies", "is_present": True, "choices": [[("总体评价", "满意")]]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_statement_is_read_in_words(language: Language) -> None:
    """In the notary's language, with a time that people read, and without one name of a field."""
    words = catalogue(language, "notary")
    assert {*v.STATEMENTS, "manifest"} == set(BODIES) == set(READ)
    for kind, body in BODIES.items():
        dated = body if kind == "manifest" else body | {"at": OPENED}
        shown = "\n".join(statements.named_lines(draft(kind), dated, picture(window(2)), words))
        assert kind == "manifest" or "2026-11-23 20:00:00" in shown, kind
        names = {name for name in v.FIELDS.get(kind, {}) if "_" in name} | {"at:", "codes_", str(OPENED), KEY, DIGEST}
        assert [] == [name for name in names if name in shown], kind
        if language == "zh-Hans":
            assert [] == [said for said in READ[kind] if said not in shown], kind


def test_every_field_of_a_statement_has_a_name_that_people_use() -> None:
    """Also for what is said to differ from this computer's copy."""
    fields = {name for kind in v.STATEMENTS for name in v.FIELDS[kind]} | {"files", "manifest"}
    assert set() == {name for name in fields if f"field_{name}" not in WORDS}


def test_the_very_text_is_there_when_it_is_asked_for_and_a_lie_stands_first() -> None:
    body = BODIES["void-round"]
    raw = statements.raw_lines("void-round", "pingyi.example/tv", body)
    assert ["c1/void-round", "pingyi.example/tv", '{"reason":"停电","window":"r02"}'] == raw
    lie = statements.named_lines(draft("session") | {"untrue": "rules"}, BODIES["session"], picture(), WORDS)
    assert lie[0].startswith("⚠ 与本机副本不符:规则(场次文件)")
    assert WORDS.text("session_sentence") not in lie


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_with_thirty_rounds_what_matters_stays_and_the_rest_is_scrolled(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """The open round with its clock, what waits for the notary, the keys; PgDn reaches the first round."""
    windows = [window(number) for number in range(1, 30)]
    waiting = [{"do": "reveal", "round": "r29", "window": "r29", "roles": ["notary"]}]
    now = picture(*windows, window(30, "open"), waiting=waiting, kind="rehearsal")
    words, desk_words = WORDS, catalogue("zh-Hans", "console")
    keys = keys_named("公证员甲", "gongzheng.example/n1")
    app = NotaryApp(keys, tmp_path, "ws://127.0.0.1:9/witness", "t", words, desk_words, lambda: OPENED + 18)
    app.now = lambda: now  # type: ignore[method-assign]

    def text(pilot: Pilot[None]) -> str:
        app.paint()
        return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())

    always = (
        "r30 市第30局  测评中  还剩0:42",
        "同意公布 r29 市第29局",
        "F10 详情",
        "PgUp/PgDn 翻看",
        "彩排 非正式结果",
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        shown = text(pilot)
        assert [] == [each for each in (*always, "r29", LONG) if each not in shown], shown
        assert "r01 " not in shown
        for _ in range(6):
            await pilot.press("pagedown")
        await pilot.pause()
        shown = text(pilot)
        assert [] == [each for each in (*always, "r01 ") if each not in shown], shown
