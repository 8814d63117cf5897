"""Tokens, lines and command at the desk."""

from __future__ import annotations

from typing import Any

import pytest

from audience_server.domain.refusals import Refusal, RefusalCode
from audience_server.domain.roles import COMMAND_ROLES, DESK_ROLES, OPERATOR, Person
from audience_server.live_people import MOST_PEOPLE, DeskLine, People
from audience_server.wire.commands import AnyOperatorCommand


class _Desk:
    """People whose file is a list, and tokens that count."""

    def __init__(self, kept: list[dict[str, Any]] | None = None) -> None:
        self.file: list[dict[str, Any]] = kept or []
        self.count = 0
        self.people = People("the-operator", self.file, self._save, self._draw, lambda: None)

    def _save(self, rows: list[dict[str, Any]]) -> None:
        self.file = rows

    def _draw(self) -> str:
        self.count += 1
        return f"token-{self.count}"

    def line(self, person: Person = OPERATOR) -> DeskLine:
        line = DeskLine(person, lambda: self.people.leave(line))
        self.people.arrive(line)
        return line


def test_a_token_is_told_once_and_kept_as_a_digest() -> None:
    """Whoever reads the file cannot come in with it; a restart knows the person again."""
    desk = _Desk()
    token = desk.people.admit("王筛选", ["screener"])
    assert isinstance(token, str)
    assert token not in str(desk.file)
    again = _Desk(desk.file).people.person_of(token)
    assert Person("王筛选", frozenset({"screener"})) == again
    assert OPERATOR == desk.people.person_of("the-operator")
    assert None is desk.people.person_of("wrong")
    assert None is People("", [], lambda rows: None, lambda: "", lambda: None).person_of("")


def test_a_revoked_token_is_dead_and_its_lines_are_hung_up() -> None:
    """Not only at the next request: at once."""
    desk = _Desk()
    token = desk.people.admit("王", ["screener"])
    assert isinstance(token, str)
    person = desk.people.person_of(token)
    assert person is not None
    line = desk.line(person)
    assert None is desk.people.revoke("王")
    assert line not in desk.people.lines
    assert None is desk.people.person_of(token)
    assert Refusal(RefusalCode.UNKNOWN_PERSON, "王") == desk.people.revoke("王")


@pytest.mark.parametrize(
    ("name", "roles", "code"),
    [
        ("王", ["king"], RefusalCode.BAD_ARGUMENT),
        ("王", [], RefusalCode.BAD_ARGUMENT),
        (" ", ["host"], RefusalCode.PERSON_TAKEN),
        ("operator", ["host"], RefusalCode.PERSON_TAKEN),
        ("李", ["host"], RefusalCode.PERSON_TAKEN),
    ],
)
def test_nobody_is_admitted_under_a_name_or_role_that_confuses(name: str, roles: list[str], code: RefusalCode) -> None:
    """A name is one person's, a role one of the trade's."""
    desk = _Desk()
    desk.people.admit("李", ["host"])
    refused = desk.people.admit(name, roles)
    assert isinstance(refused, Refusal)
    assert code == refused.code


def test_the_desk_has_an_end() -> None:
    """Tokens are few."""
    desk = _Desk()
    for number in range(MOST_PEOPLE):
        assert isinstance(desk.people.admit(f"p{number}", ["host"]), str)
    assert isinstance(desk.people.admit("one more", ["host"]), Refusal)


def test_one_console_is_in_command_until_another_takes_over() -> None:
    """The first one that somebody sits at; a button box is in nobody's way; a console that comes alone commands."""
    desk = _Desk()
    first, second, box = desk.line(), desk.line(), desk.line()
    desk.people.sit_down(first)
    desk.people.sit_down(second)
    assert [True, False, True] == [desk.people.is_in_command(line) for line in (first, second, box)]
    desk.people.take_over(second)
    assert [False, True] == [desk.people.is_in_command(line) for line in (first, second)]
    desk.people.leave(second)
    assert not desk.people.is_in_command(first), "command is taken, never inherited unseen"
    third = desk.line()
    desk.people.sit_down(third)
    assert desk.people.is_in_command(third)


def test_after_a_restart_command_is_where_it_was_whichever_console_comes_first() -> None:
    """Who only watched keeps the place for who commanded; who has taken over since, or is new, changes nothing."""
    for taken_over in (False, True):
        desk = _Desk()
        watching, commanding, new = desk.line(), desk.line(), desk.line()
        desk.people.sit_down(watching, commanded=False)
        assert desk.people.is_in_command(watching), "somebody must be"
        desk.people.sit_down(new)
        if taken_over:
            desk.people.take_over(watching)
        desk.people.sit_down(commanding, commanded=True)
        told = [desk.people.is_in_command(line) for line in (watching, commanding, new)]
        assert [taken_over, not taken_over, False] == told


def test_a_screener_s_console_competes_with_nobody() -> None:
    """Command is about opening and closing."""
    desk = _Desk()
    screener = desk.line(Person("王", frozenset({"screener"})))
    desk.people.sit_down(screener)
    operator = desk.line()
    desk.people.sit_down(operator)
    assert desk.people.is_in_command(operator)
    assert desk.people.is_in_command(screener)


def test_every_command_of_the_wire_has_its_roles() -> None:
    """A command that nobody thought of would be everybody's."""
    commands = {str(kind.__struct_config__.tag) for kind in AnyOperatorCommand.__subclasses__()}
    assert commands == set(COMMAND_ROLES)
    assert all(roles <= {*DESK_ROLES, "notary"} for roles in COMMAND_ROLES.values())
