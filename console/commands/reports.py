"""`touchstone reports`: the discipline office's key, what to carry to the office, and how the office reads it.

`keys` and `open` belong on the office's own computer; `carry` is for the session's: ciphertext only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from console.commands.session_file import ANSWER_IS_NO, BAD_USAGE, Stop, server_words


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = server_words().text
    parser = subparsers.add_parser("reports", help=text("reports_help"), description=text("reports_help"))
    deeds = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    keys = deeds.add_parser("keys", help=text("reports_keys_help"), description=text("reports_keys_help"))
    keys.add_argument("--out", type=Path, required=True, metavar="FILE")
    carry = deeds.add_parser("carry", help=text("reports_carry_help"), description=text("reports_carry_help"))
    carry.add_argument("--data", type=Path, required=True, metavar="DIR", help=text("data_help"))
    carry.add_argument("--out", type=Path, required=True, metavar="FILE")
    opening = deeds.add_parser("open", help=text("reports_open_help"), description=text("reports_open_help"))
    opening.add_argument("file", type=Path, metavar="FILE")
    opening.add_argument("--key", type=Path, required=True, metavar="FILE")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        {"keys": _keys, "carry": _carry, "open": _open}[arguments.deed](arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status
    return 0


def _keys(arguments: argparse.Namespace) -> None:
    from audience_server.record.sealed_box import new_office_key

    public, secret = new_office_key()
    _write_new(arguments.out, secret + "\n")
    print(json.dumps({"report_key": public, "secret": str(arguments.out)}, ensure_ascii=False))


def _carry(arguments: argparse.Namespace) -> None:
    from audience_server.evidence import EvidenceRefused
    from audience_server.reports_of_misconduct import note_carried, sealed_reports

    try:
        reports = asyncio.run(sealed_reports(arguments.data))
        _write_new(arguments.out, json.dumps([asdict(report) for report in reports]) + "\n")
        # a crash here leaves the file, and reports that are asked about before they are forgotten
        note_carried(arguments.data, reports)
    except EvidenceRefused as refused:
        raise Stop(ANSWER_IS_NO, str(refused)) from None
    print(json.dumps({"reports": len(reports), "written": str(arguments.out)}, ensure_ascii=False))


def _open(arguments: argparse.Namespace) -> None:
    from audience_server.reports_of_misconduct import SealedReport, opened

    try:
        secret = arguments.key.read_text("ascii").strip()
        reports = [SealedReport(**each) for each in json.loads(arguments.file.read_text("utf-8"))]
    except OSError as error:
        raise Stop(BAD_USAGE, f"{error.filename}: {error.strerror}") from None
    except (ValueError, TypeError):
        raise Stop(BAD_USAGE, f"{arguments.file}: not a file of `touchstone reports carry`") from None
    for report in reports:
        # ensure_ascii: what a stranger wrote does nothing to the office's terminal
        print(json.dumps(opened(report, secret)))


def _write_new(path: Path, text: str) -> None:
    """0600, and never over something that is there."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        raise Stop(BAD_USAGE, f"{path}: {error.strerror}; name a new file") from None
