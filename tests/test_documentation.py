"""What the README says is what the programs do: sockets, commands, settings."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import get_args

from audience_server.settings import CONTROL, CONTROL_URL, LANGUAGE, LISTEN, TOKEN_FILE
from audience_server.wire import commands, control, phone, witness
from console.cli import COMMANDS, build_parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table behind a heading."""
    section = README.split(heading, 1)[1]
    table = re.search(r"((?:^\|.*\|\n)+)", section, re.MULTILINE)
    assert table is not None
    lines = table[1].strip().split("\n")[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def tags(union: object) -> set[str]:
    return {str(kind.__struct_config__.tag) for kind in get_args(union)}


def test_the_table_of_phone_messages_is_the_registry() -> None:
    """Every request, and the answer that belongs to it."""
    table = rows("### Phones")
    assert tags(phone.PhoneRequest) == {row[0].strip("`") for row in table}
    answers = {row[1].strip("`") for row in table} | {"refused", "state", "question", "witnessed", "need_opening"}
    assert tags(phone.PhoneMessage) == answers


def test_the_table_of_control_messages_is_the_registry() -> None:
    """Requests and commands."""
    assert tags(control.ControlRequest) == {row[0].strip("`") for row in rows("### Console and scripts")}
    listed = README.split("Commands: `status`", 1)[1].split(".", 1)[0]
    assert tags(commands.AnyCommand) == {"status", *re.findall(r"`([a-z-]+)`", listed)}


def test_the_tables_of_witness_messages_are_the_registry() -> None:
    """Both directions."""
    section = "### Witnesses: `/witness`"
    assert tags(witness.WitnessSays) == {row[0].strip("`") for row in rows(section)}
    behind = README.split(section, 1)[1].split("| from the server | fields |", 1)[1]
    told = {line.split("|")[1].strip().strip("`") for line in behind.split("\n\n", 1)[0].strip().split("\n")[1:]}
    assert tags(witness.ServerSays) == told


def test_the_table_of_commands_is_the_command_line() -> None:
    """In the same order."""
    assert list(COMMANDS) == [row[0].strip("`") for row in rows("## Commands")]


def test_the_table_of_settings_is_the_settings() -> None:
    """Flag, variable, default, meaning."""
    shown = [LISTEN, CONTROL, CONTROL_URL, TOKEN_FILE, LANGUAGE]
    wanted = [[each.flag, each.variable, each.default, each.meaning] for each in shown]
    assert wanted == [[cell.strip("`") for cell in row] for row in rows("Exit codes: 0 done")]


def test_every_command_has_a_help_text() -> None:
    """`--help` works for each without importing the others."""
    for name in COMMANDS:
        assert name in build_parser(name).format_help()


def test_ci_calls_the_readmes_test_command_and_nothing_else() -> None:
    """One truth."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    commands = [line for line in script.splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert 1 == len(commands)
    assert commands[0] in README
    assert "tests" == shlex.split(commands[0])[-1]
