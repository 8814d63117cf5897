"""`touchstone cards`: makes the cards of a session. Rolls go into the data directory, codes into the files asked for.

Codes are written nowhere else: not into the directory, not onto the terminal, not into an error.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from audience_server.lan_address import lan_address
from audience_server.locale.catalogue import LANGUAGES, Catalogue
from audience_server.settings import LISTEN, BadAddress, parse_address
from console.commands.session_file import (
    ANSWER_IS_NO,
    BAD_USAGE,
    Stop,
    read_session_file,
    session_words,
    terminal_words,
)

if TYPE_CHECKING:
    from audience_server.domain.rundown import Rundown
    from audience_server.reports.card_issue import Issue
    from audience_server.session_directory import SessionDirectory


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = terminal_words()
    parser = subparsers.add_parser("cards", help=words.text("cards_help"), description=words.text("cards_help"))
    parser.add_argument("session", type=Path, metavar="SESSION.toml", help=words.text("session_help"))
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help=words.text("data_help"))
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help=words.text("cards_out_help"))
    parser.add_argument("--links", type=Path, metavar="FILE.csv", help=words.text("cards_links_help"))
    parser.add_argument("--serials", type=Path, metavar="FILE", help=words.text("cards_serials_help"))
    parser.add_argument("--base-url", metavar="URL", help=words.text("cards_base_url_help"))
    parser.add_argument("--font", type=Path, metavar="FILE", help=words.text("cards_font_help"))
    parser.add_argument("--rehearsal", action="store_true", help=words.text("cards_rehearsal_help"))
    parser.add_argument("--again", action="store_true", help=words.text("cards_again_help"))
    parser.add_argument("--lang", choices=LANGUAGES, help=words.text("lang_help"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        _run(arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status
    return 0


def _run(arguments: argparse.Namespace) -> None:
    from audience_server.session_directory import DirectoryRefused, SessionDirectory

    rundown = read_session_file(arguments.session, arguments.lang)
    words = session_words(rundown, arguments.lang)
    if not rundown.card_panels:
        raise Stop(ANSWER_IS_NO, words.text("cards_no_panel"))
    _check_targets(arguments, words)
    base = _base_url(arguments, rundown, words)
    try:
        directory = SessionDirectory.create_or_open(arguments.data, rundown.origin, arguments.rehearsal)
        directory.lock()
    except (DirectoryRefused, OSError) as error:
        raise Stop(ANSWER_IS_NO, str(error)) from None
    try:
        _make(arguments, rundown, directory, base, words)
    except (DirectoryRefused, OSError) as error:
        raise Stop(ANSWER_IS_NO, str(error)) from None
    finally:
        directory.unlock()


def _check_targets(arguments: argparse.Namespace, words: Catalogue) -> None:
    targets = [path for path in (arguments.out, arguments.links, arguments.serials) if path is not None]
    if arguments.out is None and arguments.links is None:
        raise Stop(BAD_USAGE, words.text("cards_no_target"))
    if len({path.resolve() for path in targets}) < len(targets):
        raise Stop(BAD_USAGE, words.text("cards_same_target", file=targets[0]))
    for path in targets:
        if path.resolve().is_relative_to(arguments.data.resolve()):
            raise Stop(BAD_USAGE, words.text("cards_target_inside", file=path, data=arguments.data))
        if path.exists() or path.is_symlink():
            raise Stop(BAD_USAGE, words.text("cards_target_exists", file=path))
        if not path.resolve().parent.is_dir():
            raise Stop(BAD_USAGE, words.text("cards_target_folder", folder=path.resolve().parent))


def _base_url(arguments: argparse.Namespace, rundown: Rundown, words: Catalogue) -> str:
    from audience_server.reports.card_links import BadBaseUrl, base_url

    asked = arguments.base_url or rundown.session.url
    if asked is None:
        asked = f"http://{lan_address()}:{_public_port()}"
        print(words.text("cards_guessed_url", url=asked), file=sys.stderr)
    try:
        return base_url(asked)
    except BadBaseUrl:
        raise Stop(BAD_USAGE, words.text("cards_bad_url", url=asked)) from None


def _public_port() -> int:
    try:
        return parse_address(os.environ.get(LISTEN.variable, LISTEN.default))[1]
    except BadAddress as error:
        raise Stop(BAD_USAGE, f"{LISTEN.variable}: {error}") from None


def _make(
    arguments: argparse.Namespace, rundown: Rundown, directory: SessionDirectory, base: str, words: Catalogue
) -> None:
    from audience_server.reports.card_issue import issue_cards

    died = directory.has_rolls
    if died and not directory.log_is_empty:
        raise Stop(ANSWER_IS_NO, words.text("cards_begun", data=arguments.data))
    if died and not arguments.again:
        raise Stop(ANSWER_IS_NO, words.text("cards_made_already", data=arguments.data))
    issue = issue_cards(rundown, directory.origin, secrets.token_bytes)
    files = _code_files(arguments, rundown, issue, base, words)
    _write_secrets(files, words)
    try:
        directory.write_rolls(issue.rolls, codes_exported=arguments.links is not None, again=arguments.again)
    except BaseException:
        # cards without rolls open nothing: better none than a stack that somebody hands out
        for path in files:
            path.unlink(missing_ok=True)
        raise
    _say_what_was_made(arguments, rundown, issue, words)
    if died:
        print(words.text("cards_died"), file=sys.stderr)


def _code_files(
    arguments: argparse.Namespace, rundown: Rundown, issue: Issue, base: str, words: Catalogue
) -> dict[Path, bytes]:
    from audience_server.reports.card_links import anchor_of, links_csv

    files: dict[Path, bytes] = {}
    if arguments.out is not None:
        files[arguments.out] = _pdf(arguments, rundown, issue, base, words)
    if arguments.links is not None:
        files[arguments.links] = links_csv(issue, base, anchor_of(rundown))
    if arguments.serials is not None:
        files[arguments.serials] = _serials(rundown, issue, words)
    return files


def _serials(rundown: Rundown, issue: Issue, words: Catalogue) -> bytes:
    from audience_server.reports.card_serials import boxes_of, serials_file

    boxes = boxes_of(rundown)
    if not boxes:
        raise Stop(BAD_USAGE, words.text("cards_no_box"))
    return serials_file(issue, rundown, boxes)


def _pdf(arguments: argparse.Namespace, rundown: Rundown, issue: Issue, base: str, words: Catalogue) -> bytes:
    from audience_server.reports.cards_sheet import cards_sheet
    from audience_server.reports.fonts import BadFont

    try:
        sheet = cards_sheet(issue, rundown, base, arguments.rehearsal, arguments.font)
    except BadFont as error:
        raise Stop(BAD_USAGE, words.text("cards_bad_font", reason=error)) from None
    if sheet.missing:
        named = " ".join(f"{character} (U+{ord(character):04X})" for character in sorted(sheet.missing))
        print(words.text("cards_missing", characters=named), file=sys.stderr)
    return sheet.pdf


def _write_secrets(files: Mapping[Path, bytes], words: Catalogue) -> None:
    """Whole files for their owner's eyes only, or none."""
    made: list[Path] = []
    try:
        for path, data in files.items():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            made.append(path)
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise Stop(ANSWER_IS_NO, words.text("cards_unwritable", reason=error)) from None


def _say_what_was_made(arguments: argparse.Namespace, rundown: Rundown, issue: Issue, words: Catalogue) -> None:
    print(words.text("cards_rolls", data=arguments.data, origin=issue.origin))
    for panel in rundown.card_panels:
        cards = issue.of_panel(panel.id)
        numbers = {"first": cards[0].number, "last": cards[-1].number}
        print(words.text("cards_panel", panel=panel.name, cards=len(cards), spare=panel.spare, **numbers))
    if arguments.out is not None:
        print(words.text("cards_out", file=arguments.out))
    if arguments.links is not None:
        print(words.text("cards_links", file=arguments.links))
    print(words.text("cards_destroy"))
    if arguments.serials is not None:
        print(words.text("cards_serials", file=arguments.serials))
