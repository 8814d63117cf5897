"""What the desk says at one glance, made by pure functions from the view."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from audience_server.locale.catalogue import LANGUAGES, catalogue
from audience_server.wire.control import View
from audience_server.wire.control_view import (
    AirView,
    ArrivalsView,
    ChannelView,
    ClockView,
    HelpView,
    PendingView,
    PersonView,
    QueueView,
    SceneView,
)
from console.actions import BY_ID
from console.air_scenes import SCENES, complete_boards, likely_target, scene_name, scene_title, targets
from console.arrivals import arrivals
from console.authority import hindrance
from console.log_lines import log_lines, log_text
from console.round_texts import long_clock, seconds_of
from console.rundown_rows import rundown_rows
from console.show_clock import ShowClock, show_clock
from console.show_view import LineUp, ShowView, ViewArrived, fold
from console.status import decisions, round_now
from console.widgets.clock_panel import over_text
from tests.console.views import alarm, at_cue, cue, round_view, view

WORDS = catalogue("zh-Hans", "console")


def seeing(shown: View, now: float = 100.0) -> ShowView:
    return fold(fold(ShowView(), LineUp(), now), ViewArrived(shown), now)


# decisions


def test_nothing_that_waits_is_forgotten_and_the_alarms_come_first() -> None:
    busy = view(
        rounds=(round_view("r01", "edu", "closed"), round_view("r02", "env")),
        alarms=(alarm(1), alarm(2)),
        pending=(PendingView("reveal", "r02", ("scrutineer",)),),
        queue=QueueView({"received": 17, "approved": 3}, "open", 0, True),
        arrivals=ArrivalsView({}, None, (HelpView(1, 0, "citizens", "7排"),)),
    )
    assert ("警报 2", "待锁定 1", "待同意 1", "求助 1", "提问 17") == decisions(seeing(busy), WORDS)
    assert () == decisions(seeing(view()), WORDS)


def test_the_open_round_is_told_with_what_is_left_of_it() -> None:
    show = seeing(view(rounds=(round_view("r01", "edu", "open", closes_in_ms=42_000),)))
    assert "r01 正在测评 0:42" == round_now(show, 100.0, WORDS)
    assert "r01 正在测评 0:40" == round_now(show, 102.0, WORDS)
    assert "没有正在进行的测评" == round_now(seeing(view()), 100.0, WORDS)


# the show's clock


def test_the_clock_runs_on_between_views_and_says_late_only_when_the_cue_is() -> None:
    """Twenty seconds are left of the cue: after twenty-five the show is five seconds further behind."""
    told = ClockView(on_air=600, planned=3600, remaining=3000, over=0, ends_at=9000, too_long=False)
    shown = at_cue(view(clock=told), "edu-report", elapsed_ms=40_000)
    assert ShowClock(620, 3600, 2980, 0, 9000, 3600) == show_clock(seeing(shown), 120.0)
    assert ShowClock(625, 3600, 2980, 5, 9005, 3605) == show_clock(seeing(shown), 125.0)


def test_a_show_that_passes_165_minutes_between_two_views_says_so_at_once() -> None:
    """The plan fits; the current cue is over time, and takes the show beyond."""
    told = ClockView(9600, 9900, 300, 0, 9000, False)
    shown = at_cue(view(clock=told), "edu-report", elapsed_ms=60_000)
    on_time, late = show_clock(seeing(shown), 100.0), show_clock(seeing(shown), 101.0)
    assert (False, 9900) == (on_time and on_time.too_long, on_time and on_time.length)
    assert (True, 9901) == (late and late.too_long, late and late.length)


def test_before_the_first_cue_the_clock_stands() -> None:
    told = ClockView(None, 3600, 3600, 0, None, True)
    assert ShowClock(None, 3600, 3600, 0, None, 3600) == show_clock(seeing(view(clock=told)), 500.0)
    assert None is show_clock(ShowView(), 1.0)


@pytest.mark.parametrize(("over", "told"), [(80, "超时 +1:20"), (-65, "提前 -1:05"), (3, "准时"), (-5, "准时")])
def test_late_and_early_are_said_by_word_and_sign(over: int, told: str) -> None:
    assert told == over_text(over, WORDS)


def test_lengths_are_read_as_people_write_them() -> None:
    assert [90, 90, 3600, 90] == [seconds_of(each) for each in ("90", "1:30", "1:00:00", "1:30")]
    assert [None] * 6 == [seconds_of(each) for each in ("", "0", "-5", "1:xx", "999999", "1:2:3:4")]
    assert "1:02:03" == long_clock(3723)


# the rundown


def test_a_cue_says_what_it_carries_and_a_skipped_one_that_it_is_skipped() -> None:
    first = replace(cue("a", "questions", None), questions=("Q0001", "Q0002"), note="先问时限", scene="question")
    done = replace(cue("b", "film", None, state="done"), took=75, title="学区房")
    skipped = cue("c", "vote", None, "r01", "skipped")
    rows = rundown_rows(seeing(view(cues=(first, done, skipped))), frozenset(), WORDS)
    assert [("问2", "注", "画面:提问"), (), ("r01",)] == [row.carries for row in rows]
    assert ["1:00", "1:15/1:00", "跳过"] == [row.right for row in rows]
    assert ["提问", "学区房", "测评"] == [row.text for row in rows]


def test_the_next_cue_is_never_a_skipped_one() -> None:
    shown = at_cue(view(), "edu-report")
    cues = tuple(replace(each, state="skipped") if each.id == "edu-vote" else each for each in shown.cues)
    following = seeing(replace(shown, cues=cues)).next_cue
    assert following is not None
    assert "env-report" == following.id


# the air


def test_every_scene_has_a_name_and_what_it_is_about_can_be_chosen() -> None:
    show = seeing(at_cue(view(rounds=(round_view("r01", "edu", "locked", index=3),)), "edu-vote"))
    for language in LANGUAGES:
        assert all(f"scene_{scene}" in catalogue(language, "console") for scene in SCENES)
    assert "排行榜" == scene_name("ranking", WORDS)
    assert [("edu", "市教育局"), ("env", "市生态环境局")] == list(targets("unit", show, WORDS))
    assert ["r01"] == [each for each, _ in targets("locked", show, WORDS)]
    assert ["gov"] == [each for each, _ in targets("category", show, WORDS)]
    assert ("edu", "r01") == (likely_target("unit", show), likely_target("locked", show))
    assert "gov" == likely_target("category", show)


def test_a_board_is_offered_by_what_its_number_is() -> None:
    """The vote's own only where it is one channel of several; to be revealed only once nothing is missing."""
    channels = (ChannelView("vote", "现场测评", "50", False), ChannelView("sms", "短信", "50", False))
    units = [{"unit": unit, "category": "gov", "channels": {"vote": "85.00"}} for unit in ("edu", "env")]
    both = {"gov": "政府部门 综合得分", "gov/vote": "政府部门 现场测评得分(占综合成绩50%)"}
    for results, offered in (
        (None, []),
        ({"units": units, "complete": False}, ["gov/vote"]),
        ({"units": units, "complete": True}, ["gov", "gov/vote"]),
    ):
        show = seeing(view(channels=channels, results=results))
        assert both == dict(targets("category", show, WORDS))
        assert offered == [board for board, _ in complete_boards(show, WORDS)]
    assert "排行榜 · 政府部门 现场测评" == scene_title(SceneView("ranking", "gov/vote", "政府部门"), WORDS)
    assert "排行榜 gov/vote" == scene_name("ranking gov/vote", WORDS)


