"""`touchstone export`: writes what a session's directory gives away; the server need not run.

Before the seal it writes `….partial.c1.tar`, which a verifier fails (E481): it is for looking, not for keeping.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
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
    from audience_server.exports import Exported, export_of_directory

    words = server_words()
    try:
        if arguments.only == "evidence":
            name, bundle = asyncio.run(evidence_of_directory(arguments.data))
            exported = Exported({name: bundle})
        else:
            exported = asyncio.run(export_of_directory(arguments.data, arguments.only))
    except EvidenceRefused as refused:
        raise Stop(ANSWER_IS_NO, str(refused)) from None
    _write(arguments.out, exported.files)
    if exported.missing:
        print(words.text("export_missing", characters="".join(sorted(exported.missing))), file=sys.stderr)
    written = [str(arguments.out / name) for name in exported.files]
    size = sum(map(len, exported.files.values()))
    first = written[0] if len(written) == 1 else str(arguments.out / next(iter(exported.files)).split("/")[0])
    print(json.dumps({"written": first, "bytes": size, "files": len(written)}, ensure_ascii=False))
    return 0


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        raise Stop(BAD_USAGE, f"{folder}: {error.strerror}") from None
