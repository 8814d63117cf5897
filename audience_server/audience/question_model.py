"""What simulated voters ask: plausible questions and suggestions, some twice in other words, some in another script or
language, some hostile.  Seeded, so that a rehearsal can be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

SUBJECTS = (
    ("学校门口", "總是堵車", "总是堵车"),
    ("老旧小区加装电梯", "補貼遲遲不到位", "补贴迟迟不到位"),
    ("办事大厅的窗口", "中午沒有人值班", "中午没有人值班"),
    ("城南的公交线路", "晚上七點就停運", "晚上七点就停运"),
    ("小区楼下的烧烤摊", "油煙擾民沒人管", "油烟扰民没人管"),
    ("门前那条河", "一到夏天就發臭", "一到夏天就发臭"),
    ("医保异地报销", "要跑好幾個部門", "要跑好几个部门"),
    ("新修的人行道", "不到半年又被挖開", "不到半年又被挖开"),
    ("供暖", "年年都是後半夜就涼", "年年都是后半夜就凉"),
    ("工地夜间施工", "投訴以後還是照舊", "投诉以后还是照旧"),
    ("幼儿园名额", "為什麼不公開", "为什么不公开"),
    ("停车收费", "不給發票", "不给发票"),
)
OPENINGS = ("请问局长,", "我想问一下,", "", "", "作为居民,", "反映一个问题:", "主持人好,")
ENDINGS = ("什么时候能解决?", "有没有明确的时间表?", "到底归谁管?", "为什么反映了三次还没有答复?", "打算怎么办?")
TRADITIONAL_ENDINGS = ("什麼時候能解決?", "有沒有明確的時間表?", "到底歸誰管?", "打算怎麼辦?")
SUGGESTIONS = (
    "建议窗口中午安排轮班,不要让群众白跑一趟",
    "建议把办理进度放到网上,随时可以查",
    "希望每个小区都有一名联系人,电话公开",
    "建议设立老年人绿色通道,不要只能扫码",
    "建议每季度公布一次整改情况",
)
ENGLISH = (
    "Why does the number 12 bus stop running at seven in the evening?",
    "When will the lift subsidy for old buildings be paid out?",
    "Could the service hall please open during lunch time?",
)
HOSTILE = (
    "[/red][@click=app.quit]点我[/] 什么时候修路?",
    "<script>alert(1)</script><img src=x onerror=alert(2)> 为什么?",
    "\x1b[2J\x1b]52;c;cm0gLXJm\x07停车难\x9b31m",
    "\u202e?么什为 \u2066价涨费学\u2069",
    "零\u200b宽\u200b字\u200d符\ufeff的问题怎么办",
    '=HYPERLINK("http://x.example","点") +1-1 @SUM(A1)',
    "👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈 一家老小等公交要等多久?",
    "Ż̵̡̢̛̗̘̙̜̝̞̟̠̈̉a̴l̷g̸o̵ 为什么",
    "长" * 3000,
    "   \u3000\u200b  ",
)
SHARES = {"again": 0.15, "suggestion": 0.15, "traditional": 0.12, "english": 0.05, "hostile": 0.06}


@dataclass(frozen=True, slots=True)
class Wish:
    """What one voter wants to send."""

    kind: str
    unit: str
    text: str
    problem: str = ""


def wishes(count: int, units: Sequence[str], problems: Sequence[str], random: Random) -> list[Wish]:
    """`count` of them, about the session's units."""
    made: list[Wish] = []
    for _ in range(count):
        before = random.choice(made) if made and random.random() < SHARES["again"] else None
        made.append(_again(before, random) if before is not None else _new(units, problems, random))
    return made


def _new(units: Sequence[str], problems: Sequence[str], random: Random) -> Wish:
    unit = random.choice(units) if units and random.random() < 0.9 else ""
    problem = random.choice(problems) if problems and random.random() < 0.3 else ""
    chance = random.random()
    if chance < SHARES["suggestion"]:
        return Wish("suggestion", unit, random.choice(SUGGESTIONS), problem)
    chance -= SHARES["suggestion"]
    if chance < SHARES["hostile"]:
        return Wish("question", unit, random.choice(HOSTILE), problem)
    chance -= SHARES["hostile"]
    if chance < SHARES["english"]:
        return Wish("question", unit, random.choice(ENGLISH), problem)
    place, traditional, simplified = random.choice(SUBJECTS)
    if chance - SHARES["english"] < SHARES["traditional"]:
        return Wish("question", unit, f"{place}{traditional},{random.choice(TRADITIONAL_ENDINGS)}", problem)
    return Wish("question", unit, f"{random.choice(OPENINGS)}{place}{simplified},{random.choice(ENDINGS)}", problem)


def _again(wish: Wish, random: Random) -> Wish:
    """The same in slightly other words: as the next person in the row asks it."""
    text = wish.text.rstrip("?") + random.choice(("?", "??", ",请答复。", ",谢谢"))
    return Wish(wish.kind, wish.unit, random.choice(("", "还是那个问题:", "同问,")) + text, wish.problem)
