"""`touchstone run`: server and console in one go, as two processes; a rehearsal unless `--live`.

In a rehearsal the cards are made on the spot: their codes stay in this process's memory, go to the simulated audience
through a pipe, and end with it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import secrets
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audience_server.locale.catalogue import Catalogue
from console.commands.session_file import ANSWER_IS_NO, Stop, read_session_file, server_words

if TYPE_CHECKING:
    from audience_server.domain.rundown import Rundown
    from audience_server.reports.card_issue import Card, Issue
    from audience_server.session_directory import SessionDirectory

DEFAULT_PORT = 8080
QUESTION_SECONDS = 600
SERVER_GOES_ON = 10
STOP_SECONDS = 20


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = server_words()
    parser = subparsers.add_parser("run", help=words.text("run_help"), description=words.text("run_help"))
    parser.add_argument("session", type=Path, nargs="?", metavar="SESSION.toml", help=words.text("run_session_help"))
    parser.add_argument("--data", type=Path, metavar="DIR", help=words.text("data_help"))
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, metavar="N", help=words.text("run_port_help"))
    parser.add_argument("--audience", type=int, default=0, metavar="N", help=words.text("run_audience_help"))
    parser.add_argument("--live", action="store_true", help=words.text("run_live_help"))
    parser.set_defaults(run=run)


@dataclass(slots=True)
class Show:
    """The processes of one run; `own_link` opens one card that no simulated voter holds."""

    server: subprocess.Popen[str]
    ready: dict[str, Any]
    audience: subprocess.Popen[str] | None = None
    own_link: str | None = None


def run(arguments: argparse.Namespace) -> int:
    words = server_words()
    try:
        return _run(arguments, words)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status


def _run(arguments: argparse.Namespace, words: Catalogue) -> int:
    session = arguments.session or _example("city-30.toml")
    rundown = read_session_file(session, None)
    if arguments.live and arguments.audience:
        raise Stop(ANSWER_IS_NO, words.text("run_live_no_audience"))
    data = arguments.data or Path(f"touchstone-data-{rundown.session.id}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    issue = _cards(arguments, rundown, session, data, words)
    print(words.text("run_where", data=data), file=sys.stderr)
    if arguments.session is None:
        examples = " ".join(str(_example(name)) for name in ("sms.csv", "web.csv", "media.csv"))
        print(words.text("run_files", files=examples), file=sys.stderr)
    show = _start_server(arguments, session, data, words)
    try:
        if issue is not None:
            _start_audience(arguments, rundown, issue, show, data, words)
        status = _console(show, words)
    except BaseException:
        _stop(show)
        raise
    if status == SERVER_GOES_ON:
        console = f"touchstone console --url {show.ready['control']} --token-file {show.ready['token_file']}"
        print(words.text("run_goes_on", pid=show.ready["pid"], console=console))
        return 0
    _stop(show)
    print(words.text("run_stopped", data=data))
    return 0


def _example(name: str) -> Path:
    return Path(str(files("audience_server.examples").joinpath(name)))


def _cards(
    arguments: argparse.Namespace, rundown: Rundown, session: Path, data: Path, words: Catalogue
) -> Issue | None:
    """Fresh rehearsal cards in memory, or None when the directory has its cards already or needs none."""
    from audience_server.reports.card_issue import issue_cards
    from audience_server.session_directory import DirectoryRefused, SessionDirectory

    try:
        directory = SessionDirectory.create_or_open(data, rundown.origin, rehearsal=not arguments.live)
        if directory.has_rolls or not rundown.card_panels:
            if arguments.audience and rundown.card_panels:
                raise Stop(ANSWER_IS_NO, words.text("run_no_codes", data=data))
            return None
        if arguments.live:
            raise Stop(ANSWER_IS_NO, words.text("run_cards_first", session=session, data=data))
        issue = issue_cards(rundown, directory.origin, secrets.token_bytes)
        _keep_rolls(directory, issue)
    except DirectoryRefused as refused:
        raise Stop(ANSWER_IS_NO, str(refused)) from None
    return issue


def _keep_rolls(directory: SessionDirectory, issue: Issue) -> None:
    directory.lock()
    try:
        directory.write_rolls(issue.rolls, codes_exported=False)
    finally:
        directory.unlock()


def _start_server(arguments: argparse.Namespace, session: Path, data: Path, words: Catalogue) -> Show:
    command = [sys.executable, "-m", "console", "serve", str(session), "--data", str(data)]
    command += ["--listen", f"0.0.0.0:{arguments.port}", "--control", "127.0.0.1:0"]
    if not arguments.live:
        command.append("--rehearsal")
    # a session of its own: a key pressed in this terminal, or its loss, must never end a vote
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stderr is not None
    line = server.stdout.readline()
    if not line:
        reason = server.stderr.read().strip()
        server.wait()
        raise Stop(server.returncode or ANSWER_IS_NO, words.text("run_server_failed", reason=reason))
    return Show(server, json.loads(line))


def _start_audience(
    arguments: argparse.Namespace, rundown: Rundown, issue: Issue, show: Show, data: Path, words: Catalogue
) -> None:
    from audience_server.reports.card_links import anchor_of, card_link

    voters, own = _share(rundown, issue, arguments.audience)
    base, anchor = show.ready["url"], anchor_of(rundown)
    show.own_link = None if own is None else card_link(base, own.code, anchor)
    if arguments.audience > len(voters):
        print(words.text("run_audience_most", seats=len(voters)), file=sys.stderr)
    if voters:
        rows = [(card.panel, str(card.serial), card_link(base, card.code, anchor)) for card in voters]
        show.audience = _simulate(base, rows, data, rundown)


def _share(rundown: Rundown, issue: Issue, wanted: int) -> tuple[list[Card], Card | None]:
    """Cards for `wanted` simulated voters, all panels alike, and one with a free seat for one's own phone."""
    seated = []
    for panel in rundown.card_panels:
        cards = issue.of_panel(panel.id)[: panel.seats]
        seated += [(place / len(cards), card) for place, card in enumerate(cards)]
    seated.sort(key=lambda pair: pair[0])
    voters = [card for _, card in seated[:wanted]]
    taken = {card.serial for card in voters}
    seats = {panel.id: panel.seats - sum(card.panel == panel.id for card in voters) for panel in rundown.card_panels}
    # in a full panel one more check-in would be refused: the console then shows the session's own join code
    spare = [card for card in issue.cards if card.serial not in taken and seats[card.panel] > 0]
    return voters, spare[-1] if spare else None


