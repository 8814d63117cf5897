"""The digest of everything a phone loads, as entry 0 holds it (FORMAT.md)."""

from __future__ import annotations

from collections.abc import Mapping

from audience_server.record.forms import sha256_hex


def page_digest(files: Mapping[str, bytes]) -> str:
    """`files`: path as in the bundle (`page/index.html`) -> bytes.  Lines are sorted whole, bytewise."""
    lines = sorted(f"{sha256_hex(data)} {path}\n".encode() for path, data in files.items())
    return sha256_hex(b"".join(lines))
