"""`touchstone notary watch URL`: follow a session live, on the notary's own computer."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue, terminal_language
from audience_server.notary.said import Refused
from console.commands.session_file import server_words
from console.notary.sentences import sentence

BAD_USAGE, ANSWER_IS_NO = 2, 1
PASSPHRASE_FILE = "TOUCHSTONE_PASSPHRASE_FILE"
TOKEN_FILE = "TOUCHSTONE_TOKEN_FILE"
KINDS = ("session", "zero", "void", "hand", "remark", "void-round", "manifest", "lock", "reveal")


class BadCall(Refused):
    """The command cannot be run as it was called."""


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = server_words()
    about = words.text("notary_watch_help")
    parser = actions.add_parser("watch", help=about, description=about)
    parser.add_argument("url", metavar="URL", help=words.text("notary_watch_url_help"))
    parser.add_argument("--keys", type=Path, required=True, metavar="DIR", help=words.text("notary_keys_help"))
    default = os.environ.get(TOKEN_FILE)
    parser.add_argument(
        "--token-file", type=Path, default=default, required=default is None, help=words.text("notary_token_help")
    )
    add_passphrase(parser)
    parser.add_argument("--serials", type=Path, metavar="FILE", help=words.text("notary_serials_help"))
    parser.add_argument("--plain", action="store_true", help=words.text("notary_plain_help"))
    parser.add_argument("--agree", default="", metavar="KIND,KIND", help=words.text("notary_agree_help"))
    speaks = catalogue("zh-Hans", "notary_tools").text("tools_lang_help")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh-Hans", help=speaks)
    parser.set_defaults(run=run)


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    default = os.environ.get(PASSPHRASE_FILE)
    parser.add_argument(
        "--passphrase-file", type=Path, default=default, help=server_words().text("notary_passphrase_help")
    )


def passphrase_of(arguments: argparse.Namespace, prompt: str) -> str:
    """From the file that was named, else asked on the terminal; never from a flag."""
    if arguments.passphrase_file is not None:
        try:
            return Path(arguments.passphrase_file).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise BadCall("file_unreadable", path=arguments.passphrase_file, reason=error) from None
    if not sys.stdin.isatty():
        raise BadCall("no_terminal", variable=PASSPHRASE_FILE)
    return getpass.getpass(prompt)


def run(arguments: argparse.Namespace) -> int:
    from audience_server.notary.keys import load_keys
    from audience_server.notary.link import witness_url

    words = server_words()
    try:
        agree = [kind for kind in arguments.agree.split(",") if kind]
        if set(agree) - set(KINDS):
            raise BadCall("agree_kinds", kinds=", ".join(KINDS))
        url = witness_url(arguments.url)
        token = _token_of(Path(arguments.token_file))
        keys = load_keys(arguments.keys / "notary.keys", passphrase_of(arguments, words.text("notary_passphrase")))
        if arguments.plain:
            return asyncio.run(_plain(arguments, keys, url, token, agree))
        from console.notary.app import watch

        return watch(keys, arguments.keys, url, token, arguments.lang, arguments.serials)
    except (Refused, OSError) as error:
        return refuse(error, arguments.lang)


def refuse(error: Exception, language: Language | None = None, code: int = BAD_USAGE) -> int:
    """Say why on stderr, in the language asked for or else the terminal's; the exit code."""
    print(sentence(error, language or terminal_language(None, os.environ)), file=sys.stderr)
    return code


def _token_of(path: Path) -> str:
    """One line, the token alone; somebody may have kept the whole answer of `ctl admit`."""
    token = path.read_text("utf-8", "replace").strip()
    if not token.isascii() or len(token.split()) != 1 or "{" in token:
        raise BadCall("no_token_file", path=path)
    return token


async def _plain(arguments: argparse.Namespace, keys: Any, url: str, token: str, agree: list[str]) -> int:
    from audience_server.notary.plain import Plain

    plain = Plain(keys, arguments.keys, url, token, lambda: int(time.time()), agree, _say)
    plain.witness.serials = arguments.serials
    plain.witness.word = lambda refused: sentence(refused, arguments.lang)
    return await plain.run()


def _say(told: dict[str, Any]) -> None:
    """ASCII only: what a hostile text would do to a terminal it cannot do as \\u escapes."""
    print(json.dumps(told), flush=True)
