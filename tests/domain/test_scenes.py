"""Scenes: what exists, what a cue prepares, what a number is called, and boards that say nothing too early."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown_file import read_rundown
from audience_server.domain.running_order import RunningCue
from audience_server.domain.scene_names import SCENE_KINDS
from audience_server.domain.scenes import (
    SceneRef,
    bar_groups,
    board_rows,
    default_scene,
    percent,
    read_scene,
    score_label,
)
from tests.show_rig import SMALL_SESSION
from tests.test_live_air import TRIAL_AND_MOOD

RUNDOWN = read_rundown(SMALL_SESSION.encode(), "small.toml")
TWO_CHANNELS = SMALL_SESSION.replace(
    'channels = [ { id = "vote", name = "现场测评", weight = 100 } ]',
    'channels = [ { id = "vote", name = "现场测评", weight = 60 }, { id = "sms", name = "短信", weight = 40 } ]',
)


@pytest.mark.parametrize(
    ("cue", "scene"),
    [
        (RunningCue("a", "opening", 60), SceneRef("join")),
        (RunningCue("a", "report", 60, "edu"), SceneRef("countdown")),
        (RunningCue("a", "questions", 60, "edu", questions=("Q0003", "Q0001")), SceneRef("question", "Q0003")),
        (RunningCue("a", "questions", 60, "edu"), SceneRef("unit", "edu")),
        (RunningCue("a", "vote", 60, "edu", "r01"), SceneRef("turnout", "r01")),
        (RunningCue("a", "announce", 60, "edu", "r01"), SceneRef("result", "r01")),
        (RunningCue("a", "promise", 60, "edu"), SceneRef("promise", "edu")),
        (RunningCue("a", "film", 60), SceneRef("blank")),
        (RunningCue("a", "film", 60, scene="none"), None),
        (RunningCue("a", "film", 60, "edu", scene="pledge"), SceneRef("pledge", "edu")),
        (RunningCue("a", "film", 60, scene="ranking"), SceneRef("ranking", "gov")),
        (RunningCue("a", "closing", 60, scene="ranking gov/vote"), SceneRef("ranking", "gov/vote")),
        (RunningCue("a", "film", 60, scene="ranking nowhere"), None),
        (RunningCue("a", "closing", 60, title="谢谢收看"), SceneRef("title", "谢谢收看")),
    ],
)
def test_a_cue_prepares_the_scene_that_goes_with_it(cue: RunningCue, scene: SceneRef | None) -> None:
    """Its own where the file names one."""
    assert scene == default_scene(cue, RUNDOWN)


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("dance", "", RefusalCode.UNKNOWN_SCENE),
        ("unit", "nowhere", RefusalCode.UNKNOWN_UNIT),
        ("result", "r99", RefusalCode.UNKNOWN_ROUND),
        ("question", "", RefusalCode.UNKNOWN_QUESTION),
        ("ranking", "nowhere", RefusalCode.BAD_ARGUMENT),
    ],
)
def test_what_does_not_exist_is_refused_by_name(kind: str, target: str, code: RefusalCode) -> None:
    """And says what would be right."""
    refused = read_scene(kind, target, RUNDOWN, None)
    assert isinstance(refused, Refusal)
    assert code == refused.code


def test_a_missing_target_is_the_current_cue_s() -> None:
    """One key for the graphics, whatever is on."""
    cue = RunningCue("a", "announce", 60, "env", "r02")
    assert SceneRef("unit", "env") == read_scene("unit", "", RUNDOWN, cue)
    assert SceneRef("result", "r02") == read_scene("result", "", RUNDOWN, cue)
    assert SceneRef("ranking", "gov") == read_scene("ranking", "", RUNDOWN, cue)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_words_are_a_scene_or_a_refusal(kind: str, target: str) -> None:
    """Nothing that somebody types breaks the graphics."""
    found = read_scene(kind, target, RUNDOWN, None)
    assert isinstance(found, Refusal) or found.kind in SCENE_KINDS


def test_a_number_says_what_it_is() -> None:
    """The vote's part of a composite score is never called the score."""
    assert ("composite", "") == score_label(RUNDOWN)
    assert ("vote", "60") == score_label(read_rundown(TWO_CHANNELS.encode(), "two.toml"))


def test_a_percentage_has_its_denominator() -> None:
    """Half up, and of nothing there is none."""
    assert ("33.3", "66.7", "12.5", "") == (percent(1, 3), percent(2, 3), percent(1, 8), percent(1, 0))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_percentages_of_one_item_add_up_to_a_hundred_within_rounding(counts: list[int]) -> None:
    """No single denominator explains any others."""
    total = sum(counts)
    shown = [percent(count, total) for count in counts]
    assert shown == [""] * len(counts) if not total else abs(sum(map(float, shown)) - 100) < 0.1 * len(counts)


def test_what_is_withheld_has_no_bars() -> None:
    """The total is known, it is read aloud; the votes are not."""
    report: dict[str, Any] = {"round": "r01", "by": {"deputies": {"valid": 2, "counts": None}}}
    [group] = bar_groups(report, RUNDOWN)
    assert (True, (), 2) == (group.withheld, group.bars, group.total)


def test_a_group_says_only_what_its_picture_does_not_say_already() -> None:
    """A question of its own is the title; one criterion is no distinction, two are."""
    cell = {"yes": 3, "no": 1}
    report: dict[str, Any] = {"round": "r01", "by": {"deputies": {"valid": 4, "counts": {"overall": cell}}}}
    second = '[[criterion]]\nid = "manner"\nname = "服务态度"\nscale = "sat"\nweight = 1\n\n[[category]]'
    two = read_rundown(SMALL_SESSION.replace("[[category]]", second).encode(), "two.toml")
    assert [""] == [group.title for group in bar_groups(report, RUNDOWN)]
    assert ["总体评价"] == [group.title for group in bar_groups(report, two)]
    own = read_rundown(SMALL_SESSION.replace("[result]", TRIAL_AND_MOOD + "[result]").encode(), "own.toml")
    mood: dict[str, Any] = {"round": "r03", "by": {"deputies": {"valid": 4, "counts": {"1": 3, "2": 1}}}}
    assert [""] == [group.title for group in bar_groups(mood, own)]


def _results(complete: bool, scores: tuple[str | None, str | None]) -> dict[str, Any]:
    facts = {"category": "gov", "tied": False, "bottom": False}
    return {
        "complete": complete,
        "units": [
            {"unit": "edu", "score": scores[0], "rank": 2 if scores[0] else None, **facts},
            {"unit": "env", "score": scores[1], "rank": 1 if scores[1] else None, **facts},
        ],
    }


def test_no_board_is_shown_before_everything_is_decided() -> None:
    """The refusal names what is missing."""
    refused = board_rows(_results(False, ("80.00", None)), RUNDOWN, "gov")
    assert Refusal(RefusalCode.RESULTS_INCOMPLETE, "市生态环境局") == refused
    undecided = board_rows(_results(False, ("80.00", "90.00")), RUNDOWN, "gov")
    assert isinstance(undecided, Refusal)
    rows = board_rows(_results(True, ("80.00", "90.00")), RUNDOWN, "gov")
    assert not isinstance(rows, Refusal)
    assert [(1, "市生态环境局"), (2, "市教育局")] == [(row.rank, row.unit) for row in rows]
