"""Imported scores: header `unit,score`, one row a unit, 0–100; everything that is wrong is told with its line."""

import pytest

from audience_server.domain.channels import read_channel
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown_file import read_rundown
from tests.rules_samples import SMALL, read

EXAMPLES = "audience_server/examples"


def read_survey(data: bytes) -> dict[str, str] | Refusal:
    return read_channel(data, read(SMALL), "survey", "survey.csv")


@pytest.mark.parametrize(
    ("data", "scores"),
    [
        (b"unit,score\nedu,80.5\nenv,92\n", {"edu": "80.5", "env": "92"}),
        (b"unit,score\r\nenv,0\r\nedu,100.00\r\n", {"env": "0", "edu": "100.00"}),
        (b'\xef\xbb\xbfunit,score\n"edu","7"\n\n', {"edu": "7"}),
    ],
)
def test_scores_are_kept_as_they_were_written(data: bytes, scores: dict[str, str]) -> None:
    assert scores == read_survey(data)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "survey.csv:1: the first line"),
        (b"unit;score\nedu;80\n", "survey.csv:1: the first line"),
        (b"unit,score\n", "no scores"),
        (b"unit,score\nedu,80\nedu,81\n", "survey.csv:3: unit edu is there twice"),
        (b"unit,score\nedv,80\n", "survey.csv:2: no unit 'edv'"),
        (b"unit,score\nedu,80,1\n", "survey.csv:2: 3 fields"),
        (b"unit,score\nedu,100.1\n", "survey.csv:2: score '100.1'"),
        (b"unit,score\nedu,-1\n", "score '-1'"),
        (b"unit,score\nedu,1e1\n", "score '1e1'"),
        (b"unit,score\nedu, 80\n", "score ' 80'"),
        (b"unit,score\nedu,080\n", "score '080'"),
        (b"unit,score\nedu,80.\n", "score '80.'"),
        (b"unit,score\nedu,80.1234567891\n", "score '80.1234567891'"),
        ("unit,score\nedu,８０\n".encode(), "score '８０'"),
        (b"unit,score\n\xff\xfe,80\n", "survey.csv:2: not UTF-8"),
        (b'unit,score\n"edu,80\n', "not CSV"),
        (b"unit,score\n" + b"x" * 200_000 + b",1\n", "not CSV"),
        (b"#" * 1_000_001, "at most 1000000"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(data: bytes, told: str) -> None:
    refused = read_survey(data)
    assert isinstance(refused, Refusal)
    assert RefusalCode.BAD_FILE == refused.code
    assert told in refused.detail


def test_all_wrong_rows_are_told_at_once() -> None:
    refused = read_survey(b"unit,score\nedu,x\nnobody,1\nenv\n")
    assert isinstance(refused, Refusal)
    assert 3 == len(refused.detail.splitlines())


@pytest.mark.parametrize("channel", ["vote", "sms"])
def test_the_vote_and_unknown_channels_are_not_imported(channel: str) -> None:
    refused = read_channel(b"unit,score\nedu,1\n", read(SMALL), channel, "x.csv")
    assert isinstance(refused, Refusal)
    assert (RefusalCode.UNKNOWN_CHANNEL, "channels imported from files: survey") == (refused.code, refused.detail)


@pytest.mark.parametrize("channel", ["sms", "web", "media"])
def test_the_example_has_a_score_for_every_unit(channel: str, pytestconfig: pytest.Config) -> None:
    examples = pytestconfig.rootpath / EXAMPLES
    rundown = read_rundown((examples / "city-30.toml").read_bytes(), "city-30.toml")
    scores = read_channel((examples / f"{channel}.csv").read_bytes(), rundown, channel, f"{channel}.csv")
    assert isinstance(scores, dict)
    assert [unit.id for unit in rundown.units] == list(scores)


def test_a_table_made_for_more_units_is_told_in_one_sentence_which_lines_to_delete(pytestconfig: pytest.Config) -> None:
    """The example's scores in a session that was cut down to two of its units."""
    session = SMALL.replace('"survey"', '"sms"').replace('"env"', '"finance"')
    refused = read_channel((pytestconfig.rootpath / EXAMPLES / "sms.csv").read_bytes(), read(session), "sms", "sms.csv")
    assert isinstance(refused, Refusal)
    (told,) = refused.detail.splitlines()
    assert "(28 rows) in this session; delete lines 2, 4–5, 7–31," in told
    assert told.endswith("or write units of this session there: edu, finance")
