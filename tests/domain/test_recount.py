"""What a verifier's report may say on the air about one round: only what it counted itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from audience_server.domain.recount import ReadOut, Report, judge
from audience_server.domain.refusals import Refusal, RefusalCode

ROW = {"expected": 6, "present": 5, "issued": 5, "returned": 5, "valid": 5, "counts": {"overall": {"yes": 3, "no": 2}}}
HERE = ReadOut("a.example/x", "r01", "11111 22222", {"deputies": ROW}, open=7, tally=14)
REPORT = Report("a.example/x", "r01", "11111 22222", {"deputies": ROW}, (("E481", None),))


def row(**changes: Any) -> dict[str, Any]:
    return {"deputies": ROW | changes}


@pytest.mark.parametrize(
    "failures",
    [
        (),
        (("E481", None),),
        (("E481", None), ("E201", None), ("E205", None), ("E482", None)),
        (("E481", 30), ("E482", 30), ("E453", None)),
        (("E415", 3), ("E415", 20), ("E451", 28)),
        (("W106", None), ("W463", 9)),
    ],
    ids=["sealed", "unsealed", "unsealed and unsigned", "a bad end", "another round's", "warnings"],
)
def test_a_good_count_agrees_whatever_else_the_record_lacks(failures: tuple[tuple[str, int | None], ...]) -> None:
    """Before the seal every bundle fails: that is no fault of the round, and never one on the air."""
    assert "agree" == judge(replace(REPORT, failures=failures), HERE)


@pytest.mark.parametrize(
    ("by", "failures"),
    [
        (row(counts={"overall": {"yes": 2, "no": 3}}), ()),
        (row(valid=4), ()),
        (row(), (("E415", 9),)),
        (row(), (("E451", 14), ("E481", None))),
        (None, (("E422", 8),)),
    ],
    ids=["another count", "another identity", "a bad ballot", "a bad tally", "not counted for its ballots"],
)
def test_what_the_verifier_counts_otherwise_differs(
    by: dict[str, Any] | None, failures: tuple[tuple[str, int | None], ...]
) -> None:
    """The numbers, or a fault between the opening and the tally of this very window."""
    assert "differ" == judge(replace(REPORT, by=by, failures=failures), HERE)


@pytest.mark.parametrize(
    ("report", "code", "told"),
    [
        (replace(REPORT, origin="a.example/y"), RefusalCode.REPORT_ELSEWHERE, "a.example/x"),
        (replace(REPORT, window="r01.2"), RefusalCode.REPORT_OUTDATED, "r01 11111"),
        (replace(REPORT, fingerprint="99999"), RefusalCode.REPORT_OUTDATED, "11111 22222"),
        (replace(REPORT, by=None), RefusalCode.REPORT_UNUSABLE, "r01"),
        (replace(REPORT, by={"others": ROW}), RefusalCode.REPORT_UNUSABLE, "r01"),
        (replace(REPORT, by=row(counts=None)), RefusalCode.REPORT_UNUSABLE, "r01"),
        (replace(REPORT, by={"deputies": 5}), RefusalCode.REPORT_UNUSABLE, "r01"),
        (replace(REPORT, failures=(("E481", None), ("E303", None))), RefusalCode.REPORT_UNUSABLE, "E303"),
        (replace(REPORT, failures=(("E201", None),)), RefusalCode.REPORT_UNUSABLE, "E201"),
    ],
)
def test_a_report_that_cannot_speak_of_the_count_neither_clears_nor_accuses(
    report: Report, code: RefusalCode, told: str
) -> None:
    """Another session, another lock, no counts, a damaged copy: refused, with what stands here."""
    refused = judge(report, HERE)
    assert isinstance(refused, Refusal)
    assert code == refused.code
    assert told in refused.detail
