"""A form as plain text for any editor: UTF-8 with its mark and CRLF, as the oldest office computers ask for."""

from __future__ import annotations

from collections.abc import Iterator

from audience_server.reports.forms_document import Block, Form, Grid, Heading, Loud, NewPage, Signatures, Text

LINE = "_" * 18


def form_txt(form: Form) -> bytes:
    head = form.head
    lines = [*head.bands, form.title, head.session, *(f"{label}{value}" for label, value in head.pairs)]
    for block in form.blocks:
        lines += _lines(block)
    lines += ["", *head.foot, head.footer]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield ""
        yield block.text
    elif isinstance(block, Text):
        yield f"　　{block.text}" if block.indent else block.text
    elif isinstance(block, Loud):
        yield from ("", f"【{block.text}】", *block.lines)
    elif isinstance(block, Grid):
        titles = tuple(column.title for column in block.columns)
        for row in (titles, *block.rows) if any(titles) else block.rows:
            yield "\t".join(cell.replace("\n", " ") for cell in row)
    elif isinstance(block, Signatures):
        yield from ("", *(f"{role}{LINE}    {block.date}{LINE}" for role in block.roles))
    elif isinstance(block, NewPage):
        yield ""
