"""A form as a file that word processors edit: a zip of XML, written plainly, the same form always the same bytes.

Stored, not compressed: what zlib makes of the same text differs between machines.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from audience_server.reports.forms_document import Block, Form, Grid, Heading, Loud, NewPage, Signatures, Text

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TABLE_WIDTH = 9600  # twentieths of a point
LINE = "_" * 18

_HALF_POINTS = {"small": 19, "normal": 24, "large": 29}
# what XML 1.0 cannot hold even as a reference
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def form_docx(form: Form) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        for path, text in _files(form).items():
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), text.encode("utf-8"))
    return kept.getvalue()


def _files(form: Form) -> dict[str, str]:
    parts = {"document": "document.main", "styles": "styles", "header1": "header", "footer1": "footer"}
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{MIME}.{kind}+xml"/>' for part, kind in parts.items()
    )
    types = (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    texts = {
        "[Content_Types].xml": types,
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(
            ("styles", "styles.xml"), ("header", "header1.xml"), ("footer", "footer1.xml")
        ),
        "word/document.xml": _document(form),
        "word/styles.xml": _styles(form.head.language),
        "word/header1.xml": f"<w:hdr {NAMES}>{_bands(form)}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {NAMES}>{_foot(form)}</w:ftr>",
    }
    return {path: HEADER + text for path, text in texts.items()}


def _relations(*targets: tuple[str, str]) -> str:
    rows = (
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def _styles(language: str) -> str:
    fonts = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun"/>'
    tag = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}.get(language, "zh-CN")
    defaults = f'{fonts}<w:sz w:val="24"/><w:lang w:val="en-US" w:eastAsia="{tag}"/>'
    spacing = '<w:pPr><w:spacing w:after="80" w:line="360" w:lineRule="auto"/></w:pPr>'
    return (
        f"<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr></w:rPrDefault>"
        f"<w:pPrDefault>{spacing}</w:pPrDefault></w:docDefaults></w:styles>"
    )


def _document(form: Form) -> str:
    head = [
        _paragraph(form.title, size=44, bold=True, align="center"),
        _paragraph(form.head.session, size=28, align="center"),
        *(_paragraph(f"{label}{value}", size=21) for label, value in form.head.pairs),
    ]
    body = "".join([*head, *(xml for block in form.blocks for xml in _block(block))])
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:footerReference w:type="default" r:id="rId3"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" '
        'w:gutter="0"/></w:sectPr>'
    )
    return f"<w:document {NAMES}><w:body>{body}{section}</w:body></w:document>"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield _paragraph(block.text, size=28, bold=True, keep=True)
    elif isinstance(block, Text):
        yield _paragraph(block.text, size=_HALF_POINTS[block.size], bold=block.bold, indent=block.indent)
    elif isinstance(block, Loud):
        yield _paragraph(block.text, size=56, bold=True, align="center")
        yield from (_paragraph(line) for line in block.lines)
    elif isinstance(block, Grid):
        yield _table(block)
        yield _paragraph("")
    elif isinstance(block, Signatures):
        yield from (_paragraph(f"{role}{LINE}    {block.date}{LINE}") for role in block.roles)
    elif isinstance(block, NewPage):
        yield '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def _paragraph(
    text: str, size: int = 24, bold: bool = False, align: str = "left", indent: bool = False, keep: bool = False
) -> str:
    shape = "<w:keepNext/>" if keep else ""
    shape += '<w:ind w:firstLineChars="200" w:firstLine="480"/>' if indent else ""
    return f'<w:p><w:pPr>{shape}<w:jc w:val="{align}"/></w:pPr>{_run(text, size, bold)}</w:p>'


def _run(text: str, size: int, bold: bool) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{_safe(line)}</w:t>' for line in text.split("\n"))
    return f'<w:r><w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr>{lines}</w:r>'


def _safe(text: str) -> str:
    return escape(_NO_XML.sub("�", text))


def _table(grid: Grid) -> str:
    whole = sum(column.share for column in grid.columns)
    widths = [round(column.share * TABLE_WIDTH / whole) for column in grid.columns]
    titles = tuple(column.title for column in grid.columns)
    rows = [_row(titles, widths, bold=True)] if any(titles) else []
    rows += [_row(row, widths, bold=False) for row in grid.rows]
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    shape = f'<w:tblW w:w="{TABLE_WIDTH}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
    return f"<w:tbl><w:tblPr>{shape}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _row(cells: tuple[str, ...], widths: list[int], bold: bool) -> str:
    made = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, 22, bold)}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * bold}</w:trPr>{''.join(made)}</w:tr>"


def _bands(form: Form) -> str:
    return "".join(_paragraph(band, size=28, bold=True, align="center") for band in form.head.bands) or _paragraph("")


def _foot(form: Form) -> str:
    """The lines of every page; the numbers of the pages are fields that the word processor fills in."""
    lines = "".join(_paragraph(line, size=16) for line in (*form.head.foot, form.head.footer))
    fields = {"{page}": "PAGE", "{pages}": "NUMPAGES"}
    runs = (
        f'<w:fldSimple w:instr=" {fields[part]} ">{_run("1", 16, False)}</w:fldSimple>'
        if part in fields
        else _run(part, 16, False)
        for part in re.split(r"(\{pages?\})", form.head.page)
        if part
    )
    return f'{lines}<w:p><w:pPr><w:jc w:val="right"/></w:pPr>{"".join(runs)}</w:p>'
