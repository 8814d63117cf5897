"""Numbers in 大写, the financial numerals that count sheets carry beside their figures: 57 is 伍拾柒.

Every unit is written (10 is 壹拾, never 拾), and one 零 stands for any run of noughts inside a number.
"""

from __future__ import annotations

from dataclasses import dataclass

HIGHEST = 10**12 - 1

_TENS = ("", "拾", "佰", "仟")


@dataclass(frozen=True, slots=True)
class _Script:
    digits: str
    groups: tuple[str, str, str]


_SIMPLIFIED = _Script("零壹贰叁肆伍陆柒捌玖", ("", "万", "亿"))
_TRADITIONAL = _Script("零壹貳參肆伍陸柒捌玖", ("", "萬", "億"))


def financial(number: int, traditional: bool = False) -> str:
    """`number` in 大写; a number below 0 or above `HIGHEST` is a ValueError."""
    if not 0 <= number <= HIGHEST:
        raise ValueError(f"{number} has no numeral here")
    script = _TRADITIONAL if traditional else _SIMPLIFIED
    zero = script.digits[0]
    text, gap = "", False
    for place in (2, 1, 0):
        group = number // 10000**place % 10000
        if group:
            text += zero * (bool(text) and (gap or group < 1000)) + _group(group, script) + script.groups[place]
        gap = not group
    return text or zero


def _group(group: int, script: _Script) -> str:
    """One to 9999."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            text += script.digits[0] * (gap and bool(text)) + script.digits[digit] + _TENS[place]
        gap = not digit
    return text
