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


def test_a_skipped_cue_is_passed_over_until_it_is_taken_back() -> None:
    """Skip and unskip are each other's opposite."""
    running = went(order("a", "b", "c").edit("skip", {"cue": "b"}, RUNDOWN))
    running = went(went(running.turn_to("next", 1)).turn_to("next", 2))
    assert "c" == (running.current.id if running.current else "")
    back = went(running.edit("unskip", {"cue": "b"}, RUNDOWN))
    assert "planned" == back.cues[1].state


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
    """The plan counts, without what is skipped."""
    long = RunningOrder((RunningCue("a", "film", LONGEST_SHOW), RunningCue("b", "film", 1)))
    assert long.clocks(0).too_long
    assert not went(long.edit("skip", {"cue": "b"}, RUNDOWN)).clocks(0).too_long


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
    """At most one cue is on; an edit changes no done cue; what was kept comes back the same."""
    running = order("a", "b", "c", "d")
    for now, (do, what) in enumerate(edits):
        over = [cue for cue in running.cues if cue.state == "done"]
        result = running.turn_to(what, now) if do == "turn" else running.edit(do, what, RUNDOWN)
        if isinstance(result, Refusal):
            continue
        assert len(result.cues) == len({cue.id for cue in result.cues})
        assert sum(cue.state == "current" for cue in result.cues) <= 1
        if do != "turn":
            assert over == [cue for cue in result.cues if cue.state == "done"]
        running = result
    assert running == RunningOrder.from_kept(running.kept(), RUNDOWN)


def test_a_kept_order_that_makes_no_sense_is_the_file_s_again() -> None:
    """It decides nothing, so a spoiled file stops no show."""
    of_file = RunningOrder.of(RUNDOWN)
    twice = [*of_file.kept(), of_file.kept()[0]]
    for rows in ([], [{"id": "a"}], twice, [{**row, "what": 1} for row in of_file.kept()]):
        assert of_file == RunningOrder.from_kept(rows, RUNDOWN)
