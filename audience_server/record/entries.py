"""Entries with a JSON line: acts, authentic through the checkpoint, and statements, which their signers sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audience_server.record.canonical import decode, encode
from audience_server.record.forms import FormError, text_of
from audience_server.record.notes import Signature, parse_note, render, sign_note

MAX_ENTRY = 65_535
ACTS = frozenset({"open", "extend", "close", "tally", "enrol", "channel", "not-held", "incident", "seal"})
STATEMENTS = frozenset({"session", "zero", "void", "hand", "remark", "void-round", "audit", "audit-open"})


@dataclass(frozen=True, slots=True)
class JsonEntry:
    """`tag` without `c1/`; acts have no signatures."""

    tag: str
    body: dict[str, Any]
    signatures: tuple[Signature, ...]


def tag_of(entry: bytes) -> str:
    """The entry's kind without `c1/`."""
    first = entry.partition(b"\n")[0]
    if not first.startswith(b"c1/"):
        raise FormError("not an entry of format c1")
    return text_of(first[3:])


def statement_text(tag: str, origin: str, body: Mapping[str, Any]) -> str:
    """What the signers of a statement sign."""
    return f"c1/{tag}\n{origin}\n{encode(body).decode()}\n"


def build_act(tag: str, origin: str, body: Mapping[str, Any]) -> bytes:
    return _sized(statement_text(tag, origin, body).encode())


def build_statement(tag: str, origin: str, body: Mapping[str, Any], signers: Sequence[tuple[str, bytes]]) -> bytes:
    """`signers`: (name, seed), the log first."""
    text = statement_text(tag, origin, body)
    return _sized(render(text, [sign_note(text, name, seed) for name, seed in signers]))


def signed_statement(text: str, origin: str, log_seed: bytes, lines: Sequence[str]) -> bytes:
    """A statement signed by the log, then by those whose signature lines these are."""
    return _sized(render(text, [sign_note(text, origin, log_seed), *lines]))


def _sized(entry: bytes) -> bytes:
    if len(entry) > MAX_ENTRY:
        raise FormError(f"an entry of {len(entry)} bytes; at most {MAX_ENTRY} fit")
    return entry


def parse_json_entry(entry: bytes, origin: str) -> JsonEntry:
    tag = tag_of(_sized(entry))
    if tag in STATEMENTS:
        note = parse_note(entry)
        text, signatures = note.text, note.signatures
    elif tag in ACTS:
        text, signatures = text_of(entry), ()
    else:
        raise FormError(f"no entry kind {tag[:40]!r}")
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or lines[1] != origin:
        raise FormError("an entry has a tag, the origin and one line of JSON")
    return JsonEntry(tag, decode(lines[2]), signatures)
