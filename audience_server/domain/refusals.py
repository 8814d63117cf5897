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
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_QUESTION = "unknown_question"
    QUESTIONS_OFF = "questions_off"
    QUESTIONS_PAUSED = "questions_paused"
    QUESTION_SLOW = "question_slow"
    QUESTION_LIMIT = "question_limit"
    QUESTION_EMPTY = "question_empty"
    REPORTS_OFF = "reports_off"
    BAD_PICTURE = "bad_picture"
    # said to the operator
    UNKNOWN_COMMAND = "unknown_command"
    BAD_ARGUMENT = "bad_argument"
    UNKNOWN_ROUND = "unknown_round"
    UNKNOWN_OBJECTION = "unknown_objection"
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
    ROLE_NEEDED = "role_needed"
    NOT_IN_COMMAND = "not_in_command"
    UNKNOWN_PERSON = "unknown_person"
    PERSON_TAKEN = "person_taken"
    CUE_OVER = "cue_over"
    QUESTION_CHANGED = "question_changed"
    QUESTION_STATE = "question_state"
    NOTHING_TO_UNDO = "nothing_to_undo"
    UNKNOWN_SCENE = "unknown_scene"
    NOT_REVEALED = "not_revealed"
    NOT_APPROVED = "not_approved"
    RESULTS_INCOMPLETE = "results_incomplete"
    ANNOUNCED_AT_END = "announced_at_end"
    NOTHING_TO_SHOW = "nothing_to_show"
    REPORT_ELSEWHERE = "report_elsewhere"
    REPORT_OUTDATED = "report_outdated"
    REPORT_UNUSABLE = "report_unusable"
    UNKNOWN_CASE = "unknown_case"
    CASE_STATE = "case_state"
    CASE_TESTS = "case_tests"
    UNKNOWN_DRAFT = "unknown_draft"
    NOTARY_SILENT = "notary_silent"
    WITNESSES_MISSING = "witnesses_missing"
    OPENINGS_MISSING = "openings_missing"
    NOT_BEGUN = "not_begun"
    AUDIT_FIXED = "audit_fixed"
    AUDIT_NOT_FIXED = "audit_not_fixed"
    AUDIT_DIFFERS = "audit_differs"
    AUDIT_NOT_OPENED = "audit_not_opened"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A "no": its code, what exactly is wrong (plain words for the operator), and the next counter where one helps."""

    code: RefusalCode
    detail: str = ""
    next: int | None = None
