"""`touchstone export`: writes what a session's directory gives away; the server need not run.

Without `--only` it writes the evidence and, after the seal, the public bundle, in a folder of its own beside it.

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
    parser.add_argument("--only", choices=KINDS, help=words.text("export_only_help"))
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
        if arguments.only in (None, "evidence"):
            with_public = arguments.only is None
            exported = Exported(asyncio.run(evidence_of_directory(arguments.data, with_public)))
        else:
            exported = asyncio.run(export_of_directory(arguments.data, arguments.only))
    except EvidenceRefused as refused:
        raise Stop(ANSWER_IS_NO, str(refused)) from None
    _write(arguments.out, exported.files)
    if exported.missing:
        print(words.text("export_missing", characters="".join(sorted(exported.missing))), file=sys.stderr)
    print(json.dumps(_told(arguments.out, exported.files), ensure_ascii=False))
    return 0


def _told(folder: Path, files: Mapping[str, bytes]) -> dict[str, str | int]:
    """`written`: the evidence, the only file, or the folder of many; `public`: the public bundle, if there is one."""
    first = next(iter(files))
    told: dict[str, str | int] = {"bytes": sum(map(len, files.values())), "files": len(files)}
    told["written"] = str(folder / first.split("/")[0])
    for name in files:
        if name.endswith(".public.c1.tar"):
            told["public"] = str(folder / name)
    return told


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        for name, data in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        raise Stop(BAD_USAGE, f"{folder}: {error.strerror}") from None
