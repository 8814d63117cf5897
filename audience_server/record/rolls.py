"""Rolls: the sorted public keys of a panel's cards for one round, and the index that entry 0 commits to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from audience_server.record.canonical import encode
from audience_server.record.forms import FormError, b64
from audience_server.record.tree import leaf_hash, root_of

KEY = 32


def roll_bytes(keys: Iterable[bytes]) -> bytes:
    """The roll file: raw keys, sorted bytewise, nothing else."""
    return b"".join(sorted(keys))


def parse_roll(data: bytes) -> list[bytes]:
    if len(data) % KEY:
        raise FormError("a roll is a row of 32-byte keys")
    keys = [data[start : start + KEY] for start in range(0, len(data), KEY)]
    if any(later <= earlier for earlier, later in pairwise(keys)):
        raise FormError("a roll's keys rise, each once")
    return keys


def roll_root(keys: Iterable[bytes]) -> bytes:
    """RFC 6962 tree head over the 32-byte keys, sorted."""
    return root_of([leaf_hash(key) for key in sorted(keys)])


def rolls_index(rolls: Mapping[str, Mapping[str, Iterable[bytes]]]) -> bytes:
    """`rolls/index.json`: panel -> round -> count and root."""
    index: dict[str, dict[str, Any]] = {}
    for panel, rounds in rolls.items():
        index[panel] = {}
        for round_id, keys in rounds.items():
            held = list(keys)
            index[panel][round_id] = {"count": len(held), "root": b64(roll_root(held))}
    return encode(index) + b"\n"
