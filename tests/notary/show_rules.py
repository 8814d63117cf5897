"""The session that the bundle maker plays: its rules, and what a ballot of its rounds looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Answers = Sequence[int | None]

LIVE = "maker.example/show-1"
OPTIONS = ("yes", "fair", "no", "dk")
SCORES = {"yes": 100, "fair": 60, "no": 0}
SEATS = {"deputies": (6, 2), "citizens": (4, 0)}
OFFSITE = 3
WEIGHTS = {"deputies": 60, "citizens": 30, "offsite": 10}
ALL = ("deputies", "citizens", "offsite")
ROLL_ROUNDS = ("r00", "t01", "r01", "r02", "r03", "r900", "r901")
SMALL_CELL = 2

RULES = """[session]
id = "show-1"
authority = "maker.example"
title = "演示场次"
place = "一号演播厅"
date = 2026-11-22
language = "zh-Hans"
batch_min = 2
small_cell = 2
spare_rounds = 2

[[panel]]
id = "deputies"
name = "人大代表"
admission = "card"
seats = 6
spare = 2
weight = 60

[[panel]]
id = "citizens"
name = "居民代表"
admission = "card"
seats = 4
weight = 30

[[panel]]
id = "offsite"
name = "场外群众"
admission = "open"
unverified = true
weight = 10

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
id = "overall"
name = "总体评价"
scale = "sat"
weight = 1

[[criterion]]
id = "skill"
name = "业务熟练程度"
scale = "marks"
weight = 2

[[category]]
id = "gov"
name = "政府部门"
bottom = 1

[[category]]
id = "service"
name = "公共服务行业"
bottom = 1

[[unit]]
id = "edu"
name = "市教育局"
category = "gov"

[[unit]]
id = "env"
name = "市生态环境局"
category = "gov"

[[unit]]
id = "power"
name = "市供电公司"
category = "service"

[[round]]
id = "t01"
kind = "trial"

[[round]]
id = "r01"
kind = "ballot"
units = ["edu"]

[[round]]
id = "r02"
kind = "sheet"
units = ["env", "power"]
seconds = 90

[[round]]
id = "r03"
kind = "select"
units = ["*"]
panels = ["deputies"]
choose = 2

[result]
places = 2
channels = [ { id = "vote", name = "现场测评", weight = 70 }, { id = "survey", name = "问卷", weight = 30 } ]
"""

WITNESSES = """
[witnesses]
notaries = [ {{ name = "公证员甲", witness = "{w}", statement = "{s}" }} ]
observers = [ {{ name = "市统计局", witness = "{o}" }} ]
quorum = {{ notaries = 1, observers = 1 }}
"""


def items_of(round_id: str) -> list[tuple[str, str, bool]]:
    """(unit, criterion, is it a mark) in the order of the ballot."""
    units = {"r01": ("edu",), "r02": ("env", "power")}[round_id]
    return [(unit, name, name == "skill") for unit in units for name in ("overall", "skill")]


def choice_text(round_id: str, answers: Answers) -> str:
    if all(answer is None for answer in answers):
        return "-"
    if round_id == "t01":
        return str(answers[0])
    if round_id == "r03":
        return ",".join(map(str, answers))
    labels = ("1", "2") if round_id == "r01" else ("1.1", "1.2", "2.1", "2.2")
    return ";".join(f"{label}={'-' if a is None else a}" for label, a in zip(labels, answers, strict=True))


GRAMMARS = {"t01": "1-2", "r01": "1=1-4;2=0-100", "r02": "1.1=1-4;1.2=0-100;2.1=1-4;2.2=0-100", "r03": "2/3"}
KINDS = {"t01": "trial", "r01": "ballot", "r02": "sheet", "r03": "select"}
UNITS: dict[str, list[str]] = {"t01": [], "r01": ["edu"], "r02": ["env", "power"], "r03": ["edu", "env", "power"]}
PANELS = {"t01": ALL, "r01": ALL, "r02": ALL, "r03": ("deputies",)}


def mean_of(cell: Mapping[str, int]) -> Fraction:
    marks = sorted(int(name) for name, number in cell.items() if name.isdigit() for _ in range(number))
    if any(name in SCORES for name in cell):
        marks = [SCORES[name] for name, number in cell.items() if name in SCORES for _ in range(number)]
    elif len(marks) >= 3:
        marks = marks[1:-1]
    return Fraction(sum(marks), len(marks))


def half_up(value: Fraction) -> str:
    cents = (value * 100 + Fraction(1, 2)) // 1
    return f"{cents // 100}.{cents % 100:02d}"


def shown_panels(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of one unit; those that would tell a vote are null."""
    shown: dict[str, Any] = {panel: {} for panel in ALL}
    for criterion in ("overall", "skill"):
        kinds = {p: {n: k for n, k in cells[p][criterion].items() if k and n != "blank"} for p in ALL}
        sizes = {p: sum(kinds[p].values()) for p in ALL}
        hidden = {p for p in ALL if sizes[p] < SMALL_CELL or len(kinds[p]) == 1}
        if len(hidden) == 1:
            hidden.add(min((p for p in ALL if p not in hidden), key=lambda p: sizes[p]))
        for panel in ALL:
            shown[panel][criterion] = None if panel in hidden else half_up(mean_of(cells[panel][criterion]))
    return shown
