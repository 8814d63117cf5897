"""The list by which a lost card can be voided: number -> public keys, each line sealed to each notary on its own.

Public keys only: nobody can vote with this list.  But who reads all of it can follow one card from round to round, so
every line is a box of its own, which the notary opens one at a time and writes down.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from audience_server.domain.rundown import Rundown
from audience_server.record.codes import round_seed, seed_of
from audience_server.record.ed25519 import public_key
from audience_server.record.forms import b64
from audience_server.record.sealed_box import seal
from audience_server.reports.card_issue import Card, Issue


def boxes_of(rundown: Rundown) -> tuple[str, ...]:
    """The box keys of the notaries that have one: when the first laptop dies, the second can void a card too."""
    named = () if rundown.witnesses is None else rundown.witnesses.notaries
    return tuple(each.box for each in named if each.box)


def serials_file(issue: Issue, rundown: Rundown, boxes: Sequence[str]) -> bytes:
    """JSON lines: {version, origin}, then {serial, panel, sealed: one box a notary} by rising serial."""
    rows: list[dict[str, object]] = [{"version": 2, "origin": issue.origin}]
    rows += [_row(card, issue.origin, rundown.roll_rounds(), boxes) for card in issue.cards]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _row(card: Card, origin: str, rounds: Sequence[str], boxes: Sequence[str]) -> dict[str, object]:
    seed = seed_of(card.code)
    keys = {round_id: b64(public_key(round_seed(seed, origin, round_id))) for round_id in rounds}
    inside = json.dumps({"origin": origin, "serial": card.serial, "panel": card.panel, "keys": keys})
    return {"serial": card.serial, "panel": card.panel, "sealed": [b64(seal(inside, box)) for box in boxes]}
