"""`touchstone serve`: the session's server, in the foreground, until it is told to stop."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from audience_server.settings import CONTROL, LISTEN, BadAddress, Setting, parse_address
from console.commands.session_file import BAD_USAGE, Stop, read_session_file, server_words


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = server_words()
    parser = subparsers.add_parser("serve", help=words.text("serve_help"), description=words.text("serve_help"))
    parser.add_argument("session", type=Path, metavar="SESSION.toml", help=words.text("session_help"))
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=words.text("data_help"))
    parser.add_argument("--listen", default=_default(LISTEN), metavar="HOST:PORT", help=words.text("listen_help"))
    parser.add_argument("--control", default=_default(CONTROL), metavar="HOST:PORT", help=words.text("control_help"))
    parser.add_argument("--rehearsal", action="store_true", help=words.text("rehearsal_help"))
    parser.set_defaults(run=run)


def _default(setting: Setting) -> str:
    return os.environ.get(setting.variable, setting.default)


def run(arguments: argparse.Namespace) -> int:
    from audience_server.main import ServeOptions
    from audience_server.main import run as run_server

    try:
        rundown = read_session_file(arguments.session, None)
        options = ServeOptions(
            rundown=rundown,
            rules=arguments.session.read_bytes(),
            session_name=str(arguments.session),
            data=arguments.data,
            listen=parse_address(arguments.listen),
            control=parse_address(arguments.control),
            rehearsal=arguments.rehearsal,
        )
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status
    except BadAddress as error:
        print(error, file=sys.stderr)
        return BAD_USAGE
    return run_server(options)
