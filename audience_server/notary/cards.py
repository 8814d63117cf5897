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
    """{origin, serial, panel, keys: {round: base64}}.  Raises KeysRefused.

    The log line is on the disk before the box is opened: nobody looks at a card without leaving a trace.
    """
    if not reason.strip() or not reason.isprintable():
        raise KeysRefused("card_reason")
    row = _row_of(path, serial)
    with log.open("a", encoding="utf-8") as handle:
        handle.write(f"{now.isoformat(timespec='seconds')}\t{serial}\t{reason.strip()}\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        body: dict[str, Any] = json.loads(_opened([v.unb64(str(sealed)) for sealed in row["sealed"]], keys))
    except (ValueError, KeyError, TypeError):
        raise KeysRefused("card_damaged", path=path, serial=serial) from None
    if body.get("serial") != serial:
        raise KeysRefused("card_other", path=path, serial=serial)
    return body


def _opened(sealed: list[bytes], keys: NotaryKeys) -> bytes:
    """A line is sealed to every notary of the session, each in a box of its own."""
    for box in sealed:
        try:
            return keys.open_box(box)
        except KeysRefused:
            continue
    raise KeysRefused("serials_not_sealed_here")


def _row_of(path: Path, serial: int) -> dict[str, Any]:
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if rows[0]["version"] != 2:
            raise KeysRefused("file_version", path=path)
        found = [row for row in rows[1:] if row["serial"] == serial]
    except OSError as error:
        raise KeysRefused("file_unreadable", path=path, reason=error) from None
    except (ValueError, KeyError, TypeError, IndexError):
        raise KeysRefused("serials_no_list", path=path) from None
    if len(found) != 1:
        raise KeysRefused("card_unlisted", serial=serial)
    return dict(found[0])
