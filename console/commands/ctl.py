"""`touchstone ctl`: one command to a running session, one JSON object on stdout.

Exit codes: 0 done, 1 refused, 2 bad usage or file, 3 the session cannot be reached.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import os
import sys
import unicodedata
from pathlib import Path
from typing import Any

import msgspec

from audience_server.domain.roles import DESK_ROLES
from audience_server.locale.catalogue import catalogue, terminal_language
from audience_server.settings import CONTROL_URL, TOKEN_FILE, Setting
from audience_server.wire import commands, control
from console.commands.card_request import BadCardFile, of_code, of_request
from console.commands.ctl_air import add_air
from console.commands.ctl_cases import add_cases
from console.commands.ctl_questions import add_questions
from console.commands.session_file import ANSWER_IS_NO, BAD_USAGE, Stop, ctl_words
from console.link import BadAddress, ControlLink, LinkLost, control_url, read_token

CANNOT_REACH = 3
LARGEST_FILE = 2_000_000

# refusals are said in the words of the console; what its buttons do, flags do here
FLAGS = {"cue_mismatch": "--despite-cue", "unknown_objection": "--about ENTRY", "stale": "--at SIZE"}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = ctl_words()
    parser = subparsers.add_parser("ctl", help=words.text("ctl_help"), description=words.text("ctl_help"))
    add_connection(parser)
    parser.add_argument("--at", type=int, metavar="SIZE", help=words.text("at_help"))
    commands = parser.add_subparsers(dest="do", metavar="COMMAND", required=True)
    for name in ("status", "zero", "results", "seal"):
        commands.add_parser(name)
    commands.add_parser("cue").add_argument("cue", metavar="next|ID")
    opening = _with_round(commands, "open")
    opening.add_argument("--seconds", type=_seconds)
    opening.add_argument("--despite-cue", action="store_true", help=ctl_words().text("despite_cue_help"))
    extending = _with_round(commands, "extend")
    extending.add_argument("--seconds", type=_seconds, required=True)
    extending.add_argument("--reason", required=True)
    _with_round(commands, "close").add_argument("--reason", default="")
    _with_round(commands, "lock")
    _with_round(commands, "void-round").add_argument("--reason", required=True)
    _with_round(commands, "not-held").add_argument("--reason", required=True)
    _add_rest(commands)
    parser.epilog = f"COMMAND: {', '.join(commands.choices)}"
    parser.set_defaults(run=run)


def _add_rest(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    voiding = commands.add_parser("void-card")
    voiding.add_argument("--serial", type=int)
    voiding.add_argument("--code-file", type=Path)
    voiding.add_argument("--request", type=Path, metavar="REQUEST.json")
    voiding.add_argument("--reason", required=True)
    commands.add_parser("hand").add_argument("file", type=Path, metavar="FILE.toml")
    commands.add_parser("audit").add_argument("file", type=Path, metavar="SEALED.json")
    commands.add_parser("audit-open").add_argument("file", type=Path, metavar="SEALED.json")
    commands.add_parser("remark").add_argument("text")
    incident = commands.add_parser("incident")
    incident.add_argument("--kind", required=True)
    incident.add_argument("--about", type=int, metavar="ENTRY")
    incident.add_argument("text")
    commands.add_parser("reveal").add_argument("round", metavar="ROUND|BOARD|none")
    channel = commands.add_parser("channel")
    channel.add_argument("channel", metavar="ID")
    channel.add_argument("file", type=Path, metavar="FILE.csv")
    _add_people(commands)
    add_cases(commands)
    add_questions(commands)
    add_air(commands)


def _add_people(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    commands.add_parser("people")
    admitting = commands.add_parser("admit")
    admitting.add_argument("name", metavar="NAME")
    admitting.add_argument("--role", dest="roles", action="append", required=True, choices=DESK_ROLES)
    commands.add_parser("revoke").add_argument("name", metavar="NAME")
    nodding = commands.add_parser("nod")
    nodding.add_argument("act", metavar="lock|reveal", choices=("lock", "reveal"))
    nodding.add_argument("round", metavar="ROUND")
    overriding = commands.add_parser("override")
    overriding.add_argument("act", metavar="lock|reveal", choices=("lock", "reveal"))
    overriding.add_argument("round", metavar="ROUND")
    overriding.add_argument("--reason", required=True)
    commands.add_parser("go-on").add_argument("--reason", required=True)
    commands.add_parser("acknowledge").add_argument("numbers", type=int, nargs="+", metavar="NUMBER")
    commands.add_parser("helped").add_argument("number", type=int, metavar="NUMBER")
    reading = commands.add_parser("show-log")
    reading.add_argument("text", nargs="?", default="")
    reading.add_argument("--before", type=int)
    reading.add_argument("--limit", type=int, default=100)
    editing = commands.add_parser("cue-edit")
    editing.add_argument("act", choices=("move", "skip", "unskip", "repeat", "insert", "remove", "change"))
    editing.add_argument("cue", nargs="?", default="")
    for name in ("after", "kind", "unit", "round", "title", "note", "scene"):
        editing.add_argument(f"--{name}")
    editing.add_argument("--seconds", type=_seconds)
    editing.add_argument("--questions", type=lambda text: text.split(",") if text else [])


def add_connection(parser: argparse.ArgumentParser) -> None:
    """`--url` and `--token-file`, from the flag, the environment or the default."""
    words = ctl_words()
    parser.add_argument("--url", default=_default(CONTROL_URL), help=words.text("url_help"))
    parser.add_argument("--token-file", type=Path, default=_default(TOKEN_FILE) or None, help=words.text("token_help"))


def _default(setting: Setting) -> str:
    return os.environ.get(setting.variable, setting.default)


def _with_round(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name)
    parser.add_argument("round", metavar="ROUND")
    return parser


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 1 to 86400")
    return int(text)


def connection(arguments: argparse.Namespace) -> tuple[str, str]:
    """Address and token, or Stop."""
    try:
        url = control_url(arguments.url)
        if arguments.token_file is None:
            raise Stop(BAD_USAGE, ctl_words().text("token_missing"))
        return url, read_token(Path(arguments.token_file))
    except BadAddress as error:
        raise Stop(BAD_USAGE, str(error)) from None
    except LinkLost as error:
        raise Stop(BAD_USAGE, f"{arguments.token_file}: {_lost(error)}") from None


def run(arguments: argparse.Namespace) -> int:
    try:
        if arguments.do == "void-card" and arguments.code_file is None and arguments.request is None:
            return _refuse_unavailable()
        url, token = connection(arguments)
        return asyncio.run(_run(arguments, url, token))
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status
    except LinkLost as error:
        print(f"{_lost(error)}\n{error}", file=sys.stderr)
        return CANNOT_REACH


def _lost(error: LinkLost) -> str:
    return catalogue(terminal_language(None, os.environ), "console").text(f"lost_{error.why}")


def _refuse_unavailable() -> int:
    words = catalogue(terminal_language(None, os.environ), "refusals")
    detail = ctl_words().text("void_card_needs_code")
    _say({"refused": "unavailable", "message": words.text("unavailable", detail=detail)})
    return ANSWER_IS_NO


async def _run(arguments: argparse.Namespace, url: str, token: str) -> int:
    if arguments.do != "void-card":
        command = command_of(arguments)
    async with ControlLink(url, token) as link:
        if arguments.do == "void-card":
            command = await _void_card(arguments, link)
        answer = await link.ask(command, arguments.at)
    if isinstance(answer, control.Refused):
        _say({"refused": answer.code, "message": _with_flag(answer, arguments)})
        return ANSWER_IS_NO
    _say(answer.result)
    return 0


def _with_flag(refused: control.Refused, arguments: argparse.Namespace) -> str:
    """The sentence, and the flag that it asks for where this command has one."""
    takes_reason = refused.code == "reason_needed" and hasattr(arguments, "reason")
    flag = "--reason TEXT" if takes_reason else FLAGS.get(refused.code)
    return refused.message if flag is None else ctl_words().text("by_flag", message=refused.message, flag=flag)


def _say(message: dict[str, Any]) -> None:
    """One line of JSON that says the same to a program and does nothing to a terminal."""
    print("".join(map(_escaped, json.dumps(message, ensure_ascii=False))))


def _escaped(character: str) -> str:
    harmless = unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return character if harmless else json.dumps(character)[1:-1]


def command_of(arguments: argparse.Namespace) -> commands.AnyCommand:
    """The wire's command for what was typed; Stop when a file cannot be read."""
    fields = {name.replace("-", "_"): value for name, value in vars(arguments).items()}
    if arguments.do in ("hand", "audit-open"):
        fields["data"] = base64.b64encode(_read(arguments.file)).decode()
    elif arguments.do == "audit":
        fields |= _fixed(_read(arguments.file), arguments.file)
    elif arguments.do == "channel":
        fields["data"] = base64.b64encode(_read(arguments.file)).decode()
        fields["source"] = arguments.file.name
    kind = next(each for each in COMMANDS if each.__struct_config__.tag == arguments.do)
    if "collect" in fields:
        fields |= arguments.collect(arguments)
    if "act" in fields:
        # argparse's own `do` names the command
        fields["do"] = fields["act"]
    chosen = {name: fields[name] for name in kind.__struct_fields__ if fields.get(name) is not None}
    try:
        made: commands.AnyCommand = msgspec.convert(chosen | {"command": arguments.do}, commands.AnyCommand)
    except msgspec.ValidationError as error:
        raise Stop(BAD_USAGE, str(error)) from None
    return made


