"""`touchstone ctl cases` and `case`: the register of a running session."""

from __future__ import annotations

import argparse


def add_cases(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    reading = commands.add_parser("cases")
    reading.add_argument("--state", default="")
    reading.add_argument("--unit", default="")
    stepping = commands.add_parser("case")
    stepping.add_argument("act", metavar="DEED")
    stepping.add_argument("number", nargs="?", default="", metavar="NUMBER")
    stepping.add_argument("--field", dest="pairs", action="append", default=[], type=_pair, metavar="NAME=TEXT")
    stepping.set_defaults(collect=lambda arguments: {"fields": dict(arguments.pairs)})


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=TEXT, for instance person=王科长")
    return name, value
