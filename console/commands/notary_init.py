"""`touchstone notary init`, `state` and `bundle`: keys of one's own, and what the notary's own copies hold."""

from __future__ import annotations

import argparse
import getpass
import json
import secrets
import sys
from pathlib import Path
from typing import Any

from audience_server.locale.catalogue import LANGUAGES, Catalogue, catalogue
from console.commands.notary_watch import ANSWER_IS_NO, BadCall, add_passphrase, passphrase_of, refuse

KEYS, SHEET = "notary.keys", "key-sheet.pdf"

# where the line of a role stands in [witnesses]
PART_OF = {"notary": "notaries", "observer": "observers"}


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = catalogue("zh-Hans", "notary_tools")
    init = actions.add_parser("init", help=words.text("init_help"), description=words.text("init_help"))
    init.add_argument("directory", type=Path, metavar="DIR", help=words.text("init_directory_help"))
    init.add_argument("--name", help=words.text("init_name_help"))
    init.add_argument("--key-name", metavar="HOST/ID", help=words.text("init_key_name_help"))
    init.add_argument("--role", choices=("notary", "observer"), default="notary", help=words.text("init_role_help"))
    init.add_argument("--lang", choices=LANGUAGES, default="zh-Hans", help=words.text("tools_lang_help"))
    add_passphrase(init)
    init.set_defaults(run=run_init)
    state = actions.add_parser("state", help=words.text("state_help"), description=words.text("state_help"))
    state.add_argument("directory", type=Path, metavar="DIR", help=words.text("own_directory_help"))
    state.set_defaults(run=run_state)
    bundle = actions.add_parser("bundle", help=words.text("bundle_help"), description=words.text("bundle_help"))
    bundle.add_argument("directory", type=Path, metavar="DIR", help=words.text("own_directory_help"))
    bundle.add_argument("--session", default="", metavar="ORIGIN", help=words.text("bundle_session_help"))
    bundle.add_argument("--out", type=Path, required=True, metavar="FILE", help=words.text("bundle_out_help"))
    bundle.set_defaults(run=run_bundle)


def run_init(arguments: argparse.Namespace) -> int:
    """Exit code 0 made, 2 refused with what would be right."""
    from audience_server.notary.keys import anchor, make_keys, read_public, session_file_line
    from audience_server.notary.said import Refused

    words = catalogue(arguments.lang, "notary_tools")
    path = arguments.directory / KEYS
    name = arguments.name or words.text(f"role_{arguments.role}")
    key_name = arguments.key_name or f"{arguments.role}.local/{secrets.token_hex(4)}"
    try:
        make_keys(path, name, key_name, arguments.role, _new_passphrase(arguments, words))
        public = read_public(path)
        (arguments.directory / SHEET).write_bytes(_sheet(words, public))
    except (Refused, OSError) as error:
        return refuse(error, arguments.lang)
    print(words.text("init_line"))
    print(f"{PART_OF[arguments.role]} = [ {session_file_line(public)} ]")
    if anchor(public) is not None:
        print(words.text("init_anchor", anchor=anchor(public)))
    print(words.text("init_done", keys=path, sheet=arguments.directory / SHEET))
    return 0


def _new_passphrase(arguments: argparse.Namespace, words: Catalogue) -> str:
    first = passphrase_of(arguments, words.text("init_passphrase"))
    if arguments.passphrase_file is None and getpass.getpass(words.text("init_again")) != first:
        raise BadCall("passphrases_differ")
    return first


def _sheet(words: Catalogue, public: dict[str, Any]) -> bytes:
    from audience_server.notary.keys import anchor, key_digest, session_file_fields
    from audience_server.reports.key_sheet import SheetKey, key_sheet

    keys = [
        SheetKey(words.text(f"key_{name}"), str(public[name]), key_digest(str(public[name])))
        for name in ("witness", "statement")
        if public[name]
    ]
    role = words.text(f"role_{public['role']}")
    return key_sheet(words, str(public["label"]), role, keys, anchor(public), session_file_fields(public))


def run_state(arguments: argparse.Namespace) -> int:
    """One JSON line for each session that this directory follows; the keys alone while it follows none."""
    from audience_server.notary.keys import KeysRefused
    from audience_server.notary.mirror import MirrorRefused

    try:
        copies = sorted((arguments.directory / "sessions").glob("*.sqlite"))
        for path in copies:
            print(json.dumps(_state_of(path)))
        if not copies:
            print(json.dumps(_keys_alone(arguments.directory / KEYS), ensure_ascii=False))
            print(catalogue("zh-Hans", "notary_tools").text("state_none"), file=sys.stderr)
    except MirrorRefused as error:
        return refuse(error, code=ANSWER_IS_NO)
    except KeysRefused as error:
        return refuse(error)
    return 0


def _keys_alone(path: Path) -> dict[str, Any]:
    from audience_server.notary.keys import anchor, read_public

    public = read_public(path)
    return {"keys": str(path), "name": public["label"], "role": public["role"], "anchor": anchor(public), "sessions": 0}


def _state_of(path: Path) -> dict[str, Any]:
    """What one copy holds, after checking it anew by the rules of the record."""
    from audience_server.notary.bundle import is_signed
    from audience_server.notary.mirror import Mirror
    from audience_server.notary.offline import read_copy

    mirror = Mirror.open(path)
    try:
        copy = read_copy(mirror)
        return {
            "origin": mirror.fact("origin"),
            "size": mirror.size(),
            "fingerprint": copy.fingerprint,
            "failures": [finding.row() for finding in copy.errors],
            "sealed": copy.sealed,
            "evidence": is_signed(mirror),
        }
    finally:
        mirror.close()


def run_bundle(arguments: argparse.Namespace) -> int:
    """The evidence and, beside it, the public bundle, from one's own copy alone."""
    from audience_server.notary.bundle import BundleRefused, is_signed, write_bundles
    from audience_server.notary.mirror import Mirror, MirrorRefused
    from audience_server.notary.offline import read_copy

    try:
        for path in sorted((arguments.directory / "sessions").glob("*.sqlite")):
            mirror = Mirror.open(path)
            try:
                if arguments.session in ("", mirror.fact("origin")) and is_signed(mirror):
                    beside = write_bundles(mirror, read_copy(mirror).windows, arguments.out)
                    size = arguments.out.stat().st_size
                    print(json.dumps({"written": str(arguments.out), "bytes": size, "public": str(beside)}))
                    return 0
            finally:
                mirror.close()
    except (MirrorRefused, BundleRefused, OSError) as error:
        return refuse(error, code=ANSWER_IS_NO)
    return refuse(BundleRefused("bundle_none"), code=ANSWER_IS_NO)
