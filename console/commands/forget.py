"""`touchstone forget questions`: erases what people asked from a session's directory; the evidence stays as it is."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from console.commands.session_file import ANSWER_IS_NO, server_words

SURE = "yes"
MOST_NAMED = 10


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = server_words().text
    parser = subparsers.add_parser("forget", help=text("forget_help"), description=text("forget_help"))
    things = parser.add_subparsers(dest="thing", metavar="WHAT", required=True)
    questions = things.add_parser("questions", help=text("forget_help"), description=text("forget_description"))
    questions.add_argument("--data", type=Path, required=True, metavar="DIR", help=text("data_help"))
    questions.add_argument("--yes", action="store_true", help=text("forget_yes_help"))
    questions.add_argument("--lose-reports", action="store_true", help=text("forget_lose_help"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from audience_server.forgetting import ForgetRefused, forget_questions, uncarried_reports

    text = server_words().text
    try:
        waiting = asyncio.run(uncarried_reports(arguments.data))
        if waiting:
            key = "forget_reports_lost" if arguments.lose_reports else "forget_reports"
            print(text(key, count=len(waiting), numbers=" ".join(waiting[:MOST_NAMED])), file=sys.stderr)
        if waiting and not arguments.lose_reports:
            return ANSWER_IS_NO
        if not arguments.yes and not _is_sure(text("forget_sure", data=arguments.data)):
            print(text("forget_not"), file=sys.stderr)
            return ANSWER_IS_NO
        forgotten = asyncio.run(forget_questions(arguments.data))
    except ForgetRefused as refused:
        print(refused, file=sys.stderr)
        return ANSWER_IS_NO
    print(json.dumps({"forgotten": forgotten.questions, "register_cases": forgotten.register_cases}))
    if forgotten.register_cases:
        print(text("forget_register", count=forgotten.register_cases), file=sys.stderr)
    return 0


def _is_sure(sentence: str) -> bool:
    print(sentence, file=sys.stderr, end=" ", flush=True)
    return sys.stdin.readline().strip().casefold() == SURE
