"""`touchstone audience`: simulated phones for rehearsals and as load; real protocol, every receipt checked."""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import os
import signal
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audience_server.domain.rundown import CHECK_IN_ROUND
from audience_server.locale.catalogue import Catalogue, catalogue, terminal_language
from console.commands.session_file import ANSWER_IS_NO, BAD_USAGE, Stop

if TYPE_CHECKING:
    from audience_server.audience.card_keys import CardKeys
    from audience_server.audience.crowd import Crowd
    from audience_server.domain.audit import Expectation

CANNOT_REACH = 3
LONGEST_BATCH = 60
HEADER = ["panel", "serial", "link"]


def _words() -> Catalogue:
    return catalogue(terminal_language(None, os.environ), "audience")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = _words()
    parser = subparsers.add_parser(
        "audience", help=words.text("audience_help"), description=words.text("audience_help")
    )
    parser.add_argument("--url", required=True, help=words.text("url_help"))
    parser.add_argument("--links", metavar="FILE.csv", help=words.text("links_help"))
    parser.add_argument("--open", type=_count, default=0, metavar="N", help=words.text("open_help"))
    parser.add_argument("--panel", help=words.text("panel_help"))
    parser.add_argument(
        "--audit", type=Path, action="append", default=[], metavar="SEALED.json", help=words.text("audit_help")
    )
    parser.add_argument("--seed", type=int, default=1, help=words.text("seed_help"))
    parser.add_argument("--batch-min", type=_count, default=8, metavar="N", help=words.text("batch_min_help"))
    parser.add_argument(
        "--batch-seconds", type=_seconds, default=1.0, metavar="N", help=words.text("batch_seconds_help")
    )
    for name in ("absent", "reconnects", "revote"):
        parser.add_argument(f"--{name}", type=_share, default=0.0, metavar="RATE", help=words.text(f"rate_{name}"))
    parser.add_argument("--abstain", type=_share, default=0.02, metavar="RATE", help=words.text("abstain_help"))
    parser.add_argument("--rounds", type=_count, metavar="N", help=words.text("rounds_help"))
    parser.add_argument("--questions", type=_count, default=0, metavar="N", help=words.text("questions_help"))
    parser.add_argument(
        "--question-seconds", type=_count, default=300, metavar="N", help=words.text("question_seconds_help")
    )
    parser.add_argument("--ballots", type=Path, metavar="FILE.jsonl", help=words.text("ballots_help"))
    parser.add_argument("--i-am-the-load-test", action="store_true", help=words.text("load_test_help"))
    parser.add_argument("--quiet", action="store_true", help=words.text("quiet_help"))
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(_words().text("no_count", value=text))
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= LONGEST_BATCH:
        raise argparse.ArgumentTypeError(_words().text("no_batch_seconds", value=text))
    return value


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(_words().text("no_share", value=text))
    return value


def run(arguments: argparse.Namespace) -> int:
    from audience_server.audience.phone_line import LineLost

    try:
        cards = _read_cards(arguments)
        sealed = {path: _expectation(path) for path in arguments.audit}
        if sys.platform != "win32":
            import uvloop

            return uvloop.run(_run(arguments, cards, sealed))
        return asyncio.run(_run(arguments, cards, sealed))
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status
    except LineLost:
        print(_words().text("cannot_reach", url=arguments.url), file=sys.stderr)
        return CANNOT_REACH


