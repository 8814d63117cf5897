"""What the console knows is a fold over what the line tells; time comes in from outside."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from audience_server.wire.control import View
from console.show_view import LineDown, LineUp, ShowView, ViewArrived, fold
from tests.console.views import alarm, at_cue, round_view, view


def seeing(shown: View, now: float = 100.0) -> ShowView:
    return fold(fold(ShowView(), LineUp(), now), ViewArrived(shown), now)


def id_of(round_: object) -> object:
    return getattr(round_, "round", None)


def test_a_console_that_was_started_again_is_where_it_was() -> None:
    """One view is all there is to know: a late console equals one that saw everything."""
    earlier = view()
    later = at_cue(view(rounds=(round_view("r01", "edu", "open"), round_view("r02", "env"))), "edu-vote")
    followed = fold(seeing(earlier), ViewArrived(later), 130.0)
    assert seeing(later, 130.0) == followed


def test_a_dead_line_says_since_when_and_a_new_one_forgets_it() -> None:
    """The first loss counts, not the last try."""
    down = fold(seeing(view()), LineDown("refused", 0.5), 110.0)
    again = fold(down, LineDown("refused", 1.0), 115.0)
    assert (False, 110.0, 2, "refused") == (again.connected, again.down_since, again.attempts, again.reason)
    assert (12, 1) == (again.down_seconds(122.4), again.retry_seconds(115.2))
    up = fold(again, LineUp(), 123.0)
    assert (True, None, 0, "") == (up.connected, up.down_since, up.attempts, up.reason)


def test_the_clock_runs_on_between_views_and_on_a_dead_line() -> None:
    """Time is an argument: the same picture a second later has a second less."""
    show = seeing(view(rounds=(round_view("r01", "edu", "open", closes_in_ms=42_000),)))
    assert 42_000 == show.left_ms(100.0)
    assert 40_500 == show.left_ms(101.5)
    assert 0 == fold(show, LineDown("", 1.0), 110.0).left_ms(150.0)
    assert None is seeing(view()).left_ms(100.0)


def test_the_cue_lasts_since_the_server_said() -> None:
    show = seeing(at_cue(view(), "edu-report", elapsed_ms=90_000))
    assert (90, 95) == (show.cue_seconds(100.0), show.cue_seconds(105.0))
    assert 0 == seeing(view()).cue_seconds(105.0)


@pytest.mark.parametrize(
    ("states", "cue_id", "expected"),
    [
        (("planned", "planned"), None, "r01"),
        (("planned", "planned"), "edu-report", "r01"),
        (("planned", "planned"), "env-report", "r02"),
        (("locked", "planned"), "edu-vote", "r02"),
        (("planned", "locked"), "env-vote", "r01"),
        (("locked", "locked"), "env-vote", None),
        (("not-held", "planned"), "edu-vote", "r02"),
    ],
)
def test_open_means_the_round_of_the_cue_then_the_next_planned(
    states: tuple[str, str], cue_id: str | None, expected: str | None
) -> None:
    shown = view(rounds=(round_view("r01", "edu", states[0]), round_view("r02", "env", states[1])))
    show = seeing(shown if cue_id is None else at_cue(shown, cue_id))
    assert expected == id_of(show.next_round)


@pytest.mark.parametrize(
    ("states", "cue_id", "expected"),
    [
        (("open", "planned"), "env-report", "r01"),
        (("closed", "planned"), "env-report", "r01"),
        (("locked", "planned"), "env-report", "r02"),
        (("locked", "planned"), "edu-vote", "r01"),
        (("locked", "locked"), "edu-vote", "r02"),
        (("planned", "planned"), "open", "r01"),
    ],
)
def test_the_screen_is_about_what_runs_then_what_comes_then_what_was(
    states: tuple[str, str], cue_id: str, expected: str
) -> None:
    """A round that waits for its lock is never off the screen."""
    rounds = tuple(
        round_view(f"r0{place}", unit, state, index=place * 10 if state == "locked" else None)
        for place, (unit, state) in enumerate(zip(("edu", "env"), states, strict=True), 1)
    )
    assert expected == id_of(seeing(at_cue(view(rounds=rounds), cue_id)).focus_round)


def test_the_next_cue_is_the_first_then_the_one_behind_then_none() -> None:
    assert "open" == getattr(seeing(view()).next_cue, "id", None)
    assert "env-report" == getattr(seeing(at_cue(view(), "edu-vote")).next_cue, "id", None)
    assert None is seeing(at_cue(view(), "env-vote")).next_cue
    assert None is ShowView().next_cue


def test_alarms_stay_until_somebody_has_acknowledged_them() -> None:
    """The session knows who did; a console that has just begun sees the same."""
    shown = view(alarms=(alarm(1, by="operator"), alarm(2)))
    assert [2] == [each.number for each in seeing(shown).unseen_alarms]


def test_a_failing_store_cannot_be_acknowledged_away() -> None:
    show = seeing(view(store_ok=False))
    assert show.store_failed
    assert not fold(show, ViewArrived(view()), 102.0).store_failed


def test_commands_carry_the_size_of_the_newest_view() -> None:
    assert None is ShowView().size
    grown = view(record=changed(view().record, size=57))
    assert 57 == fold(seeing(view()), ViewArrived(grown), 101.0).size


def test_a_console_that_has_heard_nothing_has_nothing_to_show() -> None:
    show = ShowView()
    assert ((), None, None, None, False, "") == (
        show.rounds,
        show.focus_round,
        show.next_round,
        show.left_ms(1.0),
        show.rehearsal,
        show.unit_name(None),
    )
