"""`touchstone check`: is the session file right, and what do its rules lead to?"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from audience_server.domain.rules_page import rules_page
from audience_server.locale.catalogue import LANGUAGES
from console.commands.session_file import Stop, read_session_file, session_words, terminal_words


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = terminal_words()
    parser = subparsers.add_parser("check", help=words.text("check_help"), description=words.text("check_help"))
    parser.add_argument("session", type=Path, metavar="SESSION.toml", help=words.text("session_help"))
    parser.add_argument("--lang", choices=LANGUAGES, help=words.text("lang_help"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        rundown = read_session_file(arguments.session, arguments.lang)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status
    print(rules_page(rundown, session_words(rundown, arguments.lang, "rules").text))
    return 0
