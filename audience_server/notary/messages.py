"""What a server may say to a witness: every message read strictly, once, before anything looks at it.

The server is the one that is not trusted.  Whatever it sends, the worst that happens is that it is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from audience_server.notary import verify as v
from audience_server.notary.said import Refused

Check = Callable[[Any], bool]

LARGEST = 2**53
SHORT, LONG = 200, 100_000
STATEMENTS = tuple(v.STATEMENTS)
CHANGING = frozenset({"at", "size", "fresh"})
PAGE_PATH = re.compile(r"page/(?!.*\.\.)[!-~]{1,190}")
LONE = re.compile("[\ud800-\udfff]")
MOST_DEEP = 20


class NoMessage(Refused, ValueError):
    """Not a message of this version."""


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -1 <= value < LARGEST


def _text(most: int) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= most


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _row_of(*checks: Check) -> Check:
    return lambda value: (
        isinstance(value, list)
        and len(value) == len(checks)
        and all(check(item) for check, item in zip(checks, value, strict=True))
    )


def _base64(value: Any) -> bool:
    try:
        return isinstance(value, str) and v.unb64(value) is not None
    except v.FormError:
        return False


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _index(value: Any) -> bool:
    return value is None or _number(value)


def _table(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def _counts(value: Any) -> bool:
    return _table(value) and all(map(_number, value.values()))


def _is_waiting(value: Any) -> bool:
    right = _row_of(_text(SHORT), _text(SHORT), _text(SHORT), _list_of(_text(SHORT)))
    return right(value) and value[0] in ("lock", "reveal")


_ANY: Check = lambda value: isinstance(value, str)  # noqa: E731
_NAME, _WORDS = _text(SHORT), _text(LONG)

FIELDS: Mapping[str, Mapping[str, Check]] = {
    "greeting": {
        "origin": _NAME,
        "kind": lambda value: value in ("live", "rehearsal"),
        "title": _WORDS,
        "log_vkey": _NAME,
        "challenge": _NAME,
        "page": _list_of(v.matches(PAGE_PATH.pattern)),
    },
    "entries": {"first": _number, "entries": _list_of(_base64), "checkpoint": _WORDS},
    "cosignatures": {"lines": _list_of(_row_of(_number, _NAME, _text(2 * SHORT)))},
    "draft": {"id": _number, "kind": _NAME, "body": _table, "by": _NAME},
    "sign": {"id": _number, "text": _ANY},
    "settled": {"id": _number, "outcome": lambda value: value in ("recorded", "declined", "dropped"), "index": _index},
    "asking": {"waiting": _list_of(_is_waiting)},
    "desk": {"connected": _counts, "held": _NAME, "final": _flag, "alarms": _list_of(_WORDS)},
    "answer": {"about": _NAME, "done": _flag, "text": _WORDS},
    "part": {"path": _NAME, "offset": _number, "total": _number, "data": _base64},
    "restore": {"first": _number},
    "refused": {"code": _NAME, "message": _WORDS},
}


def checked(message: Any) -> str:
    """The type of a message of which every field is there, of its kind, and no other.  Raises NoMessage."""
    if not isinstance(message, dict) or not _is_plain(message, MOST_DEEP):
        raise NoMessage("message_plain")
    kind = message.get("type")
    fields = FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise NoMessage("message_unknown", message=repr(str(kind)[:40]))
    names = set(message) - {"type"}
    if names != set(fields):
        raise NoMessage("message_fields", message=kind, fields=", ".join(sorted(fields)))
    wrong = next((name for name in fields if not fields[name](message[name])), None)
    if wrong is not None:
        raise NoMessage("message_field", message=kind, name=wrong)
    if kind == "draft":
        _check_draft(message["kind"], message["body"])
    return str(kind)


def _is_plain(value: Any, deep: int) -> bool:
    """No fractions, no numbers or depths that nothing here needs, no half characters, which no file takes."""
    if isinstance(value, str):
        return value.isascii() or not LONE.search(value)
    if isinstance(value, dict):
        return deep > 0 and all(_is_plain(each, deep - 1) for pair in value.items() for each in pair)
    if isinstance(value, list):
        return deep > 0 and all(_is_plain(each, deep - 1) for each in value)
    return value is None or (isinstance(value, int) and abs(value) < LARGEST)


def _check_draft(kind: str, body: Mapping[str, Any]) -> None:
    """A statement as it would stand, but for what is known only when it is recorded."""
    if kind == "manifest":
        if set(body) != {"text", "public"} or not all(map(_ANY, body.values())):
            raise NoMessage("draft_manifests")
        return
    fields = v.FIELDS.get(kind, {}) if kind in STATEMENTS else {}
    if not fields:
        raise NoMessage("draft_unknown", draft=repr(kind))
    missing = set(fields) - set(body) - CHANGING
    if missing or set(body) - set(fields) or not all(fields[name](body[name]) for name in body):
        raise NoMessage("draft_fields", draft=kind, fields=", ".join(sorted(fields)))
