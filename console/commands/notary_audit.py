"""`touchstone notary audit`: the sealed file of what testers' cards will vote in one round, and the testers' slips."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from audience_server.locale.catalogue import LANGUAGES, Catalogue, catalogue
from console.commands.notary_watch import add_passphrase, passphrase_of, refuse

if TYPE_CHECKING:
    from audience_server.notary.audit import Tester
    from audience_server.notary.keys import NotaryKeys
    from audience_server.notary.verify import Rules


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = catalogue("zh-Hans", "notary_tools")
    audit = actions.add_parser("audit", help=words.text("audit_help"), description=words.text("audit_help"))
    audit.add_argument("serials", type=Path, metavar="SERIALS", help=words.text("serials_help"))
    audit.add_argument("--rules", type=Path, required=True, metavar="SESSION.toml", help=words.text("audit_rules_help"))
    audit.add_argument("--window", required=True, metavar="r05", help=words.text("audit_window_help"))
    audit.add_argument(
        "--serial",
        type=int,
        action="append",
        required=True,
        metavar="NUMBER",
        help=words.text("audit_serial_help"),
    )
    audit.add_argument("--choice", action="append", default=[], metavar="TEXT", help=words.text("audit_choice_help"))
    audit.add_argument("--keys", type=Path, required=True, metavar="DIR", help=words.text("own_directory_help"))
    audit.add_argument("--out", type=Path, required=True, metavar="SEALED.json", help=words.text("audit_out_help"))
    audit.add_argument("--lang", choices=LANGUAGES, default="zh-Hans", help=words.text("tools_lang_help"))
    add_passphrase(audit)
    audit.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 the file is written and the slips are printed, 2 nothing was written."""
    from audience_server.notary.audit import said, sealed_file, shape_of
    from audience_server.notary.keys import load_keys
    from audience_server.notary.said import Refused
    from audience_server.notary.verify import FormError, read_rules

    words = catalogue(arguments.lang, "notary_tools")
    try:
        rules = read_rules(arguments.rules.read_bytes())
        shape = shape_of(rules, arguments.window)
        passphrase = passphrase_of(arguments, catalogue(arguments.lang, "server").text("notary_passphrase"))
        origin, testers = _testers(arguments, rules, load_keys(arguments.keys / "notary.keys", passphrase), words)
        data = sealed_file(rules, arguments.window, testers)
        _write(arguments.out, data)
    except (Refused, FormError, OSError) as error:
        return refuse(error, arguments.lang)
    print(words.text("audit_origin", origin=origin), file=sys.stderr)
    for tester in testers:
        answers = said(rules, shape, tester.choice)
        told = words.text("audit_separator").join(_answer(asked, answer, words) for asked, answer in answers)
        print(words.text("audit_slip", serial=tester.serial, window=arguments.window, told=told), file=sys.stderr)
    print(words.text("audit_how"), file=sys.stderr)
    print(json.dumps({"written": str(arguments.out), "digest": hashlib.sha256(data).hexdigest()}))
    return 0


def _answer(asked: str, answer: str, words: Catalogue) -> str:
    named = words.text("audit_blank") if answer == "blank" else answer or words.text("audit_chosen")
    return f"{asked} {named}".strip()


def _testers(
    arguments: argparse.Namespace, rules: Rules, keys: NotaryKeys, words: Catalogue
) -> tuple[str, list[Tester]]:
    """Whose cards the list holds, and the testers; each opened line is written down, as when a card is voided."""
    from audience_server.notary.audit import AuditRefused, Tester, drawn_choice, shape_of
    from audience_server.notary.cards import LOG, open_serial

    if arguments.choice and len(arguments.choice) != len(arguments.serial):
        raise AuditRefused("audit_choices", count=len(arguments.serial))
    shape = shape_of(rules, arguments.window)
    reason, now = words.text("audit_reason", window=arguments.window), datetime.now().astimezone()
    origin, testers = "", []
    for place, serial in enumerate(arguments.serial):
        row = open_serial(arguments.serials, serial, keys, reason, arguments.keys / LOG, now)
        choice = arguments.choice[place] if arguments.choice else drawn_choice(rules, shape)
        testers.append(Tester(serial, str(row["panel"]), row["keys"], choice))
        origin = str(row["origin"])
    return origin, testers


def _write(path: Path, data: bytes) -> None:
    """For its owner's eyes only, never over another file: whoever reads it knows which ballots are watched."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
