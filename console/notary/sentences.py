"""What the notary's program refuses and finds, as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from audience_server.locale.catalogue import Language, catalogue
from audience_server.notary.said import Refused
from console.system_reasons import system_reason


def sentence(error: BaseException, language: Language) -> str:
    """Why, and what would be right.  Data stay as they are, and what a library says stands in it as it said it."""
    words = catalogue(language, "notary_refusals")
    if isinstance(error, Refused):
        return words.text(error.key, **{name: _value(name, each, language) for name, each in error.values.items()})
    if isinstance(error, OSError):
        reason = system_reason(error, language)
        return reason if error.filename is None else words.text("file_trouble", path=error.filename, reason=reason)
    return str(error)


def _value(name: str, value: object, language: Language) -> object:
    if isinstance(value, OSError):
        return system_reason(value, language)
    if isinstance(value, BaseException):
        return sentence(value, language)
    said = _SAID.get(name)
    return value if said is None else said(str(value), language)


def field_name(name: str, language: Language) -> str:
    """What people call a field of a statement."""
    words = catalogue(language, "notary")
    return words.text(f"field_{name}") if f"field_{name}" in words else name


def statement_name(kind: str, language: Language) -> str:
    words, key = catalogue(language, "notary"), f"draft_{kind.replace('-', '_')}"
    return words.text(key) if key in words else kind


def check_name(code: str, language: Language) -> str:
    """What a check of the record looks at, as the forms say it."""
    words = catalogue(language, "forms")
    return words.text(f"code_{code}") if f"code_{code}" in words else code


def _phrases(text: str, language: Language) -> str:
    words = catalogue(language, "findings")
    return "; ".join(words.text(part) if part in words else part for part in text.split("; "))


def _session_kind(kind: str, language: Language) -> str:
    words = catalogue(language, "notary")
    return words.text(f"kind_{kind}") if f"kind_{kind}" in words else kind


_SAID: dict[str, Callable[[str, Language], str]] = {
    "field": field_name,
    "statement": statement_name,
    "code": check_name,
    "expected": _phrases,
    "found": _phrases,
    "own_kind": _session_kind,
    "server_kind": _session_kind,
}
