"""`touchstone notary …`: the notary's own program.  It shares no code with the server."""

from __future__ import annotations

import argparse

from console.commands import forms, notary_audit, notary_init, notary_keep, notary_watch
from console.commands.session_file import server_words


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = server_words()
    parser = subparsers.add_parser("notary", help=words.text("notary_help"), description=words.text("notary_help"))
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    # no prefix: everything behind the word, --help and options before the bundle too, is the verifier's own
    verify = actions.add_parser("verify", help=words.text("notary_verify_help"), add_help=False, prefix_chars="\0")
    verify.add_argument("words", nargs=argparse.REMAINDER)
    verify.set_defaults(run=run)
    notary_watch.add_parser(actions)
    notary_init.add_parser(actions)
    notary_keep.add_parser(actions)
    notary_audit.add_parser(actions)
    forms.add_parser(actions)


def run(arguments: argparse.Namespace) -> int:
    """Hand everything behind `verify` to the verifier, which reads its own arguments."""
    from audience_server.notary.verify import main

    return main(arguments.words)
