"""`touchstone console`: the console in this terminal, for a session that runs already."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from audience_server.locale.catalogue import LANGUAGES, Language, catalogue, match_language, terminal_language
from audience_server.settings import LANGUAGE
from console.commands.ctl import add_connection, connection
from console.commands.session_file import BAD_USAGE, Stop, ctl_words
from console.config import BadConfig, Config, config_path, read_config

JOIN_URL_VARIABLE = "TOUCHSTONE_JOIN_URL"
UNDER_RUN_VARIABLE = "TOUCHSTONE_RUN"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = ctl_words()
    parser = subparsers.add_parser("console", help=words.text("console_help"), description=words.text("console_help"))
    add_connection(parser)
    parser.add_argument(LANGUAGE.flag, choices=LANGUAGES, help=words.text("lang_help"))
    parser.add_argument("--keys", action="store_true", help=words.text("keys_help"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        config = read_config(config_path(os.environ))
        if arguments.keys:
            return _list_keys(config, terminal_language(arguments.lang, os.environ))
        url, _ = connection(arguments)
        # without a terminal Textual would run unseen and end well
        if not sys.stdin.isatty() or not sys.stderr.isatty():
            raise Stop(BAD_USAGE, ctl_words().text("needs_terminal"))
    except BadConfig as bad:
        print(bad, file=sys.stderr)
        return BAD_USAGE
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status
    return _run(url, Path(arguments.token_file), _language(arguments.lang), config)


def _list_keys(config: Config, language: Language) -> int:
    """As the table stands in the user's file."""
    words = catalogue(language, "console")
    print("[keys]")
    for action, key in config.keys.of.items():
        print(f'{"" if key else "# "}{action} = "{key}"  # {words.text(f"do_{action}")}')
    return 0


def _language(flag: str | None) -> Language | None:
    asked = flag or os.environ.get(LANGUAGE.variable)
    return match_language(asked) if asked else None


def _run(url: str, token_file: Path, language: Language | None, config: Config) -> int:
    from audience_server.collector import calm_collector
    from console.app import ConsoleApp
    from console.link import read_token

    app = ConsoleApp(
        url,
        lambda: read_token(token_file),
        language,
        join_url=os.environ.get(JOIN_URL_VARIABLE) or None,
        under_run=os.environ.get(UNDER_RUN_VARIABLE) == "1",
        first_language=terminal_language(None, os.environ),
        config=config,
    )
    calm_collector()
    app.run()
    return app.return_code or 0
