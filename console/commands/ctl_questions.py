"""`touchstone ctl questions`, `question`, `question-undo`, `intake` and `words`: the queue of a running session.

`question NUMBER[,NUMBER…] DEED` does one deed to one or many; `{"done": […], "refused": {number: code}}` answers.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.commands.session_file import BAD_USAGE, Stop, ctl_words

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse has no public name for it

BARE = ("approve", "unmerge", "star", "unstar", "unassign", "air", "restore", "hold", "release")
LARGEST_LIST = 500_000


def add_questions(commands: Subparsers) -> None:
    reading = commands.add_parser("questions")
    for name in ("state", "unit", "kind", "language", "text"):
        reading.add_argument(f"--{name}", default="")
    deed = commands.add_parser("question")
    deed.add_argument("numbers", metavar="NUMBER[,NUMBER…]", type=_numbers)
    _add_deeds(deed.add_subparsers(dest="act", metavar="DEED", required=True))
    commands.add_parser("question-undo")
    intake = commands.add_parser("intake")
    intake.add_argument("mode", choices=("open", "slow", "paused"))
    intake.add_argument("--seconds", type=int)
    words = commands.add_parser("words")
    words.add_argument("--file", type=Path, metavar="FILE", help=ctl_words().text("words_file_help"))
    words.set_defaults(collect=_words)


def _add_deeds(deeds: Subparsers) -> None:
    for name in BARE:
        deeds.add_parser(name)
    deeds.add_parser("refuse").add_argument("--reason", dest="text", required=True)
    deeds.add_parser("withdraw").add_argument("--reason", dest="text", default="")
    deeds.add_parser("edit").add_argument("--text", required=True)
    deeds.add_parser("merge").add_argument("--into", required=True, metavar="NUMBER", type=str.upper)
    deeds.add_parser("assign").add_argument("--cue", required=True, metavar="ID")
    deeds.add_parser("answered").add_argument("--text", default="")
    promise = deeds.add_parser("promise")
    promise.add_argument("--text", required=True)
    promise.add_argument("--due", required=True, metavar="YYYY-MM-DD")


def _numbers(text: str) -> list[str]:
    return [number.strip().upper() for number in text.split(",") if number.strip()]


def _words(arguments: argparse.Namespace) -> dict[str, Any]:
    """One word a line; no file reads the list."""
    if arguments.file is None:
        return {}
    try:
        data = arguments.file.read_bytes()
        if len(data) > LARGEST_LIST:
            raise Stop(BAD_USAGE, f"{arguments.file} has {len(data)} bytes; at most {LARGEST_LIST} are right")
        lines = data.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise Stop(BAD_USAGE, f"{arguments.file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Stop(BAD_USAGE, f"{arguments.file}: UTF-8 is right") from None
    return {"words": [line.strip() for line in lines if line.strip()]}
