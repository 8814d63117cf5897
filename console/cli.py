"""`touchstone`: arguments in, one call out.  Every command is a module of `console.commands`; nothing is decided here.

Exit codes: 0 done, 1 the answer is no, 2 bad usage or bad file, 3 cannot reach the server; `notary verify` has its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

COMMANDS = (
    *("run", "check", "cards", "serve", "console", "ctl", "audience"),
    *("export", "register", "reports", "forget", "notary"),
)


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The whole command line, or that of one command: the others are then not even imported."""
    parser = argparse.ArgumentParser(prog="touchstone", description="试金石 Touchstone", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"touchstone {_version()}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in (only,) if only in COMMANDS else COMMANDS:
        import_module(f"console.commands.{name}").add_parser(subparsers)
    return parser


def _version() -> str:
    try:
        return version("touchstone-console")
    except PackageNotFoundError:
        return "unknown"


def with_anchor(words: Sequence[str]) -> list[str]:
    """`--anchor X` as `--anchor=X`: an anchor may begin with a hyphen, which argparse takes for a flag."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "--anchor":
            joined[-1] = f"--anchor={word}"
        else:
            joined.append(word)
    return joined


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the return value is the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = build_parser(words[0] if words else None).parse_args(with_anchor(words))
    try:
        status: int = arguments.run(arguments)
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
