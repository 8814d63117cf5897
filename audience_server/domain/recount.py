"""What a verifier's report says of one locked round: its own count agrees with what was read out, or differs.

Pure.  A verdict is the whole bundle's: before the seal every bundle fails for having none, and a fault of another round
is no fault of this one.  So only what touches this round's count is judged, and a report that cannot speak of it is
refused: it neither clears the round nor accuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from audience_server.domain.refusals import Refusal, RefusalCode

Finding = Literal["agree", "differ"]
# the end of the record and what is computed from all rounds together; none of them is this round's count
ABOUT_THE_END = frozenset({"E453", "E481", "E482", "E511"})
# signatures that are given after the seal
GIVEN_AFTER_THE_SEAL = frozenset({"E201", "E205"})
NOT_SEALED = ("E481", None)
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Report:
    """What `touchstone notary verify --report` wrote, as far as it concerns one round.  `by` None: it did not count."""

    origin: str
    window: str
    fingerprint: str
    by: Mapping[str, Any] | None
    failures: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class ReadOut:
    """The round as it was locked here, with the places of its window in the record."""

    origin: str
    window: str
    fingerprint: str
    by: Mapping[str, Any]
    open: int
    tally: int


def judge(report: Report, here: ReadOut) -> Finding | Refusal:
    """Refused with what would be right, where the report does not speak of the count that was read out."""
    if report.origin != here.origin:
        return Refusal(RefusalCode.REPORT_ELSEWHERE, f"{report.origin}; {here.origin}")
    if (report.window, report.fingerprint) != (here.window, here.fingerprint):
        told = f"{report.window} {report.fingerprint}; {here.window} {here.fingerprint}"
        return Refusal(RefusalCode.REPORT_OUTDATED, told)
    if any(
        code[:1] == "E" and place is not None and here.open <= place <= here.tally for code, place in report.failures
    ):
        return "differ"
    doubts = sorted(set(_doubts(report.failures)))
    if doubts:
        return Refusal(RefusalCode.REPORT_UNUSABLE, ", ".join(doubts[:MOST_NAMED]))
    if report.by is None or not _is_counted(report.by, here.by):
        return Refusal(RefusalCode.REPORT_UNUSABLE, here.window)
    return "agree" if report.by == here.by else "differ"


def _doubts(failures: Iterable[tuple[str, int | None]]) -> Iterable[str]:
    """Faults of the copy as a whole: what it counts may not be what stands in the record."""
    listed = tuple(failures)
    excused = ABOUT_THE_END | GIVEN_AFTER_THE_SEAL if NOT_SEALED in listed else ABOUT_THE_END
    return (code for code, place in listed if place is None and code[:1] == "E" and code not in excused)


def _is_counted(found: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
    """Of the same panels, with counts: a public bundle has none."""
    return set(found) == set(here) and all(
        isinstance(row, Mapping) and set(row) == set(here[panel]) and isinstance(row["counts"], Mapping)
        for panel, row in found.items()
    )
