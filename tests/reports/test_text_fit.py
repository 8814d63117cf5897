"""Lines that fit their box; here a character is as wide as its size, a Latin one half of it."""

from hypothesis import given
from hypothesis import strategies as st

from audience_server.reports.text_fit import POINT, break_lines, fit_text, line_height


def measure(text: str, size: float) -> float:
    return sum(size / 2 if character.isascii() else size for character in text) * POINT


def lines(text: str, characters: float) -> list[str]:
    return break_lines(text, lambda part: measure(part, 1 / POINT), characters)


def test_chinese_breaks_anywhere_but_before_a_stop() -> None:
    assert lines("请把卡交回，谢谢", 5) == ["请把卡交", "回，谢谢"]


def test_latin_breaks_between_words() -> None:
    assert lines("Join the studio Wi-Fi", 6.1) == ["Join the", "studio Wi-Fi"]


def test_a_word_wider_than_the_line_is_broken() -> None:
    assert lines("abcdefgh", 2) == ["abcd", "efgh"]


def test_an_opening_bracket_stays_with_what_it_opens() -> None:
    assert lines("媒体(权重", 2.6) == ["媒体", "(权重"]


def test_an_opening_quote_stays_with_what_it_opens() -> None:
    assert lines("看到“成功", 3) == ["看到", "“成功"]


@given(st.text(st.sampled_from("ab 中文，。“”①"), max_size=40), st.integers(2, 12))
def test_breaking_loses_nothing_but_spaces_at_line_ends(text: str, width: int) -> None:
    broken = lines(text, width)
    assert text.replace(" ", "") == "".join(broken).replace(" ", "")
    assert all(measure(line, 1 / POINT) <= width for line in broken)


def test_the_largest_size_that_fits_is_taken() -> None:
    two_lines = 2 * line_height(10)
    fitted = fit_text("一二三四五六", measure, width=3 * 10 * POINT, height=two_lines, largest=20, smallest=5)
    assert (fitted.lines, fitted.size) == (("一二三", "四五六"), 10)


def test_what_fits_at_no_size_is_cut_visibly() -> None:
    fitted = fit_text("一二三四五六", measure, width=3 * 10 * POINT, height=line_height(10), largest=10, smallest=10)
    assert fitted.lines == ("一二…",)


def test_a_single_line_in_a_low_box_keeps_one_line() -> None:
    assert len(fit_text("一二三", measure, width=1, height=0.1, largest=8, smallest=8).lines) == 1
