"""The rules page says what the formula can give before anybody votes (WORDS.md, “The final score”)."""

from fractions import Fraction

import pytest

from audience_server.domain.rules_page import number_text, planned_minutes, rules_page
from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import read_rundown
from audience_server.domain.score_bounds import score_bounds
from audience_server.locale.catalogue import Language, catalogue
from tests.rules_samples import SESSIONS, SHEET, SMALL, changed, read


def page(rundown: Rundown, language: Language = "zh-Hans") -> str:
    return rules_page(rundown, catalogue(language, "rules").text)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize("name", ["city-30", "investors-44"])
def test_the_page_is_whole_in_every_language(name: str, language: Language) -> None:
    rundown = read_rundown((SESSIONS / f"{name}.toml").read_bytes(), name)
    text = page(rundown, language)
    assert "{" not in text
    names = [panel.name for panel in rundown.panels] + [criterion.name for criterion in rundown.criteria]
    names += [category.name for category in rundown.categories] + [unit.name for unit in rundown.units]
    assert all(name in text for name in names)


def test_the_city_can_reach_everything_from_0_to_100() -> None:
    text = page(read_rundown((SESSIONS / "city-30.toml").read_bytes(), "city-30.toml"))
    assert "单位得分最低 0.00,最高 100.00" in text
    assert "全体选择最低等级:现场测评得分 0.00,单位得分 0.00 至 50.00" in text
    assert "无人投票:没有得分,不排名" in text
    assert "现场测评 × 50% + 短信评议 × 20% + 网络评议 × 10% + 新闻媒体评议 × 20%" in text
    assert "政府部门公布后 3 位" in text


def test_a_show_planned_above_165_minutes_is_warned_about() -> None:
    long = read_rundown((SESSIONS / "city-30.toml").read_bytes(), "city-30.toml")
    short = read(SMALL)
    assert 30 * 870 // 60 == planned_minutes(long)
    assert "预计 435 分钟" in page(long)
    assert "预计 29 分钟" not in page(short)
    assert "约 29 分钟" in page(short)


FORMULA_OF_20_17_14 = changed(
    "score = 0 }", "score = 70 }", changed("score = 60", "score = 85", SMALL[: SMALL.index("channels =")])
)


def test_a_formula_that_cannot_fall_below_70_is_shown_as_such() -> None:
    """One city's 好20/一般17/差14 × 5 could not score below 70."""
    one = FORMULA_OF_20_17_14.replace(
        SMALL[SMALL.index('[[criterion]]\nid = "speed"') : SMALL.index("[[category]]")], ""
    )
    rundown = read(one)
    (bounds,) = score_bounds(rundown)
    assert (Fraction(70), Fraction(100)) == bounds.score
    assert (Fraction(70), Fraction(70)) == bounds.worst_score
    assert "全体都不满意时仍有 70.00 分" in page(rundown)


def test_units_that_are_asked_about_differently_have_bounds_of_their_own() -> None:
    """A unit that no scoring round asks about can have no score, and the page says so."""
    rundown = read(SMALL + '[[round]]\nid = "r01"\nunits = ["edu"]\n')
    asked, never = score_bounds(rundown)
    assert (("edu",), ("env",)) == (asked.units, never.units)
    assert never.score is None
    text = page(rundown)
    assert "这些单位按本规则不可能有得分:市环境保护局" in text
    assert "适用于:市教育局" in text


def test_a_weighted_panel_that_is_not_asked_is_warned_about() -> None:
    text = page(read(SMALL + SHEET + 'panels = ["deputies"]\n'))
    assert "评议团“场外群众”有权重,但不参加任何计分的测评" in text


def test_small_and_unverified_panels_are_warned_about() -> None:
    text = page(read(changed("small_cell = 3", "small_cell = 21")))
    assert "“人大代表”只有 20 张评议卡,少于 21" in text
    assert "评议团“场外群众”身份未经核验,占 40%" in text


def test_the_procedure_is_that_of_the_session_file() -> None:
    """Who must agree, what late-comers do, when results are shown, and that nobody else keeps a copy."""
    rules = 'small_cell = 3\nlate = "until-close"\nannounce = "each"\nrunning_counts = "after-close"\n'
    text = page(read(changed("small_cell = 3", rules + 'confirm = { lock = ["operator", "notary"] }')))
    assert "测评截止前签到的,可参加本轮" in text
    assert "每轮测评锁定后随即公布" in text
    assert "锁定结果须由以下人员确认:操作员、公证员" in text
    assert "公布结果须由以下人员确认:操作员\n" in text
    assert "控制台可以看到票数" in text
    assert "无第三方副本,由主办方自行出具" in text


def test_the_page_promises_of_announcing_what_the_server_does() -> None:
    """By default a unit's count may follow its vote, as in the default cues; what compares units waits for the end."""
    assert "每轮票数在锁定后可以当场公布" in page(read(SMALL))
    assert "得分和名次在全部轮次锁定后统一公布" in page(read(SMALL))


def test_numbers_are_written_without_trailing_zeros() -> None:
    assert ["0", "40", "33.4", "0.000000001"] == [
        number_text(number) for number in (Fraction(0), Fraction(40), Fraction("33.4"), Fraction(1, 10**9))
    ]
