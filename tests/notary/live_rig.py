"""A bundle told to a live witness as a server would tell it: greeting, files on demand, entries head by head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.witness import NotFollowed, Witness
from tests.notary.bundle_bytes import NOTARY, NOTARY_WITNESS

NOW = 1_795_262_400


@dataclass(frozen=True)
class RigKeys:
    """The keys that the bundle maker's sessions name."""

    role: str = "notary"
    witness_vkey: str = NOTARY_WITNESS.vkey

    def cosign(self, text: str, time: int) -> str:
        return NOTARY_WITNESS.line(text.encode(), time).decode()

    def sign(self, text: str) -> str:
        return NOTARY.line(text.encode()).decode()


@dataclass
class Teller:
    """Tells one bundle to one witness; `said` is everything that the witness sent."""

    bundle: bytes
    directory: Path
    said: list[Mapping[str, Any]] = field(default_factory=list)
    now: int = NOW

    def __post_init__(self) -> None:
        tar = v.read_tar(memoryview(self.bundle))
        self.files = {path: bytes(data) for path, data in tar.files.items()}
        self.log_vkey = self.files["policy.txt"].decode().split("\n")[0].removeprefix("log ")
        self.entries = self._entries()
        self.notes = [f"{note.text}\n{_lines(note)}" for note in v.split_notes(memoryview(self.files["history"]))]
        self.witness = self.new_witness()

    def new_witness(self) -> Witness:
        return Witness(RigKeys(), self.directory, self.said.append, lambda: self.now)

    def _entries(self) -> list[bytes]:
        found = v.Entries()
        tiles = sorted(path for path in self.files if path.startswith("tile/entries/"))
        for path in tiles:
            found.add_tile(memoryview(self.files[path]))
        return list(found)

    def greet(self) -> None:
        page = sorted(path for path in self.files if path.startswith("page/"))
        origin = self.files["C1"].decode().split("\n")[1]
        self.tell(
            {
                "type": "greeting",
                "origin": origin,
                "kind": "rehearsal" if "/rehearsal-" in origin else "live",
                "title": "t",
                "log_vkey": self.log_vkey,
                "challenge": v.b64(bytes(32)),
                "page": page,
            }
        )

    def tell(self, message: Mapping[str, Any]) -> None:
        """One message, and every file that the witness asks for because of it."""
        before = len(self.said)
        self.witness.take(message)
        for asked in list(self.said[before:]):
            if asked["type"] == "want":
                data = self.files.get(str(asked["path"]))
                total = -1 if data is None else len(data)
                part = v.b64((data or b"")[int(asked["offset"]) :])
                self.tell(
                    {"type": "part", "path": asked["path"], "offset": asked["offset"], "total": total, "data": part}
                )

    def tell_entries(self, up_to: int = 10**9) -> None:
        """Every checkpoint of the history up to a size, with its entries, in order."""
        first = 0
        for note in self.notes:
            size = int(note.split("\n")[1])
            if size > up_to:
                return
            entries = [v.b64(entry) for entry in self.entries[first:size]]
            self.tell({"type": "entries", "first": first, "entries": entries, "checkpoint": note})
            first = size

    def tell_everything(self) -> str:
        """Why it is not followed any more; empty when it is."""
        try:
            self.greet()
            self.tell_entries()
        except NotFollowed as why:
            return str(why)
        return ""

    def cosigned(self) -> list[int]:
        return [int(each["size"]) for each in self.said if each["type"] == "cosigned"]


def _lines(note: v.Note) -> str:
    return "".join(f"— {each.name} {v.b64(each.key_id + each.blob)}\n" for each in note.signatures)
