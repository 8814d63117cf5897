"""`touchstone ctl air SCENE [TARGET]`, `air take`, `air next`, `air clear`, and `recount ROUND --report FILE`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from audience_server.wire.commands import VerifierReport
from console.commands.session_file import BAD_USAGE, Stop
from console.verifier_report import NoReport, found_in


def add_air(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("air")
    parser.add_argument("scene", metavar="SCENE|take|next|clear")
    parser.add_argument("target", nargs="?", default="", metavar="TARGET")
    parser.add_argument("--preview", action="store_true")
    parser.set_defaults(collect=_output)
    recounting = commands.add_parser("recount")
    recounting.add_argument("round", metavar="ROUND")
    recounting.add_argument("--report", type=Path, metavar="FILE.json", required=True)
    recounting.set_defaults(collect=_report)


def _output(arguments: argparse.Namespace) -> dict[str, Any]:
    return {"to": "preview" if arguments.preview else "programme"}


def _report(arguments: argparse.Namespace) -> dict[str, Any]:
    return {"report": _found(arguments.report, arguments.round)}


def _found(report: Path, round_id: str) -> VerifierReport:
    """What the verifier's report says of a round; Stop when it is no such report."""
    try:
        return found_in(report, round_id)
    except OSError as error:
        raise Stop(BAD_USAGE, f"{report}: {error.strerror}") from None
    except NoReport as wrong:
        raise Stop(BAD_USAGE, str(wrong)) from None
