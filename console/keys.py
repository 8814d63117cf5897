"""Which key does what: the table of actions, changed by what the user's own file says.  Pure.

A key that no terminal sends, an action that does not exist, or one key for two actions is refused with what is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from console.actions import ACTIONS, BY_ID, EVERYWHERE, Action

NAMED = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "delete": "Del",
    "insert": "Ins",
    "space": "Space",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
# these move the focus, confirm, or never arrive as themselves
TAKEN = frozenset(
    {"ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+c", "up", "down", "left", "right", "home", "end"}
    | {"alt+b", "alt+f", *(f"alt+{digit}" for digit in range(10))}
)
_KEY = re.compile(r"(?:(ctrl|alt|shift)\+)?([a-z0-9]|f[1-9]|f1[0-2]|" + "|".join(NAMED) + r")\Z")


class BadKey(ValueError):
    """The text names the action and says what would be right."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Action id -> key, "" where it has none."""

    of: Mapping[str, str]

    def text(self, action: str) -> str:
        """As it stands on buttons and in the help: F5, ^P, Alt+K, Del."""
        return key_text(self.of[action])

    def action(self, key: str, screen: str) -> str | None:
        """The action of a key on that screen."""
        here = (action for action in ACTIONS if action.scope in (EVERYWHERE, screen))
        return next((action.id for action in here if self.of[action.id] == key), None)


def key_text(key: str) -> str:
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+").upper()
    modifier, _, name = key.rpartition("+")
    shown = NAMED.get(name, name.upper())
    if modifier == "shift":
        return "Shift" + shown
    return f"Alt+{shown}" if modifier == "alt" else shown


def keys_with(changes: Mapping[str, str]) -> Keys:
    """The table's keys with `changes` (action id -> key); BadKey for what cannot be."""
    for action, key in changes.items():
        if action not in BY_ID:
            raise BadKey(f"{action}: no such action; one of {', '.join(BY_ID)}")
        if not is_key(key):
            raise BadKey(f"{action} = {key!r}: no key; right are for instance f5, ctrl+y, alt+k, delete")
    of = {action.id: changes.get(action.id, action.key) for action in ACTIONS}
    for first, second in _clashes(of):
        changed, other = (second, first) if second.id in changes else (first, second)
        raise BadKey(f"{changed.id} = {of[changed.id]!r}: that is the key of {other.id} already")
    return Keys(of)


def is_key(key: str) -> bool:
    """A bare letter would be swallowed by an input method; alt and a digit always switch screens."""
    found = _KEY.match(key)
    if found is None or key in TAKEN:
        return False
    modifier, name = found.groups()
    if modifier is None:
        return not name.isalpha() or len(name) > 1
    return modifier != "shift" or len(name) > 1


def _clashes(of: Mapping[str, str]) -> Iterator[tuple[Action, Action]]:
    for place, first in enumerate(ACTIONS):
        for second in ACTIONS[place + 1 :]:
            together = EVERYWHERE in (first.scope, second.scope) or first.scope == second.scope
            if together and of[first.id] and of[first.id] == of[second.id]:
                yield first, second


STANDARD = keys_with({})