COMMANDS = commands.AnyOperatorCommand.__subclasses__()


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Stop(BAD_USAGE, f"{path}: {error.strerror}") from None
    if len(data) > LARGEST_FILE:
        raise Stop(BAD_USAGE, f"{path} has {len(data)} bytes; at most {LARGEST_FILE} are right")
    return data


def _fixed(data: bytes, path: Path) -> dict[str, str]:
    """What is told of a sealed file before its round: which window, and its digest."""
    try:
        return {"window": str(json.loads(data)["window"]), "digest": hashlib.sha256(data).hexdigest()}
    except (ValueError, KeyError, TypeError):
        raise Stop(BAD_USAGE, f"{path}: no sealed file; `touchstone notary audit` makes it") from None


async def _void_card(arguments: argparse.Namespace, link: ControlLink) -> commands.AnyCommand:
    """By the notary's request, or by the keys of the card whose code lies in the file."""
    file = arguments.request or arguments.code_file
    try:
        if arguments.request is not None:
            return of_request(_read(file), arguments.reason)
        data, view = _read(file), await link.watch()
        rounds = [each.round for each in view.rounds]
        return of_code(data, arguments.serial or 0, view.origin, rounds, arguments.reason)
    except BadCardFile as error:
        raise Stop(BAD_USAGE, f"{file}: {error}") from None
