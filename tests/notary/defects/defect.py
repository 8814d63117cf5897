"""One defect: its name, how to make it, and what a verifier must find, no more and no less."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.notary.bundle_bytes import anchor, tar
from tests.notary.bundle_maker import Hook, Show

Files = dict[str, bytes]


@dataclass(frozen=True)
class Defect:
    """`codes` beside W106 (self-asserted shows); `at` where an index is known; `skipped` exactly."""

    name: str
    codes: tuple[str, ...]
    make: Callable[[], bytes]
    at: int | None = None
    skipped: tuple[str, ...] = ()
    witnessed: bool = False
    anchor: str | None = None
    receipts: tuple[bytes, ...] = ()


def window_lost(window: str) -> tuple[str, ...]:
    return (f"E451 {window}", "E453")


def hooked(step: str, hook: Hook, *, witnessed: bool = False) -> Callable[[], bytes]:
    """The show with something done at a step; everything after it is signed as if nothing were wrong."""
    return lambda: Show(witnessed=witnessed, hooks={step: hook}).play().bundle()


def altered(tag: str, change: Mapping[str, Any], number: int = 0, *, witnessed: bool = False) -> Callable[[], bytes]:
    """The show with fields of the number-th act of a kind changed; None takes a field away."""

    def make() -> bytes:
        seen = [0]

        def alter(kind: str, body: dict[str, Any]) -> dict[str, Any]:
            if kind == tag:
                seen[0] += 1
                if seen[0] == number + 1:
                    body = {**body, **change}
            return {key: value for key, value in body.items() if value is not ...}

        return Show(witnessed=witnessed, alter=alter).play().bundle()

    return make


def filed(
    change: Callable[[Show, Files], None], *, signed: bool = True, witnessed: bool = False
) -> Callable[[], bytes]:
    """The evidence with files changed; `signed`: with a manifest made for the changed files."""

    def make() -> bytes:
        show = Show(witnessed=witnessed).play()
        files = show.evidence()
        manifest = show.manifest(files)
        change(show, files)
        return show.pack(files) if signed else tar({**files, "manifest.note": manifest})

    return make


def manifested(change: Callable[[Show, Files], bytes], *, witnessed: bool = False) -> Callable[[], bytes]:
    """The evidence with another manifest."""

    def make() -> bytes:
        show = Show(witnessed=witnessed).play()
        files = show.evidence()
        return tar({**files, "manifest.note": change(show, files)})

    return make


def packed(change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """The archive with bytes changed."""
    return lambda: change(Show().play().bundle())


def flip(data: bytes, place: int, bit: int = 1) -> bytes:
    place %= len(data)
    return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]


def spoil(note: bytes) -> bytes:
    """A note whose last signature is well formed and wrong."""
    head, _, line = note.rpartition(b" ")
    return head + b" " + base64.b64encode(flip(base64.b64decode(line), -9)) + b"\n"


ANCHOR = anchor()
