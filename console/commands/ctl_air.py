"""`touchstone ctl air SCENE [TARGET]`, `air take`, `air next`, `air clear`, and `air recount ROUND --report FILE`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from console.commands.session_file import BAD_USAGE, Stop
from console.verifier_report import NoReport, found_in


def add_air(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("air")
    parser.add_argument("scene", metavar="SCENE|take|next|clear")
    parser.add_argument("target", nargs="?", default="", metavar="TARGET")
    parser.add_argument("--preview", action="store_true")
    parser.add_argument("--report", type=Path, metavar="FILE.json")
    parser.set_defaults(collect=_collect)


def _collect(arguments: argparse.Namespace) -> dict[str, Any]:
    found = _found(arguments.report, arguments.target) if arguments.report is not None else {}
    return {"to": "preview" if arguments.preview else "programme", "found": found}


def _found(report: Path, round_id: str) -> dict[str, str]:
    """What the verifier's report says of a round; Stop when it is no such report."""
    try:
        return found_in(report, round_id)
    except OSError as error:
        raise Stop(BAD_USAGE, f"{report}: {error.strerror}") from None
    except NoReport as wrong:
        raise Stop(BAD_USAGE, str(wrong)) from None
