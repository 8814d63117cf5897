"""The running order: going on, changing what is still to come, and never touching what is over."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import read_rundown
from audience_server.domain.running_order import LONGEST_SHOW, RunningCue, RunningOrder
from tests.show_rig import SMALL_SESSION

RUNDOWN: Rundown = read_rundown(SMALL_SESSION.encode(), "small.toml")


def order(*ids: str) -> RunningOrder:
    return RunningOrder(tuple(RunningCue(name, "film", 100) for name in ids))


def went(result: RunningOrder | Refusal) -> RunningOrder:
    assert isinstance(result, RunningOrder), result
    return result


def ids(found: RunningOrder) -> list[str]:
    return [cue.id for cue in found.cues]


def test_next_takes_the_cues_in_order_and_ends() -> None:
    """Each cue taken ends the one before; after the last there is no next."""
    running = order("a", "b")
    running = went(running.turn_to("next", 10))
    running = went(running.turn_to("next", 25))
    assert ("b", 15) == (running.current.id if running.current else "", running.cues[0].took)
    assert Refusal(RefusalCode.NO_MORE_CUES, "next") == running.turn_to("next", 30)


def test_a_finished_cue_that_is_gone_to_again_is_held_again_as_a_copy() -> None:
    """What it took the first time stands, and the clock of the show runs on from its first beginning."""
    running = order("a", "b", "c")
    for wanted, now in (("a", 1000), ("b", 1100), ("c", 1200)):
        running = went(running.turn_to(wanted, now))
    again = went(running.turn_to("a", 1260))
    assert ["a", "b", "c", "a-2"] == ids(again)
    assert ("a-2", 1260) == (again.current.id if again.current else "", again.current.began if again.current else 0)
    assert running.cues[:2] == again.cues[:2]
    assert 260 == again.clocks(1260).on_air


def test_going_to_the_cue_that_is_on_changes_nothing() -> None:
    """A second press of a button box begins nothing anew."""
    running = went(order("a", "b").turn_to("a", 1000))
    assert running == running.turn_to("a", 1050)


def test_a_cue_that_is_jumped_over_is_skipped_and_can_be_brought_back() -> None:
    """It counts no more in what remains; brought back it comes next, behind what is on."""
    running = went(order("a", "b", "c", "d").turn_to("a", 1000))
    jumped = went(running.turn_to("c", 1100))
    assert ["done", "skipped", "current", "planned"] == [cue.state for cue in jumped.cues]
    assert 200 == jumped.clocks(1100).remaining
    assert (100, 300, 200, 0) == _clock(jumped, 1100)
    back = went(jumped.edit("unskip", {"cue": "b"}, RUNDOWN))
    assert ["a", "c", "b", "d"] == ids(back)
    assert "b" == (back.next.id if back.next else "")


def test_a_skipped_cue_that_is_gone_to_stands_behind_what_was_on() -> None:
    """The order tells in which order things were."""
    running = went(went(order("a", "b", "c", "d").turn_to("a", 1)).turn_to("c", 2))
    taken = went(running.turn_to("b", 3))
    assert ["a", "c", "b", "d"] == ids(taken)
    assert ["done", "done", "current", "planned"] == [cue.state for cue in taken.cues]


def test_a_skipped_cue_is_passed_over_until_it_is_taken_back() -> None:
    """Skip and unskip are each other's opposite; once the show is past it, it comes next."""
    running = went(order("a", "b", "c").edit("skip", {"cue": "b"}, RUNDOWN))
    assert order("a", "b", "c") == running.edit("unskip", {"cue": "b"}, RUNDOWN)
    running = went(went(running.turn_to("next", 1)).turn_to("next", 2))
    assert "c" == (running.current.id if running.current else "")
    back = went(running.edit("unskip", {"cue": "b"}, RUNDOWN))
    assert "b" == (back.next.id if back.next else "")


@pytest.mark.parametrize("do", ["move", "skip", "change", "remove"])
def test_what_is_over_is_never_touched(do: str) -> None:
    """A done cue keeps its place, its times and its texts."""
    running = went(went(order("a", "b", "c").turn_to("a", 1)).turn_to("b", 2))
    refused = running.edit(do, {"cue": "a", "after": "c", "note": "new"}, RUNDOWN)
    assert Refusal(RefusalCode.CUE_OVER, "a") == refused


