"""`touchstone register carry`: the cases of one session's register go over into the next one's (回头看)."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from console.commands.session_file import ANSWER_IS_NO, server_words


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = server_words().text
    parser = subparsers.add_parser("register", help=text("register_help"), description=text("register_help"))
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    carry = deeds.add_parser("carry", help=text("carry_help"), description=text("carry_help"))
    carry.add_argument("--from", dest="old", type=Path, required=True, metavar="DIR", help=text("carry_from_help"))
    carry.add_argument("--data", type=Path, required=True, metavar="DIR", help=text("data_help"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from audience_server.carry import carry_cases
    from audience_server.evidence import EvidenceRefused

    try:
        count = asyncio.run(carry_cases(arguments.old, arguments.data))
    except EvidenceRefused as refused:
        print(refused, file=sys.stderr)
        return ANSWER_IS_NO
    print(json.dumps({"carried": count}))
    return 0