def _simulate(base: str, rows: list[tuple[str, str, str]], data: Path, rundown: Rundown) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "console", "audience", "--url", base, "--links", "-", "--quiet"]
    rules = rundown.session
    command += ["--batch-min", str(rules.batch_min), "--batch-seconds", str(float(rules.batch_seconds))]
    if rundown.questions.enabled:
        command += ["--questions", str(max(1, len(rows) // 2)), "--question-seconds", str(QUESTION_SECONDS)]
    with (data / "audience.log").open("a", encoding="utf-8") as log:
        audience = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True, start_new_session=True
        )
    text = io.StringIO()
    csv.writer(text).writerows([("panel", "serial", "link"), *rows])
    assert audience.stdin is not None
    audience.stdin.write(text.getvalue())
    audience.stdin.close()
    return audience


def _console(show: Show, words: Catalogue) -> int:
    """Run the console in this terminal until it is left; without a terminal wait for the server's end."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        print(json.dumps(show.ready, ensure_ascii=False), flush=True)
        print(words.text("run_plain"), file=sys.stderr)
        signal.signal(signal.SIGTERM, lambda number, frame: show.server.terminate())
        try:
            return show.server.wait()
        except KeyboardInterrupt:
            return 0
    environment = {**os.environ, "TOUCHSTONE_RUN": "1"}
    if show.own_link is not None:
        environment["TOUCHSTONE_JOIN_URL"] = show.own_link
    command = [sys.executable, "-m", "console", "console", "--url", show.ready["control"]]
    command += ["--token-file", show.ready["token_file"]]
    status = subprocess.call(command, env=environment)
    return 0 if status == 0 else SERVER_GOES_ON


def _stop(show: Show) -> None:
    for process in (show.audience, show.server):
        if process is None or process.poll() is not None:
            continue
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
