"""Why an action is not ours to give now: a role that we do not have, or another console that is in command.

Only for the eye and for a quick word; the session decides, and refuses what this lets through.
"""

from __future__ import annotations

from collections.abc import Sequence

from audience_server.domain.roles import COMMAND_ROLES, DESK_ROLES, NEEDS_COMMAND, Person
from audience_server.locale.catalogue import Catalogue
from console.actions import Action
from console.show_view import ShowView


def hindrance(action: Action, show: ShowView, words: Catalogue) -> str | None:
    """What stands in the way, as a sentence; None when nothing does."""
    return None if not action.command else command_hindrance(action.command, show, words)


def command_hindrance(command: str, show: ShowView, words: Catalogue) -> str | None:
    if show.view is None or not show.view.you.roles:
        return None
    person = Person(show.view.you.name, frozenset(show.view.you.roles))
    if not person.may(command):
        needed = [role for role in DESK_ROLES if role in COMMAND_ROLES[command]]
        return words.text("hindered_role", roles=role_names(needed, words))
    if command in NEEDS_COMMAND and not show.in_command:
        return words.text("hindered_command")
    return None


def role_names(roles: Sequence[str], words: Catalogue) -> str:
    return words.text("list_comma").join(role_name(role, words) for role in roles)


def role_name(role: str, words: Catalogue) -> str:
    key = f"role_{role}"
    return words.text(key) if key in words else role
