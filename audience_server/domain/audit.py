"""Audit cards (抽验卡): testers vote as everybody does, and what they will vote is fixed before the round opens.

The notary seals a file of expectations; its digest enters the record before the open (`audit`), the file itself after
the close and before the lock (`audit-open`).  Their ballots are in the record like any other, never in the count; a
page or a server that alters choices cannot know which ones are being watched.  A card that was opened is spent.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audience_server.domain.acts import Draft, find_round
from audience_server.domain.ballots import check_choice
from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.rundown import CHECK_IN_ROUND
from audience_server.domain.session import SessionState, Window

FIELDS = {"cards", "salt", "window"}
CARD_FIELDS = {"check_in", "choice", "key"}


@dataclass(frozen=True, slots=True)
class AuditCard:
    """One tester's card: its r00 key, its key of the round, and what it will vote (the round's choice grammar)."""

    check_in: bytes
    key: bytes
    choice: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the sealed file says.  `body`: its fields as they stand in the file, for the entry."""

    window: str
    cards: tuple[AuditCard, ...]
    body: Mapping[str, Any]


def read_expectation(body: Mapping[str, Any]) -> Expectation | Refusal:
    """The sealed file's JSON object: {cards: [{check_in, choice, key}], salt: 32 bytes, window}; keys are base64."""
    try:
        if set(body) != FIELDS or not body["cards"] or len(_bytes(body["salt"])) != 32:
            raise ValueError("cards, salt and window are right, and at least one card")
        cards = tuple(_card(row) for row in body["cards"])
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        return Refusal(RefusalCode.BAD_FILE, f"`touchstone notary audit` makes this file: {error}")
    if len({card.check_in for card in cards}) < len(cards) or len({card.key for card in cards}) < len(cards):
        return Refusal(RefusalCode.BAD_FILE, "each card once")
    return Expectation(str(body["window"]), cards, body)


def _card(row: Mapping[str, Any]) -> AuditCard:
    if set(row) != CARD_FIELDS or not isinstance(row["choice"], str):
        raise ValueError("check_in, choice and key are right for a card")
    return AuditCard(_bytes(row["check_in"]), _bytes(row["key"]), row["choice"])


def _bytes(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text or len(data) != 32:
        raise ValueError("keys and salt are 32 bytes in base64")
    return data


def draft_audit(state: SessionState, window: str, digest: str, at: int) -> Draft | Refusal:
    """Fix what audit cards will vote: once a window, before it opens."""
    round_ = find_round(state, window.partition(".")[0])
    if isinstance(round_, Refusal):
        return round_
    if window in state.audits:
        return Refusal(RefusalCode.AUDIT_FIXED, window)
    if state.standing_window(round_.id) is not None or round_.id in state.not_held:
        return Refusal(RefusalCode.ALREADY_HELD, window)
    if window != state.next_window_name(round_.id):
        return Refusal(RefusalCode.BAD_ARGUMENT, f"{window}; {state.next_window_name(round_.id)} is next")
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        return Refusal(RefusalCode.BAD_ARGUMENT, "a digest of 64 hex digits")
    return Draft("audit", {"at": at, "digest": digest, "window": window}, is_statement=True)


def draft_audit_open(state: SessionState, expected: Expectation, digest: str, at: int) -> Draft | Refusal:
    """Open the sealed file of a closed window; `digest` is that of the file handed in."""
    fixed, window = state.audits.get(expected.window), state.windows.get(expected.window)
    if fixed is None or window is None:
        return Refusal(RefusalCode.AUDIT_NOT_FIXED, expected.window)
    if fixed != digest:
        return Refusal(RefusalCode.AUDIT_DIFFERS, expected.window)
    if window.state == "open":
        return Refusal(RefusalCode.NOT_CLOSED, window.round)
    if window.state != "closed" or window.audit is not None:
        return Refusal(RefusalCode.ALREADY_LOCKED, window.name)
    wrong = next((fault for card in expected.cards if (fault := _fault_of(state, window, card))), None)
    return wrong or Draft("audit-open", {**expected.body, "at": at}, is_statement=True)


def _fault_of(state: SessionState, window: Window, card: AuditCard) -> Refusal | None:
    panel = state.panel_of(CHECK_IN_ROUND, card.check_in)
    if panel is None or panel not in window.panels or state.panel_of(window.round, card.key) != panel:
        return Refusal(RefusalCode.NOT_ON_ROLL, "check_in and key are of one printed card of this round")
    if state.is_void(CHECK_IN_ROUND, card.check_in) or state.is_void(window.round, card.key):
        return Refusal(RefusalCode.CARD_VOID)
    choice = check_choice(state.rundown.round(window.round), state.rundown, card.choice)
    return choice if isinstance(choice, Refusal) else None


def may_count(state: SessionState, window: Window) -> Refusal | None:
    """A window whose audit cards are not known yet cannot be counted: their ballots would count."""
    if window.name in state.audits and window.audit is None:
        return Refusal(RefusalCode.AUDIT_NOT_OPENED, window.name)
    return None


def audit_ballots(state: SessionState, window: Window) -> frozenset[int]:
    """The indices of the audit cards' ballots: accepted, opened in the evidence, not counted."""
    counted = state.counted(window)
    found = (window.standings.get(key) for key in (window.audit or {}).values())
    return frozenset(standing.index for standing in found if standing is not None and standing.index in counted)


def audit_present(state: SessionState, window: Window) -> dict[str, int]:
    """Panel -> audit cards among those that `window.issued` counts."""
    limit = window.open_index
    if state.rundown.session.late == "until-close" and window.close_index is not None:
        limit = window.close_index
    numbers = dict.fromkeys(window.panels, 0)
    for check_in in window.audit or {}:
        came = state.present.get(check_in)
        if came is not None and came < limit:
            numbers[state.rolls[CHECK_IN_ROUND][check_in]] += 1
    return numbers
