"""The data directory of one session: what lies where, who may read it, and what it must never hold.

session.json     kind (live or rehearsal, for ever), origin, codes_exported, digest of the session file once begun,
                 whether there has been an entry 0
rules.toml       the session file, byte for byte, from entry 0 on
rolls/           public keys of the printed cards; no code is ever written here
page/            the phone page as this session serves it, from entry 0 on
log.key          the log's Ed25519 seed (0600): whoever holds it can sign as this session's server
operator.token   opens the control port (0600)
record.sqlite    the record and the openings of its ballots (0600)
carried-reports.json   numbers of the reports of misconduct that were taken to their office
server.log       for people
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Literal

Kind = Literal["live", "rehearsal"]


class DirectoryRefused(Exception):
    """The directory cannot be used as asked; the text says what would be right."""


def rehearsal_origin(origin: str, now: datetime) -> str:
    """The origin of a rehearsal begun at `now` (FORMAT.md: `…/rehearsal-<UTC time>`)."""
    return f"{origin}/rehearsal-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


class SessionDirectory:
    """One session's directory.  Opening it makes it; kind and origin never change afterwards."""

    def __init__(self, path: Path, facts: dict[str, Any]) -> None:
        self.path = path
        self._facts = facts
        self._lock: IO[bytes] | None = None

    @classmethod
    def create_or_open(cls, path: Path, origin: str, rehearsal: bool, now: datetime | None = None) -> SessionDirectory:
        """The directory at `path` for the session file whose live origin is `origin`."""
        kind: Kind = "rehearsal" if rehearsal else "live"
        file = path / "session.json"
        if file.exists():
            directory = cls.open(path)
            directory._refuse_other(origin, kind)
            return directory
        if path.exists() and any(path.iterdir()):
            raise DirectoryRefused(f"{path} is not empty and holds no session; name an empty or new directory")
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        full = rehearsal_origin(origin, now or datetime.now(UTC)) if rehearsal else origin
        directory = cls(path, {"format": 1, "kind": kind, "origin": full, "codes_exported": False, "rules": None})
        directory._write_facts()
        return directory

    @classmethod
    def open(cls, path: Path) -> SessionDirectory:
        """An existing session's directory."""
        try:
            facts = json.loads((path / "session.json").read_text("utf-8"))
        except FileNotFoundError:
            raise DirectoryRefused(
                f"{path} holds no session (no session.json); name the directory given to serve"
            ) from None
        except ValueError as error:
            raise DirectoryRefused(f"{path / 'session.json'} cannot be read: {error}") from None
        if not isinstance(facts, dict) or facts.get("format") != 1:
            raise DirectoryRefused(f"{path / 'session.json'} is of a format this version does not know")
        return cls(path, facts)

    def _refuse_other(self, origin: str, kind: Kind) -> None:
        if self.kind != kind:
            wanted = "without" if self.kind == "live" else "with"
            raise DirectoryRefused(
                f"{self.path} is of a {self.kind} session for ever; use it {wanted} --rehearsal, or another directory"
            )
        # from the right: a session may itself be called rehearsal-…
        of_file = self.origin.rpartition("/")[0] if self.kind == "rehearsal" else self.origin
        if of_file != origin:
            raise DirectoryRefused(f"{self.path} holds the session {self.origin}, not {origin}; use another directory")

    @property
    def kind(self) -> Kind:
        return "rehearsal" if self._facts["kind"] == "rehearsal" else "live"

    @property
    def origin(self) -> str:
        return str(self._facts["origin"])

    @property
    def codes_exported(self) -> bool:
        return bool(self._facts["codes_exported"])

    @property
    def has_rolls(self) -> bool:
        return (self.path / "rolls" / "index.json").exists()

    @property
    def has_begun(self) -> bool:
        """Whether entry 0 has been prepared: from then on session file, rolls and page are fixed."""
        return self._facts.get("rules") is not None

    @property
    def record_begun(self) -> bool:
        """Whether an entry 0 may have been seen by somebody, whatever the record holds now."""
        return bool(self._facts.get("record_begun"))

    def note_record_begun(self) -> None:
        if not self.record_begun:
            self._facts["record_begun"] = True
            self._write_facts()

    @property
    def log_is_empty(self) -> bool:
        return not self.has_begun

    def write_rolls(self, files: Mapping[str, bytes], codes_exported: bool, again: bool = False) -> None:
        """Store the rolls (`rolls/<panel>.<round>`, `rolls/index.json`).  `again`: printed cards die."""
        if self.has_rolls and not again:
            raise DirectoryRefused(f"{self.path} has rolls already; printed cards would die (--again does that)")
        if self.has_begun:
            raise DirectoryRefused(f"the record in {self.path} has begun; its rolls can never change")
        for old in (self.path / "rolls").glob("*"):
            old.unlink()
        # index.json is written last: a crash before it leaves a directory without rolls, and `cards` runs again
        for name in sorted(files, key=lambda path: path == "rolls/index.json"):
            self._write(name, files[name])
        self._facts["codes_exported"] = codes_exported
        self._write_facts()

    def rolls(self) -> dict[str, bytes]:
        """Every roll file and the index, by bundle path."""
        return {f"rolls/{file.name}": file.read_bytes() for file in sorted((self.path / "rolls").glob("*"))}

    def refuse_changed(self, rules: bytes) -> None:
        """After a restart only the same session file is accepted."""
        if self.has_begun and self._facts["rules"] != hashlib.sha256(rules).hexdigest():
            raise DirectoryRefused(
                f"the session file has changed since the record in {self.path} began; "
                f"serve the one kept there ({self.path / 'rules.toml'}), or start a new session"
            )

    def begin(self, rules: bytes, page: Mapping[str, bytes]) -> None:
        """Fix session file and phone page."""
        self.refuse_changed(rules)
        if self.has_begun:
            return
        self._write("rules.toml", rules)
        for name, data in page.items():
            self._write(f"page/{name}", data)
        # a crash before this line leaves files that the next start writes again
        self._facts["rules"] = hashlib.sha256(rules).hexdigest()
        self._write_facts()

    def rules(self) -> bytes:
        return (self.path / "rules.toml").read_bytes()

    def page(self) -> dict[str, bytes]:
        """The phone page of this session, path (relative, like `index.html`) -> bytes."""
        root = self.path / "page"
        return {
            file.relative_to(root).as_posix(): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()
        }

    def load_desk(self) -> dict[str, Any]:
        """Where the show was; nothing when the file is missing or unreadable, for it decides nothing."""
        try:
            found = json.loads((self.path / "desk.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def save_desk(self, desk: dict[str, Any]) -> None:
        self._write("desk.json", json.dumps(desk, ensure_ascii=False).encode())

    @property
    def has_log_key(self) -> bool:
        return (self.path / "log.key").exists()

    def log_seed(self) -> bytes:
        """The log's Ed25519 seed, made at the first call."""
        return base64.b64decode(self._secret("log.key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()))

    def operator_token(self) -> str:
        return self._secret("operator.token", lambda: secrets.token_urlsafe(24))

    @property
    def record_path(self) -> Path:
        return self.path / "record.sqlite"

    def air_themes(self) -> dict[str, bytes]:
        """Themes that the studio put beside the session: `air-themes/NAME.css`."""
        return {file.name: file.read_bytes() for file in sorted((self.path / "air-themes").glob("*.css"))}

    def load_people(self) -> list[dict[str, Any]]:
        """Who else may come to the desk, by the digest of the token; a file that cannot be read is no one's entry."""
        try:
            found = json.loads((self.path / "people.json").read_text("utf-8"))
        except FileNotFoundError:
            return []
        except ValueError as error:
            raise DirectoryRefused(f"{self.path / 'people.json'} cannot be read ({error}); mend or remove it") from None
        return found if isinstance(found, list) else []

    def save_people(self, people: list[dict[str, Any]]) -> None:
        self._write("people.json", (json.dumps(people, ensure_ascii=False, indent=1) + "\n").encode())

    def carried_reports(self) -> set[str]:
        """Numbers of the reports that were taken out for their office; a file that cannot be read names none."""
        try:
            found = json.loads((self.path / "carried-reports.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return set()
        return {str(number) for number in found} if isinstance(found, list) else set()

    def keep_carried_reports(self, numbers: Iterable[str]) -> None:
        self._write("carried-reports.json", json.dumps(sorted(self.carried_reports().union(numbers))).encode())

    def journal_path(self, name: str) -> Path:
        """Of an erasable journal: questions, register, show-log."""
        return self.path / f"{name}.sqlite"

    @property
    def log_path(self) -> Path:
        return self.path / "server.log"

    def lock(self) -> None:
        """Hold the directory for this process; the lock falls with the process, however it ends."""
        handle = (self.path / "lock").open("wb")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            raise DirectoryRefused(f"another server is running on {self.path}; stop it first") from None
        self._lock = handle

    def unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _secret(self, name: str, make: Any) -> str:
        file = self.path / name
        if not file.exists():
            self._write(name, (make() + "\n").encode())
        return file.read_text("ascii").strip()

    def _write_facts(self) -> None:
        self._write("session.json", (json.dumps(self._facts, indent=1) + "\n").encode())

    def _write(self, name: str, data: bytes) -> None:
        """Whole or not at all, and on the disk before the name changes."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = target.with_name(target.name + ".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(target)
