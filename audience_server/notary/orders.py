"""What a notary can tell the program in words: one line, one deed.  The screen's keys and scripts end up here."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from audience_server.notary.audit import AuditRefused, next_deed
from audience_server.notary.bundle import BundleRefused, write_bundles
from audience_server.notary.cards import LOG, open_serial
from audience_server.notary.evidence import standing_windows
from audience_server.notary.keys import KeysRefused, NotaryKeys
from audience_server.notary.witness import Witness

SPELLINGS = (
    *("consent ID [WORDS]", "decline ID REASON", "nod lock|reveal ROUND", "remark TEXT", "void-round ROUND REASON"),
    *("void-card NUMBER|REQUEST.json REASON", "hand FILE.toml", "audit SEALED.json", "demand CODE"),
    *("demand-remark LEAF TEXT", "bundle OUT.c1.tar", "help", "quit"),
)


class BadOrder(ValueError):
    """The line is no order; the text says what would be right."""


def obey(witness: Witness, line: str) -> str:
    """Carry out one order; what to tell the notary.  Raises BadOrder or Unsignable."""
    word, _, rest = line.strip().partition(" ")
    order = ORDERS.get(word)
    if order is None:
        raise BadOrder(f"an order is one of: {'; '.join(SPELLINGS)}")
    return order(witness, rest.strip())


def _number(text: str) -> tuple[int, str]:
    number, _, rest = text.partition(" ")
    if not number.isascii() or not number.isdigit():
        raise BadOrder(f"{number!r} is no number of a draft")
    return int(number), rest.strip()


def _consent(witness: Witness, rest: str) -> str:
    number, words = _number(rest)
    if number not in witness.desk.drafts:
        raise BadOrder(f"no draft {number} waits")
    witness.desk.consent(number, words)
    return f"consent {number}"


def _decline(witness: Witness, rest: str) -> str:
    number, reason = _number(rest)
    if not reason:
        raise BadOrder("decline ID REASON: a reason is needed")
    witness.desk.decline(number, reason)
    return f"decline {number}"


def _nod(witness: Witness, rest: str) -> str:
    do, _, round_id = rest.partition(" ")
    if do not in ("lock", "reveal") or not round_id:
        raise BadOrder("nod lock|reveal ROUND")
    witness.desk.nod(do, round_id)
    return f"nod {rest}"


def _remark(witness: Witness, rest: str) -> str:
    if not rest:
        raise BadOrder("remark TEXT")
    witness.desk.propose("remark", {"text": rest})
    return "remark"


def _void_round(witness: Witness, rest: str) -> str:
    round_id, _, reason = rest.partition(" ")
    if not reason:
        raise BadOrder("void-round ROUND REASON")
    witness.desk.propose("void-round", {"round": round_id, "reason": reason})
    return f"void-round {round_id}"


def _void_card(witness: Witness, rest: str) -> str:
    """By its number, from the sealed list, or by a request that `notary card` made: JSON {serial, keys, …}."""
    what, _, reason = rest.partition(" ")
    if not reason:
        raise BadOrder("void-card NUMBER|REQUEST.json REASON")
    try:
        request = _opened(witness, int(what), reason) if what.isdecimal() else json.loads(Path(what).read_text("utf-8"))
        serial, keys = int(request["serial"]), dict(request["keys"])
    except BadOrder:
        raise
    except KeysRefused as refused:
        raise BadOrder(str(refused)) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadOrder(f"{what}: {error!r}; `touchstone notary card` makes it") from None
    witness.desk.propose("void-card", {"serial": serial, "keys": keys, "reason": reason})
    return f"void-card {serial}"


def _opened(witness: Witness, serial: int, reason: str) -> dict[str, Any]:
    """One line of the list, opened with the keys of this notary and written down."""
    if witness.serials is None or not isinstance(witness.keys, NotaryKeys):
        raise BadOrder("the sealed list of numbers is not at hand: start with --serials FILE, or name a request file")
    now = datetime.fromtimestamp(witness.clock()).astimezone()
    opened = open_serial(witness.serials, serial, witness.keys, reason, witness.directory / LOG, now)
    if opened.get("origin") != witness.origin:
        raise BadOrder(f"this list is of {opened.get('origin')}, and {witness.origin} is followed")
    return opened


def _hand(witness: Witness, rest: str) -> str:
    try:
        data = Path(rest).read_bytes()
    except OSError as error:
        raise BadOrder(f"{rest}: {error.strerror}") from None
    witness.desk.propose("hand", {"data": base64.b64encode(data).decode()})
    return "hand"


def _audit(witness: Witness, rest: str) -> str:
    """Fix a sealed file before its round, tell it after the close: whichever is next."""
    if witness.follower is None:
        raise BadOrder("audit SEALED.json, once a session is followed")
    try:
        command, arguments = next_deed(witness.follower.case, Path(rest).read_bytes())
    except OSError as error:
        raise BadOrder(f"{rest}: {error.strerror}") from None
    except AuditRefused as refused:
        raise BadOrder(str(refused)) from None
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
    """The evidence and, beside it, the public bundle, from this copy alone."""
    paths = shlex.split(rest)
    if len(paths) != 1 or witness.follower is None or witness.mirror is None:
        raise BadOrder("bundle OUT.c1.tar, once a session is followed")
    path = Path(paths[0])
    try:
        beside = write_bundles(witness.mirror, standing_windows(witness.follower), path)
    except (BundleRefused, OSError) as error:
        raise BadOrder(str(error)) from None
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
