"""Whatever the notary's program refuses or finds is a sentence of the catalogues, in the reader's language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue, placeholders
from audience_server.notary import verify as v
from audience_server.notary.messages import NoMessage
from audience_server.notary.orders import BadOrder
from audience_server.notary.said import Refused
from audience_server.notary.statements import Unsignable
from audience_server.notary.witness import NotFollowed, failed
from console.notary.sentences import sentence

ROOT = Path(__file__).parents[3]
NOTARY = [each for each in (ROOT / "audience_server" / "notary").glob("*.py") if each.name != "verify.py"]
CONSOLE = [*(ROOT / "console" / "notary").glob("*.py"), *(ROOT / "console" / "commands").glob("notary*.py")]


def kinds() -> set[str]:
    """Names of all classes that are refusals."""
    found, waiting = {"Refused"}, [Refused]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found.add(kind.__name__)
            waiting.append(kind)
    return found


def refusals() -> Iterator[tuple[str, str, set[str]]]:
    """(where, key, names of values) of every refusal that the program can make."""
    import console.commands.notary_init
    import console.notary.app  # noqa: F401

    named = kinds()
    for path in (*NOTARY, *CONSOLE):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            keys = node.args[:1] if name in named else node.args[1:2] if name == "_forked" else []
            for key in keys:
                if isinstance(key, ast.Constant):
                    yield f"{path.name}:{node.lineno}", str(key.value), {str(each.arg) for each in node.keywords}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_sentence_and_every_value_its_place(language: Language) -> None:
    """A key without a text would end the screen in the middle of a show."""
    words, seen = catalogue(language, "notary_refusals"), 0
    for where, key, values in refusals():
        seen += 1
        assert key in words, (where, key)
        assert placeholders(words.texts[key]) == values, (where, key)
    assert seen > 90


def test_nothing_is_refused_in_a_sentence_of_the_code() -> None:
    """A key is a name, not a text: no refusal is made of words that stand in the program."""
    assert [] == [(where, key) for where, key, _ in refusals() if not re.fullmatch("[a-z0-9_]+", key)]


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_a_reader_of_chinese_reads_chinese(language: Language) -> None:
    """Every sentence, not only some: the English ones are in their own catalogue."""
    own, english = catalogue(language, "notary_refusals"), catalogue("en", "notary_refusals")
    plain = {key for key, text in own.texts.items() if not re.search("[\u4e00-\u9fff]", text)}
    assert {"file_trouble"} == plain
    assert set() == {key for key in own.texts if own.texts[key] == english.texts[key]}


def test_what_stands_in_a_sentence_is_said_in_the_same_language() -> None:
    """Fields, kinds of session, reasons of the system, a refusal within another, what a check expected."""
    missing = FileNotFoundError(2, "No such file or directory", "x.json")
    assert "卡册与本机副本不符,不能签署" == sentence(Unsignable("differs_from_copy", field="rolls"), "zh-Hans")
    assert "卡冊與本機副本不符,不能簽署" == sentence(Unsignable("differs_from_copy", field="rolls"), "zh-Hant")
    assert "读不了 x.json:没有这个文件" == sentence(
        BadOrder("file_unreadable", path="x.json", reason=missing), "zh-Hans"
    )
    assert "x.json: there is no such file" == sentence(missing, "en")
    wrong = NotFollowed("bad_message", detail=NoMessage("message_field", message="draft", name="id"))
    assert "服务器发来的内容不符合约定(draft 的 id 种类不对)" == sentence(wrong, "zh-Hans")
    kinds_differ = NotFollowed("kind_differs", own_kind="live", server_kind="rehearsal")
    assert "按名称这是正式场次,服务器却说是彩排 非正式结果" == sentence(kinds_differ, "zh-Hans")
    finding = failed(v.Finding("E415", 5, "a good signature", "AAAA"))
    assert "记录序号5(从0起),评议票或签到的签名不成立(应为:签名成立;实为:AAAA)" == sentence(finding, "zh-Hans")
    assert "entry 5 (counted from 0), " in sentence(finding, "en")
    assert "检查点" in sentence(failed(v.Finding("E206", 9, "good signatures", "x")), "zh-Hans")
    assert "第" not in sentence(failed(v.Finding("E102", None, "a", "missing")), "zh-Hans")