def test_nothing_is_moved_before_the_current_cue() -> None:
    """What is to come stays behind what is on."""
    running = went(went(order("a", "b", "c", "d").turn_to("a", 1)).turn_to("b", 2))
    assert ["a", "b", "d", "c"] == ids(went(running.edit("move", {"cue": "d", "after": ""}, RUNDOWN)))
    assert ["a", "b", "d", "c"] == ids(went(running.edit("move", {"cue": "d", "after": "b"}, RUNDOWN)))
    assert Refusal(RefusalCode.CUE_OVER, "a") == running.edit("move", {"cue": "d", "after": "a"}, RUNDOWN)
    assert Refusal(RefusalCode.UNKNOWN_CUE, "x") == running.edit("move", {"cue": "d", "after": "x"}, RUNDOWN)


def test_the_current_cue_may_still_get_a_note() -> None:
    """It cannot be moved or skipped, but what it carries may change."""
    running = went(order("a", "b").turn_to("a", 1))
    changed = went(running.edit("change", {"cue": "a", "note": "请看短片", "seconds": 30}, RUNDOWN))
    assert ("请看短片", 30) == (changed.cues[0].note, changed.cues[0].seconds)
    assert Refusal(RefusalCode.CUE_OVER, "a") == running.edit("skip", {"cue": "a"}, RUNDOWN)


def test_a_cue_is_bound_to_another_round_live() -> None:
    """Unit and round change as long as the cue is not over; "" takes the round away; what does not exist is refused."""
    running = went(order("a", "b").turn_to("a", 1))
    for cue in ("a", "b"):
        bound = went(running.edit("change", {"cue": cue, "unit": "env", "round": "r02"}, RUNDOWN)).find(cue)
        assert ("env", "r02") == (bound and bound.unit, bound and bound.round)
    running = went(running.edit("change", {"cue": "b", "unit": "env", "round": "r02"}, RUNDOWN))
    loosed = went(running.edit("change", {"cue": "b", "round": ""}, RUNDOWN)).find("b")
    assert ("env", None) == (loosed and loosed.unit, loosed and loosed.round)
    noted = went(running.edit("change", {"cue": "b", "note": "n"}, RUNDOWN)).find("b")
    assert ("env", "r02") == (noted and noted.unit, noted and noted.round)
    assert Refusal(RefusalCode.UNKNOWN_ROUND, "r77") == running.edit("change", {"cue": "b", "round": "r77"}, RUNDOWN)
    assert Refusal(RefusalCode.UNKNOWN_UNIT, "x") == running.edit("change", {"cue": "b", "unit": "x"}, RUNDOWN)


def test_a_repeated_cue_comes_next_under_an_id_of_its_own() -> None:
    """Also one that is over; its copy may be taken out again, the original may not."""
    running = went(went(order("a", "b", "c").turn_to("a", 1)).turn_to("b", 2))
    running = went(running.edit("repeat", {"cue": "a"}, RUNDOWN))
    assert ["a", "b", "a-2", "c"] == ids(running)
    assert ["a", "b", "c"] == ids(went(running.edit("remove", {"cue": "a-2"}, RUNDOWN)))
    refused = running.edit("remove", {"cue": "c"}, RUNDOWN)
    assert isinstance(refused, Refusal)
    assert RefusalCode.BAD_ARGUMENT == refused.code


def test_an_inserted_cue_names_only_what_exists() -> None:
    """Kind, unit and round are checked."""
    running = went(order("a", "b").turn_to("a", 1))
    made = went(running.edit("insert", {"kind": "comment", "unit": "edu", "after": "b", "seconds": 90}, RUNDOWN))
    assert ("edu-comment", 90, True) == (made.cues[2].id, made.cues[2].seconds, made.cues[2].added)
    for wrong, code in (
        ({"kind": "dance"}, RefusalCode.BAD_ARGUMENT),
        ({"kind": "film", "unit": "x"}, RefusalCode.UNKNOWN_UNIT),
        ({"kind": "vote", "round": "r77"}, RefusalCode.UNKNOWN_ROUND),
    ):
        refused = running.edit("insert", wrong, RUNDOWN)
        assert isinstance(refused, Refusal)
        assert code == refused.code


def test_a_question_stands_in_one_cue_only() -> None:
    """Assigning it elsewhere takes it from where it was."""
    running = went(order("a", "b").bind_question("Q0001", "a"))
    running = went(running.bind_question("Q0001", "b"))
    assert [(), ("Q0001",)] == [cue.questions for cue in running.cues]
    assert [(), ()] == [cue.questions for cue in went(running.bind_question("Q0001", None)).cues]
    over = went(went(running.turn_to("a", 1)).turn_to("b", 2))
    assert Refusal(RefusalCode.CUE_OVER, "a") == over.bind_question("Q0002", "a")


