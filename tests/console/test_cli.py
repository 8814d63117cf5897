"""What is typed in a shell before any command reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.cli import with_anchor
from tests.processes import touchstone


def test_an_anchor_that_begins_with_a_hyphen_is_no_flag() -> None:
    """One in 64 does."""
    assert ["forms", "--anchor=-Ok02", "--out", "x"] == with_anchor(["forms", "--anchor", "-Ok02", "--out", "x"])
    assert ["verify", "--anchor=a"] == with_anchor(["verify", "--anchor=a"])
    assert ["forms", "--anchor"] == with_anchor(["forms", "--anchor"])


@pytest.mark.parametrize("held", ['{"name": "公证员甲", "token": "abc"}', "令牌", "one two", ""])
def test_what_is_no_token_file_is_told_what_one_holds(tmp_path: Path, held: str) -> None:
    """The whole answer of `ctl admit` is what people keep first."""
    (tmp_path / "token").write_text(held, "utf-8")
    words = ["--keys", tmp_path, "--token-file", tmp_path / "token"]
    refused = touchstone("notary", "watch", "ws://127.0.0.1:1", *words)
    assert (2, True) == (refused.returncode, "不是令牌文件" in refused.stderr), refused.stderr
