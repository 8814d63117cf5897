"""Small session files for tests of the rules: one that is right, and ways to change it."""

from pathlib import Path

import pytest

from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import RundownErrors, read_rundown

SESSIONS = Path(__file__).parent / "sessions"

SMALL = """\
[session]
id = "small-1"
authority = "pingyi.example"
title = "示例场次"
date = 2012-12-15
small_cell = 3

[[panel]]
id = "deputies"
name = "人大代表"
admission = "card"
seats = 20
weight = 60

[[panel]]
id = "offsite"
name = "场外群众"
admission = "open"
unverified = true
weight = 40

[[scale]]
id = "sat"
options = [
  { id = "yes", name = "满意", score = 100 },
  { id = "fair", name = "基本满意", score = 60 },
  { id = "no", name = "不满意", score = 0 },
  { id = "dk", name = "不了解" },
]

[[scale]]
id = "marks"
range = [0, 100]
trim = 1

[[criterion]]
id = "attitude"
name = "服务态度"
scale = "sat"
weight = 2

[[criterion]]
id = "speed"
name = "办事效率"
scale = "marks"
weight = "1.5"

[[category]]
id = "gov"
name = "政府部门"
bottom = 1

[[unit]]
id = "edu"
name = "市教育局"
category = "gov"

[[unit]]
id = "env"
name = "市环境保护局"
category = "gov"

[result]
places = 2
channels = [ { id = "vote", name = "现场测评", weight = 70 }, { id = "survey", name = "问卷", weight = 30 } ]
"""

SHEET = """
[[round]]
id = "r01"
kind = "sheet"
units = ["*"]
"""


def read(text: str) -> Rundown:
    return read_rundown(text.encode(), "show.toml")


def changed(old: str, new: str, text: str = SMALL) -> str:
    """The sample with one passage changed, which must be there."""
    assert old in text
    return text.replace(old, new, 1)


def line_of(fragment: str, text: str) -> int:
    """The line, from 1, where the fragment first stands."""
    return text[: text.index(fragment)].count("\n") + 1


def errors_of(text: str) -> list[tuple[int, str]]:
    """Line and message of everything that is wrong with a session file."""
    with pytest.raises(RundownErrors) as caught:
        read(text)
    return [(error.line, error.message) for error in caught.value.errors]
