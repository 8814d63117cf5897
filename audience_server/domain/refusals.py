"""The one vocabulary of refusals: every "no" that Touchstone says to a phone or an operator.

A refusal is a value, never an exception: rules return it, doors translate it.  The sentence for people
is in the catalogue area `refusals` under the code; `detail` adds what would be right, in plain words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RefusalCode(StrEnum):
    """Stable names; programs outside rely on them."""

    # said to phones, in the order in which the checks are made
    BAD_MESSAGE = "bad_message"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    WRONG_SESSION = "wrong_session"
    ROUND_NOT_OPEN = "round_not_open"
    ROUND_CLOSED = "round_closed"
    SEALED = "sealed"
    NOT_ON_ROLL = "not_on_roll"
    CARD_VOID = "card_void"
    NOT_PRESENT = "not_present"
    BAD_COMMITMENT = "bad_commitment"
    BAD_CHOICE = "bad_choice"
    BAD_SIGNATURE = "bad_signature"
    BAD_COUNTER = "bad_counter"
    ENROLMENT_CLOSED = "enrolment_closed"
    QUESTION_TOO_LONG = "question_too_long"
    MUTED = "muted"
    STALE = "stale"
    NOT_ALLOWED = "not_allowed"
    TRY_AGAIN = "try_again"
    PANEL_FULL = "panel_full"
    # said to the operator
    UNKNOWN_COMMAND = "unknown_command"
    BAD_ARGUMENT = "bad_argument"
    UNKNOWN_ROUND = "unknown_round"
    NOT_ZEROED = "not_zeroed"
    ALREADY_ZEROED = "already_zeroed"
    WINDOW_OPEN = "window_open"
    ALREADY_HELD = "already_held"
    NOT_CLOSED = "not_closed"
    NOT_LOCKED = "not_locked"
    ALREADY_LOCKED = "already_locked"
    REVEALED = "revealed"
    CUE_MISMATCH = "cue_mismatch"
    UNKNOWN_CUE = "unknown_cue"
    NO_MORE_CUES = "no_more_cues"
    EXTENDED_ENOUGH = "extended_enough"
    REASON_NEEDED = "reason_needed"
    UNKNOWN_CHANNEL = "unknown_channel"
    BAD_FILE = "bad_file"
    RETURNED_EXCEEDS_ISSUED = "returned_exceeds_issued"
    UNDECIDED_ROUNDS = "undecided_rounds"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A "no": its code, what exactly is wrong (plain words for the operator), and the next counter where one helps."""

    code: RefusalCode
    detail: str = ""
    next: int | None = None
