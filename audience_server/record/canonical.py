"""Canonical JSON: one object, one way to write it (FORMAT.md).

Keys `[a-z0-9_-]{1,64}` sorted, integers below 2^53 in size, strings that escape only `"` and `\\`, depth at most 16; no
floats, no spaces.  A reader writes what it has read again and compares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from audience_server.record.forms import FormError, is_one_line

DEEPEST = 16
LARGEST_INTEGER = 2**53

_KEY = re.compile(r"[a-z0-9_-]{1,64}\Z")


def encode(value: Mapping[str, Any]) -> bytes:
    """The one way to write the object, without a line end.  FormError when it cannot be written."""
    _check(value, 1)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def decode(text: bytes | str) -> dict[str, Any]:
    """Read strictly; FormError for anything that `encode` would not have written."""
    try:
        source = text if isinstance(text, str) else text.decode("utf-8")
        value = json.loads(source, parse_float=_refuse, parse_constant=_refuse)
        if not isinstance(value, dict):
            raise FormError("no JSON object")
        again = encode(value)
        if again != source.encode("utf-8"):
            raise FormError("not canonical JSON")
    except FormError:
        raise
    except (ValueError, RecursionError):
        raise FormError("not canonical JSON") from None
    return value


def _refuse(text: str) -> None:
    raise FormError(f"{text[:24]} is not an integer")


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST and isinstance(value, Mapping | list | tuple):
        raise FormError(f"deeper than {DEEPEST}")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not _KEY.match(key):
                raise FormError(f"key {key!r:.80}")
            _check(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, depth + 1)
    elif depth == 1:
        raise FormError("no JSON object")
    else:
        _check_leaf(value)


def _check_leaf(value: Any) -> None:
    if isinstance(value, str):
        if not is_one_line(value):
            raise FormError("a control character in a string")
    elif isinstance(value, int) and not isinstance(value, bool):
        if not -LARGEST_INTEGER < value < LARGEST_INTEGER:
            raise FormError(f"{value} is too large")
    elif value is not None and not isinstance(value, bool):
        raise FormError(f"{type(value).__name__} has no place in canonical JSON")
