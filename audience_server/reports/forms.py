"""Every form of a session, from the verifier's report alone: PDFs to sign, and one text to edit.

forms_facts.py     the report, read          forms_document.py  blocks of a form
forms_parts.py     head, marks, numbers      forms_layout.py    blocks into pages
forms_told.py      acts in words             forms_pdf.py       pages into PDF
numerals.py        大写                      forms_docx.py, forms_txt.py   the editable ones
The other forms_*.py are one form each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audience_server.locale.catalogue import Language, catalogue
from audience_server.reports.forms_cards import card_register
from audience_server.reports.forms_count_sheet import count_sheet
from audience_server.reports.forms_docx import form_docx
from audience_server.reports.forms_facts import Facts
from audience_server.reports.forms_incidents import incident_log
from audience_server.reports.forms_parts import Parts
from audience_server.reports.forms_pdf import form_pdf
from audience_server.reports.forms_result_sheet import result_sheet
from audience_server.reports.forms_scrutineers import scrutineers_report
from audience_server.reports.forms_sealed import sealed_list
from audience_server.reports.forms_statement import statement
from audience_server.reports.forms_txt import form_txt
from audience_server.reports.forms_watched import watch_record

PRINTED = (
    count_sheet,
    result_sheet,
    scrutineers_report,
    card_register,
    incident_log,
    sealed_list,
    watch_record,
)


@dataclass(frozen=True, slots=True)
class FormFiles:
    """File name -> bytes, and the characters that no font held (printed as 〓)."""

    files: Mapping[str, bytes]
    missing: frozenset[str]


def form_files(report: Mapping[str, Any], language: Language, fallback_font: Path | None = None) -> FormFiles:
    """All files; the same report gives the same bytes. Raises `fonts.BadFont` for a fallback that cannot be used."""
    parts = Parts(Facts(report), catalogue(language, "forms"))
    files: dict[str, bytes] = {}
    missing: set[str] = set()
    for make in PRINTED:
        form = make(parts)
        printed = form_pdf(form, fallback_font)
        files[f"{form.id}.pdf"] = printed.pdf
        missing |= printed.missing
    edited = statement(parts)
    files |= {f"{edited.id}.docx": form_docx(edited), f"{edited.id}.txt": form_txt(edited)}
    return FormFiles(files, frozenset(missing))