def test_the_clock_says_how_late_the_show_is() -> None:
    """On air since the first cue; behind by what cues took beyond their length, ahead by what they left."""
    running = order("a", "b", "c")
    assert (None, 300, 300, 0) == _clock(running, 5)
    running = went(running.turn_to("next", 1000))
    assert (40, 300, 260, 0) == _clock(running, 1040)
    assert (130, 300, 200, 30) == _clock(running, 1130)
    running = went(running.turn_to("next", 1060))
    assert (60, 300, 200, -40) == _clock(running, 1060)


def _clock(running: RunningOrder, now: int) -> tuple[int | None, int, int, int]:
    clocks = running.clocks(now)
    return clocks.on_air, clocks.planned, clocks.remaining, clocks.over


def test_a_show_beyond_165_minutes_is_warned_of() -> None:
    """The plan counts, without what is skipped; on the air, what has passed and what is still to come."""
    long = RunningOrder((RunningCue("a", "film", LONGEST_SHOW), RunningCue("b", "film", 1)))
    assert long.clocks(0).too_long
    fits = went(long.edit("skip", {"cue": "b"}, RUNDOWN))
    assert not fits.clocks(0).too_long
    running = went(fits.turn_to("a", 1000))
    assert not running.clocks(1000 + LONGEST_SHOW).too_long
    assert running.clocks(1001 + LONGEST_SHOW).too_long


def test_a_show_that_will_pass_165_minutes_by_the_clock_is_warned_of_in_time() -> None:
    """A late beginning of the second half is enough, although the plan alone would fit."""
    running = RunningOrder((RunningCue("a", "film", 600), RunningCue("b", "film", LONGEST_SHOW - 600)))
    running = went(running.turn_to("a", 0))
    assert not running.clocks(600).too_long
    assert went(running.turn_to("b", 601)).clocks(601).too_long


EDITS = st.one_of(
    st.tuples(st.just("turn"), st.sampled_from(["next", "a", "b", "c", "d"])),
    st.tuples(
        st.sampled_from(["move", "skip", "unskip", "repeat", "remove", "change", "insert"]),
        st.fixed_dictionaries(
            {
                "cue": st.sampled_from(["a", "b", "c", "d", "a-2", "film"]),
                "after": st.sampled_from([None, "", "a", "b", "c", "d"]),
                "kind": st.just("film"),
                "note": st.sampled_from([None, "n"]),
            }
        ),
    ),
)


@given(st.lists(EDITS, max_size=25))
def test_whatever_is_done_ids_stay_unique_and_what_is_over_stays(edits: list[tuple[str, Any]]) -> None:
    """At most one cue is on; neither an edit nor going on changes what is over, or the show's clock; what is still to
    come stands behind what is on; what was kept comes back the same.
    """
    running = order("a", "b", "c", "d")
    for now, (do, what) in enumerate(edits):
        over = [cue for cue in running.cues if cue.state == "done"]
        began = running.clocks(now).on_air
        result = running.turn_to(what, now) if do == "turn" else running.edit(do, what, RUNDOWN)
        if isinstance(result, Refusal):
            continue
        if began is not None:
            assert began == result.clocks(now).on_air
        assert over == [cue for cue in result.cues if cue.state == "done"][: len(over)]
        assert len(result.cues) == len({cue.id for cue in result.cues})
        assert sum(cue.state == "current" for cue in result.cues) <= 1
        if do != "turn":
            assert over == [cue for cue in result.cues if cue.state == "done"]
        here = next((place for place, cue in enumerate(result.cues) if cue.state == "current"), 0)
        assert not {"planned", "current"} & {cue.state for cue in result.cues[:here]}
        assert "done" not in {cue.state for cue in result.cues[here:]}
        running = result
    assert running == RunningOrder.from_kept(running.kept(), RUNDOWN)


def test_a_kept_order_that_makes_no_sense_is_the_file_s_again() -> None:
    """It decides nothing, so a spoiled file stops no show."""
    of_file = RunningOrder.of(RUNDOWN)
    twice = [*of_file.kept(), of_file.kept()[0]]
    for rows in ([], [{"id": "a"}], twice, [{**row, "what": 1} for row in of_file.kept()]):
        assert of_file == RunningOrder.from_kept(rows, RUNDOWN)
