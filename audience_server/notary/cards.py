"""A lost card voided by its number: one line of the sealed list opened, written down, and made a request."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.keys import KeysRefused, NotaryKeys

LOG = "opened-serials.log"


def open_serial(path: Path, serial: int, keys: NotaryKeys, reason: str, log: Path, now: datetime) -> dict[str, Any]:
    """{origin, serial, panel, keys: {round: base64}}.  Raises KeysRefused with what would be right.

    The log line is on the disk before the box is opened: nobody looks at a card without leaving a trace.
    """
    if not reason.strip() or not reason.isprintable():
        raise KeysRefused("a reason of one line is needed; it is kept in the log")
    row = _row_of(path, serial)
    with log.open("a", encoding="utf-8") as handle:
        handle.write(f"{now.isoformat(timespec='seconds')}\t{serial}\t{reason.strip()}\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        body: dict[str, Any] = json.loads(_opened([v.unb64(str(sealed)) for sealed in row["sealed"]], keys))
    except (ValueError, KeyError, TypeError):
        raise KeysRefused(f"{path}: the line of card {serial} is damaged") from None
    if body.get("serial") != serial:
        raise KeysRefused(f"{path}: the line of card {serial} holds another card's keys; the list was tampered with")
    return body


def _opened(sealed: list[bytes], keys: NotaryKeys) -> bytes:
    """A line is sealed to every notary of the session, each in a box of its own."""
    for box in sealed:
        try:
            return keys.open_box(box)
        except KeysRefused:
            continue
    raise KeysRefused("this list was not sealed to this notary's key")


def _row_of(path: Path, serial: int) -> dict[str, Any]:
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if rows[0]["version"] != 2:
            raise KeysRefused(f"{path} is of a version that this program does not know")
        found = [row for row in rows[1:] if row["serial"] == serial]
    except OSError as error:
        raise KeysRefused(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, IndexError):
        raise KeysRefused(f"{path} is no list of serials; `touchstone cards --serials` makes it") from None
    if len(found) != 1:
        raise KeysRefused(f"card {serial} is not on this list; the number stands on the stub")
    return dict(found[0])
