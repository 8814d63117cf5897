"""Every kind of round, from opening to evidence: trial, several criteria, marks with trim, sheet, select."""

from __future__ import annotations

import pytest

from tests.show_rig import SMALL_SESSION, Show, check_show

MARKS = """
[[scale]]
id = "marks"
range = [0, 100]
trim = 1

[[criterion]]
id = "overall"
name = "总体评价"
scale = "sat"
weight = 2

[[criterion]]
id = "expert"
name = "专家评分"
scale = "marks"
weight = 1
"""

ONE_CRITERION = """
[[criterion]]
id = "overall"
name = "总体评价"
scale = "sat"
weight = 1
"""

TWO_CRITERIA = SMALL_SESSION.replace(ONE_CRITERION, MARKS)


def with_rounds(text: str, rounds: str) -> str:
    return text.replace("[result]", rounds + "\n[result]")


async def test_a_trial_vote_runs_before_the_zero_and_never_counts() -> None:
    """On a harmless question, with the same phones and the same proofs."""
    rounds = """
[[round]]
id = "t01"
kind = "trial"
title = "试投:您能听清主持人说话吗"
options = [ { id = "hear", name = "能听清" }, { id = "faint", name = "听不清" } ]

[[round]]
id = "r01"
kind = "ballot"
units = ["edu"]

[[round]]
id = "r02"
kind = "ballot"
units = ["env"]
"""
    show = await Show(with_rounds(SMALL_SESSION, rounds)).start()
    phones = await show.phones(4)
    trial = await show.hold("t01", phones, ["1", "1", "2", "-"])
    assert {"hear": 2, "faint": 1} == trial["by"]["deputies"]["counts"]
    asked = next(each for each in show.session.picture()["rounds"] if each["round"] == "t01")
    assert ["hear", "faint"] == list(asked["options"])
    await show.do("zero")
    await show.hold("r01", phones, ["1", "1", "1", "2"])
    await show.hold("r02", phones, ["3", "3", "3", "2"])
    sealed = await show.do("seal")
    assert sealed["complete"]
    report = await check_show(show)
    assert ["t01", "r01", "r02"] == [window["window"] for window in report["rounds"]]
    assert ["90.00", "15.00"] == [unit["score"] for unit in report["results"]["units"]]


async def test_several_criteria_with_marks_are_trimmed_and_weighted() -> None:
    """(2 × satisfaction + marks without the highest and the lowest) ÷ 3."""
    show = await Show(TWO_CRITERIA).start()
    phones = await show.phones(4)
    await show.do("zero")
    locked = await show.hold("r01", phones, ["1=1;2=100", "1=1;2=80", "1=2;2=70", "1=-;2=0"])
    counts = locked["by"]["deputies"]["counts"]
    assert {"100": 1, "80": 1, "70": 1, "0": 1} == counts["expert"]
    assert 1 == counts["overall"]["blank"]
    await show.hold("r02", phones, ["1=3;2=0", "1=3;2=0", "1=3;2=0", "1=3;2=10"])
    await show.do("seal")
    report = await check_show(show)
    # edu: (2·(100+100+60)/3 + (80+70)/2) / 3 = 82.78; env: (0 + 0) / 3
    assert ["82.78", "0.00"] == [unit["score"] for unit in report["results"]["units"]]


async def test_one_sheet_for_all_units() -> None:
    """Unit by unit, criterion by criterion, one ballot."""
    rounds = '[[round]]\nid = "r01"\nkind = "sheet"\nunits = ["*"]\n'
    show = await Show(with_rounds(TWO_CRITERIA, rounds)).start()
    phones = await show.phones(3)
    await show.do("zero")
    sheets = ["1.1=1;1.2=90;2.1=3;2.2=10", "1.1=2;1.2=80;2.1=3;2.2=20", "1.1=1;1.2=-;2.1=4;2.2=30"]
    locked = await show.hold("r01", phones, sheets)
    assert {"90": 1, "80": 1, "blank": 1} == locked["by"]["deputies"]["counts"]["edu"]["expert"]
    await show.do("seal")
    report = await check_show(show)
    assert report["results"]["complete"]


async def test_choosing_at_most_k_of_n() -> None:
    """Counted by unit; it decides which units are evaluated, and enters no score."""
    rounds = '[[round]]\nid = "r01"\nkind = "select"\nunits = ["*"]\nchoose = 1\n'
    show = await Show(with_rounds(SMALL_SESSION, rounds)).start()
    phones = await show.phones(3)
    await show.do("zero")
    locked = await show.hold("r01", phones, ["1", "2", "1"])
    assert {"edu": 2, "env": 1} == locked["by"]["deputies"]["counts"]
    await show.do("seal")
    await check_show(show)


@pytest.mark.parametrize("late", ["next-round", "until-close"])
async def test_who_comes_late_votes_as_the_session_says(late: str) -> None:
    """From the next round on, or until the close."""
    show = await Show(SMALL_SESSION.replace("batch_min = 1", f'batch_min = 1\nlate = "{late}"')).start()
    phones = await show.phones(2)
    await show.do("zero")
    await show.do("open", round="r01")
    latecomer = show.phone(2)
    await latecomer.present()
    if late == "until-close":
        await show.cast_all([*phones, latecomer], "r01", ["1", "2", "3"])
    else:
        await show.cast_all(phones, "r01", ["1", "2"])
    await show.clock.advance(80)
    locked = await show.do("lock", round="r01")
    expected = 3 if late == "until-close" else 2
    assert (expected, expected) == (locked["by"]["deputies"]["issued"], locked["by"]["deputies"]["returned"])
    await show.hold("r02", [*phones, latecomer], ["1", "1", "1"])
    await show.do("seal")
    await check_show(show)


async def test_a_rehearsal_says_so_and_can_never_verify_as_live() -> None:
    """Its own origin, its own keys, W108 first."""
    show = await Show(rehearsal=True).start()
    phones = await show.phones(3)
    await show.do("zero")
    await show.hold("r01", phones, ["1", "2", "3"])
    await show.do("not-held", round="r02", reason="彩排到此")
    await show.do("seal")
    report = await check_show(show)
    assert {"W106", "W108"} == {warning["code"] for warning in report["warnings"]}
    assert "rehearsal" == report["kind"]


async def test_running_counts_may_be_shown_to_the_console_after_the_close() -> None:
    """Only where the session file says so, and never before."""
    text = SMALL_SESSION.replace("batch_min = 1", 'batch_min = 1\nrunning_counts = "after-close"')
    show = await Show(text).start()
    phones = await show.phones(3)
    await show.do("zero")
    await show.do("open", round="r01")
    await show.cast_all(phones, "r01", ["1", "2", "3"])
    assert "counts" not in show.session.picture()["rounds"][0]["by"]["deputies"]
    await show.clock.advance(80)
    by = show.session.picture()["rounds"][0]["by"]["deputies"]
    assert {"yes": 1, "fair": 1, "no": 1, "dk": 0} == by["counts"]["overall"]
    assert 3 == by["returned"]
