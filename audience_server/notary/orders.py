"""What a notary can tell the program in words: one line, one deed.  The screen's keys and scripts end up here."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from audience_server.notary.audit import AuditRefused, next_deed
from audience_server.notary.bundle import BundleRefused, file_name, write_bundles
from audience_server.notary.cards import LOG, open_serial
from audience_server.notary.evidence import standing_windows
from audience_server.notary.keys import KeysRefused, NotaryKeys
from audience_server.notary.said import Refused
from audience_server.notary.witness import Witness

SPELLINGS = (
    *("consent ID [WORDS]", "decline ID REASON", "nod lock|reveal ROUND", "remark TEXT", "void-round ROUND REASON"),
    *("void-card NUMBER|REQUEST.json REASON", "hand FILE.toml", "audit SEALED.json", "demand CODE"),
    *("demand-remark LEAF TEXT", "bundle OUT.c1.tar", "help", "quit"),
)


class BadOrder(Refused):
    """The line is no order."""


def obey(witness: Witness, line: str) -> str:
    """Carry out one order; what to tell the notary.  Raises BadOrder or Unsignable."""
    word, _, rest = line.strip().partition(" ")
    order = ORDERS.get(word)
    if order is None:
        raise BadOrder("order_unknown", orders=" · ".join(SPELLINGS))
    return order(witness, rest.strip())


def _number(text: str) -> tuple[int, str]:
    number, _, rest = text.partition(" ")
    if not number.isascii() or not number.isdigit():
        raise BadOrder("order_number", number=number)
    return int(number), rest.strip()


def _consent(witness: Witness, rest: str) -> str:
    number, words = _number(rest)
    if number not in witness.desk.drafts:
        raise BadOrder("order_no_draft", number=number)
    witness.desk.consent(number, words)
    return f"consent {number}"


def _decline(witness: Witness, rest: str) -> str:
    number, reason = _number(rest)
    if not reason:
        raise BadOrder("order_decline")
    witness.desk.decline(number, reason)
    return f"decline {number}"


def _nod(witness: Witness, rest: str) -> str:
    do, _, round_id = rest.partition(" ")
    if do not in ("lock", "reveal") or not round_id:
        raise BadOrder("order_nod")
    witness.desk.nod(do, round_id)
    return f"nod {rest}"


def _remark(witness: Witness, rest: str) -> str:
    if not rest:
        raise BadOrder("order_remark")
    witness.desk.propose("remark", {"text": rest})
    return "remark"


def _void_round(witness: Witness, rest: str) -> str:
    round_id, _, reason = rest.partition(" ")
    if not reason:
        raise BadOrder("order_void_round")
    witness.desk.propose("void-round", {"round": round_id, "reason": reason})
    return f"void-round {round_id}"


@dataclass(frozen=True, slots=True)
class CardToVoid:
    """`panel` is empty for a card that no roll of this session knows."""

    serial: int
    panel: str
    is_present: bool
    keys: dict[str, str]
    reason: str


def card_to_void(witness: Witness, rest: str) -> CardToVoid:
    """By its number, from the sealed list, or by a request that `notary card` made: JSON {serial, keys, …}.

    Nothing is asked of the server yet.  Raises BadOrder.
    """
    what, _, reason = rest.partition(" ")
    if not reason.strip():
        raise BadOrder("order_void_card")
    try:
        request = _opened(witness, int(what), reason) if what.isdecimal() else json.loads(Path(what).read_text("utf-8"))
        serial, keys = int(request["serial"]), dict(request["keys"])
    except KeysRefused as refused:
        raise BadOrder(refused.key, **refused.values) from None
    except OSError as error:
        raise BadOrder("file_unreadable", path=what, reason=error) from None
    except (ValueError, KeyError, TypeError):
        raise BadOrder("card_no_request", path=what) from None
    panel, is_present = ("", False) if witness.follower is None else witness.follower.card(keys)
    return CardToVoid(serial, panel, is_present, keys, reason.strip())


def void_card(witness: Witness, card: CardToVoid) -> None:
    witness.desk.propose("void-card", {"serial": card.serial, "keys": card.keys, "reason": card.reason})


def _void_card(witness: Witness, rest: str) -> str:
    card = card_to_void(witness, rest)
    void_card(witness, card)
    return f"void-card {card.serial}"


def _opened(witness: Witness, serial: int, reason: str) -> dict[str, Any]:
    """One line of the list, opened with the keys of this notary and written down."""
    if witness.serials is None or not isinstance(witness.keys, NotaryKeys):
        raise BadOrder("serials_missing")
    now = datetime.fromtimestamp(witness.clock()).astimezone()
    opened = open_serial(witness.serials, serial, witness.keys, reason, witness.directory / LOG, now)
    if opened.get("origin") != witness.origin:
        raise BadOrder("serials_other", origin=opened.get("origin"), followed=witness.origin)
    return opened


def _hand(witness: Witness, rest: str) -> str:
    try:
        data = Path(rest).read_bytes()
    except OSError as error:
        raise BadOrder("file_unreadable", path=rest, reason=error) from None
    witness.desk.propose("hand", {"data": base64.b64encode(data).decode()})
    return "hand"


def audit_deed(witness: Witness, rest: str) -> tuple[str, dict[str, Any]]:
    """What is to be done with a sealed file now: fix it before its round, tell it after the close.  Raises BadOrder."""
    if witness.follower is None:
        raise BadOrder("no_session")
    try:
        return next_deed(witness.follower.case, Path(rest).read_bytes())
    except OSError as error:
        raise BadOrder("file_unreadable", path=rest, reason=error) from None
    except AuditRefused as refused:
        raise BadOrder(refused.key, **refused.values) from None


def _audit(witness: Witness, rest: str) -> str:
    command, arguments = audit_deed(witness, rest)
    witness.desk.propose(command, arguments)
    return command


def _demand(witness: Witness, rest: str) -> str:
    witness.desk.demand(rest)
    return "demand"


def _demand_remark(witness: Witness, rest: str) -> str:
    """What is said of a ballot that was demanded in vain; without a text nothing is."""
    leaf, _, text = rest.partition(" ")
    witness.desk.remark_of_demand(leaf, text.strip())
    return f"demand-remark {leaf}"


def _bundle(witness: Witness, rest: str) -> str:
    """The evidence and the public bundle, from this copy alone; unless named, in the notary's directory, under the
    names that the server's export gives them."""
    paths = shlex.split(rest)
    if len(paths) > 1 or witness.follower is None or witness.mirror is None:
        raise BadOrder("order_bundle")
    path = Path(paths[0]) if paths else witness.directory / file_name(witness.origin)
    try:
        beside = write_bundles(witness.mirror, standing_windows(witness.follower), path)
    except BundleRefused as refused:
        raise BadOrder(refused.key, **refused.values) from None
    except OSError as error:
        raise BadOrder("file_unwritable", path=path, reason=error) from None
    return f"{path} {beside}"


ORDERS: dict[str, Callable[[Witness, str], str]] = {
    "consent": _consent,
    "decline": _decline,
    "nod": _nod,
    "remark": _remark,
    "void-round": _void_round,
    "void-card": _void_card,
    "hand": _hand,
    "audit": _audit,
    "demand": _demand,
    "demand-remark": _demand_remark,
    "bundle": _bundle,
}
