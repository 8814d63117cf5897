"""The notary's own register of sessions: a second session under one name, or a rehearsal shown as live, is noticed.

One JSON file in the notary's directory.  It is written before the first answer to a server goes out.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from audience_server.notary.said import Refused


@dataclass(frozen=True, slots=True)
class KnownSession:
    """`first_seen`: unix seconds by this computer's clock."""

    origin: str
    log_vkey: str
    kind: str
    title: str
    first_seen: int


class RegisterDamaged(Refused):
    """The register cannot be read; nothing is followed until somebody has looked at it."""


class Register:
    """The file and what it holds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.sessions: list[KnownSession] = []
        if path.exists():
            try:
                self.sessions = [KnownSession(**row) for row in json.loads(path.read_text("utf-8"))]
            except (ValueError, TypeError) as error:
                raise RegisterDamaged("register_damaged", path=path, detail=error) from None

    def meet(self, session: KnownSession) -> list[str]:
        """Note a session that a server presents; what is wrong with it, as alarm words."""
        alarms = []
        for known in self.sessions:
            if known.origin == session.origin and known.log_vkey != session.log_vkey:
                alarms.append("second_session")
            if known.kind == "rehearsal" and session.kind == "live" and _key_of(known) == _key_of(session):
                alarms.append("rehearsal_as_live")
        if not any((each.origin, each.log_vkey) == (session.origin, session.log_vkey) for each in self.sessions):
            self.sessions.append(session)
            self._write()
        return sorted(set(alarms))

    def _write(self) -> None:
        """Whole or not at all; a crash before the rename leaves the register of before."""
        temporary = self._path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump([asdict(each) for each in self.sessions], handle, ensure_ascii=False, indent=1)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(self._path)


def _key_of(session: KnownSession) -> str:
    """The key itself, without the name that it was given."""
    return session.log_vkey.split("+", 2)[2]
