"""大写: the numbers of count sheets, against a plain table and against a reader of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.reports.numerals import HIGHEST, financial

TABLE = {
    0: "零",
    1: "壹",
    9: "玖",
    10: "壹拾",
    11: "壹拾壹",
    20: "贰拾",
    57: "伍拾柒",
    58: "伍拾捌",
    60: "陆拾",
    100: "壹佰",
    101: "壹佰零壹",
    110: "壹佰壹拾",
    230: "贰佰叁拾",
    405: "肆佰零伍",
    1000: "壹仟",
    1001: "壹仟零壹",
    1010: "壹仟零壹拾",
    2500: "贰仟伍佰",
    10000: "壹万",
    10001: "壹万零壹",
    10010: "壹万零壹拾",
    10100: "壹万零壹佰",
    11000: "壹万壹仟",
    100000: "壹拾万",
    100010: "壹拾万零壹拾",
    256789: "贰拾伍万陆仟柒佰捌拾玖",
    10000000: "壹仟万",
    100000000: "壹亿",
    100000001: "壹亿零壹",
    100001000: "壹亿零壹仟",
    100010000: "壹亿零壹万",
    200300400: "贰亿零叁拾万零肆佰",
    123456789: "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖",
}


@pytest.mark.parametrize(("number", "text"), TABLE.items())
def test_numbers_are_written_as_in_a_plain_table(number: int, text: str) -> None:
    assert text == financial(number)


def spoken(text: str) -> int:
    """The number that a text says, read from the left as a teller would."""
    total = section = digit = 0
    for character in text:
        if character in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(character)
        elif character in "拾佰仟":
            section += digit * 10 ** ("拾佰仟".index(character) + 1)
            digit = 0
        else:
            total += (section + digit) * {"万": 10**4, "亿": 10**8}[character]
            section = digit = 0
    return total + section + digit


@given(st.integers(0, HIGHEST))
def test_what_is_written_reads_back_as_the_number(number: int) -> None:
    text = financial(number)
    assert number == spoken(text)
    assert "零零" not in text
    assert number == 0 or not text.startswith("零")
    assert number == 0 or not text.endswith("零")


@given(st.integers(0, HIGHEST))
def test_no_unit_stands_without_its_digit(number: int) -> None:
    """壹拾, never 拾: a digit put in front later would show."""
    text = financial(number)
    for place, character in enumerate(text):
        if character in "拾佰仟":
            assert text[place - 1] in "壹贰叁肆伍陆柒捌玖"
            assert place > 0


@given(st.integers(0, HIGHEST))
def test_the_traditional_script_differs_in_its_characters_alone(number: int) -> None:
    change = str.maketrans("贰叁陆万亿", "貳參陸萬億")
    assert financial(number).translate(change) == financial(number, traditional=True)


@pytest.mark.parametrize("number", [-1, HIGHEST + 1])
def test_what_has_no_numeral_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        financial(number)
