"""A static page set by which askers get their reply with number and code, for any web server or a USB stick.

One small file an asker, under a name that only number and code lead to: `ROUNDS` times SHA-256 over them.  Whoever
tries codes has a million to try for each number, each of them slow; nothing else protects a reply, and the README says
so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from audience_server.locale.catalogue import catalogue
from audience_server.reports.reply_askers import ROUNDS, Asker

FOLDER = Path(__file__).parent / "reply_page"


def reply_pages(
    origin: str,
    title: str,
    language: str,
    rehearsal: str,
    answered: Iterable[Asker],
    sha256: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Path -> bytes; `sha256` are the JavaScript modules of the hash, as served under `vendor/`."""
    words = catalogue(language, "register")
    texts = {name: words.text(f"reply_page_{name}") for name in ("title", "help", "button", "none", "wait")}
    texts |= {name: words.text(f"col_{name}") for name in ("number", "code", "unit", "state", "reply", "deadline")}
    found = [asker for asker in answered if asker.case.reply]
    # whoever looks a reply of an earlier session up may leave that session's name out, or type it in any case
    origins = {asker.number.rpartition("/")[0]: asker.case.origin for asker in found if asker.case.origin}
    facts: dict[str, object] = {"origins": {**origins, "": origin}, "session": title, "rehearsal": rehearsal}
    facts |= {"rounds": ROUNDS, "texts": texts}
    files = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
    files |= {f"vendor/{name}": data for name, data in sha256.items()}
    files["facts.json"] = _json(facts)
    for asker in found:
        case = asker.case
        shown = {"number": asker.number, "state": words.text(f"state_{case.state}"), "reply": case.reply}
        files[f"replies/{asker.name(origin)}.json"] = _json(shown | {"deadline": case.deadline})
    return files


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"
