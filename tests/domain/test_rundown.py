"""A rundown is a value, and names every round that a card has a key for."""

import pytest

from audience_server.domain.rundown import Rundown
from audience_server.domain.rundown_file import read_rundown
from tests.rules_samples import SESSIONS, SMALL, read


def test_the_city_session_has_one_ballot_round_per_unit() -> None:
    """None given: one `ballot` round per unit, r01, r02, …, all criteria, all panels, the session's seconds."""
    rundown = read_rundown((SESSIONS / "city-30.toml").read_bytes(), "city-30.toml")
    assert [f"r{number:02d}" for number in range(1, 31)] == [round_.id for round_ in rundown.rounds]
    assert {"ballot"} == {round_.kind for round_ in rundown.rounds}
    assert [(unit.id,) for unit in rundown.units] == [round_.units for round_ in rundown.rounds]
    assert {("deputies", "citizens", "offsite")} == {round_.panels for round_ in rundown.rounds}
    assert {60} == {round_.seconds for round_ in rundown.rounds}
    assert "pingyi.example/tv-2012-12" == rundown.origin
    assert ["r00", "r01"] == rundown.roll_rounds()[:2]
    assert ["r30", *(f"r{number}" for number in range(900, 908))] == rundown.roll_rounds()[-9:]


def test_a_rundown_is_a_value() -> None:
    """Equal files, equal rundowns; nothing in them can be changed."""
    first: Rundown = read(SMALL)
    assert read(SMALL) == first
    with pytest.raises(AttributeError):
        first.session.title = "x"  # type: ignore[misc]
