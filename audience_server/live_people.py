"""The people at the desk: whose token it is, who is on the line, and which console is in command.

A token is known here by its SHA-256 only.  Several consoles may watch; one is in command, and another one takes over by
saying so.  What is kept in `people.json` decides who may ask, never what is recorded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import DESK_ROLES, OPERATOR, Person

MOST_PEOPLE = 200


@dataclass(slots=True, eq=False)
class DeskLine:
    """One connection of the control port.  `hang_up` is called when its token is revoked.

    `keeps_place`: its console only watched before the line broke, and is in command until the one that was comes back.
    """

    person: Person
    hang_up: Callable[[], None]
    is_console: bool = False
    keeps_place: bool = False


@dataclass(slots=True)
class _Admitted:
    person: Person
    digest: str


@dataclass(slots=True)
class People:
    """`kept` and `save`: the rows of `people.json`; `draw` makes a token."""

    operator_token: str
    kept: Sequence[Mapping[str, Any]]
    save: Callable[[list[dict[str, Any]]], None]
    draw: Callable[[], str]
    changed: Callable[[], None]
    lines: list[DeskLine] = field(default_factory=list)
    _admitted: dict[str, _Admitted] = field(default_factory=dict)
    _in_command: DeskLine | None = None

    def __post_init__(self) -> None:
        for row in self.kept:
            person = Person(str(row["name"]), frozenset(row["roles"]))
            self._admitted[person.name] = _Admitted(person, str(row["sha256"]))

    # tokens

    def person_of(self, token: str) -> Person | None:
        """Whose token it is; comparing digests leaks no part of a token through time."""
        digest = _digest(token)
        if self.operator_token and digest == _digest(self.operator_token):
            return OPERATOR
        return next((each.person for each in self._admitted.values() if each.digest == digest), None)

    def admit(self, name: str, roles: Sequence[str]) -> str | Refusal:
        """A new token, told once."""
        name = name.strip()
        unknown = [role for role in roles if role not in DESK_ROLES]
        if unknown or not roles:
            return Refusal(RefusalCode.BAD_ARGUMENT, f"roles: {', '.join(DESK_ROLES)}")
        if not name or name == OPERATOR.name or name in self._admitted:
            return Refusal(RefusalCode.PERSON_TAKEN, name)
        if len(self._admitted) >= MOST_PEOPLE:
            return Refusal(RefusalCode.BAD_ARGUMENT, f"at most {MOST_PEOPLE} people; revoke somebody first")
        token = self.draw()
        self._admitted[name] = _Admitted(Person(name, frozenset(roles)), _digest(token))
        self._keep()
        return token

    def revoke(self, name: str) -> Refusal | None:
        """The token is dead, and every line that stood on it is hung up."""
        if self._admitted.pop(name, None) is None:
            return Refusal(RefusalCode.UNKNOWN_PERSON, name)
        self._keep()
        for line in [line for line in self.lines if line.person.name == name]:
            line.hang_up()
        return None

    def _keep(self) -> None:
        # a crash before the new file has its name leaves the people of before; nobody was told the new token yet
        self.save(
            [
                {"name": each.person.name, "roles": sorted(each.person.roles), "sha256": each.digest}
                for each in self._admitted.values()
            ]
        )
        self.changed()

    # lines

    def arrive(self, line: DeskLine) -> None:
        self.lines.append(line)
        self.changed()

    def leave(self, line: DeskLine) -> None:
        if line in self.lines:
            self.lines.remove(line)
        if self._in_command is line:
            self._in_command = None
        self.changed()

    def sit_down(self, line: DeskLine, commanded: bool | None = None) -> None:
        """Somebody sits at this line's console: it is in command when no other one is.

        `commanded`: whether it was in command when its line broke, None for a new one.
        """
        line.is_console, line.keeps_place = True, commanded is False
        free = self._in_command is None or (self._in_command.keeps_place and commanded is True)
        if free and "operator" in line.person.roles:
            self._in_command = line
        self.changed()

    def take_over(self, line: DeskLine) -> None:
        self._in_command, line.keeps_place = line, False
        self.changed()

    def is_in_command(self, line: DeskLine) -> bool:
        """`ctl`, button boxes and pages are in nobody's way: only consoles compete."""
        return not line.is_console or self._in_command is line or "operator" not in line.person.roles

    # pictures

    def rows(self) -> list[dict[str, Any]]:
        """As `wire.control_view.PersonView`: everybody with a token, the operator first."""
        everybody = [OPERATOR, *(each.person for each in self._admitted.values())]
        return [self.row(person) for person in everybody]

    def row(self, person: Person) -> dict[str, Any]:
        lines = sum(1 for line in self.lines if line.person.name == person.name)
        roles = [role for role in DESK_ROLES if role in person.roles]
        return {"name": person.name, "roles": roles, "lines": lines}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
