"""What is typed in a shell before any command reads it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.cli import build_parser, main, with_anchor
from tests.processes import touchstone


def test_an_anchor_that_begins_with_a_hyphen_is_no_flag() -> None:
    """One in 64 does."""
    assert ["forms", "--anchor=-Ok02", "--out", "x"] == with_anchor(["forms", "--anchor", "-Ok02", "--out", "x"])
    assert ["verify", "--anchor=a"] == with_anchor(["verify", "--anchor=a"])
    assert ["forms", "--anchor"] == with_anchor(["forms", "--anchor"])


def parts_of(parser: argparse.ArgumentParser, *words: str) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """A command's words and its parser, and those of everything below it."""
    yield words, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, part in action.choices.items():
                yield from parts_of(part, *words, name)


def test_everything_of_the_notarys_answers_help_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with what it does and what each of its arguments is."""
    monkeypatch.setenv("TOUCHSTONE_LANG", "zh-Hans")
    parts = {words: part for words, part in parts_of(build_parser("notary")) if words}
    assert {("notary", "verify"), ("notary", "inspect", "compare"), ("notary", "forms")} <= set(parts)
    for words, part in parts.items():
        with pytest.raises(SystemExit) as left:
            main([*words, "--help"])
        told = capsys.readouterr().out
        assert (0, True) == (left.value.code, bool(re.search("[\u4e00-\u9fff]{4}", told))), words
        unsaid = [each.dest for each in part._actions if not each.help and each.dest not in ("action", "deed", "words")]
        assert [] == unsaid, words


def test_the_verifiers_options_may_stand_before_the_bundle(capsys: pytest.CaptureFixture[str]) -> None:
    """They are its own; nothing in front of it reads them."""
    tiny = Path(__file__).resolve().parents[1] / "vectors" / "tiny.c1.tar"
    assert 2 == main(["notary", "verify", "--lang", "en", str(tiny)])
    assert "the data agree (with warnings)" in capsys.readouterr().out


@pytest.mark.parametrize("held", ['{"name": "公证员甲", "token": "abc"}', "令牌", "one two", ""])
def test_what_is_no_token_file_is_told_what_one_holds(tmp_path: Path, held: str) -> None:
    """The whole answer of `ctl admit` is what people keep first."""
    (tmp_path / "token").write_text(held, "utf-8")
    words = ["--keys", tmp_path, "--token-file", tmp_path / "token"]
    refused = touchstone("notary", "watch", "ws://127.0.0.1:1", *words)
    assert (2, True) == (refused.returncode, "不是令牌文件" in refused.stderr), refused.stderr
