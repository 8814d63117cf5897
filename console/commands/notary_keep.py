"""`touchstone notary archive`, `inspect` and `office`: what is kept, what is compared, what an office PC runs."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from audience_server.locale.catalogue import LANGUAGES, Catalogue, Language, catalogue
from console.commands.notary_watch import ANSWER_IS_NO, add_passphrase, passphrase_of, refuse


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = catalogue("zh-Hans", "notary_tools")
    archive = actions.add_parser("archive", help=words.text("archive_help"), description=words.text("archive_help"))
    archive.add_argument("directory", type=Path, metavar="DIR", help=words.text("archive_directory_help"))
    archive.add_argument("--bundle", type=Path, required=True, metavar="BUNDLE", help=words.text("evidence_help"))
    archive.add_argument("--public", type=Path, metavar="BUNDLE", help=words.text("archive_public_help"))
    archive.add_argument("--anchor", help=words.text("archive_anchor_help"))
    archive.add_argument("--lang", choices=LANGUAGES, default="zh-Hans", help=words.text("tools_lang_help"))
    archive.set_defaults(run=run_archive)
    _add_inspect(actions, words)
    card = actions.add_parser("card", help=words.text("card_help"), description=words.text("card_help"))
    card.add_argument("serials", type=Path, metavar="SERIALS", help=words.text("serials_help"))
    card.add_argument("--serial", type=int, required=True, metavar="NUMBER", help=words.text("card_serial_help"))
    card.add_argument("--reason", required=True, help=words.text("card_reason_help"))
    card.add_argument("--keys", type=Path, required=True, metavar="DIR", help=words.text("own_directory_help"))
    card.add_argument("--out", type=Path, required=True, metavar="REQUEST.json", help=words.text("card_out_help"))
    add_passphrase(card)
    card.set_defaults(run=run_card)
    office = actions.add_parser("office", help=words.text("office_help"), description=words.text("office_help"))
    office.add_argument("out", type=Path, metavar="FILE.pyz", help=words.text("office_out_help"))
    office.set_defaults(run=run_office)


def _add_inspect(actions: argparse._SubParsersAction[argparse.ArgumentParser], words: Catalogue) -> None:
    inspect = actions.add_parser("inspect", help=words.text("inspect_help"), description=words.text("inspect_help"))
    deeds = inspect.add_subparsers(dest="deed", metavar="take|compare", required=True)
    about = words.text("inspect_take_help")
    take = deeds.add_parser("take", help=about, description=about)
    take.add_argument("--data", type=Path, required=True, metavar="DIR", help=words.text("inspect_data_help"))
    take.add_argument("--out", type=Path, required=True, metavar="SHEET", help=words.text("inspect_out_help"))
    take.set_defaults(run=run_take)
    about = words.text("inspect_compare_help")
    compare = deeds.add_parser("compare", help=about, description=about)
    compare.add_argument("sheet", type=Path, metavar="SHEET.json", help=words.text("inspect_sheet_help"))
    source = compare.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, metavar="DIR", help=words.text("inspect_data_help"))
    source.add_argument("--bundle", type=Path, metavar="BUNDLE", help=words.text("evidence_help"))
    compare.set_defaults(run=run_compare)
    for each in (take, compare):
        each.add_argument("--rules", type=Path, metavar="SESSION.toml", help=words.text("inspect_rules_help"))
        each.add_argument("--lang", choices=LANGUAGES, default="zh-Hans", help=words.text("tools_lang_help"))


def run_archive(arguments: argparse.Namespace) -> int:
    """0 kept and the data agree, 1 kept and they do not, 2 nothing was written."""
    from audience_server.notary.archive import ArchiveRefused, archive, public_beside

    try:
        extras = _extras(arguments.bundle, arguments.anchor, arguments.lang)
        public = arguments.public or public_beside(arguments.bundle)
        report = archive(arguments.directory, arguments.bundle, arguments.anchor, extras, public)
    except (ArchiveRefused, OSError) as error:
        return refuse(error, arguments.lang)
    print(json.dumps({"written": str(arguments.directory), "verdict": report.verdict}))
    return ANSWER_IS_NO if report.verdict == "fail" else 0


def _extras(bundle: Path, anchor: str | None, lang: Language) -> dict[str, bytes]:
    """The page, the description of the format, and the forms in the language asked for."""
    from audience_server import record
    from audience_server.notary.verify import verify
    from audience_server.pages.verify_page import verify_page
    from audience_server.reports.forms import form_files

    report = verify(bundle.read_bytes(), anchor)
    extras = {
        "verify.html": verify_page(),
        "FORMAT.md": (Path(str(record.__file__)).parent / "FORMAT.md").read_bytes(),
        "report.json": (json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n").encode(),
    }
    made = form_files(report.as_json(), lang)
    return extras | {f"forms/{name}": data for name, data in made.files.items()}


def run_take(arguments: argparse.Namespace) -> int:
    """Digests of what is about to be sealed, as JSON and as a page to sign."""
    from audience_server.notary.inspect import SheetRefused, write_sheet
    from audience_server.reports.inspection_sheet import inspection_sheet
    from audience_server.session_directory import DirectoryRefused

    words = catalogue(arguments.lang, "notary_tools")
    try:
        origin, sheet = _found_in(arguments.data, arguments.rules, is_taken=True)
        write_sheet(arguments.out.with_suffix(".json"), origin, sheet)
        arguments.out.with_suffix(".pdf").write_bytes(inspection_sheet(words, origin, sheet))
    except (SheetRefused, DirectoryRefused, OSError) as error:
        return refuse(error, arguments.lang)
    names = [str(arguments.out.with_suffix(ending)) for ending in (".json", ".pdf")]
    print(json.dumps({"written": names, "origin": origin}))
    return 0


def _found_in(data: Path, rules_file: Path | None, *, is_taken: bool) -> tuple[str, dict[str, str]]:
    """Origin and digests of a session's directory; before entry 0 the page is that of this software.

    The policy names the log's key: taking the sheet makes it where there is none yet, comparing never does.
    """
    from audience_server.notary.inspect import SheetRefused, policy_of, take_sheet
    from audience_server.pages.page_set import phone_page_set
    from audience_server.session_directory import SessionDirectory

    directory = SessionDirectory.open(data)
    if directory.has_begun:
        rules, page = directory.rules(), directory.page()
    elif rules_file is not None:
        rules, page = rules_file.read_bytes(), phone_page_set()
    else:
        raise SheetRefused("session_not_begun")
    has_key = is_taken or directory.has_log_key
    policy = policy_of(rules, _log_vkey(directory.origin, directory.log_seed())) if has_key else None
    return directory.origin, take_sheet(rules, directory.rolls(), page, policy, _packages())


def _log_vkey(origin: str, seed: bytes) -> str:
    from audience_server.record.ed25519 import public_key
    from audience_server.record.notes import ED25519, vkey

    return vkey(origin, ED25519, public_key(seed))


def _packages() -> dict[str, Path]:
    import audience_server
    import console

    return {
        name: Path(str(package.__file__)).parent
        for name, package in (("server", audience_server), ("console", console))
    }


def run_compare(arguments: argparse.Namespace) -> int:
    """0 everything on the sheet is as it was, 1 something differs, 2 it could not be compared."""
    from audience_server.notary.inspect import SheetRefused, compare, digests_of_bundle, read_sheet
    from audience_server.reports.inspection_sheet import named
    from audience_server.session_directory import DirectoryRefused

    words = catalogue(arguments.lang, "notary_tools")
    try:
        origin, sheet = read_sheet(arguments.sheet)
        if arguments.bundle is not None:
            found_origin, found = digests_of_bundle(arguments.bundle.read_bytes())
        else:
            found_origin, found = _found_in(arguments.data, arguments.rules, is_taken=False)
    except (SheetRefused, DirectoryRefused, OSError) as error:
        return refuse(error, arguments.lang)
    both = {"origin": origin, **sheet}, {"origin": found_origin, **found}
    lines = compare(*both, with_software=arguments.bundle is None)
    for line in lines:
        print(f"{words.text(f'inspect_{line.verdict}')}  {named(words, line.name)}")
    return 0 if all(line.agrees for line in lines) else ANSWER_IS_NO


def run_card(arguments: argparse.Namespace) -> int:
    """Open one line of the sealed list and write the request that voids the card."""
    from audience_server.notary.cards import LOG, open_serial
    from audience_server.notary.keys import load_keys
    from audience_server.notary.mirror import MirrorRefused
    from audience_server.notary.said import Refused
    from audience_server.notary.verify import FormError

    words = catalogue("zh-Hans", "server")
    try:
        keys = load_keys(arguments.keys / "notary.keys", passphrase_of(arguments, words.text("notary_passphrase")))
        log = arguments.keys / LOG
        now = datetime.now().astimezone()
        request = open_serial(arguments.serials, arguments.serial, keys, arguments.reason, log, now)
        request["keys"] = _unclosed(arguments.keys, request)
        _write_private(arguments.out, json.dumps(request, ensure_ascii=False) + "\n")
    except MirrorRefused as error:
        refuse(error)
        return refuse(MirrorRefused("card_watched"))
    except (Refused, FormError, OSError) as error:
        return refuse(error)
    print(json.dumps({"written": str(arguments.out), "serial": arguments.serial}))
    return 0


def _unclosed(directory: Path, request: Mapping[str, Any]) -> dict[str, str]:
    """The keys that the statement may name, by the notary's own copy; all of them before the session has begun."""
    from audience_server.notary.mirror import Mirror
    from audience_server.notary.offline import follow_copy

    for path in sorted((directory / "sessions").glob("*.sqlite")):
        mirror = Mirror.open(path)
        try:
            follower = follow_copy(mirror) if mirror.fact("origin") == request["origin"] else None
        finally:
            mirror.close()
        if follower is not None:
            return follower.unclosed(request["keys"])
    return dict(request["keys"])


def _write_private(path: Path, text: str) -> None:
    """0600, also where another file lay: the keys of one card link its ballots."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)


def run_office(arguments: argparse.Namespace) -> int:
    from audience_server.notary.office import build

    try:
        build(arguments.out)
    except OSError as error:
        return refuse(error)
    print(json.dumps({"written": str(arguments.out)}))
    return 0