def _read_cards(arguments: argparse.Namespace) -> list[tuple[str, CardKeys]]:
    from audience_server.audience.card_keys import CardKeys, code_of_link
    from audience_server.record.forms import FormError

    if arguments.links is None:
        if arguments.open < 1:
            raise Stop(BAD_USAGE, _words().text("nobody"))
        return []
    try:
        text = sys.stdin.read() if arguments.links == "-" else Path(arguments.links).read_text("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        if not rows or rows[0] != HEADER:
            raise Stop(BAD_USAGE, _words().text("bad_links", file=arguments.links))
        return [(panel, CardKeys.of_code(code_of_link(link))) for panel, _, link in rows[1:]]
    except (OSError, ValueError) as error:
        reason = (
            str(error) if isinstance(error, FormError | OSError) else _words().text("bad_links", file=arguments.links)
        )
        raise Stop(BAD_USAGE, reason) from None


async def _run(
    arguments: argparse.Namespace, cards: list[tuple[str, CardKeys]], sealed: Mapping[Path, Expectation]
) -> int:
    from audience_server.audience.arrivals import Batches
    from audience_server.audience.asking import QuestionPlan
    from audience_server.audience.choice_model import Temper
    from audience_server.audience.crowd import Crowd, Plan

    session = await Crowd.session(arguments.url)
    if session["kind"] == "live" and not arguments.i_am_the_load_test:
        raise Stop(ANSWER_IS_NO, _words().text("live_refused"))
    plan = Plan(
        seed=arguments.seed,
        batches=Batches(arguments.batch_min, arguments.batch_seconds),
        absent=arguments.absent,
        reconnects=arguments.reconnects,
        revote=arguments.revote,
        temper=Temper(abstain=arguments.abstain),
        rounds=arguments.rounds,
        questions=QuestionPlan(arguments.questions, arguments.question_seconds),
    )
    crowd = Crowd(arguments.url, plan, _say_nothing if arguments.quiet else _say_ended)
    testers = _testers(sealed, [keys.key(session["origin"], CHECK_IN_ROUND) for _, keys in cards])
    crowd.add_cards([card for place, card in enumerate(cards) if place not in testers])
    for place, told in testers.items():
        crowd.add_tester(*cards[place], told)
    if arguments.open:
        crowd.add_open(_open_panel(session, arguments.panel), arguments.open)
    return await _until_the_end(crowd, arguments)


def _testers(sealed: Mapping[Path, Expectation], check_ins: Sequence[str]) -> dict[int, dict[str, str]]:
    """Which of the cards are audit cards, and what the sealed files have them vote: window -> choice."""
    testers: dict[int, dict[str, str]] = {}
    for path, expected in sealed.items():
        for card in expected.cards:
            key = b64encode(card.check_in).decode()
            if key not in check_ins:
                raise Stop(BAD_USAGE, _words().text("audit_no_card", file=path))
            testers.setdefault(check_ins.index(key), {})[expected.window] = card.choice
    return testers


def _expectation(path: Path) -> Expectation:
    from audience_server.domain.audit import read_expectation
    from audience_server.domain.refusals import Refusal

    try:
        body = json.loads(path.read_bytes())
    except OSError as error:
        raise Stop(BAD_USAGE, f"{path}: {error.strerror}") from None
    except ValueError:
        body = None
    found = read_expectation(body if isinstance(body, dict) else {})
    if isinstance(found, Refusal):
        raise Stop(BAD_USAGE, f"{path}: {found.detail}")
    return found


def _say_ended(window: str, recorded: int) -> None:
    print(_words().text("window_ended", window=window, recorded=recorded), file=sys.stderr, flush=True)


def _say_nothing(window: str, recorded: int) -> None:
    """--quiet."""


def _open_panel(session: dict[str, Any], wanted: str | None) -> str:
    panels = [panel["id"] for panel in session["panels"] if panel["admission"] == "open"]
    if not panels or (wanted is not None and wanted not in panels):
        raise Stop(ANSWER_IS_NO, _words().text("no_open_panel", panels=", ".join(panels) or "–"))
    return wanted or str(panels[0])


async def _until_the_end(crowd: Crowd, arguments: argparse.Namespace) -> int:
    from audience_server.audience.phone import NotVerified

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, crowd.stop)
    try:
        await crowd.run()
    except NotVerified as error:
        print(_words().text("not_verified", reason=error), file=sys.stderr)
        return ANSWER_IS_NO
    finally:
        if arguments.ballots is not None:
            crowd.write_ballots(arguments.ballots)
        print(json.dumps(crowd.summary()), flush=True)
    return 0
