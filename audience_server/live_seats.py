"""One phone's place in the session, and the answers it can get."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class PhoneSeat:
    """A connection: nobody until a card has been presented on it.  Owned by the session."""

    panel: str = ""
    check_in_key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry is in the record: its index, its receipt (tlog-proof text), and for a check-in the panel."""

    index: int
    receipt: str
    panel: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    panel: str
    rounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotStanding:
    """Where a ballot key stands: its next counter, and its last ballot or None before the first."""

    next: int
    index: int | None = None
    receipt: str | None = None
    entry: str | None = None
