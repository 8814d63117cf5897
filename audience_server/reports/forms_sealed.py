"""封存清单: what was sealed, with digests, so that anybody can later say whether it is still the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from audience_server.reports.forms_document import Block, Column, Form, Grid, Heading, Text
from audience_server.reports.forms_facts import cut, digest_text, name
from audience_server.reports.forms_parts import Parts

ROLES = ("role_sealer", "role_chief", "role_host", "role_notary")
GROUPS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("files_rules", lambda path: path in ("C1", "rules.toml", "policy.txt")),
    ("files_record", lambda path: path in ("checkpoint", "history") or path.startswith("tile/")),
    ("files_results", lambda path: path == "results.json" or path.startswith("rounds/")),
    ("files_rolls", lambda path: path.startswith("rolls/")),
    ("files_page", lambda path: path.startswith("page/")),
    ("files_other", lambda path: True),
)


def sealed_list(parts: Parts) -> Form:
    return parts.chronicle("sealed-list", "sealed_list", _blocks(parts), landscape=True)


def _blocks(parts: Parts) -> Iterator[Block]:
    yield Heading(parts.text("section_whole"))
    yield Grid((Column("", 2), Column("", 8)), tuple(_whole(parts)), bold_first=True)
    yield Heading(parts.text("section_checked"))
    yield from parts.warnings()
    yield Heading(parts.text("section_equipment"))
    columns = parts.columns(
        ("col_number", 0.7, "centre"), ("col_equipment", 5), ("col_seal_number", 3), ("col_remark", 4)
    )
    yield Grid(columns, tuple((str(number), "", "", "") for number in range(1, 5)), tall=True)
    yield parts.signatures(ROLES)
    yield Heading(parts.text("section_files", number=parts.counted(len(parts.facts.report["files"]), "files")))
    yield from _files(parts)


def _whole(parts: Parts) -> Iterator[tuple[str, str]]:
    facts, text = parts.facts, parts.text
    archive: Mapping[str, Any] = facts.report["archive"]
    yield text("sealed_archive"), text("file_of", digest=digest_text(archive["sha256"]), length=archive["length"])
    if facts.fingerprint is not None:
        yield text("sealed_checkpoint"), text("head_of", size=facts.report["size"], root=facts.report["root"])
        yield text("sealed_fingerprint"), facts.fingerprint
    session = next((act.body for act in facts.acts if act.kind == "session"), None)
    if session is None:
        return
    for key in ("rules", "page", "policy", "rolls"):
        yield text(f"sealed_{key}"), digest_text(session[key])
    yield text("sealed_software"), name(session["software"])
    yield text("sealed_codes"), text("codes_exported" if session["codes_exported"] else "codes_on_paper")
    sealed = facts.acts_of("seal")
    yield text("sealed_at"), sealed[-1].time if sealed else text("not_sealed")


def _files(parts: Parts) -> Iterator[Block]:
    left = list(parts.facts.report["files"])
    columns = parts.columns(("col_file", 3.6), ("col_length", 1.1, "centre"), ("col_digest", 6.6))
    for group, belongs in GROUPS:
        mine = [row for row in left if belongs(row["path"])]
        left = [row for row in left if not belongs(row["path"])]
        if mine:
            yield Text(parts.text(group, number=len(mine)), bold=True)
            rows = tuple((cut(row["path"], 120), str(row["length"]), digest_text(row["sha256"])) for row in mine)
            yield Grid(columns, rows, small=True)
