"""`touchstone notary forms`: verifies a bundle and prints the forms that a notary and a studio sign, from that report.

The verifier runs first and alone decides: when it fails, the forms say so and hold no result.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from audience_server.locale.catalogue import LANGUAGES, Catalogue, catalogue, terminal_language
from console.commands.session_file import ANSWER_IS_NO, BAD_USAGE, Stop

if TYPE_CHECKING:
    from audience_server.notary.verify import Report
    from audience_server.reports.forms import FormFiles


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = _words(None)
    parser = subparsers.add_parser("forms", help=words.text("forms_help"), description=words.text("forms_help"))
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help=words.text("forms_bundle_help"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=words.text("forms_out_help"))
    parser.add_argument("--anchor", metavar="TEXT|FILE", help=words.text("forms_anchor_help"))
    parser.add_argument("--font", type=Path, metavar="FILE", help=words.text("forms_font_help"))
    parser.add_argument("--lang", choices=LANGUAGES, help=words.text("forms_lang_help"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 the data agree (with or without warnings), 1 they do not, and the forms say so, 2 no form was made."""
    try:
        return _run(arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.status


def _run(arguments: argparse.Namespace) -> int:
    words = _words(arguments.lang)
    report = _verified(arguments, words)
    made = _forms(report, words, arguments.font)
    _write(arguments.out, made.files, words)
    if made.missing:
        print(words.text("forms_missing", characters=" ".join(sorted(made.missing))), file=sys.stderr)
    has_failed = report.verdict == "fail"
    if has_failed:
        print(words.text("forms_failed"), file=sys.stderr)
    written = [str(arguments.out / name) for name in made.files]
    print(json.dumps({"verdict": report.verdict, "written": written}, ensure_ascii=False))
    return ANSWER_IS_NO if has_failed else 0


def _words(lang: str | None) -> Catalogue:
    return catalogue(terminal_language(lang, os.environ), "forms")


def _verified(arguments: argparse.Namespace, words: Catalogue) -> Report:
    from audience_server.notary.verify import verify

    try:
        anchor = arguments.anchor
        if anchor is not None and Path(anchor).is_file():
            anchor = Path(anchor).read_bytes().decode("utf-8", "replace").strip()
        report = verify(arguments.bundle.read_bytes(), anchor)
    except OSError as error:
        raise Stop(BAD_USAGE, f"{error.filename}: {error.strerror}") from None
    if not report.is_bundle:
        raise Stop(BAD_USAGE, words.text("forms_not_a_bundle", file=arguments.bundle))
    return report


def _forms(report: Report, words: Catalogue, font: Path | None) -> FormFiles:
    from audience_server.reports.fonts import BadFont
    from audience_server.reports.forms import form_files

    try:
        return form_files(report.as_json(), words.language, font)
    except BadFont as error:
        raise Stop(BAD_USAGE, words.text("forms_bad_font", reason=error)) from None


def _write(folder: Path, files: Mapping[str, bytes], words: Catalogue) -> None:
    """Whole files, and never over something that is there: a form may already bear a signature elsewhere."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = [name for name in files if (folder / name).exists() or (folder / name).is_symlink()]
        if taken:
            raise Stop(BAD_USAGE, words.text("forms_taken", file=folder / taken[0]))
        for name, data in files.items():
            with (folder / name).open("xb") as handle:
                handle.write(data)
    except OSError as error:
        raise Stop(BAD_USAGE, f"{folder}: {error.strerror}") from None
