"""`touchstone export`: writes the evidence of a session's directory; the server need not run.

Before the seal it writes `….partial.c1.tar`, which a verifier fails (E481): it is for looking, not for keeping.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from console.commands.session_file import ANSWER_IS_NO, BAD_USAGE, Stop, server_words

KINDS = ("evidence", "public", "xlsx", "pdf", "csv")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = server_words()
    parser = subparsers.add_parser("export", help=words.text("export_help"), description=words.text("export_help"))
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=words.text("data_help"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=words.text("export_out_help"))
    parser.add_argument("--only", choices=KINDS, default="evidence", help=words.text("export_only_help"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        return _run(arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status


def _run(arguments: argparse.Namespace) -> int:
    from audience_server.evidence import EvidenceRefused, evidence_of_directory

    words = server_words()
    if arguments.only != "evidence":
        raise Stop(ANSWER_IS_NO, words.text("export_not_yet", kind=arguments.only))
    try:
        name, bundle = asyncio.run(evidence_of_directory(arguments.data))
    except EvidenceRefused as refused:
        raise Stop(ANSWER_IS_NO, str(refused)) from None
    try:
        arguments.out.mkdir(parents=True, exist_ok=True)
        target = arguments.out / name
        target.write_bytes(bundle)
    except OSError as error:
        raise Stop(BAD_USAGE, f"{arguments.out}: {error.strerror}") from None
    print(json.dumps({"written": str(target), "bytes": len(bundle)}, ensure_ascii=False))
    return 0