def test_an_output_is_told_by_scene_and_title() -> None:
    assert "提问 · Q0012" == scene_title(SceneView("question", "Q0012", ""), WORDS)
    assert "片名" == scene_title(SceneView("title", "", "片名"), WORDS)
    assert "空" == scene_title(None, WORDS)


# roles and command


def test_what_a_role_may_not_give_says_which_role_could() -> None:
    """Whoever has no role in the view is not judged here: the session decides."""
    screener = seeing(view(you=PersonView("小陈", ("screener",))))
    assert "需要角色:主控" == hindrance(BY_ID["open"], screener, WORDS)
    assert "需要角色:主控、字幕" == hindrance(BY_ID["take"], screener, WORDS)
    assert None is hindrance(BY_ID["join"], screener, WORDS)
    assert None is hindrance(BY_ID["open"], seeing(view()), WORDS)


def test_a_console_that_is_not_in_command_may_only_take_over() -> None:
    watching = seeing(view(you=PersonView("operator", ("operator",)), in_command=False))
    assert "另一台" in (hindrance(BY_ID["open"], watching, WORDS) or "")
    assert "另一台" in (hindrance(BY_ID["take"], watching, WORDS) or "")
    assert None is hindrance(BY_ID["take_over"], watching, WORDS)
    assert None is hindrance(BY_ID["admit"], watching, WORDS)


# arrivals and the log


def test_a_phone_that_fell_off_the_line_is_counted_and_the_sum_hides_none() -> None:
    shown = view(connected={"deputies": 3, "citizens": 12}, arrivals=ArrivalsView({"citizens": 4}, None, ()))
    rows = [(row.name, row.missing, row.online, row.offline, row.lately) for row in arrivals(seeing(shown))]
    assert [("人大代表", 1, 3, 2, 0), ("城乡居民代表", 1, 12, 0, 4), ("", 2, 15, 2, 4)] == rows


def test_lines_of_the_log_are_made_safe_and_say_what_was_done_in_words() -> None:
    raw = {"place": 3, "at": 1_795_000_000, "by": "operator", "do": "cue-edit", "detail": "\x1b[2Jmove"}
    (line,) = log_lines({"lines": [raw]})
    told = log_text(line, WORDS)
    assert "\x1b" not in told
    assert all(part in told for part in ("主控", "改流程", "move"))
    assert () == log_lines({})


def test_programme_and_preview_are_what_the_view_says() -> None:
    show = seeing(view(air=AirView(SceneView("join", "", ""), None, 1)))
    assert ("join", None) == (show.programme and show.programme.scene, show.preview)
