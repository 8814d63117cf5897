"""A static page set by which askers get their reply with number and code, for any web server or a USB stick.

One small file a reply, under a name that only number and code lead to: `ROUNDS` times SHA-256 over them.  Whoever tries
codes has a million to try for each number, each of them slow; nothing else protects a reply, and the README says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from audience_server.domain.cases import Case
from audience_server.locale.catalogue import catalogue

ROUNDS = 20_000
FOLDER = Path(__file__).parent / "reply_page"


def reply_name(origin: str, number: str, code: str) -> str:
    """64 hex digits."""
    digest = hashlib.sha256(f"touchstone-reply\n{origin}\n{number}\n{code}".encode()).digest()
    for _ in range(ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return digest.hex()


def reply_pages(
    origin: str,
    title: str,
    language: str,
    rehearsal: str,
    answered: Iterable[tuple[Case, str, str]],
    sha256: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Path -> bytes; `sha256` are the JavaScript modules of the hash, as served under `vendor/`."""
    words = catalogue(language, "register")
    texts = {name: words.text(f"reply_page_{name}") for name in ("title", "help", "button", "none", "wait")}
    texts |= {name: words.text(f"col_{name}") for name in ("number", "code", "unit", "state", "reply", "deadline")}
    facts = {"origin": origin, "session": title, "rehearsal": rehearsal, "rounds": ROUNDS, "texts": texts}
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
    files |= {f"vendor/{name}": data for name, data in sha256.items()}
    files["facts.json"] = _json(facts)
    for case, number, code in answered:
        if case.reply:
            shown = {"number": number, "state": words.text(f"state_{case.state}"), "reply": case.reply}
            files[f"replies/{reply_name(origin, number, code)}.json"] = _json(shown | {"deadline": case.deadline})
    return files


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"
