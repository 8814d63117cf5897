"""What an office keeps of a session for ten years: a folder that explains itself, on any computer, without a network.

Nothing in it needs this software: the verifier is one readable file of standard Python, the page is one HTML file, and
the digests are checked with what Windows, Linux and macOS bring along.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping
from pathlib import Path

from audience_server.notary import verify as v
from audience_server.notary.office import FOOTER, build
from audience_server.notary.said import Refused

READ_ME = "00-先读我.txt"
YEARS = 10
CONTENTS = {
    "verify.py": "核验程序,一个文件",
    "verify.html": "核验网页",
    "FORMAT.md": "文件格式说明",
    "result.txt": "建立本文件夹时的核验结果",
    "result-en.txt": "同上,英文",
    "report.json": "核验报告,供程序读取",
    "forms/count-sheet.pdf": "计票表",
    "forms/result-sheet.pdf": "测评结果报告单",
    "forms/scrutineers-report.pdf": "监票报告",
    "forms/card-register.pdf": "评议卡发放登记表",
    "forms/incidents.pdf": "异常情况记录",
    "forms/sealed-list.pdf": "封存清单",
    "forms/watch-record.pdf": "现场监督工作记录",
    "forms/statement.docx": "公证词素材,可编辑",
    "forms/statement.txt": "公证词素材,内容相同的纯文本",
}


class ArchiveRefused(Refused):
    """The folder cannot be written as asked."""


def public_beside(bundle: Path) -> Path | None:
    """The public bundle in the folder where `notary bundle` and `export` put it, or where somebody moved it beside the
    evidence; or None."""
    stem = bundle.name.removesuffix(".c1.tar")
    name = f"{stem}.public.c1.tar"
    found = (bundle.parent / name, bundle.parent / f"{stem}-public" / name)
    return next((path for path in found if path.is_file()), None)


def archive(
    target: Path, bundle: Path, anchor: str | None, extras: Mapping[str, bytes], public: Path | None = None
) -> v.Report:
    """Write the folder.  `extras`: further files by name (forms, the page, the description of the format).

    `public`: the public bundle of the same session, kept in a folder of its own.  The folder must be new or empty.  A
    bundle that fails is kept too, and every page of the folder says so.
    """
    if target.exists() and any(target.iterdir()):
        raise ArchiveRefused("archive_not_empty", path=target)
    data = bundle.read_bytes()
    report = v.verify(data, anchor)
    if not report.is_bundle:
        raise ArchiveRefused("no_evidence")
    published = {} if public is None else {f"public/{public.name}": _public_of(report, bundle, public)}
    target.mkdir(parents=True, exist_ok=True)
    files: dict[str, bytes] = {
        bundle.name: data,
        "verify.py": Path(v.__file__).read_bytes(),
        "result.txt": v.Page(report, True).text().encode(),
        "result-en.txt": v.Page(report, False).text().encode(),
        **extras,
        **published,
    }
    files[READ_ME] = read_me(bundle.name, report, anchor, sorted(files), "".join(published)).encode()
    files["index.html"] = page_of(files[READ_ME].decode()).encode()
    for name, content in files.items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    build(target / "office.pyz")
    listed = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    sums = "".join(f"{hashlib.sha256((target / name).read_bytes()).hexdigest()}  {name}\n" for name in listed)
    # written last: a folder without it was not finished
    (target / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return report


def _public_of(report: v.Report, bundle: Path, public: Path) -> bytes:
    """What goes out under the office's name holds no opening, and agrees with the evidence beside it."""
    data = public.read_bytes()
    its = v.verify(data)
    if not its.is_bundle or any(path.startswith("rounds/") for path in v.read_tar(memoryview(data)).files):
        raise ArchiveRefused("archive_no_public", path=public)
    if report.verdict == "fail":
        return data
    if its.verdict == "fail" or (its.origin, its.fingerprint) != (report.origin, report.fingerprint):
        raise ArchiveRefused("archive_public_differs", path=public, bundle=bundle)
    return data


IS_PUBLIC = "是公开版:不含逐票开启值和计票数,可以公开;核验办法相同,只是计票和得分不能由它核对。"


def _what_may_go_out(bundle: str, is_public: bool, public: str) -> str:
    apart = f"{bundle} {IS_PUBLIC}" if is_public else f"{bundle} 含逐票开启值,留存备查,不得公开。"
    return f"{apart}\n{public} {IS_PUBLIC}" if public else apart


def read_me(bundle: str, report: v.Report, anchor: str | None, names: list[str], public: str = "") -> str:
    """How to check without a network, for somebody who has never heard of this software."""
    apart = _what_may_go_out(bundle, report.public, public)
    rules = report.rules
    title = v.clean(rules.title) if rules is not None else ""
    date = v.clean(rules.date) if rules is not None else ""
    verdict = {"pass": "数据核验一致", "warn": "数据核验一致(有提示)", "fail": "数据核验不一致"}[report.verdict]
    given = f" --anchor={anchor}" if anchor else ""
    return f"""{title}  {date}
场次标识:{report.origin}
校验码:{report.fingerprint or "无"}
{verdict}(建立本文件夹时)

本文件夹建议保存 {YEARS} 年,存两份,介质不同、地点不同;每年抽查一次下面第一步。

不联网核对的三种办法,任选:

一、只核对文件有没有变
   Windows:打开命令提示符,进入本文件夹,输入
       certutil -hashfile {bundle} SHA256
   Linux 或 macOS:
       sha256sum -c SHA256SUMS      (macOS:shasum -a 256 -c SHA256SUMS)
   与 SHA256SUMS、封存清单上的摘要逐组比对。

二、用任何 3.11 以上的 Python 重新计票(不安装任何东西)
       python -I verify.py {bundle}{given}
   或双击 office.pyz,按菜单操作。

三、只有浏览器
   双击 verify.html(如在本文件夹中),把 {bundle} 拖进去。

{apart}

文件格式的说明在 FORMAT.md(如在本文件夹中):今后没有本软件,也能照它另写一个核验程序。

本文件夹里有:
{chr(10).join(f"  {name}  {CONTENTS.get(name, '')}".rstrip() for name in names)}

{FOOTER}
"""


def page_of(text: str) -> str:
    """The same words as a page that opens by a double click."""
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<meta charset="utf-8">\n<title>先读我</title>\n'
        "<style>body{font:20px/1.7 sans-serif;max-width:50em;margin:2em auto;white-space:pre-wrap}</style>\n"
        f"<body>{html.escape(text)}</body>\n</html>\n"
    )
