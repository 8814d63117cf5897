"""Who may do what at the desk: the roles of a studio and the commands that each may give.

A small hall gives several roles to one person.  The operator's token that the directory holds has every desk role but
those whose nod must be somebody else's: teller and scrutineer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

DeskRole = Literal["operator", "teller", "scrutineer", "screener", "graphics", "host", "usher"]
DESK_ROLES: tuple[DeskRole, ...] = get_args(DeskRole)

_ALL = frozenset(DESK_ROLES)
_COUNTING = frozenset({"operator", "teller", "scrutineer"})
_OPERATOR = frozenset({"operator"})
_NOTARY = frozenset({"notary"})  # comes by the witness socket with a key, never by a token
_SCREENING = frozenset({"operator", "screener"})
_GRAPHICS = frozenset({"operator", "graphics"})

COMMAND_ROLES: Mapping[str, frozenset[str]] = {
    "status": _ALL,
    "show-log": _COUNTING,
    "people": _ALL,
    "results": _COUNTING,
    **dict.fromkeys(("zero", "cue", "cue-edit", "open", "extend", "close", "lock"), _OPERATOR),
    "void-round": _OPERATOR | _NOTARY,
    **dict.fromkeys(("not-held", "channel", "reveal", "seal", "admit", "revoke", "take-over"), _OPERATOR),
    **dict.fromkeys(("override", "go-on", "acknowledge"), _OPERATOR),
    **dict.fromkeys(("hand", "void-card", "remark", "incident"), _COUNTING | _NOTARY),
    **dict.fromkeys(("audit", "audit-open"), frozenset({"operator", "scrutineer"}) | _NOTARY),
    "nod": frozenset({"teller", "scrutineer", "notary"}),
    **dict.fromkeys(("questions", "question", "question-picture", "question-undo", "intake", "words"), _SCREENING),
    **dict.fromkeys(("cases", "case"), _SCREENING),
    "air": _GRAPHICS,
    "recount": frozenset({"operator", "scrutineer", "notary"}),
    "helped": frozenset({"operator", "usher"}),
}

# of several consoles only the one in command gives these
NEEDS_COMMAND = frozenset(
    name
    for name, roles in COMMAND_ROLES.items()
    if roles <= _OPERATOR | _NOTARY and name not in ("take-over", "admit", "revoke")
) | {"air"}


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever holds a token: a name for the show log, and roles."""

    name: str
    roles: frozenset[str]

    def may(self, command: str) -> bool:
        """Unknown commands are refused later, by name."""
        return bool(self.roles & COMMAND_ROLES.get(command, _ALL))

    @property
    def may_see_counts(self) -> bool:
        """Numbers that have not been revealed are for those who count."""
        return bool(self.roles & _COUNTING)

    @property
    def may_screen(self) -> bool:
        return bool(self.roles & _SCREENING)


OPERATOR = Person("operator", frozenset({"operator", "screener", "graphics", "host", "usher"}))
